"""Tabulate: one sheet of a history as one canonical table, by what the mapping says of it."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.columns import Columns
from calibration.findings import Finding
from calibration.likeness import unused_like
from calibration.mapping import Mapping, TableMap, missing_columns, unused_columns
from calibration.sheets import FORMULA_ERRORS, Sheet
from calibration.tables import COLUMNS, NUMERIC, TABLES, Opportunities
from sim.errors import InputError, Problem

__all__ = ["Tabulated", "meanings", "tabulate"]

_NOTHING = ("n/a", "na", "none", "null", "nan", "-", "--", "?", "tbd", "(no value)", "undefined")
"""Words for an empty cell."""

_SUMMARY = re.compile(r"(grand |sub)?total(s)?\b.*|sum|average|count|\d+ (rows|records)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_TRIAL = re.compile(r"\b(test|testing|dummy|asdf|qwerty|do not use|delete me|lorem ipsum)\b", re.IGNORECASE)

_TRUE, _FALSE = ["true", "1", "yes"], ["false", "0", "no", ""]

_LIMITS = (2_000, 10_000, 50_000, 65_535, 100_000, 1_048_575)
"""Rows at which exports and spreadsheets stop."""


@dataclass(frozen=True)
class Tabulated:
    """A canonical table, what was found on the way, and the currency of its amounts if the sheet says it."""

    table: Columns
    findings: tuple[Finding, ...]
    sheet: Sheet
    currency: str = ""
    words: MappingType[str, str] = field(default_factory=dict)
    """What further words mean won or lost, in lower case."""


def meanings(mapping: Mapping) -> dict[str, str]:
    """`won`, `lost` or `open` by recorded word in lower case."""
    return {word.lower(): str(outcome) for outcome, words in mapping.outcomes.items() for word in words} | {"": "open"}


def tabulate(name: str, spec: TableMap, sheet: Sheet, mapping: Mapping) -> Tabulated:
    """A canonical table from a sheet. Raises InputError with every fault of its columns and cells."""
    problems = missing_columns(name, spec, sheet.top, sheet.columns)
    if problems:
        raise InputError(problems)
    findings = [*_unused(spec, sheet)]
    sheet, said = _left_out(spec, sheet)
    findings += said
    for ours, others in spec.otherwise.items():
        sheet = sheet.filled(spec.columns[ours], others)
    sheet, said, problems = _rows_of_ids(name, spec, sheet)
    findings += said
    values: dict[str, NDArray[Any]] = {}
    for ours, what in COLUMNS[name].items():
        theirs = spec.columns.get(ours)
        if theirs is None or theirs not in sheet.columns:
            cells = np.full(len(sheet), spec.constants.get(ours, ""), dtype=object)
            values[ours] = np.full(len(sheet), np.nan) if what in NUMERIC else cells
            continue
        faults: list[Problem] = []
        if what == "time":
            values[ours], faults = sheet.times(theirs, spec.formats.get(ours, ""))
        elif what in NUMERIC:
            values[ours], faults = sheet.money(theirs, mapping.decimal or "")
        else:
            values[ours] = sheet.labels(theirs)
            findings += _no_names(theirs, ours, values[ours], sheet, spec) if what == "label" else ()
        problems += faults
        for bad, good in spec.merge.get(ours, {}).items():
            hit = values[ours] == bad
            values[ours] = np.where(hit, good, values[ours]).astype(object)
            if hit.any():
                message = f"{theirs}: {bad!r} is read as {good!r}, as the mapping says"
                findings.append(Finding("note", "merged", message, sheet.name, int(hit.sum())))
    findings += _zones(name, spec, sheet)
    currency, faults = _currency(name, spec, sheet, mapping, values)
    problems += faults
    table = TABLES[name](**values)
    words: dict[str, str] = {}
    if isinstance(table, Opportunities):
        flagged, words, faults = _flagged(table, spec, sheet)
        problems += faults
        if flagged is None:
            table, faults = _outcomes(table, mapping, spec, sheet)
            problems += faults
        else:
            table = flagged
        if name == "opportunities":
            findings += _no_ends(table, spec, sheet, mapping)
    if problems:
        raise InputError(problems)
    return Tabulated(table, tuple(findings), sheet, currency, words)


def _unused(spec: TableMap, sheet: Sheet) -> Iterator[Finding]:
    if spec.join is None:
        for column, like in unused_columns(spec, sheet.columns):
            message = f"the column {column} is not used"
            if like:
                message += f", and {like} is absent: did you mean {like}?"
                remedy = f"if so, rename {column} to {like}, or map it"
                yield Finding("warning", "unused_column", message, sheet.name, 0, remedy)
            else:
                yield Finding("note", "unused_column", message, sheet.name, 0, "map it if it matters")


def _no_ends(deals: Opportunities, spec: TableMap, sheet: Sheet, mapping: Mapping) -> Iterator[Finding]:
    """What keeps deals from being won or lost: columns that are absent, or a table without rows."""
    if mapping.tells_courses or spec.wide or "snapshots" in mapping.tables:
        return
    if not len(sheet):
        yield Finding("error", "no_rows", "has a header and no row below it", sheet.name, 0, "export its rows too")
    for ours in ("closed", "outcome"):
        theirs = spec.columns.get(ours, ours)
        said = ours == "outcome" and (mapping.closed_means_won or spec.flags)
        if said or spec.reads(ours, sheet.columns) or ours in spec.constants:
            continue
        ended = int((deals.outcome != "open").sum())
        cost = (
            f"{ended:,} won or lost opportunities are set aside"
            if ours == "closed" and ended
            else (f"none of {len(sheet):,} opportunities counts as won or lost")
        )
        like = unused_like(ours, theirs, _unread(spec, sheet))
        remedy = f"did you mean {like}? Rename it to {theirs}, or map it" if like else f"export {theirs} too, or map it"
        message = f"lacks the column {theirs}, so {cost}"
        yield Finding("error", "absent_column", message, sheet.name, ended or len(sheet), remedy)


def _unread(spec: TableMap, sheet: Sheet) -> list[str]:
    return [column for column in sheet.columns if column not in spec.columns.values()]


def _left_out(spec: TableMap, sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    """Without the rows that the mapping leaves out."""
    findings = []
    for column, words in spec.leave_out.items():
        if column not in sheet.columns:
            continue
        lowered = {word.lower() for word in words}
        out = np.array([str(cell).lower() in lowered for cell in sheet.labels(column)], dtype=bool)
        if out.any():
            message = f"rows with {column} {', '.join(words)} are left out, as the mapping says"
            findings.append(Finding("note", "left_out", message, sheet.name, int(out.sum())))
            sheet = sheet.rows(~out)
    return sheet, findings


def _rows_of_ids(name: str, spec: TableMap, sheet: Sheet) -> tuple[Sheet, list[Finding], list[Problem]]:
    """Without lines of totals; and what there is to say of ids, of trial records, and of the number of rows."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    if len(sheet) in _LIMITS:
        message = f"exactly {len(sheet):,} rows were read, which is where some exports and spreadsheets stop"
        remedy = "check that the export is whole"
        findings.append(Finding("warning", "export_limit", message, sheet.name, len(sheet), remedy))
    theirs = spec.columns.get("opportunity" if "opportunity" in spec.columns and "id" not in spec.columns else "id", "")
    if theirs not in sheet.columns:
        return sheet, findings, problems
    ids = sheet.labels(theirs)
    rounded = np.array([_ROUNDED.fullmatch(str(id)) is not None for id in ids], dtype=bool)
    if rounded.any():
        remedy = "format the column as text before you save it, and export again: different ids may read the same now"
        rule = f"is an id that a spreadsheet has rounded, one of {int(rounded.sum())}"
        problems.append(sheet.problem(int(np.flatnonzero(rounded)[0]), theirs, rule, remedy))
    summary = np.array([_SUMMARY.fullmatch(str(id)) is not None for id in ids], dtype=bool)
    if summary.any():
        message = f"{_rows(summary)} hold totals and no record, and are set aside"
        findings.append(
            Finding("error", "summary_row", message, sheet.name, int(summary.sum()), "export without totals")
        )
        sheet = sheet.rows(~summary)
    if name in ("leads", "opportunities"):
        findings += _trials(spec, sheet)
    return sheet, findings, problems


