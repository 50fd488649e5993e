"""Scores of forecasts against what then happened: CRPS, pinball, WAPE, MASE, coverage, PIT, and intervals of ratios.

Forecasts are draws (draws, cases) of what may happen, outcomes are (cases,). Lower scores are better.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.jit import compiled

__all__ = [
    "block_bootstrap",
    "covered",
    "crps",
    "crps_poisson",
    "crps_poisson_mixture",
    "interval",
    "mase",
    "naive_scale",
    "pinball",
    "pit",
    "poisson_floor",
    "spread",
    "wape",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def spread(draws: ArrayLike, fair: bool = True) -> Floats:
    """(cases,) half the mean distance of two draws: the CRPS that a forecast may expect if it is the truth.

    `fair` counts pairs of different draws only, which is unbiased for a finite number of draws.
    """
    ordered = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    n = len(ordered)
    # The k-th smallest of n lies above k - 1 others and below n - k: each pair is met once.
    rank = (2.0 * np.arange(1, n + 1) - n - 1.0).reshape(-1, *[1] * (ordered.ndim - 1))
    pairs = n * (n - 1) if fair else n * n
    return np.asarray((rank * ordered).sum(axis=0) / pairs, dtype=np.float64)


def crps(draws: ArrayLike, actual: ArrayLike, fair: bool = True) -> Floats:
    """(cases,) continuous ranked probability score of an ensemble: E|X - y| - E|X - X'| / 2, in the outcome's unit.

    Gneiting & Raftery 2007, doi:10.1198/016214506000001437; the fair form: Ferro 2014, doi:10.1002/qj.2270. One draw
    alone is a point forecast, whose CRPS is its absolute error; it has no fair form.
    """
    values = np.asarray(draws, dtype=np.float64)
    distance = np.abs(values - np.asarray(actual, dtype=np.float64)).mean(axis=0)
    return np.asarray(distance - spread(values, fair and len(values) > 1), dtype=np.float64)


def poisson_floor(mean: ArrayLike) -> Floats:
    """The CRPS to expect of a forecaster who knows the true mean of a Poisson count: nobody does better.

    lambda e^{-2 lambda} (I_0(2 lambda) + I_1(2 lambda)), half of Gini's mean difference; Wei & Held 2014,
    doi:10.1007/s11749-014-0380-8.
    """
    from scipy.special import ive

    rate = np.asarray(mean, dtype=np.float64)
    return np.asarray(rate * (ive(0, 2 * rate) + ive(1, 2 * rate)), dtype=np.float64)


def crps_poisson(mean: ArrayLike, actual: ArrayLike) -> Floats:
    """CRPS of a Poisson forecast, exact: (y - lambda)(2 F(y) - 1) + 2 lambda f(y) minus its floor.

    Wei & Held 2014, doi:10.1007/s11749-014-0380-8.
    """
    from scipy.stats import poisson

    rate, count = np.asarray(mean, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    above = (count - rate) * (2 * poisson.cdf(count, rate) - 1)
    return np.asarray(above + 2 * rate * poisson.pmf(count, rate) - poisson_floor(rate), dtype=np.float64)


def crps_poisson_mixture(means: Floats, actual: float) -> float:
    """CRPS of a forecast that is Poisson with one of (n,) means, each as likely: the sum of (F(k) - [k >= y])^2 over
    all counts; from a mean of 100 on with normal laws in their place (Grimit et al. 2006, doi:10.1256/qj.05.235)."""
    if means.max(initial=0.0) < _MANY:
        return _of_counts(means, np.exp(-means), float(actual))
    return _of_normals(means, float(actual))


_MANY = 100.0


@compiled
def _of_counts(means: Floats, chance: Floats, actual: float) -> float:
    """chance: (n,) of a count of none; it is written over."""
    n, total, below, k = len(means), 0.0, 0.0, 0
    while k < actual or below < n * (1.0 - 1e-12):
        for i in range(n):
            below += chance[i]
            chance[i] *= means[i] / (k + 1.0)
        total += (below / n - (1.0 if k >= actual else 0.0)) ** 2
        k += 1
        if k > 10_000:
            break
    return total


@compiled
def _mean_distance(mean: float, variance: float) -> float:
    """E|X| of a normal X."""
    sd = math.sqrt(variance)
    if sd <= 0.0:
        return abs(mean)
    z = mean / sd
    return sd * math.sqrt(2.0 / math.pi) * math.exp(-0.5 * z * z) + mean * math.erf(z / math.sqrt(2.0))


@compiled
def _of_normals(means: Floats, actual: float) -> float:
    n, away, apart = len(means), 0.0, 0.0
    for i in range(n):
        away += _mean_distance(actual - means[i], means[i])
        for j in range(n):
            apart += _mean_distance(means[i] - means[j], means[i] + means[j])
    return away / n - 0.5 * apart / (n * n)


def pinball(quantile: ArrayLike, actual: ArrayLike, level: float) -> Floats:
    """(cases,) loss of a forecast of one quantile: level x shortfall, or (1 - level) x excess.

    Koenker & Bassett 1978, doi:10.2307/1913643. Its mean over all levels is half the CRPS.
    """
    miss = np.asarray(actual, dtype=np.float64) - np.asarray(quantile, dtype=np.float64)
    return np.asarray(np.maximum(level * miss, (level - 1) * miss), dtype=np.float64)


def wape(point: ArrayLike, actual: ArrayLike) -> float:
    """Weighted absolute percentage error, a share: sum |forecast - actual| / sum |actual|; NaN if nothing happened.

    Kolassa & Schuetz 2007, Foresight 6, 40-43 (as MAD/mean ratio).
    """
    outcome = np.asarray(actual, dtype=np.float64)
    total = float(np.abs(outcome).sum())
    return float(np.abs(np.asarray(point, dtype=np.float64) - outcome).sum()) / total if total else float("nan")


def naive_scale(series: ArrayLike, step: int = 1) -> float:
    """Mean absolute change of a past series over `step` places: what the naive forecast erred; NaN if too short."""
    values = np.asarray(series, dtype=np.float64)
    return float(np.abs(values[step:] - values[:-step]).mean()) if len(values) > step else float("nan")


def mase(point: ArrayLike, actual: ArrayLike, scale: ArrayLike) -> float:
    """Mean absolute error in units of what the naive forecast erred in the past, `scale` by case.

    Cases without a past (NaN or zero scale) are left out; NaN if none is left. Hyndman & Koehler 2006,
    doi:10.1016/j.ijforecast.2006.03.001.
    """
    miss = np.abs(np.asarray(point, dtype=np.float64) - np.asarray(actual, dtype=np.float64))
    unit = np.broadcast_to(np.asarray(scale, dtype=np.float64), miss.shape)
    known = np.isfinite(unit) & (unit > 0)
    return float((miss[known] / unit[known]).mean()) if known.any() else float("nan")


def interval(draws: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """(cases,) both ends of the central interval that holds `level` of the draws.

    Of counts the ends are counts: the smallest value that at least the tail's share of draws does not exceed.
    """
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = np.quantile(np.asarray(draws, dtype=np.float64), tails, axis=0, method="inverted_cdf")
    return low, high


def covered(draws: ArrayLike, actual: ArrayLike, level: float) -> Bools:
    """(cases,) whether the outcome lies in the central interval that holds `level` of the draws, ends included."""
    low, high = interval(draws, level)
    outcome = np.asarray(actual, dtype=np.float64)
    return np.asarray((low <= outcome) & (outcome <= high), dtype=np.bool_)


def pit(draws: ArrayLike, actual: ArrayLike, rng: np.random.Generator) -> Floats:
    """(cases,) randomised probability integral transform: uniform on (0, 1) where forecasts are calibrated.

    The outcome's rank among the draws, ties broken by chance. Czado, Gneiting & Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x.
    """
    values, outcome = np.asarray(draws, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    below, equal = (values < outcome).sum(axis=0), (values == outcome).sum(axis=0)
    return np.asarray((below + rng.random(outcome.shape) * (equal + 1)) / (len(values) + 1), dtype=np.float64)


def block_bootstrap(
    top: ArrayLike, bottom: ArrayLike, block: int, rng: np.random.Generator, level: float = 0.95, repeats: int = 2000
) -> tuple[float, float]:
    """Interval of sum(top) / sum(bottom), paired scores of cutoffs in order of time.

    Windows of neighbouring cutoffs overlap, so whole blocks of `block` cutoffs are drawn, around the end (the circular
    block bootstrap: Politis & Romano 1992, in Exploring the Limits of Bootstrap, 263-270). With fewer than two blocks
    the interval says nothing and is NaN.
    """
    above, below = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    n = len(above)
    if n < 2 * block:
        return float("nan"), float("nan")
    starts = rng.integers(0, n, (repeats, -(-n // block)))
    rows = (starts[:, :, np.newaxis] + np.arange(block)).reshape(repeats, -1)[:, :n] % n
    ratios = above[rows].sum(axis=1) / below[rows].sum(axis=1)
    low, high = np.quantile(ratios, ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)
