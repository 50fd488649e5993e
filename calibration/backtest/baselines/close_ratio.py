"""a1: the planner's close ratio x open pipeline, spread evenly over 90 days."""

import numpy as np

from calibration.backtest.deals import Deals, deals_of
from calibration.backtest.predictive import Forecast, chance, gamma_poisson, nothing, valued
from calibration.history import History

__all__ = ["close_ratio"]

_SPREAD = 90
"""Days in which the pipeline is expected to close."""


def _live(deals: Deals) -> int:
    """The greatest age in days of a deal that still counts as pipeline.

    Where losses are recorded, the age of the oldest deal that ever closed; where they are not, lost deals look open for
    ever, and only those of the last 90 days are believed.
    """
    if not deals.losses:
        return _SPREAD
    return int(np.nanmax(deals.closed - deals.opened))


def close_ratio(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Won / closed (won / all where losses are not recorded) x live open deals x horizon / 90.

    Gamma-Poisson by the wins behind the ratio; for bookings live deals count by what they are expected to bring.
    """
    deals = deals_of(history)
    if target == "pipeline" or not deals.won.any():
        return nothing(horizons)
    ended = np.isfinite(deals.closed).sum() if deals.losses else len(deals.opened)
    live = deals.open & (-1.0 - deals.opened <= _live(deals))
    rng = chance(history)
    counts = gamma_poisson(float(deals.won.sum()), live.sum() / ended * np.array(horizons) / _SPREAD, rng)
    if target != "bookings":
        return counts
    values = deals.won_values
    dearer = deals.worth[live].mean() / values.mean() if live.any() and len(values) else 1.0
    return valued(counts, values * dearer, rng)