def _trials(spec: TableMap, sheet: Sheet) -> Iterator[Finding]:
    """Records that somebody made to try the CRM out."""
    dated = {theirs for ours, theirs in spec.columns.items() if COLUMNS["opportunities"].get(ours) in NUMERIC}
    hit = np.zeros(len(sheet), dtype=bool)
    shown = ""
    for column in sheet.columns:
        if column not in dated:
            cells = sheet.labels(column)
            if _TRIAL.search("\n".join(cells)) is None:
                continue
            here = np.array([_TRIAL.search(cell) is not None for cell in cells], dtype=bool)
            if here.any() and not shown:
                shown = f"{column} {sheet.labels(column)[here][0]!r}"
            hit |= here
    if hit.any():
        message = f"{_rows(hit)} look like trials and not like business ({shown})"
        remedy = "if they are, delete them or name them in the mapping's leave_out"
        yield Finding("warning", "test_records", message, sheet.name, int(hit.sum()), remedy)


def _rows(mask: NDArray[np.bool_]) -> str:
    count = int(mask.sum())
    return f"{count:,} row{'s'[: count != 1]}"


def _no_names(theirs: str, ours: str, labels: NDArray[np.object_], sheet: Sheet, spec: TableMap) -> Iterator[Finding]:
    """Cells of a category that hold no name."""
    merged = spec.merge.get(ours, {})
    for word in sorted({str(label) for label in labels if label not in merged}):
        count = int((labels == word).sum())
        if word in FORMULA_ERRORS:
            message = f"{theirs}: a formula failed and left {word!r}, which is read as a name"
            yield Finding("warning", "formula_error", message, sheet.name, count, "mend it and export again")
        elif word.lower() in _NOTHING:
            message = f"{theirs}: {word!r} seems to mean that nothing is known, and is read as a name"
            remedy = f"if so, say in the mapping: merge: {{{ours}: {{{word!r}: ''}}}}"
            yield Finding("warning", "placeholder", message, sheet.name, count, remedy)


