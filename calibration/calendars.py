"""What of a daily count the calendar explains: weekdays, months of a quarter, the last days of a month."""

import numpy as np
from numpy.typing import NDArray

from calibration.tables import date_of

__all__ = ["month_places", "weekday_factors"]

Floats = NDArray[np.float64]

_WEEKDAY_PRIOR = 2.0
"""Happenings at the mean rate by which each weekday's factor is pulled towards one."""
_LAST_DAYS = 5


def weekday_factors(counts: Floats, first: int, end: float) -> tuple[float, ...]:
    """(7,) factors Monday to Sunday, mean one, of (days,) counts from day `first` on; few counts are pulled to one."""
    weekday = np.array([date_of(end + first + day).weekday() for day in range(len(counts))], dtype=np.int64)
    happened, days = np.bincount(weekday, counts, 7), np.bincount(weekday, minlength=7)
    mean = float(counts.mean()) if len(counts) else 0.0
    factors = (happened + _WEEKDAY_PRIOR) / (days * mean + _WEEKDAY_PRIOR)
    return tuple((factors / factors.mean()).tolist())


def month_places(first: int, days: int, end: float) -> Floats:
    """(days, 4) which month of a calendar quarter each day is in, and whether it is one of a month's last five."""
    out = np.zeros((days, 4))
    for day in range(days):
        date = date_of(end + first + day)
        out[day, (date.month - 1) % 3] = 1.0
        out[day, 3] = date_of(end + first + day + _LAST_DAYS).month != date.month
    return out
