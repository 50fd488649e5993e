"""An engine's rows in canonical order: by (time, kind, entity, n), seen as columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.log import Events

__all__ = ["canonical"]

PATIENCE = 8
"""Shifts a row that putting ties in order may take; beyond it sorting all of them is quicker."""


def canonical(rows: NDArray[Any]) -> Events:
    """The events table of an engine's rows (`sim.recorder.EVENT`); rows of one (time, kind, entity) keep their order.

    The rows are put in order where they stand and the table's columns are views of them, so a log takes no room of its
    own. An engine writes in the order of time, so as a rule only ties are put right, in one pass; rows that come in any
    other order (deals that were open before the start) are sorted first.
    """
    if not _settled(rows):
        rows = _reordered(rows, np.argsort(rows["time"], kind="stable"))
        if not _settled(rows):
            rows = _reordered(rows, np.lexsort((rows["entity"], rows["kind"], rows["time"])))
    return Events(**{name: rows[name] for name in rows.dtype.names or ()})


def _reordered(rows: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    # As plain bytes, because numpy copies a record field by field.
    return rows.view(f"V{rows.itemsize}")[order].view(rows.dtype)


def _settled(rows: NDArray[Any]) -> bool:
    words = rows.view(np.int64).reshape(len(rows), rows.itemsize // 8)
    return _settle(rows["time"], rows["kind"], rows["entity"], words)


@compiled
def _settle(
    time: NDArray[np.float64], kind: NDArray[np.int8], entity: NDArray[np.int32], words: NDArray[np.int64]
) -> bool:
    """Put rows of one time in order, by insertion; False where time goes back or there is too much to shift.

    words: (rows, n) the rows, of which the other arguments are columns.
    """
    left = PATIENCE * len(time)
    for row in range(1, len(time)):
        now = time[row]
        if now > time[row - 1]:
            continue
        if now < time[row - 1]:
            return False
        to = row
        while to > 0 and time[to - 1] == now:
            if kind[to - 1] < kind[row] or (kind[to - 1] == kind[row] and entity[to - 1] <= entity[row]):
                break
            to -= 1
        if to == row:
            continue
        left -= row - to
        if left < 0:
            return False
        # Word by word, because whole rows of an array take long to compile.
        for word in range(words.shape[1]):
            held = words[row, word]
            for at in range(row, to, -1):
                words[at, word] = words[at - 1, word]
            words[to, word] = held
    return True
