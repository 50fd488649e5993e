"""Reads the files of a history into the canonical tables; every fault of the files is reported at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.columns import Columns, take
from calibration.findings import Finding, Severity
from calibration.fuller import FULLER
from calibration.mapping import Mapping, TableMap, missing_columns, unused_columns
from calibration.sheets import Sheet, read_sheet
from calibration.sources.catalogue import SOURCES
from calibration.tables import (
    COLUMNS,
    NUMERIC,
    TABLES,
    Leads,
    Opportunities,
    Roster,
    Spend,
    StageHistory,
    Tables,
    empty,
)
from sim.errors import InputError, Problem
from sim.log import Account, Kind

__all__ = ["looked_at", "read_tables"]

_WARNING: Severity = "warning"
_ERROR: Severity = "error"


def _absent(path: Path, mapping: Mapping) -> Problem:
    """A needed file that is not there; names the shipped source whose files are, if any."""
    others = (
        other.name
        for other in SOURCES.values()
        if other is not mapping and all((path.parent / spec.file).exists() for spec in _needed(other))
    )
    like = next(others, None)
    hint = f"; the files there are those of the source {like}" if like else ""
    return Problem(str(path), "is missing", "", f"the source {mapping.name} needs it{hint}")


def _needed(mapping: Mapping) -> list[TableMap]:
    return [spec for spec in mapping.tables.values() if not spec.optional]


def _sheet(spec: TableMap, folder: Path, mapping: Mapping, rows: dict[str, int]) -> Sheet | None:
    """The file of a table, joined where the mapping says so; none where it is absent and may be. Counts its rows."""
    path = folder / spec.file
    if not path.exists():
        if spec.optional:
            return None
        raise InputError(_absent(path, mapping))
    sheet = read_sheet(path)
    rows[spec.file] = len(sheet)
    if spec.join is None:
        return sheet
    other_path = folder / spec.join.file
    if not other_path.exists():
        raise InputError(_absent(other_path, mapping))
    other = read_sheet(other_path)
    rows[spec.join.file] = len(other)
    lacking = [side.path for side in (sheet, other) if spec.join.on not in side.columns]
    if lacking:
        rule = f"lacks the column {spec.join.on}, by which files are joined"
        raise InputError(Problem(f"{path}:1:1", rule, remedy="export it too") for path in lacking)
    return sheet.joined(other, spec.join.on)


def _unused(spec: TableMap, sheet: Sheet) -> Iterable[Finding]:
    if spec.join is None:
        for column, like in unused_columns(spec, sheet.columns):
            hint = f"; it looks like {like}, which is absent" if like else ""
            message = f"the column {column} is not used{hint}"
            yield Finding("note", "unused_column", message, spec.file, 0, "map it if it matters")


def _table(name: str, spec: TableMap, sheet: Sheet, mapping: Mapping) -> tuple[Columns, list[Finding]]:
    """A canonical table from a file. Raises InputError with every fault of its columns and cells."""
    problems = missing_columns(name, spec, f"{sheet.path}:1:1", sheet.columns)
    if problems:
        raise InputError(problems)
    findings = [*_unused(spec, sheet)]
    values: dict[str, NDArray[Any]] = {}
    for ours, what in COLUMNS[name].items():
        theirs = spec.columns.get(ours)
        if theirs is None or theirs not in sheet.columns:
            cells = np.full(len(sheet), spec.constants.get(ours, ""), dtype=object)
            values[ours] = np.full(len(sheet), np.nan) if what in NUMERIC else cells
            continue
        faults: list[Problem] = []
        if what == "time":
            values[ours], faults = sheet.times(theirs)
        elif what in NUMERIC:
            values[ours], faults = sheet.money(theirs)
        else:
            values[ours] = sheet.labels(theirs)
        problems += faults
        for bad, good in spec.merge.get(ours, {}).items():
            hit = values[ours] == bad
            values[ours] = np.where(hit, good, values[ours]).astype(object)
            if hit.any():
                message = f"{theirs}: {bad!r} is read as {good!r}, as the mapping says"
                findings.append(Finding("note", "merged", message, spec.file, int(hit.sum())))
    table = TABLES[name](**values)
    if isinstance(table, Opportunities):
        table, faults = _outcomes(table, mapping, spec, sheet)
        problems += faults
    if problems:
        raise InputError(problems)
    return table, findings


def _outcomes(
    deals: Opportunities, mapping: Mapping, spec: TableMap, sheet: Sheet
) -> tuple[Opportunities, list[Problem]]:
    """Recorded outcomes as `won`, `lost`, `open`; a deal that is closed must say which it is."""
    if mapping.closed_means_won:
        return deals.replace(outcome=np.where(np.isfinite(deals.closed), "won", "open").astype(object)), []
    meaning = {word.lower(): outcome for outcome, words in mapping.outcomes.items() for word in words} | {"": "open"}
    lowered = np.array([str(word).lower() for word in deals.outcome], dtype=object)
    problems = []
    if np.isfinite(deals.closed).any() and not np.any(deals.outcome != ""):
        column = spec.columns.get("outcome")
        remedy = f"add a column {column}" if column else "map a column onto opportunities.outcome"
        remedy += "; if the export holds won deals only, say closed_means_won in a mapping"
        problems.append(Problem(f"{sheet.path}:1:1", "has closed deals that do not say if won or lost", remedy=remedy))
    known = ", ".join(sorted(word for word in meaning if word))
    for word in sorted({str(word) for word, low in zip(deals.outcome, lowered, strict=True) if low not in meaning}):
        row = int(np.flatnonzero(deals.outcome == word)[0])
        rule, remedy = f"must be one of {known}", "say in a mapping's `outcomes` what it means"
        problems.append(sheet.problem(row, spec.columns["outcome"], rule, remedy))
    return deals.replace(outcome=np.array([meaning.get(low, "open") for low in lowered], dtype=object)), problems


def _once(table: Any, file: str) -> tuple[Any, list[Finding]]:
    """The table of leads or of opportunities with each id once, its first row; rows without an id are set aside."""
    findings = []
    nameless = table.id == ""
    if nameless.any():
        count = int(nameless.sum())
        message = f"{count} rows have no id, and are set aside"
        findings.append(Finding(_ERROR, "no_id", message, file, count, "give each its id"))
        table = take(table, ~nameless)
    _, first = np.unique(table.id.astype(str), return_index=True)
    extra = len(table) - len(first)
    if extra:
        message = f"{extra} rows repeat an id; the first row of each id is used"
        findings.append(Finding(_WARNING, "duplicates", message, file, extra, "remove the repeats"))
    return take(table, np.sort(first)), findings


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
        try:
            sheet = _sheet(spec, folder, mapping, rows)
            if sheet is not None:
                found[name], said = _table(name, spec, sheet, mapping)
                findings += said
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    deals: Opportunities = _first(found, "opportunities", Opportunities)
    leads: Leads = _first(found, "leads", Leads)
    if len(deals):
        file = mapping.tables["opportunities"].file
        deals, said = _once(deals, file)
        findings += said
        deals, said = _sound(deals, file)
        findings += said
        deals, said = _signed(deals, file)
        findings += said
    if len(leads):
        file = mapping.tables["leads"].file
        leads, said = _once(leads, file)
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
    fuller, said = _fuller(found, mapping)
    findings += said
    return (
        Tables(
            leads,
            deals,
            _first(found, "stage_history", StageHistory),
            _first(found, "spend", Spend),
            _first(found, "reps", Roster),
            **fuller,
        ),
        rows,
        tuple(findings),
    )


def _fuller(found: dict[str, Columns], mapping: Mapping) -> tuple[dict[str, Any], list[Finding]]:
    """The tables beside the first five, each record of them once, and the words in them that mean nothing to us."""
    fuller: dict[str, Any] = {name: table for name, table in found.items() if name in ("expansions", *FULLER)}
    files = {str(name): spec.file for name, spec in mapping.tables.items()}
    findings = []
    for name in ("expansions", "customers", "orders"):
        if name in fuller:
            fuller[name], said = _once(fuller[name], files[name])
            findings += said
    if "expansions" in fuller:
        fuller["expansions"], said = _sound(fuller["expansions"], files["expansions"])
        findings += said
    for name, column, known in (("activities", "activity", Kind), ("books", "account", Account)):
        if name in fuller:
            words = getattr(fuller[name], column)
            strange = ~np.isin(words.astype(str), [member.name.lower() for member in known])
            for word in sorted(set(words[strange])):
                count = int((words == word).sum())
                message = f"rows with the {column} {word!r} are not used"
                remedy = f"a mapping's `merge` can say which {column} of ours it is"
                findings.append(Finding(_WARNING, "unknown_word", message, files[name], count, remedy))
    return fuller, findings


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
            sheet = read_sheet(folder / file)
            found += [(f"{file}: {name}", sheet.labels(name)) for name in columns if name in sheet.columns]
    return tuple(found)