def _zones(name: str, spec: TableMap, sheet: Sheet) -> Iterator[Finding]:
    """A table of which some times say their zone and others do not."""
    columns = [
        theirs
        for ours, theirs in spec.columns.items()
        if COLUMNS[name][ours] == "time" and theirs in sheet.columns and ours not in spec.formats
    ]
    if not any(sheet.tells_zones(column) for column in columns):
        return
    zoned, bare = map(sum, zip(*(sheet.zones(column) for column in columns), strict=True))
    if zoned and bare:
        message = f"{zoned:,} times say their zone and {bare:,} do not, which are read as UTC"
        remedy = "export all times in one zone: hours may be wrong, and days near midnight"
        yield Finding("warning", "mixed_zones", message, sheet.name, min(zoned, bare), remedy)


def _currency(
    name: str, spec: TableMap, sheet: Sheet, mapping: Mapping, values: dict[str, NDArray[Any]]
) -> tuple[str, list[Problem]]:
    """Amounts in one currency, by the mapping's rates where there are several; changes `values`."""
    column = next((one for one in spec.currency if one in sheet.columns), None)
    if column is None:
        return "", []
    money = [ours for ours, what in COLUMNS[name].items() if what == "money"]
    amounts = np.array([np.isfinite(values[ours]) for ours in money]).any(axis=0)
    codes = np.array([str(code).upper() for code in sheet.labels(column)], dtype=object)
    found = sorted(set(codes[amounts & (codes != "")]))
    if not mapping.rates:
        if len(found) < 2:
            return (found or [""])[0], []
        counts = ", ".join(f"{code} {int((codes[amounts] == code).sum()):,}" for code in found)
        rare = min(found, key=lambda code: int((codes[amounts] == code).sum()))
        row = int(np.flatnonzero(amounts & (codes == rare))[0])
        remedy = "say in the mapping what each is worth: rates: {" + ", ".join(f"{code}: 1" for code in found) + "}"
        return "", [sheet.problem(row, column, f"must be one currency in all rows with an amount ({counts})", remedy)]
    rates = {code.upper(): rate for code, rate in mapping.rates.items()}
    unknown = [code for code in found if code not in rates]
    if unknown:
        row = int(np.flatnonzero(amounts & (codes == unknown[0]))[0])
        rule = f"must be one of the mapping's rates: {', '.join(rates)}"
        return "", [sheet.problem(row, column, rule, "add what one unit of it is worth")]
    factor = np.array([rates.get(code, 1.0) for code in codes])
    for ours in money:
        values[ours] = values[ours] * factor
    return next((code for code, rate in rates.items() if rate == 1.0), ""), []


