"""Beta-binomial shrinkage: the published case, and what pooling does to groups that differ or do not."""

import numpy as np
import pytest

from results.pooling import pool, shrink


def test_shrinkage_of_thirty_in_a_hundred(stated) -> None:  # type: ignore[no-untyped-def]
    pooled = shrink(np.array([30.0]), np.array([100.0]), prior_mean=0.2, strength=50)
    stated("D24 posterior mean", "0.26666667", float(pooled.mean[0]))
    low, high = pooled.interval(0.9)
    stated("D24 lower end of the 90 % interval", "0.20927204", float(low[0]))
    stated("D24 upper end of the 90 % interval", "0.32760992", float(high[0]))


def test_equal_groups_are_pooled_hard_and_different_groups_hardly() -> None:
    rng = np.random.default_rng(2)
    n = np.full(30, 200.0)
    same = pool(rng.binomial(200, 0.2, 30).astype(float), n)
    differ = pool(rng.binomial(200, rng.beta(4, 16, 30)).astype(float), n)
    assert same.strength > 5 * differ.strength
    assert differ.strength == pytest.approx(20, rel=0.6)


def test_a_small_group_borrows_more_than_a_large_one() -> None:
    pooled = pool(np.array([0.0, 300.0, 100.0]), np.array([5.0, 1000.0, 1000.0]))
    assert 0.05 < pooled.mean[0] < 0.25
    assert pooled.mean[1] == pytest.approx(0.3, abs=0.01)


def test_more_successes_than_matured_trials_is_a_rate_of_nearly_one() -> None:
    pooled = pool(np.array([5.0]), np.array([4.2]))
    assert 0.8 < pooled.mean[0] < 1


def test_draws_have_the_posterior_mean() -> None:
    pooled = pool(np.array([20.0, 90.0]), np.array([100.0, 300.0]))
    rng = np.random.default_rng(0)
    drawn = np.array([pooled.draw(rng) for _ in range(4000)])
    assert drawn.mean(axis=0) == pytest.approx(pooled.mean, abs=0.003)
