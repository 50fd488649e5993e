"""Touches: what a prospect sees of marketing, from some time before its capture until its close, and what it adds.

Channel c touches a prospect at a rate that goes with its adstocked spend. As with arrivals (`sim.laws.arrivals`), every
(lead, channel, four weeks) has level bands [0, .125), [.125, .25), [.25, .5), ... touches a week, each with a Poisson
number of candidates at a time and a level; a candidate is a touch iff its level is below the day's rate. More spend
therefore means the same touches and some more.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, Tag, child_key, uniform
from sim.jit import compiled, inner
from sim.laws.arrivals import poisson_quantile

__all__ = [
    "CELL_DAYS",
    "NONE_FOUND",
    "has_acted",
    "memory_days",
    "next_action",
    "sale_logit",
    "scan",
    "uses_enough",
    "warmth_left",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOUCH = int(Tag.TOUCH)
_COUNT, _TIME, _LEVEL = int(Purpose.TOUCH_COUNT), int(Purpose.TOUCH_TIME), int(Purpose.TOUCH_LEVEL)
_OPENED, _CLICKED, _ACTION = int(Purpose.TOUCH_OPENED), int(Purpose.TOUCH_CLICKED), int(Purpose.TOUCH_ACTION)
CELL_DAYS = 28
"""Days that are drawn for together: few enough to look at little else, and so many that few are empty."""
_CELL_WEEKS = CELL_DAYS / 7
_NARROWEST, _WIDEST = 0.125, 16.0
_NUMBER, _BAND = 17, 9
"""Places in the 32 bits of a draw's turn at which a cell's number and its band begin; the rest is the candidate's."""
_AHEAD = 28.0
"""Days that are searched at a time."""
_HALF_LIVES = 12.0
"""After which a touch counts nothing."""


NONE_FOUND = np.empty((0, 5))
"""Room for no touch, where only their sum is wanted."""


def memory_days(half_life: float) -> float:
    """Days after which a touch counts nothing: less than .0003 of it is left."""
    return _HALF_LIVES * half_life


def warmth_left(before: float, half_life: float) -> float:
    """Days of touches at full effect that touches of the past `before` days are worth: H (1 - 2^(-before/half)) with
    H = half / ln 2; 32.46 for 60 and 30."""
    share: float = 1.0 - 2.0 ** (-min(before, memory_days(half_life)) / half_life)
    return half_life / math.log(2.0) * share


@compiled
def scan(
    stream: int,
    lead: int,
    begins: float,
    ends: float,
    first_day: int,
    epoch_day: int,
    rates: Floats,
    tops: Floats,
    keys: Ints,
    terms: Floats,
    half_life: float,
    listed: Floats,
) -> tuple[int, float, int, float]:
    """Touches of a lead after `begins`, up to `ends`: how many they are, what is left at `ends` of the intent that they
    brought, how many uses of an asset are among them, and when the first is (infinite if there is none).

    lead: its key; rates: (channels, days) touches a week on each day from `first_day`, the first day's before it;
    epoch_day: the plan's start as a proleptic ordinal; tops: (channels, cells of `CELL_DAYS`) no less than any rate in
    it, from the first day's on; keys: (channels,); terms: (channels, 5) effect on intent, share opened (NaN where
    touches cannot be), share clicked of those, share in which an asset is used of those, and 1 for channels that are
    looked at; listed: (n, 5) room for time, channel, opened (-1 where that cannot be), clicked and action of each
    touch, by channel and cell. What finds no room is only counted.
    """
    count, warmth, actions, earliest = 0, 0.0, 0, math.inf
    fades = math.log(2.0) / half_life
    day_before = epoch_day - 1
    # Cells are counted from the proleptic calendar's first day.
    first_cell = (day_before + first_day) // CELL_DAYS
    begins_in = (day_before + math.floor(begins)) // CELL_DAYS
    ends_in = (day_before + math.floor(ends)) // CELL_DAYS
    for c in range(len(keys)):
        if terms[c, 4] == 0.0:
            continue
        channel = child_key(lead, _TOUCH, keys[c])
        for number in range(begins_in, ends_in + 1):
            top = tops[c, min(max(number - first_cell, 0), tops.shape[1] - 1)]
            low, high, band = 0.0, _NARROWEST, 0
            while low < top:
                cell = (number << _NUMBER) | (band << _BAND)
                n = poisson_quantile((high - low) * _CELL_WEEKS, uniform(stream, channel, _COUNT, cell))
                for which in range(cell, cell + n):
                    at = CELL_DAYS * number - day_before + CELL_DAYS * uniform(stream, channel, _TIME, which)
                    if at <= begins or at > ends:
                        continue
                    rate = rates[c, min(max(math.floor(at) - first_day, 0), rates.shape[1] - 1)]
                    # A whole band below the rate needs no level.
                    if rate < high and low + (high - low) * uniform(stream, channel, _LEVEL, which) >= rate:
                        continue
                    mail = not math.isnan(terms[c, 1])
                    seen = not mail or uniform(stream, channel, _OPENED, which) < terms[c, 1]
                    if seen:
                        warmth += terms[c, 0] * math.exp((at - ends) * fades)
                    clicked = seen and _passes(stream, channel, _CLICKED, which, terms[c, 2])
                    acts = clicked and _passes(stream, channel, _ACTION, which, terms[c, 3])
                    if acts:
                        actions += 1
                        earliest = min(earliest, at)
                    if count < len(listed):
                        listed[count, 0], listed[count, 1] = at, c
                        listed[count, 2] = (1.0 if seen else 0.0) if mail else -1.0
                        listed[count, 3] = 1.0 if clicked else 0.0
                        listed[count, 4] = 1.0 if acts else 0.0
                    count += 1
                low, high, band = high, high + min(high, _WIDEST), band + 1
    return count, warmth, actions, earliest


