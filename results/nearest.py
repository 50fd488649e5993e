"""nearest: for each happening, the last of some others before it, or the first after it, of the same entity."""

import numpy as np

from results.spans import Floats, Ints

__all__ = ["followed", "nearest"]


def nearest(who: Ints, when: Floats, others: Ints, times: Floats, *, before: bool) -> Ints:
    """(happenings,) place among the others of the last one at or before each happening, or of the first one at or
    after it; -1 where its entity has none. Neither need be in order.

    who, when: (happenings,) entity and day; others, times: (others,) the same.
    """
    count = len(who)
    # At one instant the others stand on that side of a happening on which they are looked for.
    side = np.repeat([before, not before], [count, len(others)])
    both = np.concatenate((who, others))
    order = np.lexsort((side, np.concatenate((when, times)), both))
    is_other, place = order >= count, np.arange(len(order))
    if before:
        found = np.maximum.accumulate(np.where(is_other, place, -1))
    else:
        found = np.minimum.accumulate(np.where(is_other, place, len(order))[::-1])[::-1]
        found[found == len(order)] = -1
    out = np.full(count, -1, dtype=np.int64)
    asking = np.flatnonzero(~is_other & (found >= 0))
    there = order[found[asking]]
    same = both[there] == both[order[asking]]
    out[order[asking[same]]] = there[same] - count
    return out


def followed(who: Ints, when: Floats, others: Ints, times: Floats, days: float) -> Floats:
    """(happenings,) 1 where one of some others of the same entity followed within some days, 0 elsewhere."""
    found = nearest(who, when, others, times, before=False)
    return (np.append(times, np.nan)[found] - when <= days).astype(np.float64)
