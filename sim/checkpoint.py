"""Checkpoint: where a replication stands on a day, and from where it goes on to the same log, bit for bit.

A checkpoint of the compiled engine holds the engine's whole state. SimPy's holds no state, for a life that is told as a
generator cannot be written down: it holds what had been recorded by then as a digest, and whoever goes on from it lives
through the beginning again and compares.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.atomic import replacing
from sim.errors import InputError, Problem
from sim.horizon import Horizon
from sim.jit import STAMP
from sim.log import Names
from sim.noun import Noun
from sim.order import canonical
from sim.recorder import Recorded
from sim.snapshot import Snapshot
from sim.tables import Tables

__all__ = ["Checkpoint", "Phase", "Rows", "check_day", "load", "rows_of", "save", "world_digest"]

Phase = Literal["run-in", "plan"]

_FORMAT = 1
_REMEDY = "simulate from the beginning, or take the checkpoint up with what has written it"


@dataclass(frozen=True)
class Rows:
    """What had been recorded."""

    events: int
    entities: int
    digest: str
    """Of both, in canonical order: the same of every engine."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A replication before anything of a day has happened, and after all work of the instant before was handed out."""

    world: str
    """Digest of the arrays that were lived in, of their labels and of the deals that were open at the start."""
    seed: int
    replication: int
    day: float
    phase: Phase
    """Whose parameters held: those of the run-in, or the plan's. At day 0 the run-in's still do."""
    rows: Rows
    engine: str
    state: Mapping[str, NDArray[Any]] | None = None
    """Arrays of the compiled engine, without addresses; none if the beginning is to be lived through again."""
    version: str = dataclasses.field(default_factory=lambda: version("leadflow"))
    """Of leadflow."""
    house: str = STAMP[0]
    """Digest of the engines' sources."""

    def check(self, world: str) -> None:
        """Raise InputError, with every reason, if the run cannot go on here and in this world."""
        problems = [
            Problem(f"checkpoint.{name}", rule, given, f"it is {ours} now; {_REMEDY}")
            for name, rule, given, ours in (
                ("version", "must be of this version of leadflow", self.version, version("leadflow")),
                ("house", "must be of these sources of the engines", self.house, STAMP[0]),
                ("world", "must be of this funnel, plan and start", self.world, world),
            )
            if given != ours
        ]
        if problems:
            raise InputError(problems)

    def compare(self, rows: Rows) -> None:
        """Raise InputError if the beginning, lived through again, was another one."""
        if rows != self.rows:
            raise InputError(
                Problem(
                    "checkpoint.rows",
                    f"must be those that are recorded until day {self.day:g} when it is lived through again",
                    f"{self.rows.events} events, {self.rows.entities} entities, digest {self.rows.digest}",
                    f"they are {rows.events} events, {rows.entities} entities, digest {rows.digest}; {_REMEDY}",
                )
            )


def check_day(day: float, horizon: Horizon, since: Checkpoint | None = None) -> None:
    """Raise InputError unless a run may stop on a day: one of its own, not before the checkpoint it goes on from."""
    begins = horizon.begins if since is None else since.day
    if not begins <= day <= horizon.ends:
        where = "the run's days" if since is None else "the days that are left of the run"
        raise InputError(Problem("day", f"must be one of {where}, from {begins:g} to {horizon.ends:g}", f"{day:g}"))


def rows_of(recorded: Recorded) -> Rows:
    """The digest of what has been recorded so far, which stays as it is."""
    events, entities = recorded.events.copy(), recorded.entities
    state = hashlib.blake2b(digest_size=16)
    columns = canonical(events).columns() | {f"of {name}": entities[name] for name in entities.dtype.names or ()}
    columns.pop("of spare")
    for name, column in columns.items():
        state.update(f"{name}:{column.dtype.str}:{len(column)};".encode())
        state.update(np.ascontiguousarray(column).tobytes())
    return Rows(len(events), len(entities), state.hexdigest())


def world_digest(tables: Tables, snapshot: Snapshot | None, names: Names) -> str:
    """The digest of a replication's world: what its engine reads."""
    state = hashlib.blake2b(digest_size=16)
    _say(state, (tables, snapshot, names))
    return state.hexdigest()


def _say(state: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        state.update(f"{value.dtype.str}{value.shape};".encode())
        state.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, tuple):
        names = getattr(value, "_fields", range(len(value)))
        state.update(f"({len(value)};".encode())
        for name, part in zip(names, value, strict=True):
            state.update(f"{name}:".encode())
            _say(state, part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            state.update(f"{field.name}:".encode())
            _say(state, getattr(value, field.name))
    elif isinstance(value, Noun):
        state.update(f"{value.model_dump_json(by_alias=True)};".encode())
    elif value is None or isinstance(value, (bool, int, float, str, dt.date, np.generic)):
        state.update(f"{value!r};".encode())
    else:
        raise TypeError(f"a world holds a {type(value).__name__}, which has no digest")


def save(checkpoint: Checkpoint, path: str | Path) -> None:
    """Write a checkpoint as a .npz file, whole or not at all."""
    told = {
        field.name: getattr(checkpoint, field.name)
        for field in dataclasses.fields(Checkpoint)
        if field.name not in ("rows", "state")
    }
    told |= {"format": _FORMAT, "rows": dataclasses.asdict(checkpoint.rows), "holds": checkpoint.state is not None}
    arrays: dict[str, Any] = {f"state.{name}": array for name, array in (checkpoint.state or {}).items()}
    with replacing(path) as file, file.open("wb") as out:
        np.savez(out, checkpoint=np.array(json.dumps(told)), **arrays)


def load(path: str | Path) -> Checkpoint:
    """Read a checkpoint; InputError for a file that is none. Whether the run can go on, `Checkpoint.check` says."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(str(file["checkpoint"]))
            arrays = {name.removeprefix("state."): file[name] for name in file.files if name != "checkpoint"}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(Problem(str(path), "cannot be read as a checkpoint", str(error))) from error
    if (found := told.pop("format", None)) != _FORMAT:
        raise InputError(Problem(str(path), "must be a checkpoint of this version of leadflow", f"format {found}"))
    holds, rows = told.pop("holds"), Rows(**told.pop("rows"))
    return Checkpoint(rows=rows, state=arrays if holds else None, **told)