@compiled
def sale_logit(opened: float, now: float, daily: float, before: float, half_life: float) -> float:
    """What marketing's own touches of an opportunity since it was opened add to the log-odds of advancing.

    daily: log-odds that a day's touches add at first, of which half is left after `half_life`; before: the same of the
    days before 0, where another plan held.
    """
    begins = opened if now < 0.0 else max(opened, 0.0)
    left: float = 2.0 ** ((begins - now) / half_life)
    added = daily * (1.0 - left)
    if opened < begins:
        added += before * (left - 2.0 ** ((opened - now) / half_life))
    return half_life / math.log(2.0) * added


@inner
def _passes(stream: int, key: int, purpose: int, which: int, share: float) -> bool:
    return share > 0.0 and uniform(stream, key, purpose, which) < share


@compiled
def has_acted(
    stream: int,
    lead: int,
    since: float,
    now: float,
    needed: int,
    within: float,
    first_day: int,
    epoch_day: int,
    rates: Floats,
    tops: Floats,
    keys: Ints,
    terms: Floats,
) -> bool:
    """Whether a lead has used assets so many times within the past days, of what it has seen since `since`.

    The rest are arguments of `scan`; `terms` says which channels' assets count.
    """
    begins = max(since, now - within)
    return scan(stream, lead, begins, now, first_day, epoch_day, rates, tops, keys, terms, 1.0, rates[:0])[2] >= needed


@compiled
def uses_enough(
    stream: int,
    lead: int,
    since: float,
    now: float,
    needed: int,
    within: float,
    first_day: int,
    epoch_day: int,
    rates: Floats,
    tops: Floats,
    keys: Ints,
    terms: Floats,
) -> bool:
    """Whether a lead uses an asset at this instant, and has done so as often as `has_acted` asks."""
    just = np.nextafter(now, -math.inf)
    if scan(stream, lead, just, now, first_day, epoch_day, rates, tops, keys, terms, 1.0, rates[:0])[2] == 0:
        return False
    return has_acted(stream, lead, since, now, needed, within, first_day, epoch_day, rates, tops, keys, terms)


@compiled
def next_action(
    stream: int,
    lead: int,
    since: float,
    now: float,
    until: float,
    needed: int,
    within: float,
    first_day: int,
    epoch_day: int,
    rates: Floats,
    tops: Floats,
    keys: Ints,
    terms: Floats,
) -> float:
    """The first time after now, up to `until`, at which a lead uses an asset and has done so as often as `has_acted`
    asks; infinite if there is none.

    Under spend that may be cut, ask again when it comes: of what is planned now, less may be left, and never more.
    """
    at = now
    while at < until:
        ends = min(at + _AHEAD, until)
        used = scan(stream, lead, at, ends, first_day, epoch_day, rates, tops, keys, terms, 1.0, rates[:0])[3]
        if used == math.inf:
            at = ends
            continue
        at = used
        if has_acted(stream, lead, since, at, needed, within, first_day, epoch_day, rates, tops, keys, terms):
            return at
    return math.inf
