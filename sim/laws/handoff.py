"""What becomes of a lead at the handoff and when it comes back: lost on the way, why it is rejected, sent back again.

Pure compiled functions for every engine; `stream` and `key` are a replication's stream and a lead's key (`sim.draws`).
"""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled

__all__ = ["arrives", "goes_back", "rejection"]

Floats = NDArray[np.float64]

_TRANSIT = int(Purpose.TRANSIT)
_RECYCLE = int(Purpose.RECYCLE)
_REASON = int(Purpose.REASON)


@compiled
def arrives(stream: int, key: int, visit: int, loss: float) -> bool:
    """Whether a lead handed off reaches sales development; `loss` is the share that never does."""
    return loss <= 0.0 or uniform(stream, key, _TRANSIT, turn(visit, 0)) >= loss


@compiled
def goes_back(stream: int, key: int, visit: int, recycled: int, recycles: int, share: float) -> bool:
    """Whether a rejected or unreached lead returns to nurture: not more than `recycles` times, and a share of them."""
    if recycled >= recycles or share <= 0.0:
        return False
    return share >= 1.0 or uniform(stream, key, _RECYCLE, turn(visit, 0)) < share


@compiled
def rejection(stream: int, key: int, visit: int, cumulative: Floats) -> int:
    """Why sales rejects a lead: index into cumulative shares (n,) of reasons."""
    if len(cumulative) == 1:
        return 0
    u = uniform(stream, key, _REASON, turn(visit, 0))
    index = 0
    while index < len(cumulative) - 1 and u >= cumulative[index]:
        index += 1
    return index
