"""reported: why opportunities were lost, as reps write it down."""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniforms
from sim.log import NOBODY, Kind, Log

__all__ = ["reported"]


def reported(log: Log) -> NDArray[np.int64]:
    """(events,) the column `reason` as reps report it: some losses without a cause, and some with another than the
    true one, by the plan's `reporting`. A history says what it says.

    What decides is drawn from an opportunity's key, so those of which the cause is known under a smaller share are
    known under a larger one too.
    """
    events, coding = log.events, log.terms.coding
    reasons = np.array(events.reason, dtype=np.int64)
    if coding is None or min(*coding.coded, *coding.accuracy) == 1.0:
        return reasons
    rows = np.flatnonzero(events.kind == Kind.LOST)
    drawn = np.empty((len(rows), 3))
    for key, its in zip(log.entities.key[events.entity[rows]].tolist(), drawn, strict=True):
        uniforms(coding.stream, key, int(Purpose.REPORTED), turn(0, 0), its)
    counted = (events.time[rows] >= 0.0).astype(np.int64)
    wrong = drawn[:, 1] >= np.array(coding.accuracy)[counted]
    for row, which in zip(rows[wrong].tolist(), drawn[wrong, 2].tolist(), strict=True):
        others = [cause for cause in coding.causes if cause != reasons[row]]
        reasons[row] = others[int(which * len(others))]
    reasons[rows[drawn[:, 0] >= np.array(coding.coded)[counted]]] = NOBODY
    return reasons
