"""Arrivals that nest: a Poisson field over time and level, cut by each scenario's own rate.

Every (channel, day) has level bands [0,1), [1,2), [2,4), [4,8), [8,16), [16,32), [32,48), ... leads a day. A cell
(channel, day, band) holds a Poisson number of candidates, each with a time and a level; a candidate is a lead iff its
level is below the day's rate. More spend therefore means the same leads and some more. Bands are made as far as the
rate reaches; none is wider than 16, so that little is made in vain and the Poisson quantile stays a short sum.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, Tag, child_key, turn, uniform
from sim.jit import compiled

__all__ = ["LEAD", "field", "poisson_quantile"]

LEAD = np.dtype([("time", np.float64), ("key", np.int64), ("channel", np.int64)])

_CELL = int(Tag.CELL)
_LEAD = int(Tag.LEAD)
_COUNT = int(Purpose.ARRIVAL_COUNT)
_TIME = int(Purpose.ARRIVAL_TIME)
_LEVEL = int(Purpose.ARRIVAL_LEVEL)
_WIDEST = 16.0


@compiled
def poisson_quantile(mean: float, u: float) -> int:
    """Smallest n with P(N <= n) >= u, by summing the probabilities; for means up to a few hundred."""
    p = math.exp(-mean)
    total = p
    n = 0
    # The cap ends the search where rounding keeps the sum below u for ever; P(N > cap) is below 1e-300.
    cap = int(mean) * 20 + 200
    while total < u and n < cap:
        n += 1
        p *= mean / n
        total += p
    return n


@compiled
def field(
    stream: int,
    channel_keys: NDArray[np.int64],
    rates: NDArray[np.float64],
    first_day: int,
    epoch_day: int,
    in_hours: NDArray[np.float64],
    opens: float,
    closes: float,
    leads: NDArray[Any],
) -> int:
    """Fill `leads` (records of `LEAD`) with one replication's, in order of (time, key); returns how many they are.

    rates: (channels, days) leads on each day from `first_day` (days since the plan's start; `epoch_day` is the plan's
    start as a proleptic ordinal, so that a lead's key does not depend on the run-in); in_hours: (days,) share of the
    day's leads that come between `opens` and `closes` (as shares of a day), the rest evenly outside. If there are more
    than `leads` can hold, the surplus is only counted.
    """
    size = 0
    outside = 1.0 - (closes - opens)
    for d in range(rates.shape[1]):
        dawn = size
        for c in range(rates.shape[0]):
            rate = rates[c, d]
            day = child_key(channel_keys[c], _CELL, epoch_day + first_day + d)
            low, high, band = 0.0, 1.0, 0
            while low < rate:
                cell = child_key(day, _CELL, band)
                n = poisson_quantile(high - low, uniform(stream, cell, _COUNT, turn(0, 0)))
                for ordinal in range(n):
                    key = child_key(cell, _LEAD, ordinal)
                    # A band that lies below the rate as a whole needs no level.
                    if high > rate and low + (high - low) * uniform(stream, key, _LEVEL, turn(0, 0)) >= rate:
                        continue
                    u = uniform(stream, key, _TIME, turn(0, 0))
                    inside = in_hours[d]
                    if u < inside:
                        at = opens + (closes - opens) * u / inside
                    else:
                        at = outside * (u - inside) / (1.0 - inside)
                        if at >= opens:
                            at += closes - opens
                    if size < len(leads):
                        leads[size].time = first_day + d + at
                        leads[size].key = key
                        leads[size].channel = c
                    size += 1
                low, high, band = high, high + min(high, _WIDEST), band + 1
        _sort(leads[dawn : min(size, len(leads))])
    return size


@compiled
def _sort(leads: NDArray[Any]) -> None:
    """Sort by (time, key), in place: Shell's sort, quick on the few of a day."""
    gap = 1
    while 3 * gap + 1 < len(leads):
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(leads)):
            time, key, channel = leads[i].time, leads[i].key, leads[i].channel
            j = i
            while j >= gap and (
                leads[j - gap].time > time or (leads[j - gap].time == time and leads[j - gap].key > key)
            ):
                leads[j] = leads[j - gap]
                j -= gap
            leads[j].time = time
            leads[j].key = key
            leads[j].channel = channel
        gap //= 3
