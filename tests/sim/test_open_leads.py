"""Leads of the start of which nothing is known but their age: Bayes says how many of them still come, and when."""

import numpy as np
import pytest
from scipy import stats

from sim.draws import child_key, stream_key
from sim.errors import InputError
from sim.funnel import Funnel
from sim.laws.delays import EXPONENTIAL
from sim.laws.opening import way_left
from sim.log import EntityType
from sim.plan import Plan
from sim.run import simulate
from sim.snapshot import OpenLead, Snapshot

MEAN = 20.0
LAWS, KNOTS = np.array([[EXPONENTIAL, MEAN, 0.0, 0.0, 0.0]]), np.empty((2, 0))


def ways(steps: int, age: float, sold_to: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """(count,) days and whether each has been let go."""
    stream, delays = stream_key(5, 0), np.zeros(steps, dtype=np.int64)
    rows = [way_left(stream, child_key(7, 2, k), LAWS, KNOTS, delays, age, sold_to) for k in range(count)]
    return np.array([days for days, _ in rows]), np.array([gone for _, gone in rows])


@pytest.mark.parametrize("sold_to", [0.15, 0.9])
def test_how_many_are_on_their_way_and_for_how_long(sold_to: float) -> None:
    """P(on its way | no opportunity at age a) = S / (S + (1 - q) F); the rest of an exponential delay is the delay."""
    age = 30.0
    left = np.exp(-age / MEAN)
    due = left / (left + (1.0 - sold_to) * (1.0 - left))
    days, gone = ways(1, age, sold_to)
    assert stats.binomtest(int((~gone).sum()), len(gone), due).pvalue > 1e-3
    assert stats.kstest(days[~gone], "expon", (0.0, MEAN)).pvalue > 1e-3
    # Who was let go was judged at a delay below the age.
    delays = stats.truncexpon(age / MEAN, scale=MEAN)
    assert stats.kstest(age - days[gone], delays.cdf).pvalue > 1e-3


def test_several_delays_are_a_sum() -> None:
    age, law = 30.0, stats.gamma(2, scale=MEAN)
    days, gone = ways(2, age, 1.0)
    assert not gone.any()
    assert stats.kstest(days, lambda t: 1.0 - law.sf(age + t) / law.sf(age)).pvalue > 1e-3


def test_who_cannot_be_there_is_judged_at_once() -> None:
    days, gone = ways(0, 3.0, 1.0, 5)
    assert not gone.any()
    assert not days.any()


MQL, SQL = 0.4, 0.5


@pytest.fixture
def world(starter: tuple[Funnel, Plan]) -> tuple[Funnel, Plan]:
    """Leads become opportunities after an exponential delay, by two shares, and not otherwise."""
    funnel, plan = (each.model_dump(by_alias=True) for each in starter)
    for channel in funnel["channels"].values():
        channel |= {"mql_probability": MQL, "sql_probability": SQL, "leads": 0.0}
    funnel["nurture"] |= {"ready_good": 0.0, "ready_bad": 0.0, "steps": [{"law": "exponential", "mean": MEAN}]}
    funnel["sales_development"] |= {"contact": [1.0], "attempt_effort": 0.0, "conversation_effort": 0.0}
    funnel["sales_development"] |= {"patience": "never", "speed_exponent": 0.0}
    handoff = plan["handoff"] | {"attempts": 1, "recycles": 0, "transit_loss": 0.0}
    plan["teams"]["ae"] |= {"headcount": 500}
    funnel["ae_patience"] = "never"
    plan |= {"run_in": 0, "months": 12, "follow": 0, "calendar": "always", "handoff": handoff}
    return Funnel.model_validate(funnel), Plan.model_validate(plan)


@pytest.mark.parametrize("state", ["open", "captured"])
def test_as_many_become_opportunities_as_bayes_says(world: tuple[Funnel, Plan], state: str) -> None:
    funnel, plan = world
    labels, age = {"channel": next(iter(funnel.channels)), "segment": next(iter(funnel.segments))}, 25.0
    start = Snapshot(leads=tuple(OpenLead(f"l{k}", **labels, state=state, age=age, state_age=age) for k in range(4000)))
    logs = [simulate(funnel, plan, snapshot=start, seed=2, engine=engine) for engine in ("simpy", "compiled")]
    assert logs[0].digest() == logs[1].digest()
    entities = logs[0].entities
    opened = entities.created[(entities.type == EntityType.OPPORTUNITY) & (entities.parent >= 0)]
    q, left = MQL * SQL, np.exp(-age / MEAN)
    due = q * left / (1.0 - q * (1.0 - left)) if state == "open" else q
    assert stats.binomtest(len(opened), 4000, due).pvalue > 1e-3
    assert stats.kstest(opened, "expon", (0.0, MEAN)).pvalue > 1e-3


def test_what_a_score_decides_is_no_share(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    labels = {"channel": next(iter(funnel.channels)), "segment": next(iter(funnel.segments))}
    start = Snapshot(leads=(OpenLead("l", **labels, state="open", age=3.0, state_age=1.0),))
    with pytest.raises(InputError) as refused:
        simulate(funnel, plan, snapshot=start)
    assert [problem.where for problem in refused.value.problems] == [
        "snapshot.leads.0.state_age",
        "snapshot.leads.0.state",
    ]
