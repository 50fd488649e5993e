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
from sim.jit import compiled, inner

__all__ = ["LEAD", "field", "name_campaigns", "poisson_quantile"]

LEAD = np.dtype(
    [("time", np.float64), ("key", np.int64), ("channel", np.int32), ("source", np.int32), ("depth", np.float64)]
)
"""`source`: what brought it, its channel or a campaign (`sim.tables.campaigns`). `depth`: its level as a share of the
day's rate, where that is asked for: at a rate lower by a factor, the leads that lie deeper than it do not come."""

_CELL = int(Tag.CELL)
_LEAD = int(Tag.LEAD)
_COUNT = int(Purpose.ARRIVAL_COUNT)
_TIME = int(Purpose.ARRIVAL_TIME)
_LEVEL = int(Purpose.ARRIVAL_LEVEL)
_CAMPAIGN = int(Purpose.CAMPAIGN)
_WIDEST = 16.0
_LAST = 24.0 - 2.0**-40
"""Hours: a lead does not come at the next midnight by rounding."""


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
    profiles: NDArray[np.float64],
    profile: NDArray[np.int64],
    leads: NDArray[Any],
    spare: NDArray[Any],
    counts: NDArray[np.int64],
    deep: bool,
) -> tuple[int, int]:
    """Fill `leads` (records of `LEAD`) with one replication's, in order of (time, key); returns how many they are, and
    how many the busiest day has.

    rates: (channels, days) leads on each day from `first_day` (days since the plan's start; `epoch_day` is the plan's
    start as a proleptic ordinal, so that a lead's key does not depend on the run-in); in_hours: (days,) share of the
    day's leads that come between `opens` and `closes` (as shares of a day), the rest evenly outside; profile: (days,)
    row of `profiles` (n, 25) by whose cumulative shares the day's leads come hour by hour instead, -1 for none; spare,
    counts: room for a day's, and one more count; deep: whether depths are asked for. What finds no room is only
    counted.
    """
    size, most = 0, 0
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
                    level = 0.0
                    # A band that lies below the rate as a whole needs no level.
                    if high > rate or deep:
                        level = low + (high - low) * uniform(stream, key, _LEVEL, turn(0, 0))
                        if level >= rate:
                            continue
                    u = uniform(stream, key, _TIME, turn(0, 0))
                    inside = in_hours[d]
                    if profile[d] >= 0:
                        at = _hour(profiles, profile[d], u) / 24.0
                    elif u < inside:
                        at = opens + (closes - opens) * u / inside
                    else:
                        at = outside * (u - inside) / (1.0 - inside)
                        if at >= opens:
                            at += closes - opens
                    if size < len(leads):
                        leads[size].time = first_day + d + at
                        leads[size].key = key
                        leads[size].channel = c
                        leads[size].source = c
                        leads[size].depth = level / rate
                    size += 1
                low, high, band = high, high + min(high, _WIDEST), band + 1
        if size <= len(leads) and size - dawn <= len(spare):
            _sort(leads[dawn:size], spare, counts)
        most = max(most, size - dawn)
    return size, most


@compiled
def name_campaigns(
    stream: int,
    leads: NDArray[Any],
    first_day: int,
    channels: NDArray[np.int64],
    shares: NDArray[np.float64],
    first: int,
) -> None:
    """Write down of which campaign each lead is.

    leads: records of `LEAD`; channels: (campaigns,) whose leads may be a campaign's; shares: (campaigns, days from
    `first_day`) the share that is; first: the source's number of the first campaign.
    """
    for lead in leads:
        day = math.floor(lead.time) - first_day
        left = 1.0
        for k in range(len(channels)):
            if channels[k] == lead.channel:
                left -= shares[k, day]
        if left >= 1.0:
            continue
        u = uniform(stream, lead.key, _CAMPAIGN, turn(0, 0))
        for k in range(len(channels)):
            if channels[k] == lead.channel and shares[k, day] > 0.0 and u >= left:
                lead.source = first + k
                left += shares[k, day]


@inner
def _hour(profiles: NDArray[np.float64], row: int, u: float) -> float:
    """The hour of the day before which a share u of a day's leads has come: the inverse of cumulative shares."""
    hour = 0
    while profiles[row, hour + 1] <= u:
        hour += 1
    low, high = profiles[row, hour], profiles[row, hour + 1]
    return float(min(hour + (u - low) / (high - low), _LAST))


@compiled
def _sort(leads: NDArray[Any], spare: NDArray[Any], counts: NDArray[np.int64]) -> None:
    """Sort a day's leads by (time, key), in place: into as many parts of the day as there are leads, then by insertion.

    spare, counts: room for them, and one more count.
    """
    n = len(leads)
    counts[: n + 1] = 0
    for lead in leads:
        counts[int((lead.time % 1.0) * n) + 1] += 1
    for part in range(n):
        counts[part + 1] += counts[part]
    for lead in leads:
        part = int((lead.time % 1.0) * n)
        place = spare[counts[part]]
        counts[part] += 1
        place.time, place.key, place.depth = lead.time, lead.key, lead.depth
        place.channel, place.source = lead.channel, lead.source
    for i in range(n):
        time, key, depth = spare[i].time, spare[i].key, spare[i].depth
        channel, source = spare[i].channel, spare[i].source
        j = i
        while j > 0 and (leads[j - 1].time > time or (leads[j - 1].time == time and leads[j - 1].key > key)):
            before = leads[j - 1]
            leads[j].time, leads[j].key = before.time, before.key
            leads[j].channel, leads[j].source, leads[j].depth = before.channel, before.source, before.depth
            j -= 1
        leads[j].time, leads[j].key, leads[j].depth = time, key, depth
        leads[j].channel, leads[j].source = channel, source
