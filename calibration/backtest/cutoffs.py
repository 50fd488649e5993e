"""Rolling origins: the dates at which a forecast is made, and the history as it was known on each."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import numpy as np

from calibration.cutoff import known_on, last_recorded
from calibration.history import History
from calibration.tables import date_of
from sim.errors import InputError, Problem

__all__ = ["EVERY", "cutoffs", "history_at", "recorded_until", "scored"]

EVERY = {"day": 1, "week": 7, "fortnight": 14}
"""Days from one cut-off to the next, by name."""


def cutoffs(first: dt.date, last: dt.date, every: str = "week") -> tuple[dt.date, ...]:
    """Cut-offs from `first` until `last`, both included where the step meets them; `month` keeps the day of the month.

    Raises InputError where the step is unknown or nothing lies between the dates.
    """
    if every not in EVERY and every != "month":
        names = ", ".join((*EVERY, "month"))
        raise InputError(Problem("every", f"must be one of {names}", every, "such as --every month"))
    if first > last:
        remedy = f"exchange them: from {last} to {first}"
        raise InputError(Problem("from", "must not lie after the last cut-off", f"{first} to {last}", remedy))
    return tuple(_steps(first, last, every))


def _steps(first: dt.date, last: dt.date, every: str) -> Iterator[dt.date]:
    if every == "month" and first.day > 28:
        raise InputError(Problem("from", "must be a day that every month has", str(first), "begin by the 28th"))
    day = first
    while day <= last:
        yield day
        if every == "month":
            day = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=first.day)
        else:
            day += dt.timedelta(days=EVERY[every])


def history_at(whole: History, day: dt.date) -> History:
    """The history as it was known at the end of a day before its own cut-off."""
    if day > whole.as_of:
        raise InputError(
            Problem(
                "cut-off", "must not lie after the history's end", str(day), f"nothing after {whole.as_of} is known"
            )
        )
    tables, findings = known_on(whole.tables, day, whole.mapping.closed_means_won)
    return dataclasses.replace(whole, as_of=day, tables=tables, findings=(*whole.findings, *findings))


def recorded_until(whole: History, new_leads: bool) -> dt.date:
    """The last day that the history records: of leads, where new leads count and are recorded apart; else of anything.

    Leads that stop while outcomes go on leave windows in which only old leads could be won.
    """
    captured = whole.tables.leads.captured
    if new_leads and len(captured):
        return date_of(float(np.max(captured)))
    last = last_recorded(whole.tables)
    return whole.as_of if last is None else last


def scored(days: tuple[dt.date, ...], horizon: int, until: dt.date) -> tuple[dt.date, ...]:
    """The cut-offs whose window, the `horizon` days after the cut-off, does not outlast the record."""
    return tuple(day for day in days if day + dt.timedelta(days=horizon) <= until)
