"""Draws from a posterior: a normal law exactly, a law that is not normal, and a prior of which nothing is said."""

import numpy as np
import pytest
from scipy import stats

from calibration.sampling import sample


def test_a_normal_law_is_drawn_as_it_is() -> None:
    """Precision [[4, 1], [1, 1]] about (1, -1): covariance is its inverse, [[1, -1], [-1, 4]] / 3."""
    precision, centre = np.array([[4.0, 1.0], [1.0, 1.0]]), np.array([1.0, -1.0])

    def density(x: np.ndarray) -> np.ndarray:
        gap = x - centre
        return -0.5 * np.einsum("ni,ij,nj->n", gap, precision, gap)

    found = sample(density, np.zeros(2), np.array([1.0, 2.0]), 500, np.random.default_rng(1))
    assert found.mean == pytest.approx(centre, abs=0.06)
    assert found.sd == pytest.approx(np.sqrt([1 / 3, 4 / 3]), rel=0.06)
    assert np.corrcoef(found.draws.T)[0, 1] == pytest.approx(-0.5, abs=0.1)
    assert found.effective > 0.5


def test_a_skewed_law_and_an_idle_parameter() -> None:
    """The logarithm of a Gamma(2, 1) variable, and a parameter that has its N(3, .5) prior only."""

    def density(x: np.ndarray) -> np.ndarray:
        return 2.0 * x[:, 0] - np.exp(x[:, 0]) - 0.5 * ((x[:, 1] - 3.0) / 0.5) ** 2

    found = sample(density, np.array([0.0, 3.0]), np.array([1.0, 0.5]), 2000, np.random.default_rng(2))
    assert np.quantile(np.exp(found.draws[:, 0]), (0.1, 0.5, 0.9)) == pytest.approx(
        stats.gamma(2).ppf((0.1, 0.5, 0.9)), rel=0.1
    )
    assert found.draws[:, 1].mean() == pytest.approx(3.0, abs=0.05)
    assert found.draws[:, 1].std() == pytest.approx(0.5, rel=0.06)
