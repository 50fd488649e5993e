"""Scorable: the first and the last cut-off of a history that can be scored, and why others cannot."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from calibration.backtest.cutoffs import recorded_until
from calibration.backtest.targets import NEW_LEADS, of_segment
from calibration.backtest.weekly import LEAST
from calibration.history import History
from calibration.tables import date_of
from sim.errors import Problem

__all__ = ["any_known", "first_scorable", "last_scorable", "why_nothing"]


def any_known(whole: History, segments: Sequence[str], days: Sequence[dt.date]) -> bool:
    """Whether a deal of one of the segments (the empty name stands for all deals) was open by the last of the days."""
    opened = [(of_segment(whole, name) if name else whole).tables.opportunities.opened for name in segments]
    return any(len(its) and date_of(float(its.min())) <= max(days) for its in opened)


def first_scorable(whole: History) -> dt.date | None:
    """The first cut-off at which so many weeks of outcomes are on record that a method has a forecast of wins."""
    closed = whole.tables.opportunities.closed
    closed = closed[np.isfinite(closed)]
    return date_of(float(closed.min())) + dt.timedelta(days=7 * LEAST - 1) if len(closed) else None


def last_scorable(whole: History, targets: Sequence[str], horizons: Sequence[int]) -> dt.date:
    """The last cut-off whose shortest window does not outlast the record."""
    return _recorded(whole, targets) - dt.timedelta(days=min(horizons))


def _recorded(whole: History, targets: Sequence[str]) -> dt.date:
    return max(recorded_until(whole, target in NEW_LEADS) for target in targets)


def why_nothing(
    whole: History, targets: Sequence[str], horizons: Sequence[int], begin: dt.date, end: dt.date
) -> Problem:
    """Why no cut-off from `begin` to `end` can be scored, and which can."""
    first, last = first_scorable(whole), last_scorable(whole, targets, horizons)
    asked = f"{begin} to {end}" if begin <= end else str(begin)
    if first is None:
        return Problem("history", "must record when deals closed", "no deal that is closed", "export close dates too")
    if first > last:
        days = (_recorded(whole, targets) - first).days
        got = f"windows of {min(horizons)} days or more"
        known = f"outcomes are on record from {first - dt.timedelta(days=7 * LEAST - 1)} to {_recorded(whole, targets)}"
        remedy = f"--horizon {days} or less" if days > 0 else "give a longer history"
        return Problem("horizon", "must leave a window that is on record", got, f"{known}: {remedy}")
    can = f"cut-offs from {first} to {last} can be scored"
    if begin > last:
        rule = "must be followed by a whole window that is on record"
        remedy = (
            f"{can}; with a shorter --horizon also later ones, until the record ends on {_recorded(whole, targets)}"
        )
        return Problem("from", rule, asked, remedy)
    begun = date_of(whole.begin)
    if end < begun:
        return Problem("to", f"must not lie before the history begins, on {begun}", asked, can)
    return Problem("from", "must be days by which enough is known to forecast from", asked, f"{can}: begin later")
