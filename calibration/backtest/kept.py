"""Kept trials: a folder that holds a backtest as it is made, a file a cut-off, and what it is a backtest of.

`backtest.json` says of which history, settings, version and code the trials are; `cutoffs/DATE.jsonl` holds those of
one cut-off, a line each, written whole or not at all. The same backtest goes on where it stopped; another is refused.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from calibration.backtest.trials import Trial
from calibration.history import History
from results.plain import plain
from sim.atomic import replacing
from sim.errors import InputError, Problem

__all__ = ["Kept", "history_digest", "keep"]

_FORMAT = 1
_SAID = "backtest.json"

_ROOMS = ("sim", "scenarios", "results", "calibration")
"""Where what a forecast says, and how it is scored, is written."""


@dataclass(frozen=True)
class Kept:
    """A folder of trials."""

    folder: Path

    def _file(self, day: dt.date) -> Path:
        return self.folder / "cutoffs" / f"{day}.jsonl"

    def has(self, day: dt.date) -> bool:
        """Whether a cut-off is finished."""
        return self._file(day).is_file()

    def write(self, day: dt.date, made: Iterable[Trial]) -> None:
        """Keep the trials of a cut-off."""
        lines = [json.dumps(plain(asdict(trial) | {"cutoff": str(trial.cutoff)}), allow_nan=False) for trial in made]
        file = self._file(day)
        file.parent.mkdir(exist_ok=True)
        with replacing(file) as part:
            part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def read(self, days: Sequence[dt.date]) -> tuple[Trial, ...]:
        """The trials of those of the cut-offs that are finished, in their order."""
        return tuple(
            _trial(json.loads(line))
            for day in days
            if self.has(day)
            for line in self._file(day).read_text(encoding="utf-8").splitlines()
        )


def _trial(said: dict[str, Any]) -> Trial:
    known: dict[str, Any] = {name: math.nan if value is None else value for name, value in said.items()}
    ends = tuple(tuple(math.nan if end is None else end for end in pair) for pair in said["intervals"])
    return Trial(**{**known, "cutoff": dt.date.fromisoformat(said["cutoff"]), "intervals": ends})


def history_digest(history: History) -> str:
    """Hexadecimal hash of everything that the tables hold; equal tables give an equal digest on every machine."""
    state = hashlib.blake2b(str(history.as_of).encode(), digest_size=16)
    for name, table in vars(history.tables).items():
        state.update(f"\0{name}\0{table is None}".encode())
        for column in dataclasses.fields(table) if table is not None else ():
            values = getattr(table, column.name)
            state.update(f"\0{column.name}\0{len(values)}\0".encode())
            if values.dtype == object:
                state.update("\0".join(map(str, values)).encode())
            else:
                state.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return state.hexdigest()


def _code_digest() -> str:
    """Hash of leadflow's own files, which may change while its version does not."""
    state = hashlib.blake2b(digest_size=16)
    for room in _ROOMS:
        home = Path(str(import_module(room).__file__)).parent
        for file in sorted(home.rglob("*.py")):
            state.update(f"\0{room}/{file.relative_to(home).as_posix()}\0".encode() + file.read_bytes())
    return state.hexdigest()


def keep(folder: str | Path, history: History, settings: Mapping[str, Any]) -> Kept:
    """The folder for a backtest, new or gone on with. Raises InputError where it holds something else."""
    said = {
        "format": _FORMAT,
        "leadflow": version("leadflow"),
        "code": _code_digest(),
        "history": history_digest(history),
        **json.loads(json.dumps(plain(settings))),
    }
    home = Path(folder)
    if home.exists() and not home.is_dir():
        raise InputError(Problem(str(home), "must be a folder, and is a file", remedy="choose another name"))
    if home.is_dir() and any(home.iterdir()):
        _check(home, said)
        return Kept(home)
    home.mkdir(parents=True, exist_ok=True)
    with replacing(home / _SAID) as part:
        part.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return Kept(home)


_OTHER = {"history": "another history", "code": "leadflow's code was another"}


def _check(home: Path, said: Mapping[str, Any]) -> None:
    """Refuse a folder whose trials are not of this backtest, and say what differs."""
    remedy = "choose another folder, or remove this one to begin anew"
    try:
        found = json.loads((home / _SAID).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise InputError(Problem(str(home), "must be new, empty or the folder of a backtest", remedy=remedy))
    problems = []
    for name in dict.fromkeys((*said, *found)):
        asked, there = said.get(name), found.get(name)
        if asked == there:
            continue
        got = _OTHER.get(name) or f"{name} {_short(there)}, and now {_short(asked)}"
        problems.append(Problem(str(home), "must hold trials of the same backtest", got, remedy))
    if problems:
        raise InputError(problems)


def _short(value: Any) -> str:
    if isinstance(value, list) and len(value) > 3:
        return f"{value[0]} to {value[-1]} ({len(value)})"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
