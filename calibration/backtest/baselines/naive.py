"""Naive and seasonal naive: next weeks are as last week, or as the weeks a quarter or a year ago."""

import numpy as np

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import DRAWS, Forecast, chance, nothing
from calibration.backtest.weekly import LEAST, weekly_series, weeks_ahead, windows
from calibration.history import History

__all__ = ["naive", "seasonal_naive"]

_SEASONS = (52, 13)
"""Weeks of a year and of a quarter: the longest season that the series holds is repeated."""


def naive(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """A random walk of weeks: last week, its spread growing by the past changes from week to week.

    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5, otexts.com/fpp3.
    """
    series = weekly_series(deals_of(history), target)
    if target not in ("wins", "bookings") or len(series) < LEAST:
        return nothing(horizons)
    rng = chance(history)
    sd = float(np.sqrt(np.mean(np.diff(series) ** 2)))
    steps = rng.normal(0.0, sd, (DRAWS, weeks_ahead(horizons)))
    return windows(series[-1] + np.cumsum(steps, axis=1), horizons)


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
