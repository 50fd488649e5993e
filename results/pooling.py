"""Rates and means by group that borrow strength from each other: beta-binomial, and normal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pooled", "pool", "pool_means", "shrink"]

Floats = NDArray[np.float64]

_MAX_STRENGTH = 1e4


@dataclass(frozen=True)
class Pooled:
    """Beta posteriors of the rates of several groups: Beta(successes, failures), prior included."""

    successes: Floats
    failures: Floats
    prior_mean: float
    strength: float
    """Number of trials that the prior is worth."""

    @property
    def mean(self) -> Floats:
        """(groups,) posterior mean rates."""
        return self.successes / (self.successes + self.failures)

    def interval(self, level: float = 0.9) -> tuple[Floats, Floats]:
        """(groups,) lower and upper ends of the central posterior interval."""
        from scipy.special import betaincinv

        tail = (1 - level) / 2
        low, high = (betaincinv(self.successes, self.failures, end) for end in (tail, 1 - tail))
        return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)

    def draw(self, rng: np.random.Generator) -> Floats:
        """(groups,) one posterior draw of the rates."""
        return rng.beta(self.successes, self.failures)


def shrink(successes: Floats, trials: Floats, prior_mean: float, strength: float) -> Pooled:
    """Posterior of rates under a Beta(mean * strength, (1 - mean) * strength) prior; trials may be fractional.

    Fewer trials than successes (matured trials are estimates) count as all successes.
    """
    failures = np.maximum(trials - successes, 0.0)
    return Pooled(prior_mean * strength + successes, (1 - prior_mean) * strength + failures, prior_mean, strength)


def pool(successes: Floats, trials: Floats) -> Pooled:
    """Partial pooling: prior mean from all groups together, strength by maximum marginal likelihood.

    The likelihood of group i is B(m k + y, (1 - m) k + n - y) / B(m k, (1 - m) k). One group, or none that differ,
    gives the greatest strength allowed by the data.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import betaln

    y = np.asarray(successes, dtype=np.float64)
    n = np.maximum(np.asarray(trials, dtype=np.float64), y)
    mean = float(np.clip((y.sum() + 0.5) / (n.sum() + 1.0), 1e-6, 1 - 1e-6))
    if len(y) < 2:
        # A single group has nobody to borrow from; the prior is worth one trial.
        return shrink(y, n, mean, 1.0)

    def loss(log_strength: float) -> float:
        a, b = mean * np.exp(log_strength), (1 - mean) * np.exp(log_strength)
        return -float(np.sum(betaln(a + y, b + n - y) - betaln(a, b)))

    best = minimize_scalar(loss, bounds=(0.0, np.log(_MAX_STRENGTH)), method="bounded")
    return shrink(y, n, mean, float(np.exp(best.x)))


def pool_means(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """(groups,) means drawn towards each other, and their standard errors; a group without a value or an error stays.

    Each true mean is taken as normal around a common one; the spread between groups by moments (DerSimonian and Laird
    1986, doi:10.1016/0197-2456(86)90046-2), the means as in Morris 1983 (doi:10.1080/01621459.1983.10477920), the
    common mean's own error included.
    """
    values, errors = values.astype(np.float64), errors.astype(np.float64)
    known = np.isfinite(values) & np.isfinite(errors) & (errors > 0)
    x, e = values[known], errors[known]
    if len(x) < 2:
        return values, errors
    weight = 1 / e**2
    middle = (weight * x).sum() / weight.sum()
    excess = (weight * (x - middle) ** 2).sum() - (len(x) - 1)
    between = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    share = e**2 / (e**2 + between)
    common = ((1 - share) * x).sum() / (1 - share).sum() if between > 0 else middle
    error = 1 / np.sqrt((1 / (e**2 + between)).sum())
    means, spread = values.copy(), errors.copy()
    means[known] = share * common + (1 - share) * x
    spread[known] = np.sqrt((1 - share) * e**2 + (share * error) ** 2)
    return means, spread
