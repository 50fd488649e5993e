"""Skill: intervals of one rep's and of all reps' skills, on paper, against Wilson, by quadrature and by recovery."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.luck import wilson
from results.reps.skill import Desks, pooled_skill, score_interval


def desks(*reps: tuple[float, float, float]) -> Desks:
    """Reps with (cases, successes, rate that is usual for such cases)."""
    cases, successes, usual = (np.array(column, float) for column in zip(*reps, strict=True))
    return Desks(np.arange(len(reps)), np.log(usual / (1 - usual)), cases, successes)


def test_what_is_expected_on_paper() -> None:
    # Two cases at 3/4 and one at 1/4; with log-odds of ln 3 more, at 9/10 and 1/2.
    made = Desks(np.zeros(2, np.int64), np.log([3.0, 1 / 3]), np.array([2.0, 1.0]), np.array([2.0]))
    mean, variance = made.expected(np.zeros(1))
    assert mean == pytest.approx([1.75])
    assert variance == pytest.approx([9 / 16])
    mean, variance = made.expected(np.log([3.0]))
    assert mean == pytest.approx([2.3])
    assert variance == pytest.approx([2 * 0.09 + 0.25])


@given(st.integers(1, 400), st.floats(0, 1), st.floats(0.01, 0.99))
def test_with_like_cases_the_score_interval_is_wilsons(n: int, share: float, usual: float) -> None:
    won = float(round(n * share))
    low, high = score_interval(desks((float(n), won, usual)))
    wilson_low, wilson_high = wilson(np.array([won]), np.array([float(n)]))
    assert low / n == pytest.approx(wilson_low, abs=1e-6)
    assert high / n == pytest.approx(wilson_high, abs=1e-6)


def test_two_reps_pooled_as_by_quadrature() -> None:
    data = [(40.0, 26.0, 0.5), (60.0, 24.0, 0.5)]
    found = pooled_skill(desks(*data))

    def likelihood(skill: float, n: float, won: float) -> float:
        return float(np.exp(skill * won - n * np.logaddexp(0, skill) + n * np.log(2)))

    # Each rep's skill integrated out by Gauss-Hermite, the spread by a fine sum.
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    total = np.zeros(3)
    for spread in np.arange(0.0, 1.5, 0.005):
        prior = np.exp(-0.5 * (spread / 0.5) ** 2)
        each = [np.array([likelihood(spread * x, n, won) for x in nodes]) for n, won, _ in data]
        marginal = [float(weights @ one) for one in each]
        rates = [n / (1 + np.exp(-spread * nodes)) for n, _, _ in data]
        means = [float(weights @ (one * rate)) for one, rate in zip(each, rates, strict=True)]
        total += prior * np.array([marginal[0] * marginal[1], means[0] * marginal[1], marginal[0] * means[1]])
    assert found.expected == pytest.approx(total[1:] / total[0], rel=2e-3)


def test_reps_who_differ_are_told_and_like_ones_are_drawn_together() -> None:
    rng = np.random.default_rng(3)
    for true in (0.0, 0.3, 0.8):
        skill = true * rng.standard_normal(40)
        n = rng.integers(50, 400, 40).astype(float)
        won = rng.binomial(n.astype(int), 1 / (1 + np.exp(0.4 - skill)))
        found = pooled_skill(desks(*((a, float(b), 1 / (1 + np.exp(0.4))) for a, b in zip(n, won, strict=True))))
        assert found.spread_low <= true <= found.spread_high
        assert found.spread == pytest.approx(true, abs=0.2)
    truth = n / (1 + np.exp(0.4 - skill))
    assert 0.85 <= ((found.low <= truth) & (truth <= found.high)).mean() <= 1


def test_a_rep_with_few_cases_is_drawn_to_the_others() -> None:
    found = pooled_skill(desks((4.0, 4.0, 0.5), (400.0, 240.0, 0.5), (400.0, 160.0, 0.5)))
    few, many, _ = found.expected / np.array([4.0, 400.0, 400.0])
    assert 0.5 < few < 0.75
    assert many == pytest.approx(0.59, abs=0.02)
