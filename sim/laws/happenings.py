"""Happenings in a customer's life: occasions for more sales, and referrals, at rates that its satisfaction and
programmes move.

As leads come (`sim.laws.arrivals`), every (customer, kind of happening, year) has level bands [0, 1/4), [1/4, 1/2),
[1/2, 1), ... happenings a year, each with a Poisson number of candidates at a time and a level; a candidate happens iff
its level is below the rate of its time. A higher rate therefore means the same happenings and some more.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, Tag, child_key, uniform
from sim.jit import compiled, inner
from sim.laws.arrivals import poisson_quantile
from sim.laws.delays import normal_quantile
from sim.laws.selling import spell_of

__all__ = ["CROSS_SELL", "NOTHING", "REFERRAL", "UPSELL", "WINBACK", "feels", "following", "lacking"]

Floats = NDArray[np.float64]

UPSELL, CROSS_SELL, WINBACK, REFERRAL = range(4)
"""Kinds of happenings: occasions to sell more, occasions to win back one who has left, and leads that customers
bring."""
NOTHING = -1
YEAR = 365
"""Days that are drawn for together."""

_HAPPENING, _CELL = int(Tag.HAPPENING), int(Tag.CELL)
_COUNT, _TIME, _LEVEL = int(Purpose.HAPPENING_COUNT), int(Purpose.HAPPENING_TIME), int(Purpose.HAPPENING_LEVEL)
_SATISFACTION, _CROSS_SELL = int(Purpose.SATISFACTION), int(Purpose.CROSS_SELL)
_NARROWEST, _WIDEST = 0.25, 16.0
_EASE, _RATE = 1, 2
"""Columns of what programmes do for customers: the shift of their satisfaction, and the logs of factors on rates."""


@compiled
def feels(stream: int, customer: int) -> float:
    """How satisfied a customer is, in standard deviations."""
    return normal_quantile(uniform(stream, customer, _SATISFACTION, 0))


@inner
def _class_of(satisfaction: float, promoter: float, detractor: float) -> int:
    """The column of rates for a customer who is so satisfied."""
    if satisfaction > promoter:
        return 1
    return 2 if satisfaction < detractor else 0


@compiled
def following(
    stream: int,
    customer: int,
    satisfaction: float,
    after: float,
    now: float,
    until: float,
    gone: bool,
    epoch_day: int,
    rates: Floats,
    most: Floats,
    since: Floats,
    care: Floats,
    promoter: float,
    detractor: float,
) -> tuple[float, int, int]:
    """A customer's next happening later than `after` and not before `now`, before `until`: (time, kind, key); (until,
    NOTHING, 0) if there is none.

    customer: its key; gone: whether it has left, so that only what wins it back can happen; epoch_day: the plan's start
    as a proleptic ordinal; rates: (kinds, 3) in 365 days, of the passive, of promoters, of detractors; most: (kinds,)
    no less than any rate; since: (spells,) when each spell begins; care: (spells, 2 + kinds) what programmes add
    meanwhile to the log-odds of renewal, to satisfaction, and to the log of each kind's rate; promoter, detractor:
    satisfaction above which a customer is a promoter, and below which it is a detractor."""
    day_before = epoch_day - 1
    best, kind, key = until, NOTHING, 0
    first = (day_before + math.floor(now)) // YEAR
    for what in range(len(most)):
        if most[what] <= 0.0 or gone != (what == WINBACK):
            continue
        own = child_key(customer, _HAPPENING, what)
        for year in range(first, (day_before + math.floor(best)) // YEAR + 1):
            found = False
            low, high, band = 0.0, _NARROWEST, 0
            while low < most[what]:
                cell = child_key(own, _CELL, (year << 8) | band)
                n = poisson_quantile(high - low, uniform(stream, cell, _COUNT, 0))
                for which in range(n):
                    at = YEAR * year - day_before + YEAR * uniform(stream, cell, _TIME, which)
                    if at <= after or at < now or at >= best:
                        continue
                    spell = spell_of(since, at)
                    rate = rates[what, _class_of(satisfaction + care[spell, _EASE], promoter, detractor)]
                    rate *= math.exp(care[spell, _RATE + what])
                    if low + (high - low) * uniform(stream, cell, _LEVEL, which) < rate:
                        best, kind, key, found = at, what, child_key(cell, _HAPPENING, which), True
                low, high, band = high, high + min(high, _WIDEST), band + 1
            if found:
                break
    return best, kind, key


@compiled
def lacking(stream: int, occasion: int, mix: Floats, owned: int) -> int:
    """The product that is offered on an occasion (its key), by the mix (cumulative) of those that a customer lacks; -1
    if it lacks none.

    owned: bit k says whether it has product k.
    """
    total, before = 0.0, 0.0
    for k in range(len(mix)):
        if owned >> k & 1 == 0:
            total += mix[k] - before
        before = mix[k]
    u, chosen, before = total * uniform(stream, occasion, _CROSS_SELL, 0), -1, 0.0
    for k in range(len(mix)):
        if owned >> k & 1 == 0 and mix[k] > before:
            chosen = k
            u -= mix[k] - before
            if u < 0.0:
                break
        before = mix[k]
    return chosen
