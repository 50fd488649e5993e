"""simulate: one replication of one world, from funnel and plan to its event log."""

from sim.assemble import assemble, make_names
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan
from sim.reference import Engine
from sim.snapshot import Snapshot
from sim.tables import Tables, make_tables

__all__ = ["simulate", "simulate_tables"]


def simulate(
    funnel: Funnel,
    plan: Plan,
    *,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    seed: int = 1,
    replication: int = 0,
) -> Log:
    """Simulate one replication.

    root: the plan that drives the run-in (the plan itself if none); snapshot: the deals open on the plan's start, in
    place of the run-in; seed, replication: the world's luck. Equal arguments give equal logs, in any process.
    """
    tables = make_tables(funnel, plan, root, snapshot)
    return simulate_tables(funnel, plan, root or plan, tables, snapshot, seed, replication)


def simulate_tables(
    funnel: Funnel, plan: Plan, root: Plan, tables: Tables, snapshot: Snapshot | None, seed: int, replication: int
) -> Log:
    """The same from tables that were made before, for many replications of one world."""
    names = make_names(funnel, tables)
    recorder = Engine(tables, seed, replication, snapshot, names).run()
    return assemble(funnel, plan, root, tables, names, stream_key(seed, replication), recorder)
