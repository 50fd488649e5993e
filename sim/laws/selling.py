"""A sale's climate and clock, what is done in it by chance, and what stands for going back.

Pure compiled functions for every engine. Times are days.
"""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled

__all__ = ["ADVANCES", "BACK", "beaten", "comes_back", "happens", "meetings_of", "row_of", "spell_of"]

Floats = NDArray[np.float64]

_MEETINGS, _RECLAIM = int(Purpose.MEETINGS), int(Purpose.RECLAIM)

ADVANCES = -1
"""Stands, in the place of a reason of loss, for advancing."""

BACK = -2
"""`BACK - k` stands for going back to stage k."""


@compiled
def happens(stream: int, key: int, purpose: int, turn: int, share: float) -> bool:
    """Whether something happens that does in a share of cases."""
    return share > 0.0 and uniform(stream, key, purpose, turn) < share


@compiled
def meetings_of(stream: int, key: int, visit: int, mean: float) -> int:
    """How many meetings a stage takes: the whole number below the mean, or one more."""
    whole = int(mean)
    if uniform(stream, key, _MEETINGS, turn(visit, 0)) < mean - whole:
        whole += 1
    return whole


@compiled
def comes_back(stream: int, key: int, visit: int, recycled: int, recycles: int, share: float) -> bool:
    """Whether the lead of a lost opportunity (its key and visit) returns to nurture: so often at most, and a share."""
    return recycled < recycles and happens(stream, key, _RECLAIM, turn(visit, 0), share)


@compiled
def spell_of(since: Floats, now: float) -> int:
    """The spell in which a time lies; since: (spells,) when each begins, the first at minus infinity."""
    k = 0
    while k + 1 < len(since) and since[k + 1] <= now:
        k += 1
    return k


@compiled
def row_of(spell: int, kinds: int, budget: bool, authority: bool) -> int:
    """The row of a spell and of a buyer who has a budget or not, and may decide or not."""
    if kinds == 1:
        return spell
    return kinds * spell + (0 if budget else 2) + (0 if authority else 1)


@compiled
def beaten(edges: Floats, beats: Floats, now: float, days: float) -> float:
    """When a clock that runs at `beats` (months,) times the speed of time has run for some days.

    edges: (months + 1,) when the months begin, and the end of the last; after it the clock runs as time does.
    """
    month = 0
    while month < len(beats) and edges[month + 1] <= now:
        month += 1
    while month < len(beats):
        runs = (edges[month + 1] - now) * beats[month]
        if days <= runs:
            return float(now + days / beats[month]) if days > 0.0 else now
        days -= runs
        now = edges[month + 1]
        month += 1
    return now + days
