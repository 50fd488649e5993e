"""Lift: on paper, its coverage by simulation, and what the pooled lift does to thin groups."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.prospects.lift import lifts


def test_a_lift_on_paper() -> None:
    # 20 of 100 against 20 of 300 of the others: .2 is twice the .1 of all. Wilson: .133367 to .288829, and .043568 to
    # .100723 around .066667. MOVER-R, the product of the rates being .013333:
    # low = (.013333 - sqrt(.013333^2 - .133367 x .266633 x .100723 x .032610)) / (.100723 x .032610) = 1.6820
    # high = (.013333 + sqrt(.013333^2 - .288829 x .111171 x .043568 x .089766)) / (.043568 x .089766) = 5.2567
    found = lifts(np.array([100.0, 300.0]), np.array([20.0, 20.0]), 400.0, 40.0)
    assert found.lift == pytest.approx([2, 2 / 3])
    for end, risk in ((found.low, 1.6820), (found.high, 5.2567)):
        # A quarter of all: lift = RR / (RR / 4 + 3 / 4)
        assert end[0] == pytest.approx(risk / (risk / 4 + 0.75), abs=1e-4)
    assert found.p_value[0] == pytest.approx(found.p_value[1])
    assert found.p_value[0] < 0.001


def test_ends_of_the_scale() -> None:
    found = lifts(np.array([10.0, 20.0]), np.array([0.0, 5.0]), 30.0, 5.0)
    assert (found.lift[0], found.low[0]) == (0, 0)
    assert found.high[1] == 1.5  # all successes: 30 / 20, and no more is possible
    everybody = lifts(np.array([8.0]), np.array([3.0]), 8.0, 3.0)
    assert (everybody.lift[0], everybody.low[0], everybody.high[0], everybody.p_value[0]) == (1, 1, 1, 1)
    nobody = lifts(np.array([8.0, 4.0]), np.zeros(2), 12.0, 0.0)
    assert all(math.isnan(each) for each in (nobody.lift[0], nobody.low[0], nobody.pooled[0]))


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1)), min_size=2, max_size=6))
def test_a_lift_lies_in_its_interval_and_lifts_average_one(groups: list[tuple[int, float]]) -> None:
    n = np.array([float(count) for count, _ in groups])
    y = np.array([float(round(count * rate)) for count, rate in groups])
    found = lifts(n, y, n.sum(), y.sum())
    if not y.sum():
        return
    assert (n * found.lift).sum() / n.sum() == pytest.approx(1)
    assert (found.low <= found.lift + 1e-9).all()
    assert (found.lift <= found.high + 1e-9).all()
    assert (found.high <= n.sum() / n + 1e-9).all()
    assert (found.p_value <= 1).all()


@pytest.mark.parametrize(
    ("n", "rate", "others", "of_others"), [(50, 0.1, 500, 0.1), (100, 0.2, 400, 0.1), (60, 0.02, 3000, 0.03)]
)
def test_intervals_hold_the_true_lift_as_often_as_they_say(n: int, rate: float, others: int, of_others: float) -> None:
    rng, rounds = np.random.default_rng(1), 1500
    true = rate / ((n * rate + others * of_others) / (n + others))
    held = 0
    for won, lost in zip(rng.binomial(n, rate, rounds), rng.binomial(others, of_others, rounds), strict=True):
        found = lifts(np.array([float(n), float(others)]), np.array([float(won), float(lost)]), n + others, won + lost)
        held += found.low[0] <= true <= found.high[0]
    assert 0.935 < held / rounds < 0.985


def test_thin_groups_are_drawn_to_one() -> None:
    n = np.array([4.0, 400.0, 400.0, 400.0])
    found = lifts(n, np.array([2.0, 60.0, 40.0, 20.0]), n.sum(), 122.0)
    assert found.lift[0] > 4
    assert found.pooled[0] < 2.5
    assert found.pooled[1] == pytest.approx(found.lift[1], rel=0.1)
