"""What hazards by stage and age make of an opportunity: its chance of a win within some days."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calibration.outcomes import EDGES, incidence

__all__ = ["win_curves"]

Floats = NDArray[np.float64]

ADVANCE = 0
"""The first cause of leaving a stage is always to advance (or, from the last stage, to win)."""


def _daily(hazard: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Survival (days + 1,) and probability of advancing on each day of age (days,)."""
    days = np.arange(edges[-1] + 1)
    widths = np.diff(edges).astype(np.int64)
    survival, advanced = incidence(np.repeat(hazard, widths, axis=0), days)
    return survival, np.diff(advanced[:, ADVANCE])


def win_curves(hazards: Sequence[Floats], horizon: int, edges: Floats = EDGES) -> tuple[Floats, list[Floats]]:
    """Chance of a win within 0..horizon days of opening (horizon + 1,), and by stage within the horizon at each age.

    `hazards[k]` (bins, causes) are those of stage k. The second result holds, for each stage, (days + 1,) the chance
    of a win within the horizon for an opportunity that has been in the stage for that many days.
    """
    later: Floats = np.ones(horizon + 1)
    by_age: list[Floats] = []
    for hazard in reversed(hazards):
        survival, leaves = _daily(hazard, edges)
        # Leaving happens half a day into a day on average, so what is left of i days is between two grid points.
        left = ((later[1:] + later[:-1]) / 2)[::-1] if by_age else np.ones(horizon)
        padded = np.concatenate((leaves, np.zeros(horizon)))
        reached = np.correlate(padded, left, mode="valid")[: len(survival)]
        by_age.append(np.where(survival > 1e-12, reached / np.maximum(survival, 1e-12), 0.0))
        head = leaves[:horizon]
        if len(by_age) == 1:
            later = np.concatenate(([0.0], np.cumsum(head)))
        else:
            middle = (later[1:] + later[:-1]) / 2
            later = np.concatenate(([0.0], np.convolve(head, middle)[:horizon]))
    return later, by_age[::-1]
