"""Scores: by hand, against closed forms, and against another library's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results import scores

RNG = np.random.default_rng


def test_crps_by_hand() -> None:
    # Draws 1, 2, 6 and outcome 3: distances 2, 1, 3, mean 2. Pairs 1-2, 1-6, 2-6: 1 + 5 + 4 = 10, each met twice.
    # All pairs: 2 * 10 / 9 / 2 = 10/9; pairs of different draws: 2 * 10 / 6 / 2 = 5/3.
    draws = np.array([[6.0], [1.0], [2.0]])
    assert scores.crps(draws, [3.0], fair=False) == pytest.approx(2 - 10 / 9)
    assert scores.crps(draws, [3.0]) == pytest.approx(2 - 5 / 3)
    assert scores.spread(draws) == pytest.approx(5 / 3)


def test_a_point_forecast_scores_its_absolute_error() -> None:
    np.testing.assert_allclose(scores.crps([[5.0, 5.0]], [3.0, 9.0]), [2, 4])


@pytest.mark.parametrize("z", [-2.0, 0.0, 0.7])
def test_crps_of_a_normal_is_the_closed_form(z: float) -> None:
    # z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi), Gneiting & Raftery 2007; 100,000 draws at the middles of equal shares.
    from scipy.stats import norm

    draws = norm.ppf((np.arange(100_000) + 0.5) / 100_000)[:, np.newaxis]
    exact = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    assert scores.crps(draws, [z], fair=False)[0] == pytest.approx(exact, abs=1e-4)


def test_crps_agrees_with_scoringrules() -> None:
    library = pytest.importorskip("scoringrules")
    draws, actual = RNG(1).gamma(2.0, 3.0, (37, 20)), RNG(2).gamma(2.0, 3.0, 20)
    ours = scores.crps(draws, actual, fair=False), scores.crps(draws, actual)
    for mine, estimator in zip(ours, ("nrg", "fair"), strict=True):
        np.testing.assert_allclose(mine, library.crps_ensemble(actual, draws, m_axis=0, estimator=estimator))
    np.testing.assert_allclose(
        scores.crps_poisson([3.5, 40.0], [2, 55]), library.crps_poisson(np.array([2, 55]), np.array([3.5, 40.0]))
    )


def test_the_poisson_floor_is_the_mean_score_of_the_truth() -> None:
    # Mean 2.5: sum over all counts of their probability x their exact score.
    from scipy.stats import poisson

    counts = np.arange(60)
    expected = float(poisson.pmf(counts, 2.5) @ scores.crps_poisson(2.5, counts))
    assert scores.poisson_floor(2.5) == pytest.approx(expected)
    assert scores.poisson_floor(400.0) == pytest.approx(np.sqrt(400 / np.pi), rel=1e-3)  # a normal's sd / sqrt(pi)
    assert scores.poisson_floor(0.0) == 0.0


def test_pinball_by_hand_and_as_half_the_crps() -> None:
    # Quantile .8 said to be 10: 2 short costs .8 x 2, 3 over costs .2 x 3.
    np.testing.assert_allclose(scores.pinball([10, 10], [12, 7], 0.8), [1.6, 0.6])
    levels = (np.arange(2000) + 0.5) / 2000
    uniform = levels * 4
    losses = [scores.pinball(q, 1.0, level) for q, level in zip(uniform, levels, strict=True)]
    assert 2 * float(np.mean(losses)) == pytest.approx(float(scores.crps(uniform[:, None], [1.0])[0]), rel=2e-3)


def test_wape_and_mase_by_hand() -> None:
    # |8 - 10| + |15 - 10| = 7 over 20. The past 4, 6, 3 changed by 2 and 3: scale 2.5, so 2 / 2.5 and 5 / 2.5.
    assert scores.wape([8, 15], [10, 10]) == pytest.approx(0.35)
    scale = scores.naive_scale([4, 6, 3])
    assert scale == pytest.approx(2.5)
    assert scores.mase([8, 15], [10, 10], scale) == pytest.approx(1.4)
    assert scores.mase([8, 15], [10, 10], [np.nan, 5.0]) == pytest.approx(1.0)
    assert np.isnan(scores.wape([1.0], [0.0]))
    assert np.isnan(scores.naive_scale([4]))
    assert np.isnan(scores.mase([8], [10], np.nan))


def test_coverage_by_hand() -> None:
    # Draws 1..10: the middle 80 % reaches from the 10 % to the 90 % quantile, 1 to 9 as counts.
    draws = np.tile(np.arange(1.0, 11.0)[:, None], (1, 4))
    assert scores.covered(draws, [0.0, 1.0, 9.0, 10.0], 0.8).tolist() == [False, True, True, False]


def test_pit_of_a_calibrated_count_is_uniform() -> None:
    from scipy.stats import kstest

    rng = RNG(5)
    draws, actual = rng.poisson(3.0, (999, 4000)), rng.poisson(3.0, 4000)
    assert kstest(scores.pit(draws, actual, rng), "uniform").pvalue > 0.001


def test_block_bootstrap_keeps_blocks_together() -> None:
    # Scores that come in pairs of 1 and 3 against 2: whole pairs always give 1 where a block begins a pair, so that the
    # interval is narrower than single draws make it; and one block alone tells nothing.
    top, bottom = np.tile([1.0, 3.0], 20), np.full(40, 2.0)
    wide, narrow = (scores.block_bootstrap(top, bottom, block, RNG(3)) for block in (1, 2))
    assert wide[0] < 0.9 < narrow[0] <= 1.0 <= narrow[1] < 1.1 < wide[1]
    assert np.isnan(scores.block_bootstrap(top[:3], bottom[:3], 2, RNG(3))).all()


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12), st.floats(-1e3, 1e3), st.floats(-50, 50))
def test_crps_moves_and_scales_with_its_unit(draws: list[float], actual: float, shift: float) -> None:
    x = np.array(draws)[:, None]
    score = scores.crps(x, [actual], fair=False)
    assert score[0] >= -1e-9
    np.testing.assert_allclose(scores.crps(x + shift, [actual + shift], fair=False), score, atol=1e-8)
    np.testing.assert_allclose(scores.crps(-2 * x, [-2 * actual], fair=False), 2 * score, atol=1e-8)


def test_an_interval_of_counts_ends_at_counts_by_hand() -> None:
    # Of 0..9 the tails of the 80 % interval hold a tenth each: the least value that a tenth of the draws do not exceed
    # is 0, that nine tenths do not exceed is 8.
    low, high = scores.interval(np.arange(10.0)[:, np.newaxis], 0.8)
    assert (low.tolist(), high.tolist()) == ([0.0], [8.0])
    assert scores.covered(np.arange(10.0)[:, np.newaxis], [8.0], 0.8).tolist() == [True]


@pytest.mark.parametrize("actual", [0, 3, 11])
def test_crps_of_one_poisson_law_is_the_closed_form(actual: int) -> None:
    assert scores.crps_poisson_mixture(np.array([4.2]), actual) == pytest.approx(scores.crps_poisson(4.2, actual))


def test_crps_of_a_mixture_is_that_of_its_draws() -> None:
    rng = RNG(8)
    for means, actual in ((np.array([2.0, 9.0, 30.0]), 12), (np.array([90.0, 300.0, 180.0]), 210)):
        draws = rng.poisson(np.repeat(means, 100_000)[:, None]).astype(float)
        assert scores.crps_poisson_mixture(means, actual) == pytest.approx(scores.crps(draws, [actual])[0], rel=0.01)
