"""The odds of a target, by hand."""

import numpy as np
import pytest

from results.runset import RunSet
from results.target import target_odds
from sim.plan import Targets


def runs(monthly: list[list[float]], draw: list[int]) -> RunSet:
    values = np.array(monthly)
    return RunSet(
        scenario="base",
        seed=1,
        engine="simpy",
        currency="USD",
        metrics=(),
        replication=np.arange(len(values)),
        draw=np.array(draw),
        values=np.empty((len(values), 0)),
        monthly_metrics=("bookings",),
        months=("2027-01", "2027-02", "2027-03"),
        monthly=values[:, None, :],
    )


def test_the_share_of_runs_that_reach_it_by_its_month() -> None:
    made = runs([[5, 5, 100], [4, 5, 100], [10, 0, 0], [0, 12, 0]], [-1] * 4)
    odds = target_odds(made, Targets.model_validate({"bookings": 10, "by": "2027-02"}))
    assert odds is not None
    assert odds.reached == 0.75
    # Wilson with n = 4: centre (.75 + .4802) / 1.9604, half width 1.96 sqrt(.046875 + .060025) / 1.9604.
    assert (odds.lo95, odds.hi95) == pytest.approx((0.300642, 0.954413), abs=1e-6)
    assert odds.p50 == 10
    whole = target_odds(made, Targets.model_validate({"bookings": 10}))
    assert whole is not None
    assert (whole.by, whole.reached) == ("2027-03", 1.0)


def test_replications_of_a_draw_count_once() -> None:
    alone = target_odds(runs([[1, 0, 0]] * 2 + [[0, 0, 0]] * 2, [-1] * 4), Targets(bookings=1))
    paired = target_odds(runs([[1, 0, 0]] * 2 + [[0, 0, 0]] * 2, [0, 0, 1, 1]), Targets(bookings=1))
    assert alone is not None
    assert paired is not None
    assert paired.hi95 - paired.lo95 > alone.hi95 - alone.lo95


def test_no_target_no_odds() -> None:
    assert target_odds(runs([[1, 0, 0]], [-1]), Targets()) is None
    assert target_odds(runs([[1, 0, np.nan]], [-1]), Targets(bookings=1)) is None