def _flagged(
    deals: Opportunities, spec: TableMap, sheet: Sheet
) -> tuple[Opportunities | None, dict[str, str], list[Problem]]:
    """Outcomes by columns of true and false, if they tell won from lost from open, and what stages mean by them."""
    flags: dict[str, NDArray[np.bool_]] = {}
    problems = []
    for meaning, column in spec.flags.items():
        if column in sheet.columns:
            cells = np.array([str(cell).lower() for cell in sheet.labels(column)], dtype=object)
            flags[meaning] = np.isin(cells.astype(str), _TRUE)
            strange = np.flatnonzero(~flags[meaning] & ~np.isin(cells.astype(str), _FALSE))
            if len(strange):
                problems.append(sheet.problem(int(strange[0]), column, "must be true or false"))
    if problems or "won" not in flags or not {"lost", "closed"} & set(flags):
        return None, {}, problems
    won = flags["won"]
    lost = flags.get("lost", flags.get("closed", won)) & ~won
    outcome = np.where(won, "won", np.where(lost, "lost", "open")).astype(object)
    words = {
        str(word).lower(): str(end) for word, end in zip(deals.outcome, outcome, strict=True) if end != "open" and word
    }
    return deals.replace(outcome=outcome), words, []


def _outcomes(
    deals: Opportunities, mapping: Mapping, spec: TableMap, sheet: Sheet
) -> tuple[Opportunities, list[Problem]]:
    """Recorded outcomes as `won`, `lost`, `open`; a deal that is closed must say which it is."""
    if mapping.closed_means_won:
        return deals.replace(outcome=np.where(np.isfinite(deals.closed), "won", "open").astype(object)), []
    meaning = meanings(mapping)
    lowered = np.array([str(word).lower() for word in deals.outcome], dtype=object)
    problems = []
    if np.isfinite(deals.closed).any() and not np.any(deals.outcome != "") and not mapping.tells_courses:
        column = spec.columns.get("outcome")
        like = unused_like("outcome", column or "outcome", _unread(spec, sheet))
        remedy = f"add a column {column}" if column else "map a column onto opportunities.outcome"
        remedy = f"did you mean {like}? Rename it to {column}, or map it" if column and like else remedy
        remedy += "; if the export holds won deals only, say closed_means_won in a mapping"
        problems.append(Problem(sheet.top, "has closed deals that do not say if won or lost", remedy=remedy))
    # A column of stages in which some mean won or lost: every other stage is one of an open deal.
    if mapping.other_words_are_open:
        return deals.replace(outcome=np.array([meaning.get(low, "open") for low in lowered], dtype=object)), problems
    known = ", ".join(sorted(word for word in meaning if word))
    for word in sorted({str(word) for word, low in zip(deals.outcome, lowered, strict=True) if low not in meaning}):
        row = int(np.flatnonzero(deals.outcome == word)[0])
        rule, remedy = f"must be one of {known}", "say in a mapping's `outcomes` what it means"
        problems.append(sheet.problem(row, spec.columns["outcome"], rule, remedy))
    return deals.replace(outcome=np.array([meaning.get(low, "open") for low in lowered], dtype=object)), problems
