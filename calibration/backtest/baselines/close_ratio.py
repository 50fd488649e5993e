"""a1: the planner's close ratio x open pipeline, spread evenly over 90 days."""

import numpy as np

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import Forecast, chance, gamma_poisson, nothing, valued
from calibration.history import History

__all__ = ["close_ratio"]

_SPREAD = 90
"""Days in which the pipeline is expected to close."""


def close_ratio(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Won / closed (won / all where losses are not recorded) x live open deals x horizon / 90.

    Gamma-Poisson by the wins behind the ratio; for bookings live deals count by what they are expected to bring.
    """
    deals = deals_of(history)
    if target == "pipeline" or not deals.won.any():
        return nothing(horizons)
    ended = np.isfinite(deals.closed).sum() if deals.losses else len(deals.opened)
    rng = chance(history)
    times = deals.live.sum() / ended * np.array(horizons) / _SPREAD
    counts = gamma_poisson(float(deals.won.sum()), times, rng)
    return valued(counts, deals.won_values * deals.dearness, rng) if target == "bookings" else counts
