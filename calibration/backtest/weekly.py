"""Weekly series of wins or bookings up to the cut-off, and windows cut from simulated weeks to come."""

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.deals import Deals

__all__ = ["LEAST", "weekly_series", "weeks_ahead", "windows"]

Floats = NDArray[np.float64]

LEAST = 4
"""Weeks without which no time series is fitted."""


def weekly_series(deals: Deals, target: str) -> Floats:
    """(weeks,) wins, or value signed, in whole weeks that end with the cut-off, from the first recorded outcome on."""
    weeks = -deals.visible // 7
    won = deals.won & (deals.closed >= -7 * weeks)
    worth = np.nan_to_num(deals.value[won]) if target == "bookings" else np.ones(int(won.sum()))
    return np.bincount(((deals.closed[won] + 7 * weeks) // 7).astype(np.int64), worth, weeks).astype(np.float64)


def weeks_ahead(horizons: tuple[int, ...]) -> int:
    """Weeks that cover the longest horizon."""
    return -(-max(horizons) // 7)


def windows(weeks: Floats, horizons: tuple[int, ...]) -> Floats:
    """(draws, horizons) sums of simulated weeks (draws, weeks); a cut week counts by its days; never negative."""
    columns = []
    for horizon in horizons:
        whole, days = divmod(horizon, 7)
        rest = weeks[:, whole] * days / 7 if days else 0.0
        columns.append(weeks[:, :whole].sum(axis=1) + rest)
    return np.asarray(np.maximum(np.column_stack(columns), 0.0), dtype=np.float64)
