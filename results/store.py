"""Store: one folder a run under a company's `runs/`, named by the digest of what went into the run.

A folder holds `manifest.json` (what ran, when, by which versions, with the plan and the funnel that repeat it), the
run set as `metrics.parquet` and `months.parquet`, and what was lost as `tables.json` (a folder written before there was
a report has none). It is written under a temporary name, flushed to disk and then renamed, so a folder that bears a
run's name is whole.
"""

import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results.runset import RunSet
from results.tables import Tables, read_tables, write_tables
from results.uncertainty import Floats
from scenarios.scenario import Scenario
from sim.atomic import replacing
from sim.errors import InputError, Problem
from sim.snapshot import Snapshot

__all__ = ["Manifest", "Store", "run_digest"]

_FORMAT = 1

_TABLES = "tables.json"


@dataclass(frozen=True)
class Manifest:
    """What a stored run is."""

    run: str
    """Digest of the inputs; the folder's name."""
    scenario: str
    plan: str
    seed: int
    replications: int
    engine: str
    created: str
    """When it was stored, ISO, UTC."""
    seconds: float
    versions: Mapping[str, str]
    inputs: Mapping[str, Any]
    """Plan, root plan, funnel and open deals as they went in; the draws by their digest."""
    runset: Mapping[str, Any]
    """What the run set holds beside its numbers."""
    asked: int | None = None
    """Replications that were asked for, where Ctrl-C came before the last: the run is the first of them."""
    whole: str | None = None
    """The digest that the run would have had with all of them."""


def _inputs(scenario: Scenario, replications: int, seed: int, engine: str) -> dict[str, Any]:
    draws, snapshot = scenario.draws, scenario.snapshot
    said: dict[str, Any] = {
        "scenario": scenario.name,
        "plan": scenario.plan.model_dump(mode="json", by_alias=True),
        "root": scenario.root.model_dump(mode="json", by_alias=True),
        "funnel": scenario.funnel.model_dump(mode="json", by_alias=True),
        "snapshot": None if snapshot is None else _told(snapshot),
        "draws": None,
        "stress": [[path, str(value)] for path, value in scenario.stress],
        "replications": replications,
        "seed": seed,
        "engine": engine,
        "leadflow": version("leadflow"),
    }
    if draws is not None:
        state = hashlib.blake2b("\0".join(draws.paths).encode(), digest_size=16)
        for array in (draws.values, draws.point):
            state.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
        said["draws"] = state.hexdigest()
    return said


def _told(snapshot: Snapshot) -> Any:
    """A list of open deals, or what else there is beside it."""
    # A deal without an owner is told as it always was, so that its run keeps its digest.
    deals = [
        {name: value for name, value in asdict(deal).items() if name != "owner" or value} for deal in snapshot.deals
    ]
    if snapshot == Snapshot(snapshot.deals):
        return deals
    return asdict(snapshot) | {"deals": deals}


def run_digest(scenario: Scenario, replications: int, seed: int, engine: str) -> str:
    """The run's identity: hexadecimal hash of funnel, plan, root plan, draws, snapshot, seed, replications, engine and
    version. Equal inputs give an equal digest on every machine."""
    return _hash(_inputs(scenario, replications, seed, engine))


