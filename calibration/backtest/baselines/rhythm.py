"""e: closes per day by month of the quarter, blind to the pipeline."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import Forecast, chance, nothing, valued
from calibration.history import History

__all__ = ["month_places", "rhythm"]


def month_places(history: History, days: range) -> NDArray[np.int64]:
    """(days,) the place 0, 1, 2 in its quarter of each day's month; day 0 is the first after the cut-off."""
    after = history.as_of + dt.timedelta(days=1)
    return np.array([((after + dt.timedelta(days=day)).month - 1) % 3 for day in days], dtype=np.int64)


def rhythm(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Wins a day in first, second and third months of quarters so far; Poisson counts with Gamma rates.

    Has no forecast until each of the three months was seen on some day. Bookings resample all past values.
    """
    deals = deals_of(history)
    made, rng = nothing(horizons), chance(history)
    if target not in ("wins", "bookings") or not deals.won.any():
        return made
    past = month_places(history, range(deals.visible, 0))
    seen = np.bincount(past, minlength=3)
    if not seen.all():
        return made
    won = deals.won & (deals.closed >= deals.visible)
    counts = np.bincount(past[(deals.closed[won] - deals.visible).astype(np.int64)], minlength=3)
    per_day = rng.standard_gamma(counts + 0.5, (len(made), 3)) / seen
    ahead = month_places(history, range(max(horizons)))
    for column, horizon in enumerate(horizons):
        made[:, column] = rng.poisson(per_day @ np.bincount(ahead[:horizon], minlength=3))
    return valued(made, deals.won_values, rng) if target == "bookings" else made
