"""simulate: one replication of one world, from funnel and plan to its event log."""

from collections.abc import Callable
from typing import Literal

from sim.assemble import assemble, make_names
from sim.climate import realised
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan
from sim.snapshot import Snapshot
from sim.tables import Tables, make_tables

__all__ = ["EngineName", "simulate", "simulate_tables"]

EngineName = Literal["compiled", "simpy"]


def simulate(
    funnel: Funnel,
    plan: Plan,
    *,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    calm: Funnel | None = None,
    seed: int = 1,
    replication: int = 0,
    engine: EngineName = "compiled",
) -> Log:
    """Simulate one replication.

    root: the plan that drives the run-in (the plan itself if none); calm: the run-in's funnel, before any stress (the
    funnel itself if none); snapshot: the deals open on the plan's start, in place of the run-in; seed, replication: the
    world's luck; engine: both give the same log. Equal arguments give equal logs, in any process.
    """
    tables = make_tables(funnel, plan, root, snapshot, calm)
    return simulate_tables(funnel, plan, root or plan, tables, snapshot, seed, replication, engine)


def simulate_tables(
    funnel: Funnel,
    plan: Plan,
    root: Plan,
    tables: Tables,
    snapshot: Snapshot | None,
    seed: int,
    replication: int,
    engine: EngineName = "compiled",
    pause: Callable[[float], None] | None = None,
) -> Log:
    """The same from tables that were made before, for many replications of one world; each draws its persons and drift.

    pause: called by the compiled engine every few hundredths of a second with the day that is reached; it may raise to
    end the run.
    """
    stream = stream_key(seed, replication)
    tables = realised(tables, stream)
    names = make_names(funnel, tables)
    # Only the engine that runs is imported.
    if engine == "simpy":
        from sim.reference import Engine

        recorded = Engine(tables, seed, replication, snapshot, names).run().recorded()
    else:
        from sim.compiled import run_compiled

        recorded = run_compiled(tables, seed, replication, snapshot, names, pause=pause)
    return assemble(funnel, plan, root, tables, names, stream, recorded)
