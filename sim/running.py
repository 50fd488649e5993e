"""Running totals: what has added up for somebody by a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["total_until"]

Floats = NDArray[np.float64]


def total_until(
    who: NDArray[Any], time: Floats, amount: Floats, asked_who: NDArray[Any], asked_time: Floats
) -> NDArray[np.float64]:
    """(asked,) sum of the amounts of the same one up to and with a time.

    who, time, amount: (amounts,) in any order; asked_who, asked_time: (asked,) in any order.
    """
    order = np.lexsort((time, who))
    who, time, amount = who[order], time[order], amount[order]
    ranked = np.lexsort((np.concatenate((time, asked_time)), np.concatenate((who, asked_who))))
    is_amount = ranked < len(who)
    ends = np.empty(len(asked_who), dtype=np.int64)
    ends[ranked[~is_amount] - len(who)] = np.cumsum(is_amount)[~is_amount]
    begins = np.searchsorted(who, asked_who)
    total = np.concatenate(([0.0], np.cumsum(amount)))
    return total[ends] - total[begins]
