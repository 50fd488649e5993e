"""Two clocks: civil days, in which buyers live, and working hours, in which reps work.

B(t) is the number of working hours up to civil time t. Time 0 is local midnight of the plan's start; days are 24
hours long, because local wall-clock time is meant and a change of clocks adds no working hour.
"""

import datetime as dt
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.units import DAYS_PER_MONTH
from sim.working_time import Calendar

__all__ = [
    "Clock",
    "civil_time",
    "holiday_dates",
    "hours_at",
    "hours_per_month",
    "is_open",
    "make_clock",
    "next_opening",
    "worked_hours",
]


class Clock(NamedTuple):
    """A calendar laid out over days: what the compiled functions read."""

    before: NDArray[np.float64]
    """(days + 1,) working hours before each day, from `first_day`."""
    first_day: int
    """Day number of the first entry, counted from the plan's start."""
    opens: float
    """Opening as a share of a day."""
    closes: float
    """Closing as a share of a day."""


def holiday_dates(calendar: Calendar, first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """The calendar's holidays between two dates; a country code is looked up in the `holidays` package."""
    if not isinstance(calendar.holidays, str):
        return frozenset(day for day in calendar.holidays if first <= day <= last)
    import holidays

    country, _, subdivision = calendar.holidays.partition("-")
    years = range(first.year, last.year + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


@lru_cache(maxsize=32)
def make_clock(calendar: Calendar, start: dt.date, first_day: int, last_day: int) -> Clock:
    """The clock of a calendar from `first_day` to `last_day`, both counted from `start`."""
    opens, closes = calendar.hours[0] / 24.0, calendar.hours[1] / 24.0
    dates = [start + dt.timedelta(days=day) for day in range(first_day, last_day + 1)]
    free = holiday_dates(calendar, dates[0], dates[-1])
    hours = [(closes - opens) * 24.0 if date.weekday() in calendar.days and date not in free else 0.0 for date in dates]
    before = np.concatenate(([0.0], np.cumsum(hours)))
    before.flags.writeable = False
    return Clock(before, first_day, opens, closes)


def hours_per_month(calendar: Calendar) -> float:
    """Working hours of an average month, holidays not taken off."""
    return len(calendar.days) * (calendar.hours[1] - calendar.hours[0]) / 7.0 * DAYS_PER_MONTH


@compiled
def worked_hours(before: NDArray[np.float64], first_day: int, opens: float, closes: float, t: float) -> float:
    """B(t): working hours up to civil time t; constant outside the days that the clock covers."""
    day = math.floor(t)
    d = day - first_day
    if d < 0:
        return 0.0
    if d >= len(before) - 1:
        return float(before[-1])
    within = min(max(t - day - opens, 0.0), closes - opens) * 24.0
    return float(min(before[d] + within, before[d + 1]))


def hours_at(clock: Clock, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """B(t) of many times, (times,)."""
    hours = np.empty(len(times))
    _hours_at(clock.before, clock.first_day, clock.opens, clock.closes, times, hours)
    return hours


@compiled
def _hours_at(
    before: NDArray[np.float64],
    first_day: int,
    opens: float,
    closes: float,
    times: NDArray[np.float64],
    hours: NDArray[np.float64],
) -> None:
    for i in range(len(times)):
        hours[i] = worked_hours(before, first_day, opens, closes, times[i])


@compiled
def civil_time(before: NDArray[np.float64], first_day: int, opens: float, b: float) -> float:
    """The earliest civil time t with B(t) = b; infinite if the clock's last day ends before."""
    last = len(before) - 1
    if b > before[last]:
        return math.inf
    low, high = 0, last
    while high - low > 1:
        middle = (low + high) // 2
        if before[middle] < b:
            low = middle
        else:
            high = middle
    return float(first_day + low + opens + (b - before[low]) / 24.0)


@compiled
def is_open(before: NDArray[np.float64], first_day: int, opens: float, closes: float, t: float) -> bool:
    """Whether t lies in working hours (the opening included, the closing not)."""
    day = math.floor(t)
    d = day - first_day
    if d < 0 or d >= len(before) - 1 or before[d + 1] <= before[d]:
        return False
    return opens <= t - day < closes


@compiled
def next_opening(before: NDArray[np.float64], first_day: int, opens: float, t: float) -> float:
    """The first opening after t; infinite if there is none."""
    d = max(math.floor(t) - first_day, 0)
    while d < len(before) - 1:
        if before[d + 1] > before[d] and first_day + d + opens > t:
            return float(first_day + d + opens)
        d += 1
    return math.inf
