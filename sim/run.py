"""simulate: one replication of one world, from funnel and plan to its event log, whole or from a checkpoint on."""

from collections.abc import Callable
from typing import Literal

from sim.assemble import assemble, make_names
from sim.checkpoint import Checkpoint, check_day, world_digest
from sim.climate import realised
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan
from sim.snapshot import Snapshot
from sim.tables import Tables, make_tables

__all__ = ["EngineName", "resume", "simulate", "simulate_tables", "simulate_until", "stop_tables"]

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
    funnel itself if none); snapshot: the company on the plan's start in place of the run-in, or its customers before
    it; seed, replication: the world's luck; engine: both give the same log. Equal arguments give equal logs, in any
    process.
    """
    tables = make_tables(funnel, plan, root, snapshot, calm)
    return simulate_tables(funnel, plan, root or plan, tables, snapshot, seed, replication, engine)


def simulate_until(
    funnel: Funnel,
    plan: Plan,
    day: float,
    *,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    calm: Funnel | None = None,
    seed: int = 1,
    replication: int = 0,
    engine: EngineName = "compiled",
    since: Checkpoint | None = None,
) -> Checkpoint:
    """Simulate one replication until a day, and return where it stands before anything of that day has happened.

    day: counted from the plan's start, negative in the run-in; any time between two instants will do. since: an earlier
    checkpoint of the same replication, to go on from in place of the beginning; seed and replication are then its own.
    The other arguments are those of `simulate`. `sim.checkpoint.save` writes a checkpoint to a file, and `resume` goes
    on from it to the log of the whole run. Raises InputError for a day outside the run, and for a checkpoint of another
    world, or written by other sources of leadflow.
    """
    tables = make_tables(funnel, plan, root, snapshot, calm)
    if since is not None:
        seed, replication = since.seed, since.replication
    return stop_tables(funnel, tables, snapshot, seed, replication, day, engine, since)


def resume(
    checkpoint: Checkpoint,
    funnel: Funnel,
    plan: Plan,
    *,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    calm: Funnel | None = None,
    engine: EngineName = "compiled",
) -> Log:
    """Go on from a checkpoint to the end: the log is that of the whole run, bit for bit.

    The other arguments are those with which the run began. The compiled engine goes on at once from a checkpoint that
    it has made itself. In every other case (the SimPy engine, or a checkpoint that it has made) the beginning is lived
    through again, which costs its time again, and compared with what the checkpoint knows of it. Raises InputError for
    a checkpoint of another world, or written by other sources of leadflow, and where the beginning was another one.
    """
    tables = make_tables(funnel, plan, root, snapshot, calm)
    where = (snapshot, checkpoint.seed, checkpoint.replication)
    return simulate_tables(funnel, plan, root or plan, tables, *where, engine, since=checkpoint)


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
    since: Checkpoint | None = None,
) -> Log:
    """The same from tables that were made before, for many replications of one world; each draws its persons and drift.

    pause: called by the compiled engine every few hundredths of a second with the day that is reached; it may raise to
    end the run. since: from where to go on.
    """
    stream = stream_key(seed, replication)
    tables = realised(tables, stream)
    names = make_names(funnel, tables)
    if since is not None:
        since.check(world_digest(tables, snapshot, names))
    # Only the engine that runs is imported.
    if engine == "simpy":
        from sim.reference import Engine

        recorded = Engine(tables, seed, replication, snapshot, names, since).run().recorded()
    else:
        from sim.compiled import run_compiled

        recorded = run_compiled(tables, seed, replication, snapshot, names, since=since, pause=pause)
    return assemble(funnel, plan, root, tables, names, stream, recorded)


def stop_tables(
    funnel: Funnel,
    tables: Tables,
    snapshot: Snapshot | None,
    seed: int,
    replication: int,
    day: float,
    engine: EngineName = "compiled",
    since: Checkpoint | None = None,
) -> Checkpoint:
    """`simulate_until` from tables that were made before."""
    tables = realised(tables, stream_key(seed, replication))
    names = make_names(funnel, tables)
    if since is not None:
        since.check(world_digest(tables, snapshot, names))
    check_day(day, tables.horizon, since)
    if engine == "simpy":
        from sim.reference import Engine

        return Engine(tables, seed, replication, snapshot, names, since).stop(day)
    from sim.compiled import stop_compiled

    return stop_compiled(tables, seed, replication, snapshot, names, day, since=since)
