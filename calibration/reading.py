"""Reads the files of a history into the canonical tables; every fault of the files is reported at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from calibration.findings import Finding, Severity
from calibration.mapping import Mapping, TableMap, missing_columns, unused_columns
from calibration.tables import (
    COLUMNS,
    TABLES,
    Columns,
    Leads,
    Opportunities,
    Roster,
    Spend,
    StageHistory,
    Tables,
    empty,
    take,
)
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["looked_at", "read_tables"]

_WARNING: Severity = "warning"
_ERROR: Severity = "error"

_SHOWN = 5
"""How many faulty cells of one column are listed one by one; the rest are counted."""


def _frame(path: Path) -> "pd.DataFrame":
    """A file as text columns, empty text where nothing stands."""
    import pandas as pd

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            # Parquet has real types; text that reads back the same keeps one path through the checks below.
            return pd.read_parquet(path).astype(object).map(lambda cell: "" if pd.isna(cell) else str(cell))
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as fault:
        # pandas' parser errors are ValueErrors
        raise InputError(
            Problem(
                str(path),
                "cannot be read as a table",
                str(fault).splitlines()[0][:200],
                "save it as UTF-8 CSV or as Parquet",
            )
        ) from None
    return frame.astype(object)


def _times(cells: "pd.Series[Any]", file: str, column: str) -> tuple[NDArray[np.float64], list[Problem]]:
    """Days since 1970-01-01; NaN where the cell is empty."""
    import pandas as pd

    filled = cells.str.strip() != ""
    parsed = pd.to_datetime(cells.where(filled), format="ISO8601", errors="coerce", utc=True)
    bad = filled & parsed.isna()
    days = (parsed.dt.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)
    values: NDArray[np.float64] = np.asarray(days, dtype=np.float64)
    return values, _faults(cells, bad, file, column, "must be an ISO date or date-time such as 2027-01-31")


def _money(cells: "pd.Series[Any]", file: str, column: str) -> tuple[NDArray[np.float64], list[Problem]]:
    import pandas as pd

    filled = cells.str.strip() != ""
    parsed = pd.to_numeric(cells.where(filled), errors="coerce")
    bad = filled & (parsed.isna() | ~np.isfinite(parsed))
    values: NDArray[np.float64] = np.asarray(parsed, dtype=np.float64)
    return values, _faults(cells, bad, file, column, "must be a number such as 1200.50")


def _faults(cells: "pd.Series[Any]", bad: "pd.Series[bool]", file: str, column: str, rule: str) -> list[Problem]:
    rows = np.flatnonzero(bad.to_numpy())
    problems = [Problem(f"{file}:{row + 2}: {column}", rule, repr(cells.iloc[row])[:60]) for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        problems.append(Problem(f"{file}: {column}", rule, f"{len(rows) - _SHOWN} more such cells"))
    return problems


def _table(
    name: str, spec: TableMap, folder: Path, mapping: Mapping
) -> tuple[Columns | None, dict[str, int], list[Problem], list[Finding]]:
    kind, path = TABLES[name], folder / spec.file
    problems: list[Problem] = []
    findings: list[Finding] = []
    if not path.exists():
        if spec.optional:
            return None, {}, [], []
        return None, {}, [Problem(str(path), "is missing", "", f"the source {mapping.name} needs it")], []
    frame = _frame(path)
    rows = {spec.file: len(frame)}
    if spec.join is not None:
        other_path = folder / spec.join.file
        if not other_path.exists():
            return None, rows, [Problem(str(other_path), "is missing", "", f"the source {mapping.name} needs it")], []
        other = _frame(other_path)
        rows[spec.join.file] = len(other)
        for side, side_name in ((frame, spec.file), (other, spec.join.file)):
            if spec.join.on not in side.columns:
                return (
                    None,
                    rows,
                    [Problem(side_name, f"lacks the column {spec.join.on}, by which files are joined")],
                    [],
                )
        other = other.drop_duplicates(spec.join.on)
        fresh = [column for column in other.columns if column not in frame.columns or column == spec.join.on]
        frame = frame.merge(other[fresh], how="left", on=spec.join.on).fillna("")
    have = [str(column) for column in frame.columns]
    problems += missing_columns(name, spec, spec.file, have)
    if problems:
        return None, rows, problems, findings
    if spec.join is None:
        for column, like in unused_columns(spec, have):
            hint = f"; it looks like {like}, which is absent" if like else ""
            findings.append(
                Finding(
                    "note",
                    "unused_column",
                    f"the column {column} is not used{hint}",
                    spec.file,
                    0,
                    "map it if it matters",
                )
            )
    values: dict[str, NDArray[Any]] = {}
    for ours, what in COLUMNS[name].items():
        theirs = spec.columns.get(ours)
        if theirs is None or theirs not in have:
            cells = np.full(len(frame), spec.constants.get(ours, ""), dtype=object)
            values[ours] = np.full(len(frame), np.nan) if what in ("time", "money") else cells
            continue
        cell: pd.Series[Any] = frame[theirs]
        if what == "time":
            values[ours], faults = _times(cell, spec.file, theirs)
        elif what == "money":
            values[ours], faults = _money(cell, spec.file, theirs)
        else:
            values[ours], faults = cell.str.strip().to_numpy(dtype=object), []
        problems += faults
        for bad, good in spec.merge.get(ours, {}).items():
            hit = values[ours] == bad
            values[ours] = np.where(hit, good, values[ours]).astype(object)
            if hit.any():
                findings.append(
                    Finding(
                        "note",
                        "merged",
                        f"{theirs}: {bad!r} is read as {good!r}, as the mapping says",
                        spec.file,
                        int(hit.sum()),
                    )
                )
    return kind(**values), rows, problems, findings


def _outcomes(deals: Opportunities, mapping: Mapping, file: str) -> tuple[Opportunities, list[Problem]]:
    """Recorded outcomes as `won`, `lost`, `open`."""
    if (
        mapping.closed_means_won
        or "outcome" not in mapping.tables["opportunities"].columns
        or not np.any(deals.outcome != "")
    ):
        outcome = np.where(np.isfinite(deals.closed), "won", "open").astype(object)
        return deals.replace(outcome=outcome), []
    meaning = {word.lower(): outcome for outcome, words in mapping.outcomes.items() for word in words}
    lowered = np.array([str(word).lower() for word in deals.outcome], dtype=object)
    unknown = sorted(
        {str(word) for word, low in zip(deals.outcome, lowered, strict=True) if low not in meaning and low != ""}
    )
    problems = [
        Problem(
            f"{file}: outcome",
            "must be one of " + ", ".join(sorted(meaning)),
            word,
            "say in the mapping's `outcomes` what it means",
        )
        for word in unknown
    ]
    return deals.replace(outcome=np.array([meaning.get(low, "open") for low in lowered], dtype=object)), problems


def _once(table: Columns, file: str, ids: NDArray[np.object_]) -> tuple[Any, list[Finding]]:
    """The table with each id once, its first row."""
    _, first = np.unique(ids.astype(str), return_index=True)
    if len(first) == len(ids):
        return table, []
    extra = len(ids) - len(first)
    finding = Finding(
        "warning",
        "duplicates",
        f"{extra} rows repeat an id; the first row of each id is used",
        file,
        extra,
        "remove the repeats",
    )
    return take(table, np.sort(first)), [finding]


def _sound(deals: Opportunities, file: str) -> tuple[Opportunities, list[Finding]]:
    """The deals whose dates make sense; the others are set aside and counted."""
    undated = ~np.isfinite(deals.opened)
    unclosed = (deals.outcome != "open") & ~np.isfinite(deals.closed)
    early = deals.closed < deals.opened
    findings = [
        Finding(severity, what, f"{int(rows.sum())} {message}, and are set aside", file, int(rows.sum()), remedy)
        for rows, severity, what, message, remedy in (
            (undated, _WARNING, "no_open_date", "opportunities have no opening date", "record when each is opened"),
            (unclosed, _ERROR, "no_close_date", "won or lost opportunities have no close date", "record the date"),
            (early, _ERROR, "impossible_order", "opportunities close before they open", "correct their dates"),
        )
        if rows.any()
    ]
    deals = take(deals, ~(undated | unclosed | early))
    stray = (deals.outcome == "open") & np.isfinite(deals.closed)
    if stray.any():
        message = f"{int(stray.sum())} open opportunities carry a close date, which is read as a wish and not used"
        remedy = "set the outcome of opportunities that are closed"
        findings.append(Finding(_WARNING, "open_with_close_date", message, file, int(stray.sum()), remedy))
        deals = deals.replace(closed=np.where(stray, np.nan, deals.closed))
    return deals, findings


def _signed(deals: Opportunities, file: str) -> tuple[Opportunities, list[Finding]]:
    """Where an export has one amount only, that of a won deal is what was signed."""
    if np.isfinite(deals.won_amount).any() or not np.isfinite(deals.amount).any():
        return deals, []
    message = "one amount is recorded for each deal: it is read as signed where won and as expected where open"
    remedy = "with an earlier --as-of, amounts corrected at the close are seen too early; export won_amount apart"
    won = np.where(deals.outcome == "won", deals.amount, np.nan)
    return deals.replace(won_amount=won), [Finding("note", "one_amount", message, file, 0, remedy)]


def _first(tables: dict[str, Columns], name: str, kind: type[Any]) -> Any:
    return tables.get(name) or empty(kind)


def read_tables(where: Path, mapping: Mapping) -> tuple[Tables, dict[str, int], tuple[Finding, ...]]:
    """The canonical tables of a folder (or one file, read as the mapping's opportunities), rows by file, findings."""
    if not where.exists():
        raise InputError(Problem(str(where), "does not exist", "", "give the folder that holds the history's files"))
    specs: Iterable[tuple[str, TableMap]] = mapping.tables.items()
    folder = where
    if where.is_file():
        folder = where.parent
        named = [(name, spec) for name, spec in specs if spec.file == where.name]
        specs = named or [("opportunities", mapping.tables["opportunities"].model_copy(update={"file": where.name}))]
    found: dict[str, Columns] = {}
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    findings: list[Finding] = []
    for name, spec in specs:
        table, counted, faults, said = _table(name, spec, folder, mapping)
        rows |= counted
        problems += faults
        findings += said
        if table is not None:
            found[name] = table
    deals: Opportunities = _first(found, "opportunities", Opportunities)
    leads: Leads = _first(found, "leads", Leads)
    if "opportunities" in found:
        deals, faults = _outcomes(deals, mapping, mapping.tables["opportunities"].file)
        problems += faults
    if problems:
        raise InputError(problems)
    if len(deals):
        file = mapping.tables["opportunities"].file
        deals, said = _once(deals, file, deals.id)
        findings += said
        deals, said = _sound(deals, file)
        findings += said
        deals, said = _signed(deals, file)
        findings += said
    if len(leads):
        file = mapping.tables["leads"].file
        leads, said = _once(leads, file, leads.id)
        undated = ~np.isfinite(leads.captured)
        if undated.any():
            said.append(
                Finding(
                    "error",
                    "no_capture_date",
                    f"{int(undated.sum())} leads have no capture date and are set aside",
                    file,
                    int(undated.sum()),
                )
            )
        leads = take(leads, ~undated)
        findings += said
    leads, deals = _named(leads, deals)
    return (
        Tables(
            leads,
            deals,
            _first(found, "stage_history", StageHistory),
            _first(found, "spend", Spend),
            _first(found, "reps", Roster),
        ),
        rows,
        tuple(findings),
    )


def _named(leads: Leads, deals: Opportunities) -> tuple[Leads, Opportunities]:
    """Channel and segment of a deal from its lead where the deal has none; `unrecorded` and `all` where nobody says."""
    channel_of = dict(zip(leads.id, leads.channel, strict=True))
    segment_of = dict(zip(leads.id, leads.segment, strict=True))
    channel = np.array(
        [own or channel_of.get(lead, "") for own, lead in zip(deals.channel, deals.lead, strict=True)], dtype=object
    )
    segment = np.array(
        [own or segment_of.get(lead, "") for own, lead in zip(deals.segment, deals.lead, strict=True)], dtype=object
    )

    def filled(column: NDArray[np.object_], word: str) -> NDArray[np.object_]:
        return np.where(column == "", word, column).astype(object)

    return (
        leads.replace(channel=filled(leads.channel, "unrecorded"), segment=filled(leads.segment, "all")),
        deals.replace(
            channel=filled(channel, "unrecorded"), segment=filled(segment, "all"), product=filled(deals.product, "all")
        ),
    )


def looked_at(where: Path, mapping: Mapping) -> tuple[tuple[str, NDArray[np.object_]], ...]:
    """The columns that the mapping names for a look at their spelling, where their files exist."""
    folder = where.parent if where.is_file() else where
    found = []
    for file, columns in mapping.check.items():
        if (folder / file).exists():
            frame = _frame(folder / file)
            found += [(f"{file}: {name}", frame[name].to_numpy(dtype=object)) for name in columns if name in frame]
    return tuple(found)
