"""A count by day whose level drifts: a dynamic Poisson model, filtered day by day.

log mean = level + offset + effects; the level is a random walk with a slope that fades, effects are constant numbers
with normal priors. Each day's count updates a normal posterior at its mode along that day's direction (the dynamic
generalised linear model: West, Harrison & Migon 1985, doi:10.1080/01621459.1985.10477131).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["FADES", "SLOPE_SD", "State", "draw_states", "filtered", "first_state"]

Floats = NDArray[np.float64]

SLOPE_SD = 0.09
"""Prior standard deviation of the slope of a level that has one, a week."""
SLOPE_STEP = 0.03 / math.sqrt(20.0)
"""By how much the slope changes from day to day, a week's slope. [choice]"""
FADES = 46.0
"""Days after which half of a slope is left. [choice]"""

_NEWTON = 8
_UNKNOWN = -50.0
"""An offset below this says that nothing can come on the day."""


class State(NamedTuple):
    """Normal posterior of (level, slope a day, effects...) at the end of the last day."""

    mean: Floats
    covariance: Floats


def first_state(level: float, level_sd: float, slope: bool, effect_sds: Floats) -> State:
    """What is believed before the first day."""
    sds = np.concatenate(([level_sd, SLOPE_SD / 7.0 if slope else 0.0], effect_sds))
    return State(np.concatenate(([level, 0.0], np.zeros(len(effect_sds)))), np.diag(sds**2))


def filtered(
    counts: Floats, offsets: Floats, effects: Floats, before: State, wander: float, slope: bool, dispersion: float
) -> State:
    """The state after (days,) counts with (days,) offsets and (days, effects) covariates.

    wander: standard deviation of the level's walk after one week; dispersion: variance of a count over its mean.
    """
    step = SLOPE_STEP / 7.0 if slope else 0.0
    mean, covariance = before.mean.copy(), before.covariance.copy()
    kept = 0.5 ** (1.0 / FADES)
    reach = np.empty(len(mean))
    _filter(counts, offsets, effects, mean, covariance, wander**2 / 7.0, step**2, kept, dispersion, reach)
    return State(mean, covariance)


@compiled
def _filter(
    counts: Floats,
    offsets: Floats,
    effects: Floats,
    mean: Floats,
    cov: NDArray[np.float64],
    walk: float,
    turn: float,
    kept: float,
    dispersion: float,
    reach: Floats,
) -> None:
    """`filtered`, in place; reach: (numbers,) room."""
    size = len(mean)
    for day in range(len(counts)):
        mean[0] += mean[1]
        mean[1] *= kept
        for j in range(size):
            cov[0, j] += cov[1, j]
        for j in range(size):
            cov[j, 0] += cov[j, 1]
        for j in range(size):
            cov[1, j] *= kept
        for j in range(size):
            cov[j, 1] *= kept
        cov[0, 0] += walk
        cov[1, 1] += turn
        if offsets[day] < _UNKNOWN:
            continue
        expected, spread = mean[0] + offsets[day], 0.0
        for j in range(size):
            reach[j] = cov[j, 0]
            for k in range(2, size):
                reach[j] += cov[j, k] * effects[day, k - 2]
        spread = reach[0]
        for k in range(2, size):
            expected += mean[k] * effects[day, k - 2]
            spread += reach[k] * effects[day, k - 2]
        # The mode of the day's log mean, normal before the count with this mean and variance.
        log_mean = expected
        for _ in range(_NEWTON):
            poisson = math.exp(min(log_mean, 20.0))
            pull = (counts[day] - poisson) / dispersion - (log_mean - expected) / spread
            log_mean += min(max(pull / (poisson / dispersion + 1.0 / spread), -1.0), 1.0)
        weight = 1.0 / (dispersion / math.exp(min(expected, 20.0)) + spread)
        moved = (log_mean - expected) / spread
        for j in range(size):
            mean[j] += reach[j] * moved
        for j in range(size):
            for k in range(size):
                cov[j, k] -= weight * reach[j] * reach[k]


def draw_states(state: State, count: int, rng: np.random.Generator) -> Floats:
    """(count, numbers) draws of a state."""
    values, vectors = np.linalg.eigh((state.covariance + state.covariance.T) / 2.0)
    scaled = rng.standard_normal((count, len(values))) * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(state.mean + scaled @ vectors.T, dtype=np.float64)
