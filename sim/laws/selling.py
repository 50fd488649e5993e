"""A sale's climate and clock: what holds when, how the buyer's clock runs in a quarter, what stands for going back.

Pure compiled functions for every engine. Times are days.
"""

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["ADVANCES", "BACK", "beaten", "spell_of"]

Floats = NDArray[np.float64]

ADVANCES = -1
"""Stands, in the place of a reason of loss, for advancing."""

BACK = -2
"""`BACK - k` stands for going back to stage k."""


@compiled
def spell_of(since: Floats, now: float) -> int:
    """The spell in which a time lies; since: (spells,) when each begins, the first at minus infinity."""
    k = 0
    while k + 1 < len(since) and since[k + 1] <= now:
        k += 1
    return k


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
