"""What recovery tests share: whether errors of many repetitions are as large as they are said to be."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FAMILY = 0.001
"""Chance that a test of this kind fails though all is well, over all its parameters."""


def as_said(errors: NDArray[np.float64], names: tuple[str, ...], inside: NDArray[np.bool_] | None = None) -> None:
    """Assert that standardised errors (repetitions, parameters) have mean nothing, and that 90 % intervals hold the
    truth in 90 %; each parameter is judged at half of its share of `FAMILY`.

    inside: (repetitions, parameters) whether the interval held it; by default that of a normal law.
    """
    held = np.abs(errors) < stats.norm.ppf(0.95) if inside is None else inside
    level = FAMILY / (2 * len(names))
    wrong = []
    for name, z, hits in zip(names, errors.T, held.T, strict=True):
        p = stats.ttest_1samp(z, 0.0).pvalue
        if p < level:
            wrong.append(f"{name}: mean error {z.mean():+.3f} of its standard error, p = {p:.1e}")
        p = stats.binomtest(int(hits.sum()), len(hits), 0.9).pvalue
        if p < level:
            wrong.append(f"{name}: 90 % interval holds {hits.mean():.1%}, p = {p:.1e}")
    assert not wrong, "; ".join(wrong)
