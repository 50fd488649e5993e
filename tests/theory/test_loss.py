"""Loss systems: what finds no free SDR goes to the external provider (Erlang B, whatever the law of the work)."""

from typing import Any

import pytest

from sim.funnel import Funnel
from sim.log import Kind
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

REPLICATIONS = 40
HOURS = 3.0
"""Mean length of the work."""


def erlang_b(load: float, servers: int) -> float:
    """Probability that all servers of M/G/c/c are busy, by recursion."""
    blocking = 1.0
    for k in range(1, servers + 1):
        blocking = load * blocking / (k + load * blocking)
    return blocking


LAWS: dict[str, Any] = {
    "exponential": {"law": "exponential", "mean": HOURS},
    "constant": HOURS,
    "lognormal": {"law": "lognormal", "mean": HOURS, "sigma": 1.0},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "servers", "published", "law"),
    [(8, 10, 0.12166106, "exponential"), (20, 20, 0.15889196, "constant"), (12, 10, 0.30192504, "lognormal")],
    ids=("exponential", "constant", "lognormal"),
)
def test_erlang_b(world, judged, load, servers, published, law):  # type: ignore[no-untyped-def]
    exact = erlang_b(load, servers)
    assert exact == pytest.approx(published, abs=5e-9)
    funnel, plan = world(load * 24.0 / HOURS, servers, LAWS[law], months=8, run_in=1)
    funnel, plan = without_waiting(funnel, plan)
    tables = make_tables(funnel, plan)
    lost = []
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        events = log.events
        counted = (events.time >= 0) & (events.time < log.window.counted)
        sent, all_ = ((counted & (events.kind == kind)).sum() for kind in (Kind.OVERFLOWED, Kind.MQL))
        assert not (counted & (events.kind == Kind.WENT_COLD)).any()
        lost.append(float(sent / all_))
    judged(f"D15 share lost, load {load} to {servers}, {law} work", lost, exact, 0.01)


def without_waiting(funnel: Funnel, plan: Plan) -> tuple[Funnel, Plan]:
    """No queue for SDRs: a lead that finds none idle goes outside."""
    overflow = {"policy": "external", "queue_limit": 0, "when_backlog_hours_per_rep": 1e6}
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["overflow"] = overflow
    return funnel, Plan.model_validate(tree)
