"""a1: the planner's close ratio x open pipeline, spread evenly over 90 days."""

import numpy as np

from calibration.backtest.deals import Deals, deals_of
from calibration.backtest.predictive import Forecast, chance, nothing, valued
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
    """Won / closed (won / all where losses are not recorded) x live open deals x horizon / 90; Poisson about it."""
    deals = deals_of(history)
    if target == "pipeline" or not deals.won.any():
        return nothing(horizons)
    ended = np.isfinite(deals.closed).sum() if deals.losses else len(deals.opened)
    age = -1.0 - deals.opened
    live = int((deals.open & (age <= _live(deals))).sum())
    expected = deals.won.sum() / ended * live * np.array(horizons) / _SPREAD
    rng = chance(history)
    counts = rng.poisson(expected, nothing(horizons).shape).astype(np.float64)
    return valued(counts, deals.won_values, rng) if target == "bookings" else counts
