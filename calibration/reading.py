"""Reads the tables of a history into the canonical ones; every fault of the files is reported at once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.changes import Course, from_changes, of_fields
from calibration.columns import Columns, Labels, take
from calibration.courses import Changes, FieldChanges, Snapshots
from calibration.findings import Finding
from calibration.fuller import FULLER
from calibration.mapping import Mapping, TableMap
from calibration.places import Place, open_place
from calibration.sheets import Sheet
from calibration.snapshots import from_snapshots
from calibration.sound import once, signed, sound, sound_leads
from calibration.sources.catalogue import SOURCES
from calibration.tables import Leads, Opportunities, Roster, Spend, StageHistory, Tables, empty
from calibration.tabulate import Tabulated, meanings, tabulate
from calibration.widened import widened
from sim.errors import InputError, Problem
from sim.log import Account, Kind

__all__ = ["Reading", "read_tables"]


@dataclass
class Reading:
    """What a history's place holds."""

    tables: Tables
    rows: dict[str, int] = field(default_factory=dict)
    """Rows read, by file."""
    findings: tuple[Finding, ...] = ()
    currency: str = ""
    """The currency of the amounts, if a column says it."""
    looked_at: tuple[tuple[str, NDArray[np.object_]], ...] = ()
    """The columns that the mapping names for a look at their spelling, as (file: column, labels)."""


def read_tables(where: str | Path, mapping: Mapping, until: dt.date | None = None) -> Reading:
    """The canonical tables of a place; of snapshots those until the end of a day. Raises InputError."""
    place = open_place(where)
    found, rows, problems = _found(place, mapping)
    if problems:
        raise InputError(dict.fromkeys(problems))
    findings = [said for each in found.values() for said in each.findings]
    tables: dict[str, Columns] = {name: each.table for name, each in found.items()}
    courses, problems = _courses(found, mapping, until)
    if problems:
        raise InputError(problems)
    for course in courses:
        findings += course.findings
    deals: Opportunities = courses[-1].deals if courses else _first(tables, "opportunities", Opportunities)
    stages: StageHistory = _first(tables, "stage_history", StageHistory)
    if courses and not len(stages):
        stages = courses[-1].stages
    file = next((found[name].sheet.name for name in ("opportunities", "snapshots", "changes") if name in found), "")
    if len(deals):
        for mend in (once, sound, signed):
            deals, said = mend(deals, file)
            findings += said
    leads: Leads = _first(tables, "leads", Leads)
    if len(leads):
        leads, said = sound_leads(leads, found["leads"].sheet.name)
        findings += said
    leads, deals = _named(leads, deals)
    fuller, said = _fuller(found)
    findings += said
    return Reading(
        Tables(leads, deals, stages, _first(tables, "spend", Spend), _first(tables, "reps", Roster), **fuller),
        rows,
        tuple(findings),
        next((each.currency for each in found.values() if each.currency), ""),
        _looked_at(place, mapping),
    )


def _found(place: Place, mapping: Mapping) -> tuple[dict[str, Tabulated], dict[str, int], list[Problem]]:
    """The tables that are there, the rows of their sheets, and what is wrong with them."""
    specs: Iterable[tuple[str, TableMap]] = mapping.tables.items()
    if place.one:
        (only,) = place.names
        named = [(name, spec) for name, spec in specs if place.find(spec.file)]
        specs = named or [("opportunities", mapping.tables["opportunities"].model_copy(update={"file": only}))]
    found: dict[str, Tabulated] = {}
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    for name, spec in specs:
        try:
            sheet = _sheet(spec, place, mapping, rows)
            if sheet is not None:
                found[name] = tabulate(name, spec, sheet, mapping)
        except InputError as error:
            problems += error.problems
    return found, rows, problems


def _sheet(spec: TableMap, place: Place, mapping: Mapping, rows: dict[str, int]) -> Sheet | None:
    """The sheet of a table, joined where the mapping says so; none where it is absent and may be. Counts its rows."""
    name = place.names[0] if place.one else place.find(spec.file)
    if name is None:
        if spec.optional:
            return None
        raise InputError(_absent(place, spec.file, mapping))
    sheet = place.sheet(name)
    rows[sheet.name] = len(sheet)
    if spec.join is None:
        return sheet
    other_name = place.find(spec.join.file)
    if other_name is None and spec.join.optional:
        return sheet
    if other_name is None:
        raise InputError(_absent(place, spec.join.file, mapping))
    other = place.sheet(other_name)
    rows[other.name] = len(other)
    key = spec.join.key or spec.join.on
    lacking = [(side, column) for side, column in ((sheet, spec.join.on), (other, key)) if column not in side.columns]
    if lacking:
        raise InputError(
            Problem(side.top, f"lacks the column {column}, by which files are joined", remedy="export it too")
            for side, column in lacking
        )
    return sheet.joined(other, spec.join.on, key, spec.join.prefix)


