"""Deals by age in whole days: daily hazards with delayed entry, and the wins that they make of open and new deals."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.deals import Deals

__all__ = ["ARRIVALS", "REPEATS", "AgeTable", "age_table", "arrivals", "expected_wins"]

Floats = NDArray[np.float64]

REPEATS = 100
"""Draws of the parameters; each serves DRAWS / REPEATS draws of counts."""

ARRIVALS = 28
"""Days over which new deals are counted: of 28, 56, 90 and all days those that reproduce the published marks."""


class AgeTable(NamedTuple):
    """(ages,) what happened at each age since a day."""

    at_risk: Floats
    """Deals that were open at that age on some day."""
    wins: Floats
    losses: Floats


def age_table(deals: Deals, first: int) -> AgeTable:
    """Deals at risk, won and lost by age, on the days from `first` to the cut-off.

    A deal that opened earlier enters at the age it had on `first` (delayed entry), and is at risk on the day on which
    it closes. Aalen & Johansen 1978, Scand. J. Statist. 5, 141-150.
    """
    begin = np.maximum(deals.opened, first)
    end = np.where(deals.open, -1.0, deals.closed)
    seen = end >= begin
    ages = int(np.max(-deals.opened, initial=1)) + 1
    steps = np.zeros(ages + 1)
    np.add.at(steps, (begin - deals.opened)[seen].astype(np.int64), 1.0)
    np.add.at(steps, (end - deals.opened)[seen].astype(np.int64) + 1, -1.0)
    ended = seen & ~deals.open
    age = np.where(deals.open, 0, deals.closed - deals.opened).astype(np.int64)
    won, lost = (np.bincount(age[ended & kind], minlength=ages).astype(np.float64) for kind in (deals.won, ~deals.won))
    return AgeTable(np.cumsum(steps)[:ages], won, lost)


def arrivals(deals: Deals, target: str, rng: np.random.Generator) -> Floats:
    """(REPEATS,) new deals a day, as in the last four weeks; none where only open deals count."""
    if target == "open_pipeline_wins":
        return np.zeros(REPEATS)
    days = min(ARRIVALS, int(np.max(-deals.opened, initial=1)))
    return rng.standard_gamma(float((deals.opened >= -days).sum()) + 0.5, REPEATS) / days


def expected_wins(win: Floats, loss: Floats, deals: Deals, per_day: Floats, pace: Floats, slip: Floats) -> Floats:
    """(repeats, days) wins expected on each day to come, of deals open now and of new ones.

    `win` and `loss` (repeats, ages) are chances a day by age, zero beyond; `per_day` (repeats,) new deals; `pace` and
    `slip` (repeats, days) multiply the chances of a day.
    """
    repeats, days = pace.shape
    ages = win.shape[1] + days
    now = np.bincount((-deals.opened[deals.open]).astype(np.int64), minlength=ages)[:ages]
    standing = np.tile(now.astype(np.float64), (repeats, 1))
    spare = np.zeros((repeats, days))
    win, loss = np.hstack((win, spare)), np.hstack((loss, spare))
    made = np.empty((repeats, days))
    for day in range(days):
        # A deal opened on this day has age 0 and may be won on it.
        standing[:, 0] = per_day
        chance = np.minimum(win * pace[:, [day]], 1.0)
        made[:, day] = (standing * chance).sum(axis=1)
        standing *= np.maximum(1.0 - chance - loss * slip[:, [day]], 0.0)
        standing[:, 1:] = standing[:, :-1].copy()
    return made
