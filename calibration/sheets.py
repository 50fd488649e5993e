"""Sheet: a table of a history as text columns, and its cells as times and amounts, each fault with its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.records import Records
from scenarios.refusals import shown
from sim.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORMULA_ERRORS", "Sheet", "listed"]

Floats = NDArray[np.float64]

_Remedy = Callable[[str], str]
"""What to do about a cell of this text."""

FORMULA_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
"""What a spreadsheet shows where a formula failed."""

_SHOWN = 5
"""How many faulty cells of one kind are listed one by one; the rest are counted."""

_SPREADSHEET_EPOCH = 25_569
"""1970-01-01 in the days that Excel counts, from 1899-12-30
(https://support.microsoft.com/office/date-systems-in-excel-e7fe7167-48a9-4b96-bb53-5612a800b487)."""

_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")
_SLASHES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.*")
_SIGNS = re.compile(r"[$€£¥₹₽₩₺]|\b[A-Z]{3}\b")
_BLANKS = re.compile(r"[\s'\u2019]")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_ANY_ZONE = re.compile(r":\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$", re.MULTILINE)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table as text columns without blanks at their ends; empty text where nothing stands."""

    where: str
    """The file, or the workbook or database and the table in it, as messages name it."""
    name: str
    """The same without its folder, as findings name it."""
    frame: "pd.DataFrame"
    records: Records | None = None
    """Where every cell stands; none for what has no lines."""
    numbers: NDArray[np.int64] | None = None
    """(rows,) the rows' numbers, where there are no lines and they do not count from 1."""

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, those of a joined file after its own."""
        return [str(column) for column in self.frame.columns]

    @property
    def top(self) -> str:
        """The place of the header."""
        return f"{self.where}:1:1" if self.records is not None else self.where

    def joined(self, other: "Sheet", on: str, key: str, prefix: str = "") -> "Sheet":
        """With the columns that only the other file has, from its first row whose `key` is this one's `on`."""
        right = other.frame[other.frame[key] != ""].drop_duplicates(key).set_index(key, drop=False).add_prefix(prefix)
        right = right[[column for column in right.columns if column not in self.columns]]
        frame = self.frame.join(right, on=on).fillna("")
        return Sheet(self.where, self.name, frame, self.records, self.numbers)

    def labels(self, column: str) -> NDArray[np.object_]:
        """(rows,) text."""
        return self.frame[column].to_numpy(dtype=object)

    def times(self, column: str, form: str = "") -> tuple[Floats, list[Problem]]:
        """(rows,) days since 1970-01-01, NaN where the cell is empty, and a problem for what is no date.

        form: how the column writes its dates, in the words of `strptime`, or `excel` for a spreadsheet's number of
        days, or `unix` for seconds since 1970; ISO without it. Times with a zone are read as UTC.
        """
        import pandas as pd

        cells = self.frame[column]
        filled = cells != ""
        if form in ("excel", "unix"):
            number = pd.to_numeric(cells.where(filled), errors="coerce")
            days = number - _SPREADSHEET_EPOCH if form == "excel" else number / 86_400.0
            days = days.where(days.abs() < 1e6)
            counted = "days as a spreadsheet counts them" if form == "excel" else "seconds since 1970"
            bad, rule = filled & days.isna(), f"must be a number of {counted}, as the mapping says"
        else:
            parsed = pd.to_datetime(cells.where(filled), format=form or "ISO8601", errors="coerce", utc=True)
            days = (parsed.dt.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)
            bad, rule = filled & parsed.isna(), f"must be written as {form}, as the mapping says"
            if not form:
                # A year alone is a date to ISO, but to a planner more likely a number of days, or of something else.
                bare = cells.str.fullmatch(r"\d{4}")
                days, bad = days.where(~bare), bad | bare
                rule = "must be an ISO date or date-time such as 2027-01-31"
        return np.asarray(days, dtype=np.float64), self._faults(column, bad, rule, _date_remedy)

    def money(self, column: str, decimal: str = "") -> tuple[Floats, list[Problem]]:
        """(rows,) amounts, NaN where the cell is empty, and a problem for what is no number.

        decimal: the sign before the cents, `.` or `,`, if the mapping says it; the other one then parts thousands and
        one sign of a currency is left out.
        """
        import pandas as pd

        cells = self.frame[column]
        filled = cells != ""
        if not decimal:
            parsed = pd.to_numeric(cells.where(filled), errors="coerce")
            bad = filled & (parsed.isna() | ~np.isfinite(parsed))
            rule = "must be a number such as 1200.50"
            return np.asarray(parsed, dtype=np.float64), self._faults(column, bad, rule, _money_remedy)
        signs = cells.map(lambda cell: (_SIGNS.findall(cell) or [""])[0])
        several = sorted(set(signs[signs != ""]))
        if len(several) > 1:
            got = ", ".join(f"{sign} in {int((signs == sign).sum())}" for sign in several)
            remedy = "export the amounts in one currency, or the currency as a column of its own"
            return np.full(len(cells), np.nan), [
                Problem(f"{self.top}: {column}", "is in several currencies", got, remedy)
            ]
        plain = cells.map(lambda cell: _BLANKS.sub("", _SIGNS.sub("", cell)))
        thousands = "," if decimal == "." else "."
        d, t = re.escape(decimal), re.escape(thousands)
        form = re.compile(rf"[-+]?(\d{{1,3}}({t}\d{{3}})+|\d+)({d}\d+)?")
        good = plain.map(lambda cell: form.fullmatch(cell) is not None)
        text = plain.where(good).str.replace(thousands, "", regex=False).str.replace(decimal, ".", regex=False)
        rule = f"must be a number whose decimal sign is {decimal}, as the mapping says"
        return np.asarray(pd.to_numeric(text), dtype=np.float64), self._faults(column, filled & ~good, rule)

    def tells_zones(self, column: str) -> bool:
        """Whether a cell of a column of times says a zone."""
        return _ANY_ZONE.search("\n".join(self.frame[column])) is not None

    def zones(self, column: str) -> tuple[int, int]:
        """How many cells of a column of times say a zone, and how many have a time of day but no zone."""
        clock = self.frame[column].str.match(_CLOCK)
        zoned = self.frame[column].str.contains(_ZONE) & clock
        return int(zoned.sum()), int((clock & ~zoned).sum())

    def filled(self, column: str, others: tuple[str, ...]) -> "Sheet":
        """With what other columns hold where a column is empty or absent."""
        import pandas as pd

        there = [other for other in others if other in self.columns]
        if not there:
            return self
        frame = self.frame.copy()
        cells = frame[column] if column in self.columns else pd.Series("", index=frame.index, dtype=object)
        for other in there:
            cells = cells.where(cells != "", frame[other])
        frame[column] = cells
        return Sheet(self.where, self.name, frame, self.records, self.numbers)

    def rows(self, mask: NDArray[np.bool_]) -> "Sheet":
        """The rows of a mask."""
        records = self.records
        if records is not None:
            kept = tuple(row for row, there in zip(records.rows, mask, strict=True) if there)
            records = Records(records.path, records.lines, records.header, kept)
        numbers = (np.arange(1, len(mask) + 1) if self.numbers is None else self.numbers)[mask]
        return Sheet(self.where, self.name, self.frame[mask].reset_index(drop=True), records, numbers)

    def problem(self, row: int, column: str, rule: str, remedy: str = "") -> Problem:
        """A problem with a cell; `row` counts from 0."""
        got = shown(self.frame[column].iloc[row])
        if self.records is None or column not in self.records.header.cells:
            number = row + 1 if self.numbers is None else int(self.numbers[row])
            return Problem(f"{self.where}: row {number}: {column}", rule, got, remedy)
        place = self.records.header.cells.index(column)
        return self.records.problem(self.records.rows[row], place, rule, got, remedy, column)

    def _faults(self, column: str, bad: "pd.Series[bool]", rule: str, remedy: _Remedy | None = None) -> list[Problem]:
        rows = np.flatnonzero(bad.to_numpy())
        cells = self.frame[column]
        problems = [
            self.problem(int(row), column, rule, remedy(str(cells.iloc[row])) if remedy else "")
            for row in rows[:_SHOWN]
        ]
        if len(rows) > _SHOWN:
            problems.append(Problem(f"{self.where}: {column}", rule, f"{len(rows) - _SHOWN} more such cells"))
        return problems


def _date_remedy(cell: str) -> str:
    """What to do about a cell that is no ISO date."""
    if cell in FORMULA_ERRORS:
        return "a formula of the spreadsheet failed: mend it and export again"
    if _SERIAL.fullmatch(cell):
        day = np.datetime64("1970-01-01") + np.timedelta64(int(float(cell)) - _SPREADSHEET_EPOCH, "D")
        what = "format the column as a date, or say `excel` in the mapping's formats"
        return f"it is a spreadsheet's number for {day}: {what}"
    if re.fullmatch(r"\d{10}", cell):
        return "it looks like seconds since 1970: say `unix` in the mapping's formats"
    if _SLASHES.fullmatch(cell):
        return "say in the mapping's formats which is the day and which the month: '%d/%m/%Y' or '%m/%d/%Y'"
    return "correct it, or say in the mapping's formats how dates are written"


def _money_remedy(cell: str) -> str:
    """What to do about a cell that is no plain number."""
    if cell in FORMULA_ERRORS:
        return "a formula of the spreadsheet failed: mend it and export again"
    if re.search(r"\d[.,]\d|\d[\s'\u2019]\d|\d", cell) and re.search(r"[,\s'\u2019]|[$€£¥₹₽₩₺]|[A-Z]{3}", cell):
        return "say in the mapping which sign comes before the cents: decimal: '.' or decimal: ','"
    return "correct it, or leave it empty if it is not known"


def listed(where: str, problems: list[Problem]) -> list[Problem]:
    """The first problems of a file's form, and how many more there are."""
    more = len(problems) - _SHOWN
    return [*problems[:_SHOWN], *([Problem(where, f"and {more} more problems of this kind")] if more > 0 else [])]
