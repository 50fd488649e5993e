"""One generated world through either engine, and two logs compared in all columns and in their order."""

import math
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from grid import arrivals_on_grid, on_grid, persons_on_grid
from happenings import Happenings
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from worlds import EXACT_CALENDARS, busy_scenarios, scenarios
from worlds_customers import with_later_lives

from sim.climate import realised
from sim.draws import stream_key
from sim.log import Log
from sim.run import EngineName, simulate_tables
from sim.tables import Tables, make_tables

ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")
SEED = 8
BATCH = 8
QUIET: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}

World = dict[str, Any]
"""Arguments of `simulate`."""

GENERAL: st.SearchStrategy[World] = with_later_lives(scenarios())
GRID: st.SearchStrategy[World] = with_later_lives(scenarios(EXACT_CALENDARS))
"""Worlds to be put on a grid."""
BUSY: st.SearchStrategy[World] = with_later_lives(busy_scenarios())


def tables_of(world: World, grid: bool) -> Tables:
    """A world's tables with the replication's persons, put on a grid if asked."""
    tables, stream = make_tables(**world), stream_key(SEED, 0)
    return persons_on_grid(realised(on_grid(tables), stream), stream) if grid else realised(tables, stream)


def live(world: World, tables: Tables, engine: EngineName, grid: bool) -> Log:
    """One replication."""
    root = world.get("root") or world["plan"]
    with arrivals_on_grid() if grid else nullcontext():
        return simulate_tables(world["funnel"], world["plan"], root, tables, world["snapshot"], SEED, 0, engine)


def same_log(ours: Log, theirs: Log) -> None:
    """Two logs are equal, column by column and row by row."""
    for table in ("events", "entities", "ledger", "reps", "truth"):
        mine, its = getattr(ours, table).columns(), getattr(theirs, table).columns()
        for name in mine:
            assert np.array_equal(mine[name], its[name], equal_nan=True), f"{table}.{name} differs"
    assert ours.names == theirs.names
    assert ours.digest() == theirs.digest()


def through_both(world: World, grid: bool) -> Happenings:
    """Compare the engines on one world; returns what happened in it."""
    tables = tables_of(world, grid)
    ours, theirs = (live(world, tables, engine, grid) for engine in ENGINES)
    same_log(ours, theirs)
    return Happenings(tables, ours, SEED)


def each(strategy: st.SearchStrategy[World], count: int, act: Callable[[World], object], first: int = 0) -> None:
    """Act on `count` generated worlds and, in each batch of eight, on the simplest one.

    Hypothesis makes five of six examples by copying parts of one that it had before, and worlds so made miss half of
    the mechanisms. It does not for the first ten, so the worlds come in batches of eight, each of its own seed.
    """
    for batch in range(first, first + math.ceil(count / BATCH)):

        @seed(batch)
        @settings(max_examples=min(BATCH, count) + 1, database=None, **QUIET)
        @given(world=strategy)
        def all_of_batch(world: World) -> None:
            act(world)

        try:
            all_of_batch()
        except BaseException as error:
            error.add_note(f"batch {batch}")
            raise
