"""Uncertainty: what replications say of a mean, of the spread of outcomes, and of luck against ignorance.

Replications of one parameter draw share that draw's ignorance, so they are one cluster: values are averaged within a
draw and the standard error is that of the draws' means, `sd(draw means) / sqrt(draws)`, with draws - 1 degrees of
freedom. Taking two replications of a draw for independent covers .85-.93 at a nominal .95. Without draws each
replication is its own cluster.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_DRAW", "Estimate", "Spread", "Variance", "clusters", "estimate", "t_quantile", "variance_split"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_DRAW = -1
"""The draw of a replication that used the funnel's own values."""

_NAN = float("nan")

_MANY = 120
"""Degrees of freedom beyond which the expansion alone has ten digits."""
_NEWTON = 8
"""Steps; from two degrees on fewer would do."""


class Spread(NamedTuple):
    """Percentiles of a distribution: p10 is exceeded with probability 0.9."""

    p10: float
    p50: float
    p90: float


class Variance(NamedTuple):
    """The variance of one replication's outcome in its two parts; they add up to the variance of the outcome."""

    luck: float
    """Within parameter draws: what more data about the past would not remove."""
    ignorance: float
    """Between parameter draws: what more data would remove."""

    @property
    def ignorance_share(self) -> float:
        """The part of ignorance in the whole."""
        total = self.luck + self.ignorance
        return self.ignorance / total if total > 0 else _NAN


@dataclass(frozen=True)
class Estimate:
    """What the replications say of one number; three spreads that are never mixed."""

    mean: float
    """Mean over draws of the draws' means."""
    sd: float
    """Standard deviation of outcomes over replications."""
    se: float
    """Monte Carlo standard error of the mean, clustered by draw; NaN with fewer than two clusters."""
    lo95: float
    hi95: float
    """The mean plus and minus t x se."""
    outcome: Spread
    """Percentiles of outcomes over replications: luck and ignorance together."""
    expected: Spread
    """Percentiles over parameter draws of the mean outcome, freed of the luck left in a draw's few replications."""
    variance: Variance
    replications: int
    """Replications in which the number is defined."""
    clusters: int
    undefined: int
    """Replications in which it is not; they are left out of everything above."""


def clusters(draw: Ints) -> Ints:
    """(replications,) number of each replication's cluster, from 0: its draw, or its own if it used none."""
    own = np.where(draw == NO_DRAW, -2 - np.arange(len(draw)), draw)
    _, cluster = np.unique(own, return_inverse=True)
    return cluster.astype(np.int64)


def _means(values: Floats, draw: Ints) -> tuple[Floats, Ints, Ints]:
    """Mean and size of each cluster, and the cluster of each value."""
    cluster = clusters(draw)
    size = np.bincount(cluster)
    return np.bincount(cluster, weights=values) / size, size, cluster


def variance_split(values: Floats, draw: Ints) -> Variance:
    """Luck and ignorance by one-way analysis of variance with draws as groups (unequal sizes allowed).

    luck = MSW; ignorance = max(0, (MSB - MSW) / m0), m0 = (N - sum m_d^2 / N) / (D - 1).
    Searle, Casella and McCulloch, Variance Components, 1992, chapter 3. Without draws all of the variance is luck;
    with draws of one replication each, or with one draw, the parts cannot be told apart (NaN).
    """
    if len(values) < 2:
        return Variance(_NAN, _NAN)
    if (draw == NO_DRAW).all():
        return Variance(float(np.var(values, ddof=1)), 0.0)
    means, size, cluster = _means(values, draw)
    n, groups = len(values), len(means)
    if groups < 2 or groups == n:
        return Variance(_NAN, _NAN)
    within = float(((values - means[cluster]) ** 2).sum()) / (n - groups)
    between = float((size * (means - values.mean()) ** 2).sum()) / (groups - 1)
    typical = (n - float((size**2).sum()) / n) / (groups - 1)
    return Variance(within, max(0.0, (between - within) / typical))


def estimate(values: Floats, draw: Ints) -> Estimate:
    """What the values of the replications, shape (replications,), say of their mean and their spread.

    `draw` (replications,) is the parameter draw of each, `NO_DRAW` for none. NaN values are left out and counted.
    """
    defined = ~np.isnan(values)
    undefined = int((~defined).sum())
    values, draw = values[defined], draw[defined]
    if not len(values):
        nothing = Spread(_NAN, _NAN, _NAN)
        return Estimate(_NAN, _NAN, _NAN, _NAN, _NAN, nothing, nothing, Variance(_NAN, _NAN), 0, 0, undefined)
    means, _, _ = _means(values, draw)
    mean, count = float(means.mean()), len(means)
    se = float(means.std(ddof=1)) / math.sqrt(count) if count > 1 else _NAN
    half = t_quantile(count - 1) * se
    variance = variance_split(values, draw)
    return Estimate(
        mean=mean,
        sd=float(values.std(ddof=1)) if len(values) > 1 else _NAN,
        se=se,
        lo95=mean - half,
        hi95=mean + half,
        outcome=_spread(values),
        expected=_expected(means, variance),
        variance=variance,
        replications=len(values),
        clusters=count,
        undefined=undefined,
    )


def _spread(values: Floats) -> Spread:
    return Spread(*np.quantile(values, (0.1, 0.5, 0.9)).tolist())


def _expected(means: Floats, variance: Variance) -> Spread:
    """Percentiles of the draws' means, drawn towards their mean until their variance is that of ignorance alone.

    A draw's mean over two replications still holds half of the luck; unshrunk, luck would be shown as ignorance.
    """
    raw = float(means.var(ddof=1)) if len(means) > 1 else 0.0
    if math.isnan(variance.ignorance) or raw == 0:
        return Spread(_NAN, _NAN, _NAN) if math.isnan(variance.ignorance) else _spread(means)
    factor = math.sqrt(min(1.0, variance.ignorance / raw))
    return _spread(means.mean() + factor * (means - means.mean()))


@lru_cache(maxsize=4096)
def t_quantile(degrees: int, level: float = 0.975) -> float:
    """Quantile of Student's t, to ten digits; NaN for no degrees of freedom.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 1972: 26.7.5, the expansion around the normal quantile,
    made exact for few degrees by Newton's steps on the distribution (26.7.3 and 26.7.4, finite sums).
    """
    # Written out, because loading scipy takes longer than many a run.
    if degrees <= 0:
        return _NAN
    z = NormalDist().inv_cdf(level)
    z2, n = z * z, float(degrees)
    terms = (
        (z2 + 1) / 4,
        ((5 * z2 + 16) * z2 + 3) / 96,
        (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
        ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160,
    )
    t = z * (1 + math.fsum(term / n ** (k + 1) for k, term in enumerate(terms)))
    if degrees == 1:
        return math.tan(math.pi * (level - 0.5))
    if degrees > _MANY:
        return t
    log_scale = math.lgamma((n + 1) / 2) - math.lgamma(n / 2) - math.log(math.pi * n) / 2
    for _ in range(_NEWTON):
        density = math.exp(log_scale - (n + 1) / 2 * math.log1p(t * t / n))
        t -= (_t_distribution(t, degrees) - level) / density
    return t


def _t_distribution(t: float, degrees: int) -> float:
    """P(T <= t)."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine2 = math.cos(angle) ** 2
    odd = degrees % 2
    term = total = math.cos(angle) if odd else 1.0
    for k in range(3 if odd else 2, degrees - 1, 2):
        term *= cosine2 * (k - 1) / k
        total += term
    within = 2 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
    return 0.5 + within / 2
