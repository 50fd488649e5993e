"""Naive and seasonal naive: next weeks are as last week, or as the weeks a quarter or year ago; a pipeline stays."""

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import DRAWS, Forecast, chance, nothing
from calibration.backtest.weekly import LEAST, weekly_series, weeks_ahead, windows
from calibration.history import History

__all__ = ["naive", "open_values", "seasonal_naive"]

Floats = NDArray[np.float64]

_SEASONS = (52, 13)
"""Weeks of a year and of a quarter: the longest season that the series holds is repeated."""


def naive(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """A random walk of weeks: last week, its spread growing by the past changes from week to week.

    The pipeline is a random walk itself: what is open now, changing by the day as it did by the week. Hyndman &
    Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5, otexts.com/fpp3.
    """
    if target == "pipeline":
        return _walk(open_values(history), horizons, chance(history))
    series = weekly_series(deals_of(history), target)
    if target not in ("wins", "bookings") or len(series) < LEAST:
        return nothing(horizons)
    rng = chance(history)
    sd = float(np.sqrt(np.mean(np.diff(series) ** 2)))
    steps = rng.normal(0.0, sd, (DRAWS, weeks_ahead(horizons)))
    return windows(series[-1] + np.cumsum(steps, axis=1), horizons)


def open_values(history: History) -> Floats:
    """(weeks + 1,) value of the deals open at the end of each week, from the first recorded outcome to the cut-off."""
    deals, amount = deals_of(history), np.nan_to_num(history.tables.opportunities.amount)
    weeks = -deals.visible // 7
    return np.array([amount[deals.open_on(-7 * ago)].sum() for ago in range(weeks, -1, -1)])


def _walk(levels: Floats, horizons: tuple[int, ...], rng: np.random.Generator) -> Forecast:
    if len(levels) <= LEAST:
        return nothing(horizons)
    sd = float(np.sqrt(np.mean(np.diff(levels) ** 2) / 7))
    path = levels[-1] + np.cumsum(rng.normal(0.0, sd, (DRAWS, max(horizons))), axis=1)
    return np.asarray(np.maximum(path[:, np.array(horizons) - 1], 0.0), dtype=np.float64)


def seasonal_naive(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """The weeks a season ago, with errors as large as the past changes over a season; the same source.

    Has no forecast until a quarter was recorded; until two were, errors are as large as changes from week to week.
    """
    series = weekly_series(deals_of(history), target)
    season = next((weeks for weeks in _SEASONS if len(series) >= weeks), None)
    if target not in ("wins", "bookings") or season is None:
        return nothing(horizons)
    rng = chance(history)
    step = season if len(series) >= 2 * season else 1
    sd = float(np.sqrt(np.mean((series[step:] - series[:-step]) ** 2)))
    ahead = np.arange(weeks_ahead(horizons))
    # A season further on repeats a forecast week, whose own error it inherits.
    error = rng.normal(0.0, sd, (DRAWS, len(ahead)))
    for place in range(season, len(ahead)):
        error[:, place] += error[:, place - season]
    return windows(series[-season:][ahead % season] + error, horizons)
