"""How somebody's columns map onto ours: a declarative mapping, shipped for known exports or written by the user."""

import difflib
from collections.abc import Collection
from collections.abc import Mapping as MappingType
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from calibration.likeness import absent_like, unused_like
from calibration.tables import COLUMNS
from scenarios.refusals import shown
from sim.errors import InputError, Problem
from sim.noun import Noun

__all__ = ["NECESSARY", "Join", "Mapping", "TableMap", "missing_columns", "read_mapping", "unused_columns"]

NECESSARY: dict[str, tuple[str, ...]] = {
    "leads": ("id", "captured"),
    "opportunities": ("id", "opened"),
    "stage_history": ("opportunity", "stage", "entered"),
    "spend": ("month", "channel", "amount"),
    "reps": ("name",),
    "expansions": ("id", "opened"),
    "activities": ("at", "activity"),
    "customers": ("id", "since"),
    "orders": ("customer", "ordered"),
    "books": ("at", "account", "amount"),
    "hours": ("rep", "month", "hours"),
    "touches": ("at", "lead", "channel"),
    "lost_survey": ("opportunity", "at", "reason"),
    "picklists": ("field", "value"),
    "changes": ("opportunity", "at"),
    "field_changes": ("opportunity", "at", "field", "new"),
    "snapshots": ("date", "opportunity", "stage"),
}
"""Columns without which a table cannot be read."""

TableName = Literal[
    "leads", "opportunities", "stage_history", "spend", "reps",
    "expansions", "activities", "customers", "orders", "books", "hours", "touches", "lost_survey",
    "picklists", "changes", "field_changes", "snapshots",
]  # fmt: skip


class Join(Noun):
    """A second file whose columns are added by a shared key; rows without a partner keep empty cells."""

    file: str
    on: str
    """The column that both files have."""
    key: str | None = None
    """What the second file calls it, if otherwise."""
    prefix: str = ""
    """What stands before the names of the second file's columns, so that they differ from those of the first."""
    optional: bool = False
    """Whether the second file may be absent."""


class TableMap(Noun):
    """Where one of our tables comes from."""

    file: str
    """File name in the history's folder (CSV, Parquet or Excel), where `*` may stand for what changes from export to
    export; of a workbook or a database the sheet or table of that name, without its suffix."""
    columns: Annotated[MappingType[str, str], Field(min_length=1)]
    """Ours: theirs."""
    join: Join | None = None
    merge: MappingType[str, MappingType[str, str]] = Field(default_factory=dict)
    """By our column, values to be read as another: `{product: {GTXPro: GTX Pro}}`. Applied openly, never guessed."""
    constants: MappingType[str, str] = Field(default_factory=dict)
    """By our column, one value for all rows."""
    formats: MappingType[str, str] = Field(default_factory=dict)
    """By our column (or `wide`), how its dates are written: as in `%d/%m/%Y`, or `excel` for a spreadsheet's number of
    days, or `unix` for seconds since 1970. ISO without it."""
    otherwise: MappingType[str, tuple[str, ...]] = Field(default_factory=dict)
    """By our column, further columns of theirs that are read where the first is empty or absent."""
    flags: MappingType[Literal["won", "lost", "closed"], str] = Field(default_factory=dict)
    """Of opportunities, the columns that say true or false of won, lost and closed. They are believed before the
    outcome, and tell which stages mean won and lost."""
    wide: MappingType[str, str] | tuple[str, ...] = Field(default_factory=dict)
    """Of opportunities with one column a stage, the day on which it was entered: by stage its column, or patterns, the
    first that fits, in which `{stage}` stands for the stage's name, `*` for any text and `?` for any sign."""
    leave_out: MappingType[str, tuple[str, ...]] = Field(default_factory=dict)
    """By their column, values whose rows are left out: `{Pipeline: [Renewals]}`."""
    currency: tuple[str, ...] = ()
    """Their column that names the currency of the amounts; the first that is there."""
    optional: bool = False
    """Whether the file may be absent."""
    lenient: bool = False
    """Whether columns other than the necessary ones may be absent."""
    known: tuple[str, ...] = ()
    """Further columns of a usual export, where `*` may stand for any text: known not to be used, so not reported."""

    def reads(self, ours: str, have: Collection[str]) -> bool:
        """Whether a column of ours is among those that a file has."""
        names = (self.columns.get(ours), *self.otherwise.get(ours, ()))
        return any(name in have for name in names)


