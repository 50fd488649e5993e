"""How somebody's columns map onto ours: a declarative mapping, shipped for known exports or written by the user."""

import difflib
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from calibration.tables import COLUMNS
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
}
"""Columns without which a table cannot be read."""

TableName = Literal[
    "leads", "opportunities", "stage_history", "spend", "reps",
    "expansions", "activities", "customers", "orders", "books", "hours", "touches", "lost_survey",
    "picklists",
]  # fmt: skip


class Join(Noun):
    """A second file whose columns are added by a shared key; rows without a partner keep empty cells."""

    file: str
    on: str
    """The column that both files have."""


class TableMap(Noun):
    """Where one of our tables comes from."""

    file: str
    """File name in the history's folder (CSV or Parquet)."""
    columns: Annotated[MappingType[str, str], Field(min_length=1)]
    """Ours: theirs."""
    join: Join | None = None
    merge: MappingType[str, MappingType[str, str]] = Field(default_factory=dict)
    """By our column, values to be read as another: `{product: {GTXPro: GTX Pro}}`. Applied openly, never guessed."""
    constants: MappingType[str, str] = Field(default_factory=dict)
    """By our column, one value for all rows."""
    optional: bool = False
    """Whether the file may be absent."""
    lenient: bool = False
    """Whether columns other than the necessary ones may be absent."""


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
    closed_means_won: bool = False
    """The export records wins only: a row with a close date is won and has no outcome column."""
    stages: tuple[str, ...] = ()
    """Order of the stages; found from the stage history if not given."""
    check: MappingType[str, tuple[str, ...]] = Field(default_factory=dict)
    """By file, further columns whose spelling the quality report looks at; they are not used otherwise."""
    notes: tuple[str, ...] = ()
    """What a reader of this export must know."""


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else "known columns: " + ", ".join(known)


def _unknown_names(mapping: Mapping, where: str) -> list[Problem]:
    problems = []
    for table, spec in mapping.tables.items():
        known = list(COLUMNS[table])
        for part, names in (("columns", spec.columns), ("merge", spec.merge), ("constants", spec.constants)):
            for name in names:
                if name not in known:
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
        if theirs in have or (spec.lenient and ours not in NECESSARY[table]):
            continue
        close = difflib.get_close_matches(theirs, unused, n=1, cutoff=0.5)
        close = close or difflib.get_close_matches(ours, unused, n=1, cutoff=0.4)
        remedy = f"did you mean {close[0]}?" if close else "the file has: " + ", ".join(have[:40])
        problems.append(Problem(file, f"lacks the column {theirs}, needed as {table}.{ours}", "", remedy))
    return problems


def unused_columns(spec: TableMap, have: list[str]) -> list[tuple[str, str]]:
    """The file's columns that nothing reads, each with the absent mapped column that it resembles (or empty text)."""
    absent = {theirs for theirs in spec.columns.values() if theirs not in have}
    joined = {spec.join.on} if spec.join else set()
    pairs = []
    for column in have:
        if column in spec.columns.values() or column in joined:
            continue
        close = difflib.get_close_matches(column.lower(), sorted(absent), n=1, cutoff=0.6)
        pairs.append((column, close[0] if close else ""))
    return pairs
