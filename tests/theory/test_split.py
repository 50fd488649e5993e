"""A run that is split at half a year through a snapshot has the law of the run that is not.

In a company all of whose state a snapshot carries: fit is the same for all, SDRs and AEs are never short of time, so
that no lead waits between two attempts and no work of a stage is under way, nobody is given back, and customers only
renew.
"""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.plan import Plan
from sim.run import simulate
from sim.standing import snapshot_of

REPLICATIONS = 300
DAY = 181.0
"""The first of July, counted from the first of January."""
Z = 3.29
"""A difference of so many standard errors is too much: 1 in 1000 if the laws are equal."""
POWER_90 = Z + 1.28
"""Standard errors of a shift that is found in 9 cases of 10."""
KINDS = (Kind.WON, Kind.RENEWED, Kind.CHURNED, Kind.NURTURE_EXIT)


def company(world: Any) -> tuple[Funnel, Plan]:
    funnel, plan = world(4.0, 5, 0.001, 12, 0)
    tree = funnel.model_dump(by_alias=True)
    tree["channels"]["all"] |= {"fit_share": 1, "mql_probability": 0.3}
    law = {"law": "lognormal", "median": 60, "sigma": 0.7}
    tree["stages"]["open"] |= {"time": law, "advance": 0.5, "losses": {"over": {"share": 1.0, "time": 90}}}
    tree["nurture"] |= {"ready_good": 0.2, "unsubscribe": 0.1, "unsubscribe_per_touch": 0, "steps": ()}
    tree["customers"] |= {"term": 60, "renewal": 0.7, "renewal_fit": 0}
    return Funnel.model_validate(tree), plan


def second_half(log: Log, begins: float) -> list[float]:
    """How often each kind happened in the second half."""
    events = log.events
    there = (events.time >= begins) & (events.time < begins + 184.0)
    return [float(((events.kind == kind) & there).sum()) for kind in KINDS]


@pytest.mark.slow
def test_a_run_split_through_a_snapshot_has_the_law_of_the_whole(world: Any) -> None:
    """A shift of 3 % of the wins, of 4 % of the renewals or of the churns, or of 2.5 % of the stays in nurture that end
    would be found in 9 cases of 10."""
    funnel, plan = company(world)
    later = Plan.model_validate(plan.model_dump(by_alias=True) | {"start": dt.date(2027, 7, 1), "months": 6})
    whole, split = [], []
    for r in range(REPLICATIONS):
        first = simulate(funnel, plan, seed=1, replication=r)
        whole.append(second_half(simulate(funnel, plan, seed=2, replication=r), DAY))
        start = snapshot_of(first, DAY)
        split.append(second_half(simulate(funnel, later, snapshot=start, seed=3, replication=r), 0.0))
    one, other = np.array(whole), np.array(split)
    error = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / REPLICATIONS)
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < Z * error).all()
    assert (POWER_90 * error / one.mean(axis=0) < (0.03, 0.04, 0.04, 0.025)).all()
