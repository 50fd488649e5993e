"""Rates and means by group that borrow strength from each other: beta-binomial, and normal."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pooled", "PooledMeans", "pool", "pool_means", "shrink"]

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


def pool(successes: Floats, trials: Floats, mean: float | None = None) -> Pooled:
    """Partial pooling: prior mean from all groups together unless it is given, strength by maximum marginal likelihood.

    The likelihood of group i is B(m k + y, (1 - m) k + n - y) / B(m k, (1 - m) k). One group, or none that differ,
    gives the greatest strength allowed by the data.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import betaln

    y = np.asarray(successes, dtype=np.float64)
    n = np.maximum(np.asarray(trials, dtype=np.float64), y)
    mean = float(np.clip((y.sum() + 0.5) / (n.sum() + 1.0) if mean is None else mean, 1e-6, 1 - 1e-6))
    if len(y) < 2:
        # A single group has nobody to borrow from; the prior is worth one trial.
        return shrink(y, n, mean, 1.0)

    def loss(log_strength: float) -> float:
        a, b = mean * np.exp(log_strength), (1 - mean) * np.exp(log_strength)
        return -float(np.sum(betaln(a + y, b + n - y) - betaln(a, b)))

    best = minimize_scalar(loss, bounds=(0.0, np.log(_MAX_STRENGTH)), method="bounded")
    return shrink(y, n, mean, float(np.exp(best.x)))


class PooledMeans(NamedTuple):
    """(groups,) means drawn towards each other; NaN where a group has no cases."""

    mean: Floats
    se: Floats
    own_se: Floats
    """Of each mean by itself, as the spread within groups, taken for one, says of so many cases."""


def pool_means(values: Floats, errors: Floats, cases: Floats) -> PooledMeans:
    """Means of some cases drawn towards each other.

    values, errors, cases: (groups,) each mean, its standard error (NaN = not known, as of one case), and of how many
    cases it is. What cases differ by within a group is taken for one variance, that of all groups: by its own, a group
    that happens to have small values would count as the surest. Each true mean is normal around a common one; the
    spread between groups by moments (DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2), the means as in
    Morris 1983 (doi:10.1080/01621459.1983.10477920), the common mean's own error included.
    """
    values, errors, cases = (np.asarray(each, dtype=np.float64) for each in (values, errors, cases))
    says = np.isfinite(errors) & (errors > 0) & (cases > 1)
    nothing = np.full(len(values), np.nan)
    known = np.isfinite(values) & (cases > 0)
    if not says.any():
        return PooledMeans(np.where(known, values, np.nan), nothing, nothing)
    within = (errors[says] ** 2 * cases[says] * cases[says]).sum() / cases[says].sum()
    own = np.where(known, np.sqrt(within / np.where(known, cases, 1.0)), np.nan)
    if known.sum() < 2:
        return PooledMeans(np.where(known, values, np.nan), own, own)
    x, e = values[known], own[known]
    weight = 1 / e**2
    middle = (weight * x).sum() / weight.sum()
    excess = (weight * (x - middle) ** 2).sum() - (len(x) - 1)
    between = max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))
    share = e**2 / (e**2 + between)
    common = (x / (e**2 + between)).sum() / (1 / (e**2 + between)).sum()
    error = 1 / np.sqrt((1 / (e**2 + between)).sum())
    means, spread = nothing.copy(), nothing.copy()
    means[known] = share * common + (1 - share) * x
    spread[known] = np.sqrt((1 - share) * e**2 + (share * error) ** 2)
    return PooledMeans(means, spread, own)