def _absent(place: Place, file: str, mapping: Mapping) -> Problem:
    """A needed file that is not there; names the shipped source whose files are, if any."""
    others = (
        other.name
        for other in SOURCES.values()
        if other is not mapping and all(place.find(spec.file) for spec in other.tables.values() if not spec.optional)
    )
    like = next(others, None)
    hint = f"; the files there are those of the source {like}" if like else ""
    return Problem(place.missing(file), "is missing", "", f"the source {mapping.name} needs it{hint}")


def _courses(
    found: dict[str, Tabulated], mapping: Mapping, until: dt.date | None
) -> tuple[list[Course], list[Problem]]:
    """What tables of changes and of snapshots, and columns of stages, say of the opportunities."""
    table = found.get("opportunities")
    deals = None if table is None else table.table
    assert deals is None or isinstance(deals, Opportunities)
    meaning = {**meanings(mapping), **({} if table is None else table.words)}
    try:
        for name in ("changes", "field_changes"):
            if name in found:
                rows = found[name].table
                changes = of_fields(rows, mapping.fields) if isinstance(rows, FieldChanges) else rows
                assert isinstance(changes, Changes)
                standing = _standing(found, mapping)
                return [from_changes(changes, deals, standing, meaning, found[name].sheet.name)], []
        if table is not None and mapping.tables["opportunities"].wide:
            wide = mapping.tables["opportunities"]
            assert deals is not None
            changes, findings = widened(table.sheet, wide, deals.id)
            course = from_changes(changes, deals, None, meaning, table.sheet.name)
            return [Course(course.deals, course.stages, (*findings, *course.findings))], []
        if "snapshots" in found:
            snapshots = found["snapshots"].table
            assert isinstance(snapshots, Snapshots)
            if until is not None:
                snapshots = take(snapshots, ~(snapshots.date >= (until - dt.date(1970, 1, 1)).days + 1.0))
            return [from_snapshots(snapshots, mapping, found["snapshots"].sheet.name)], []
    except InputError as error:
        return [], [*error.problems]
    return [], []


def _standing(found: dict[str, Tabulated], mapping: Mapping) -> Labels | None:
    """(opportunities,) the stage in which each stands, where the column of outcomes is one of stages."""
    if "opportunities" not in found or not mapping.other_words_are_open:
        return None
    column = mapping.tables["opportunities"].columns.get("outcome", "")
    sheet = found["opportunities"].sheet
    return sheet.labels(column) if column in sheet.columns else None


def _first(tables: dict[str, Columns], name: str, kind: type[Any]) -> Any:
    return tables.get(name) or empty(kind)


def _fuller(found: dict[str, Tabulated]) -> tuple[dict[str, Any], list[Finding]]:
    """The tables beside the first five, each record of them once, and the words in them that mean nothing to us."""
    fuller: dict[str, Any] = {name: found[name].table for name in found if name in ("expansions", *FULLER)}
    findings = []
    for name in ("expansions", "customers", "orders"):
        if name in fuller:
            fuller[name], said = once(fuller[name], found[name].sheet.name)
            findings += said
    if "expansions" in fuller:
        fuller["expansions"], said = sound(fuller["expansions"], found["expansions"].sheet.name)
        findings += said
    for name, column, known in (("activities", "activity", Kind), ("books", "account", Account)):
        if name in fuller:
            words = getattr(fuller[name], column)
            strange = ~np.isin(words.astype(str), [member.name.lower() for member in known])
            for word in sorted(set(words[strange])):
                count = int((words == word).sum())
                message = f"rows with the {column} {word!r} are not used"
                remedy = f"a mapping's `merge` can say which {column} of ours it is"
                findings.append(Finding("warning", "unknown_word", message, found[name].sheet.name, count, remedy))
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


def _looked_at(place: Place, mapping: Mapping) -> tuple[tuple[str, NDArray[np.object_]], ...]:
    """The columns that the mapping names for a look at their spelling, where their files exist."""
    if place.one:
        return ()
    found = []
    for file, columns in mapping.check.items():
        name = place.find(file)
        if name is not None:
            sheet = place.sheet(name)
            found += [
                (f"{sheet.name}: {column}", sheet.labels(column)) for column in columns if column in sheet.columns
            ]
    return tuple(found)