def _hash(inputs: Mapping[str, Any]) -> str:
    # Keys of a mapping keep their order: the order of channels or stages is part of what a plan says.
    return hashlib.blake2b(json.dumps(inputs).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Store:
    """The runs in a folder; the folder is made when the first run is saved."""

    folder: Path

    def save(
        self,
        scenario: Scenario,
        runs: RunSet,
        tables: Tables | None = None,
        *,
        seconds: float = 0.0,
        asked: int | None = None,
    ) -> Path:
        """Write a run and return its folder; a run that is already there is kept as it is, being the same.

        tables: what was measured of it besides; of a run that is already there they are added if they tell more.
        asked: the replications that were asked for. Fewer were finished if the run was interrupted; those are stored
        as the run that they are, the first replications of the one that was asked for.
        """
        inputs = _inputs(scenario, len(runs), runs.seed, runs.engine)
        digest = _hash(inputs)
        part = asked is not None and asked > len(runs)
        home = self.folder / digest
        if (home / "manifest.json").is_file():
            _add(tables, home)
            return home
        manifest = Manifest(
            run=digest,
            scenario=runs.scenario,
            plan=scenario.plan.name,
            seed=runs.seed,
            replications=len(runs),
            engine=runs.engine,
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seconds=seconds,
            versions={name: version(name) for name in ("leadflow", "numpy", "simpy", "numba")}
            | {"python": platform.python_version()},
            inputs=inputs,
            runset={
                "format": _FORMAT,
                "metrics": runs.metrics,
                "monthly_metrics": runs.monthly_metrics,
                "months": runs.months,
                "currency": runs.currency,
                "draws_available": runs.draws_available,
                "warnings": runs.warnings,
            },
            asked=asked if part else None,
            whole=_hash({**inputs, "replications": asked}) if part else None,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self.folder))
        try:
            _write(runs, partial)
            if tables is not None:
                write_tables(tables, partial / _TABLES)
            (partial / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
            partial.chmod(0o755)
            for file in (*partial.iterdir(), partial):
                _flush(file)
            try:
                partial.rename(home)
            except OSError:
                # Another process has stored the same run meanwhile; a run that is there is whole.
                if not (home / "manifest.json").is_file():
                    raise
            _flush(self.folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return home

    def stored(self) -> tuple[Manifest, ...]:
        """The stored runs, oldest first; unfinished folders are not runs."""
        if not self.folder.is_dir():
            return ()
        found = [_manifest(home) for home in self._homes()]
        return tuple(sorted(found, key=lambda manifest: (manifest.created, manifest.run)))

    def read(self, run: str) -> tuple[Manifest, RunSet]:
        """A stored run by its digest or the beginning of it; InputError if there is none or more than one."""
        home = self.home(run)
        return _manifest(home), _runset(home)

    def tables(self, run: str) -> Tables | None:
        """What was measured of a stored run besides; none if that was not stored."""
        return _tables(self.home(run))

    def named(self, run: str) -> list[Path]:
        """The folders of the stored runs whose digest begins so."""
        return [home for home in self._homes() if run and home.name.startswith(run)] if self.folder.is_dir() else []

    def home(self, run: str) -> Path:
        """The folder of a stored run by its digest or the beginning of it; InputError as of `read`."""
        homes = self.named(run)
        if len(homes) != 1:
            rule = "there is no stored run of this name" if not homes else "more than one stored run begins so"
            names = ", ".join(sorted(home.name[:12] for home in homes))
            raise InputError(Problem(str(self.folder), rule, repr(run), names and f"they are {names}"))
        return homes[0]

    def _homes(self) -> list[Path]:
        return [
            home
            for home in self.folder.iterdir()
            if not home.name.startswith(".") and (home / "manifest.json").is_file()
        ]


def _manifest(home: Path) -> Manifest:
    try:
        return Manifest(**json.loads((home / "manifest.json").read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise InputError(
            Problem(str(home / "manifest.json"), "cannot be read as a run's manifest", str(error))
        ) from error


def _tables(home: Path) -> Tables | None:
    file = home / _TABLES
    return read_tables(file) if file.is_file() else None


def _add(tables: Tables | None, home: Path) -> None:
    """Add tables to a stored run that has none, or has them without details."""
    try:
        there = _tables(home)
    except InputError:
        # Of another version of leadflow, which knew of them more or less; these are the same run's.
        there = None
    if tables is None or (there is not None and (there.details is not None or tables.details is None)):
        return
    with replacing(home / _TABLES) as file:
        write_tables(tables, file)


def _write(runs: RunSet, home: Path) -> None:
    """The numbers in long form: a row per replication and metric, and one per replication, metric and month."""
    # By pyarrow alone, and from plain memory: given a list or an array of numpy, it loads pandas to look at it, which
    # takes longer than many a run.
    import pyarrow as pa
    from pyarrow.parquet import write_table

    def column(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
        return pa.Array.from_buffers(kind, values.size, [None, pa.py_buffer(np.ascontiguousarray(values))])

    def labels(names: Sequence[str], each: int, times: int) -> pa.Array:
        index = np.tile(np.repeat(np.arange(len(names), dtype=np.int32), each), times)
        texts = [name.encode() for name in names]
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
        words = pa.Array.from_buffers(pa.string(), len(texts), buffers)
        return pa.DictionaryArray.from_arrays(column(index, pa.int32()), words)

    def table(names: Sequence[str], values: Floats, months: Sequence[str] | None = None) -> pa.Table:
        count, rows = len(runs), len(names) * (1 if months is None else len(months))
        columns: dict[str, Any] = {
            "replication": column(np.repeat(runs.replication, rows), pa.int64()),
            "draw": column(np.repeat(runs.draw, rows), pa.int64()),
            "metric": labels(names, rows // max(len(names), 1), count),
        }
        if months is not None:
            columns["month"] = labels(months, 1, count * len(names))
        columns["value"] = column(values, pa.float64())
        return pa.Table.from_arrays(list(columns.values()), list(columns))

    write_table(table(runs.metrics, runs.values), home / "metrics.parquet", compression="zstd")
    write_table(table(runs.monthly_metrics, runs.monthly, runs.months), home / "months.parquet", compression="zstd")


def _runset(home: Path) -> RunSet:
    from pyarrow.parquet import read_table

    manifest = _manifest(home)
    said = manifest.runset
    try:
        values, months = (read_table(home / name) for name in ("metrics.parquet", "months.parquet"))
    except (OSError, ValueError) as error:
        raise InputError(Problem(str(home), "cannot be read as a run's numbers", str(error))) from error
    count, metrics, monthly = manifest.replications, tuple(said["metrics"]), tuple(said["monthly_metrics"])
    return RunSet(
        scenario=manifest.scenario,
        seed=manifest.seed,
        engine=manifest.engine,
        currency=said["currency"],
        metrics=metrics,
        replication=values["replication"].to_numpy()[:: len(metrics)],
        draw=values["draw"].to_numpy()[:: len(metrics)],
        values=values["value"].to_numpy().reshape(count, len(metrics)),
        monthly_metrics=monthly,
        months=tuple(said["months"]),
        monthly=months["value"].to_numpy().reshape(count, len(monthly), len(said["months"])),
        draws_available=said["draws_available"],
        warnings=tuple(said["warnings"]),
    )


def _flush(path: Path) -> None:
    """Put a file or a folder on the disk. Windows cannot open a folder, and renames there are logged anyway."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
