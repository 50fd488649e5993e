"""Run rate: the pace since the quarter began, carried on."""

import datetime as dt

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import Forecast, chance, gamma_poisson, nothing, valued
from calibration.history import History

__all__ = ["run_rate"]

_LEAST = 28
"""Days of pace: early in a quarter the last four weeks are taken."""


def run_rate(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Wins a day since the first day of the quarter (at least four weeks back) x horizon; Gamma-Poisson."""
    deals = deals_of(history)
    day = history.as_of
    quarter = dt.date(day.year, day.month - (day.month - 1) % 3, 1)
    back = max((day - quarter).days + 1, _LEAST)
    if target not in ("wins", "bookings") or -back < deals.visible:
        return nothing(horizons)
    won = deals.won_between(-back, 0)
    rng = chance(history)
    counts = gamma_poisson(float(won.sum()), [horizon / back for horizon in horizons], rng)
    return valued(counts, deals.value[won], rng) if target == "bookings" else counts
