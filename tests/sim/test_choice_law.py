"""The buyer's choice among us, rivals and nothing: the published case, shares by hand, and what pressure does."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.laws.choice import chosen, inclusive, pressed
from sim.laws.outcomes import sigmoid

UTILITIES = st.lists(st.floats(-5, 5), min_size=1, max_size=6)


def test_four_alternatives(stated: Any) -> None:
    """D34: we at 1, two rivals at .6 and .2, no decision at 0."""
    utilities = np.array([1.0, 0.6, 0.2, 0.0])
    everything = inclusive(utilities)
    exact = ("0.40200545", "0.26947231", "0.18063269", "0.14788954")
    for name, share, utility in zip(("we", "rival", "other rival", "no decision"), exact, utilities, strict=True):
        stated(f"D34 {name} at {utility:g}", share, chosen(utility, everything))


def test_shares_by_hand() -> None:
    """Weights of e^ln 3 = 3 and 1: three quarters and one."""
    both = inclusive(np.array([math.log(3.0), 0.0]))
    assert [chosen(math.log(3.0), both), chosen(0.0, both)] == pytest.approx([0.75, 0.25])
    assert inclusive(np.empty(0)) == -math.inf
    assert inclusive(np.array([1000.0, 1000.0])) == pytest.approx(1000 + math.log(2))


@given(UTILITIES)
def test_shares_sum_to_one_and_only_differences_count(utilities: list[float]) -> None:
    us = np.array(utilities)
    shares = [chosen(u, inclusive(us)) for u in us]
    assert sum(shares) == pytest.approx(1, rel=1e-12)
    assert [chosen(u, inclusive(us + 7.0)) for u in us + 7.0] == pytest.approx(shares, rel=1e-9)


@given(UTILITIES)
def test_our_odds_are_our_utility_less_that_of_everything_else(utilities: list[float]) -> None:
    ours, rest = utilities[0], np.array([*utilities[1:], 0.0])
    share = chosen(ours, inclusive(np.array([ours, *rest])))
    assert sigmoid(ours - inclusive(rest)) == pytest.approx(share, rel=1e-9)
    # Of what we lose each rival has the share that it would have without us.
    for u in rest:
        part = chosen(float(u), inclusive(np.array([ours, *rest])))
        assert part == pytest.approx((1 - share) * chosen(float(u), inclusive(rest)), rel=1e-6, abs=1e-300)


def test_pressure_by_hand() -> None:
    """Two rivals of weights 3 and 1; the first one's weight doubles: 7 in place of 4."""
    utilities = np.array([math.log(3.0), 0.0])
    assert pressed(utilities, np.array([math.log(2.0), 0.0])) == pytest.approx(7 / 4)
    assert pressed(utilities, np.zeros(2)) == 1.0
    assert pressed(np.array([900.0]), np.array([-1.0])) == pytest.approx(math.exp(-1))
