"""A file of a history as text columns, and its cells as times and amounts, each fault with its place."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.files import read_utf8
from scenarios.records import Records, read_records
from scenarios.refusals import shown
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sheet", "listed", "read_sheet"]

Floats = NDArray[np.float64]

_MAX_BYTES = 1_000_000_000
"""The largest file of a history that is read."""

_SHOWN = 5
"""How many faulty cells of one kind are listed one by one; the rest are counted."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A file as text columns without blanks at their ends; empty text where nothing stands."""

    path: Path
    frame: "pd.DataFrame"
    records: Records | None
    """Where every cell stands; none for Parquet, which has no lines."""

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, those of a joined file after its own."""
        return [str(column) for column in self.frame.columns]

    def joined(self, other: "Sheet", on: str) -> "Sheet":
        """With the columns that only the other file has, from its first row of the same key."""
        fresh = [column for column in other.columns if column == on or column not in self.columns]
        right = other.frame.drop_duplicates(on)[fresh]
        return Sheet(self.path, self.frame.merge(right, how="left", on=on).fillna(""), self.records)

    def labels(self, column: str) -> NDArray[np.object_]:
        """(rows,) text."""
        return self.frame[column].to_numpy(dtype=object)

    def times(self, column: str) -> tuple[Floats, list[Problem]]:
        """(rows,) days since 1970-01-01, NaN where the cell is empty, and a problem for what is no date."""
        import pandas as pd

        cells = self.frame[column]
        filled = cells != ""
        parsed = pd.to_datetime(cells.where(filled), format="ISO8601", errors="coerce", utc=True)
        days = (parsed.dt.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        rule = "must be an ISO date or date-time such as 2027-01-31"
        return np.asarray(days, dtype=np.float64), self._faults(column, filled & parsed.isna(), rule)

    def money(self, column: str) -> tuple[Floats, list[Problem]]:
        """(rows,) amounts, NaN where the cell is empty, and a problem for what is no number."""
        import pandas as pd

        cells = self.frame[column]
        filled = cells != ""
        parsed = pd.to_numeric(cells.where(filled), errors="coerce")
        bad = filled & (parsed.isna() | ~np.isfinite(parsed))
        return np.asarray(parsed, dtype=np.float64), self._faults(column, bad, "must be a number such as 1200.50")

    def problem(self, row: int, column: str, rule: str, remedy: str = "") -> Problem:
        """A problem with a cell; `row` counts from 0."""
        got = shown(self.frame[column].iloc[row])
        if self.records is None or column not in self.records.header.cells:
            return Problem(f"{self.path}: {column}", rule, got, remedy)
        place = self.records.header.cells.index(column)
        return self.records.problem(self.records.rows[row], place, rule, got, remedy, column)

    def _faults(self, column: str, bad: "pd.Series[bool]", rule: str) -> list[Problem]:
        rows = np.flatnonzero(bad.to_numpy())
        problems = [self.problem(int(row), column, rule) for row in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            problems.append(Problem(f"{self.path}: {column}", rule, f"{len(rows) - _SHOWN} more such cells"))
        return problems


def listed(path: Path, problems: list[Problem]) -> list[Problem]:
    """The first problems of a file's form, and how many more there are."""
    more = len(problems) - _SHOWN
    return [*problems[:_SHOWN], *([Problem(str(path), f"and {more} more problems of this kind")] if more > 0 else [])]


def read_sheet(path: Path) -> Sheet:
    """A CSV or Parquet file. Raises InputError with the place of what is not a table."""
    import pandas as pd

    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            # Parquet has real types; text that reads back the same keeps one path through the checks of cells.
            frame = pd.read_parquet(path).astype(object).map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
        except (OSError, ValueError) as fault:
            got, remedy = str(fault).splitlines()[0][:200], "save it again as Parquet, or as UTF-8 CSV"
            raise InputError(Problem(str(path), "cannot be read as a table", got, remedy)) from None
        return Sheet(path, frame, None)
    records, problems = read_records(path, read_utf8(path, _MAX_BYTES))
    names = records.header.cells
    if not names and not problems:
        problems = [Problem(f"{path}:1:1", "is empty", remedy="the first line names the columns")]
    problems = listed(path, problems)
    problems += [
        records.problem(records.header, place, f"column {name} is given twice", remedy="rename or remove one of them")
        for place, name in enumerate(names)
        if name and name in names[:place]
    ]
    if problems:
        raise InputError(problems)
    # A spreadsheet leaves columns without a name at the right; nothing can be mapped onto them.
    named = [name or f"(column {place})" for place, name in enumerate(names, 1)]
    frame = pd.DataFrame([row.cells for row in records.rows], columns=named, dtype=object)
    return Sheet(path, frame, records)
