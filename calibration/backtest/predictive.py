"""Predictive draws that baselines share: counts whose rate is known from counts, and the value of counted wins."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.history import History

__all__ = ["DRAWS", "Baseline", "Forecast", "chance", "counted", "gamma_poisson", "nothing", "valued"]

Floats = NDArray[np.float64]
Forecast = NDArray[np.float64]
"""(draws, horizons); a column of NaN where the method has too little history for that horizon."""

Baseline = Callable[[History, str, tuple[int, ...]], Forecast]
"""(history as known at the cut-off, target, horizons in days) -> draws of that one target."""

DRAWS = 2000


def chance(history: History) -> np.random.Generator:
    """The same chance every time for the same cut-off, so that a baseline is a function of the history."""
    return np.random.default_rng(history.as_of.toordinal())


def nothing(horizons: tuple[int, ...]) -> Forecast:
    """No forecast for any horizon yet."""
    return np.full((DRAWS, len(horizons)), np.nan)


def gamma_poisson(events: float, times: ArrayLike, rng: np.random.Generator) -> Forecast:
    """(DRAWS, windows) counts to come in windows worth `times` the one in which `events` were counted.

    Poisson counts whose rate is drawn from its posterior, Gamma(events + 1/2) by Jeffreys' prior: at times = 1 the
    spread is that of a difference of two counts. One drawn rate serves all windows.
    """
    rate = rng.standard_gamma(events + 0.5, (DRAWS, 1))
    return rng.poisson(rate * np.asarray(times, dtype=np.float64)).astype(np.float64)


def counted(expected: Floats, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
    """(DRAWS, horizons) Poisson counts of windows, from draws (repeats, days) of what each day is expected to bring."""
    upto = np.cumsum(expected, axis=1)[:, np.array(horizons) - 1]
    return rng.poisson(np.repeat(upto, DRAWS // len(upto), axis=0)).astype(np.float64)


def valued(counts: Forecast, values: Floats, rng: np.random.Generator) -> Forecast:
    """The value of that many wins, each with the value of a past win drawn with replacement; NaN if there is none.

    A win without an amount counts as nothing, as in what is forecast.
    """
    values = np.nan_to_num(values)
    if not len(values):
        return np.full(counts.shape, np.nan)
    totals = np.full(counts.shape, np.nan)
    for column in range(counts.shape[1]):
        if np.isnan(counts[:, column]).any():
            continue
        sizes = counts[:, column].astype(np.int64)
        drawn = np.concatenate(([0.0], np.cumsum(rng.choice(values, int(sizes.sum())))))
        ends = np.cumsum(sizes)
        totals[:, column] = drawn[ends] - drawn[ends - sizes]
    return totals