class Mapping(Noun):
    """How an export is read."""

    name: str
    tables: Annotated[MappingType[TableName, TableMap], Field(min_length=1)]
    outcomes: MappingType[Literal["won", "lost", "open"], tuple[str, ...]] = {
        "won": ("won",),
        "lost": ("lost",),
        "open": ("open", ""),
    }
    """Which recorded values mean won, lost and open; letter case does not matter."""
    other_words_are_open: bool = False
    """The outcome is a column of stages: those that `outcomes` does not name are stages of an open deal."""
    closed_means_won: bool = False
    """The export records wins only: a row with a close date is won and has no outcome column."""
    stages: tuple[str, ...] = ()
    """Order of the stages; found from the stage history if not given."""
    decimal: Literal[".", ","] | None = None
    """The sign before the cents, if amounts are written with a currency or with thousands set apart."""
    rates: MappingType[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """What one unit of a currency is worth in that which all amounts are counted in: `{EUR: 1, USD: 0.92}`."""
    fields: tuple[str, ...] = ("StageName", "Stage", "stage", "dealstage")
    """Of a history of changed fields, the names of the field that holds the stage."""
    check: MappingType[str, tuple[str, ...]] = Field(default_factory=dict)
    """By file, further columns whose spelling the quality report looks at; they are not used otherwise."""
    notes: tuple[str, ...] = ()
    """What a reader of this export must know."""

    @property
    def tells_courses(self) -> bool:
        """Whether a table of changes may say what became of a deal."""
        return any(name in ("changes", "field_changes") for name in self.tables)


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "known columns: " + ", ".join(known)


def _unknown_names(mapping: Mapping, where: str) -> list[Problem]:
    problems = []
    for table, spec in mapping.tables.items():
        known = list(COLUMNS[table])
        parts = (
            ("columns", spec.columns),
            ("merge", spec.merge),
            ("constants", spec.constants),
            ("formats", spec.formats),
            ("otherwise", spec.otherwise),
        )
        for part, names in parts:
            for name in names:
                if name not in known and not (part == "formats" and name == "wide"):
                    problems.append(
                        Problem(
                            f"{where}: tables.{table}.{part}.{name}",
                            "is not a column of ours",
                            name,
                            _nearest(name, known),
                        )
                    )
    return problems


def read_mapping(source: str | Path | MappingType[str, Any]) -> Mapping:
    """A mapping from a YAML file or from plain data; InputError lists every fault."""
    where, data = "mapping", source
    if isinstance(source, (str, Path)):
        where = str(source)
        try:
            data = yaml.safe_load(Path(source).read_text(encoding="utf-8"))
        except OSError as fault:
            raise InputError(
                Problem(where, "cannot be read", fault.strerror or str(fault), "give a mapping.yaml")
            ) from None
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
            line = getattr(getattr(fault, "problem_mark", None), "line", None)
            place = where if line is None else f"{where}:{line + 1}"
            raise InputError(Problem(place, "is not readable as YAML", str(fault).splitlines()[0])) from None
    if not isinstance(data, MappingType):
        raise InputError(
            Problem(where, "is not a mapping", shown(data), "give a YAML file that begins with `name:` and `tables:`")
        )
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as fault:
        raise InputError(
            Problem(f"{where}: {'.'.join(map(str, error['loc']))}", error["msg"], str(error.get("input", ""))[:60])
            for error in fault.errors()
        ) from None
    problems = _unknown_names(mapping, where)
    if problems:
        raise InputError(problems)
    return mapping


def missing_columns(table: str, spec: TableMap, file: str, have: list[str]) -> list[Problem]:
    """A problem for every needed column that the file lacks, with the file's unused column that looks most like it."""
    unused = [column for column in have if column not in spec.columns.values()]
    problems = []
    for ours, theirs in spec.columns.items():
        if spec.reads(ours, have) or (spec.lenient and ours not in NECESSARY[table]):
            continue
        close = unused_like(ours, theirs, unused)
        remedy = f"did you mean {close}?" if close else "the file has: " + ", ".join(have[:40])
        problems.append(Problem(file, f"lacks the column {theirs}, needed as {table}.{ours}", "", remedy))
    return problems


def unused_columns(spec: TableMap, have: list[str]) -> list[tuple[str, str]]:
    """The file's columns that nothing reads, each with the absent mapped column that it resembles (or empty text)."""
    absent = {ours: theirs for ours, theirs in spec.columns.items() if not spec.reads(ours, have)}
    joined = {*spec.currency, *spec.leave_out, *spec.flags.values()}
    joined |= {*(spec.wide.values() if not isinstance(spec.wide, tuple) else ()), *sum(spec.otherwise.values(), ())}
    joined |= {spec.join.on} if spec.join else set()
    pairs = []
    for column in have:
        if column in spec.columns.values() or column in joined or any(fnmatchcase(column, one) for one in spec.known):
            continue
        pairs.append((column, absent_like(column, absent)))
    return pairs
