"""A replication's events and entities as Parquet files, written while it runs: for logs that do not fit into memory."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.batch import draw_of
from scenarios.scenario import Scenario
from sim.atomic import replacing

__all__ = ["ROWS", "spool"]

ROWS = 1 << 18
"""Rows of events held in memory at a time; 8 MB."""


def spool(
    scenario: Scenario,
    folder: str | Path,
    seed: int = 1,
    replication: int = 0,
    *,
    rows: int = ROWS,
    pause: Callable[[float], None] | None = None,
) -> None:
    """Write `events.parquet` and `entities.parquet`, in the canonical order of the log's tables, whole or not at all.

    The columns are those of `sim.recorder`'s records, with whole numbers in place of labels. pause: called every few
    hundredths of a second with the day that is reached; it may raise to end the run.
    """
    # The engine is compiled when imported, so only a process that simulates imports it.
    from sim.assemble import make_names
    from sim.climate import realised
    from sim.compiled import run_compiled
    from sim.draws import stream_key
    from sim.recorder import ENTITY, EVENT, Recorded
    from sim.tables import make_tables

    draw = draw_of(scenario, replication)
    funnel, calm = scenario.funnel_of_draw(draw), scenario.calm_of_draw(draw)
    tables = make_tables(funnel, scenario.plan, scenario.root, scenario.snapshot, calm)
    tables = realised(tables, stream_key(seed, replication))
    names = make_names(funnel, tables)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        events, entities = (
            _writer(stack, stack.enter_context(replacing(target / f"{name}.parquet")), dtype)
            for name, dtype in (("events", EVENT), ("entities", ENTITY))
        )
        last: list[NDArray[Any]] = []

        def write(recorded: Recorded) -> None:
            entities.write_table(_table(recorded.entities))
            found = np.concatenate([*last, recorded.events])
            found = found[np.lexsort((found["entity"], found["kind"], found["time"]))]
            # More may happen at the last instant, and its rows must be sorted together.
            done = int(np.searchsorted(found["time"], found["time"][-1])) if len(found) else 0
            events.write_table(_table(found[:done]))
            last[:] = [found[done:]]

        write(run_compiled(tables, seed, replication, scenario.snapshot, names, pause=pause, flush=write, rows=rows))
        events.write_table(_table(np.concatenate(last)))


def _writer(stack: ExitStack, path: Path, dtype: np.dtype[Any]) -> Any:
    import pyarrow.parquet as pq

    schema = _table(np.empty(0, dtype=dtype)).schema
    return stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))


def _table(records: NDArray[Any]) -> Any:
    import pyarrow as pa

    columns = [name for name in records.dtype.names or () if name != "spare"]
    return pa.table({name: pa.array(np.ascontiguousarray(records[name])) for name in columns})
