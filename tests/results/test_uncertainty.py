"""Clustered intervals: by hand, against simpler formulas where they must agree, and by coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from results.uncertainty import NO_DRAW, clusters, estimate, t_quantile, variance_split

NONE = NO_DRAW


def test_two_draws_of_two_by_hand():
    """Values 1, 3 | 5, 7: draw means 2 and 6, se = sqrt(8)/sqrt(2) = 2; MSW = 2, MSB = 16, ignorance = (16 - 2)/2."""
    found = estimate(np.array([1.0, 3.0, 5.0, 7.0]), np.array([0, 0, 1, 1]))
    assert found.mean == 4.0
    assert found.se == pytest.approx(2.0, rel=1e-12)
    assert found.clusters == 2
    assert found.hi95 - found.mean == pytest.approx(12.706204736 * 2.0, rel=1e-9)
    assert found.sd == pytest.approx(math.sqrt(20 / 3), rel=1e-12)
    assert found.variance == pytest.approx((2.0, 7.0))
    assert found.variance.ignorance_share == pytest.approx(7 / 9)
    assert found.outcome == pytest.approx((1.6, 4.0, 6.4))
    # The draws' means have variance 8, ignorance alone 7: percentiles are drawn in by sqrt(7/8).
    pull = math.sqrt(7 / 8)
    assert found.expected == pytest.approx((4 - 1.6 * pull, 4.0, 4 + 1.6 * pull))


def test_without_draws_it_is_the_textbook():
    values = np.array([2.0, 4.0, 4.0, 6.0, 9.0])
    found = estimate(values, np.full(5, NONE))
    assert found.mean == 5.0
    assert found.se == pytest.approx(values.std(ddof=1) / math.sqrt(5), rel=1e-12)
    assert found.variance == pytest.approx((values.var(ddof=1), 0.0))
    assert found.expected == (5.0, 5.0, 5.0)
    assert t_quantile(4) == pytest.approx(2.776445105)


def test_unequal_draws_weigh_the_same():
    """Beyond the last draw some draws have more replications; each draw still counts once."""
    found = estimate(np.array([0.0, 0.0, 0.0, 0.0, 6.0, 6.0]), np.array([0, 0, 0, 0, 1, 1]))
    assert found.mean == 3.0
    # MSB = (4 x 4 + 2 x 16) / 1 = 48, m0 = 6 - 20/6 = 8/3
    assert found.variance == pytest.approx((0.0, 18.0))


def test_replications_in_which_it_is_not_defined_are_left_out_and_counted():
    found = estimate(np.array([1.0, np.nan, 3.0, np.nan]), np.array([0, 0, 1, 1]))
    assert (found.mean, found.replications, found.clusters, found.undefined) == (2.0, 2, 2, 2)
    nothing = estimate(np.array([np.nan, np.nan]), np.array([0, 0]))
    assert math.isnan(nothing.mean)
    assert math.isnan(nothing.outcome.p50)
    assert nothing.undefined == 2


def test_one_cluster_has_no_standard_error():
    found = estimate(np.array([1.0, 3.0]), np.array([4, 4]))
    assert found.mean == 2.0
    assert math.isnan(found.se)
    assert math.isnan(found.lo95)
    assert math.isnan(found.variance.luck)


def test_each_replication_without_a_draw_is_its_own_cluster():
    assert len(set(clusters(np.array([NONE, NONE, 0, 0, 3])))) == 4


@given(
    arrays(np.float64, 12, elements=st.floats(-1e6, 1e6)), st.integers(0, 11), st.floats(0.1, 100), st.floats(-10, 10)
)
def test_order_and_units_do_not_matter(values, turn, scale, shift):
    draw = np.repeat(np.arange(6), 2)
    found = estimate(values, draw)
    rolled = estimate(np.roll(values, turn), np.roll(draw, turn))
    assert rolled.mean == pytest.approx(found.mean, rel=1e-9, abs=1e-6)
    assert rolled.se == pytest.approx(found.se, rel=1e-9, abs=1e-6)
    other = estimate(scale * values + shift, draw)
    assert other.mean == pytest.approx(scale * found.mean + shift, rel=1e-9, abs=1e-4)
    assert other.se == pytest.approx(scale * found.se, rel=1e-6, abs=1e-4)


@given(arrays(np.float64, 12, elements=st.floats(-1e3, 1e3)))
def test_luck_is_what_is_left_within_draws(values):
    draw = np.repeat(np.arange(4), 3)
    luck, ignorance = variance_split(values, draw)
    within = np.mean([values[draw == d].var(ddof=1) for d in range(4)])
    between = np.var([values[draw == d].mean() for d in range(4)], ddof=1)
    assert luck == pytest.approx(within, rel=1e-9, abs=1e-6)
    assert ignorance == pytest.approx(max(0.0, between - within / 3), rel=1e-6, abs=1e-6)


def test_the_split_recovers_a_known_truth():
    """Ignorance of variance 4 and luck of variance 9 over 20,000 draws of two: relative error sqrt(2/20000) or so."""
    rng = np.random.default_rng(5)
    draw = np.repeat(np.arange(20_000), 2)
    values = np.repeat(rng.normal(0, 2, 20_000), 2) + rng.normal(0, 3, 40_000)
    luck, ignorance = variance_split(values, draw)
    assert luck == pytest.approx(9.0, abs=5 * 9 * math.sqrt(2 / 20_000))
    # var(ignorance) = 2 (4 + 4.5)^2 / D + 2 x 4.5^2 / D
    assert ignorance == pytest.approx(4.0, abs=5 * math.sqrt((2 * 8.5**2 + 2 * 4.5**2) / 20_000))


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_the_clustered_interval_covers_and_the_naive_one_does_not(shape):
    """4,000 experiments of 20 draws x 2 with as much ignorance as luck: 95 % +- 3 standard errors of .0034 where
    outcomes are normal, at least 93 % where they are lognormal.

    Taking the 40 replications for independent covers less: sd/sqrt(40) has the variance (2)/40 where (1 + .5)/20 is
    true, so a nominal 95 % covers about P(|Z| < 2.02 sqrt(.05/.075)) = .90.
    """
    rng = np.random.default_rng(20270101)
    draw = np.repeat(np.arange(20), 2)
    covers = naive = 0
    repeats = 4_000
    truth = 0.0 if shape == "normal" else math.exp(0.02)
    for _ in range(repeats):
        deviation = np.repeat(rng.normal(size=20), 2) + rng.normal(size=40)
        values = deviation if shape == "normal" else np.exp(deviation * math.sqrt(0.02))
        found = estimate(values, draw)
        covers += found.lo95 <= truth <= found.hi95
        half = t_quantile(39) * values.std(ddof=1) / math.sqrt(40)
        naive += abs(values.mean() - truth) <= half
    if shape == "normal":
        assert covers / repeats == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / repeats))
    assert covers / repeats >= 0.93
    assert 0.85 < naive / repeats < 0.93
