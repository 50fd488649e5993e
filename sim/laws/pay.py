"""What pay does: commission on a sale, the rate of the next dollar, effort that follows it, and the choice of leads.

A quota period has a quota Q, bands (above, times) in ascending order and a cap: a dollar sold where bookings of the
period have reached `above` x Q earns the rate times `times`, and nothing where they have reached `cap` x Q. An
infinite quota is none. Forms: accelerators as in Misra & Nair 2011 (doi.org/10.1007/s11129-011-9096-1) and Chung,
Steenburgh & Sudhir 2014 (doi.org/10.1287/mksc.2013.0815); the numbers are choices.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled
from sim.laws.outcomes import sigmoid

__all__ = [
    "accelerator",
    "attainment",
    "commissions",
    "credited",
    "effort_factor",
    "marginal_rate",
    "pace_factor",
    "pulled",
    "pursuit",
    "worth_per_hour",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_EFFORT, MOST_EFFORT = 0.5, 1.5
"""Bounds of the response of effort to commission. [choice]"""
FAR, NEAR, LAST_PART = 0.6, 0.8, 1.0 / 3.0
"""Far from quota: below this share of pace; near it: from this share of quota; both in the last part of a period."""

_PULL_FORWARD = int(Purpose.PULL_FORWARD)


@compiled
def attainment(booked: float, quota: float) -> float:
    """Bookings of a period as a share of its quota; infinite at a quota of nothing, not a number without a quota: then
    it has reached nothing and missed nothing."""
    if math.isinf(quota):
        return math.nan
    return booked / quota if quota > 0.0 else math.inf


@compiled
def accelerator(attained: float, bands: Floats) -> float:
    """Factor on the rate at an attainment: that of the highest band reached, 1 below the first. bands: (n, 2)."""
    times = 1.0
    for k in range(len(bands)):
        if attained >= bands[k, 0]:
            times = bands[k, 1]
    return times


@compiled
def marginal_rate(rate: float, attained: float, bands: Floats, cap: float) -> float:
    """Commission on the next dollar: the rate times its accelerator, nothing from the cap on.

    A threshold does not lower it: what is sold below it is paid from the first dollar once it is reached.
    """
    if attained >= cap and not math.isinf(cap):
        return 0.0
    return rate * accelerator(attained, bands)


@compiled
def _amount(share: float, quota: float) -> float:
    """A share of quota as bookings; infinite without a quota or a share."""
    return math.inf if math.isinf(share) or math.isinf(quota) else share * quota


@compiled
def credited(booked: float, amount: float, quota: float, bands: Floats, cap: float) -> float:
    """What a sale counts for when `booked` was sold before it in the period: its dollars, each times its accelerator,
    those above the cap not at all."""
    if math.isinf(quota) or (len(bands) == 0 and math.isinf(cap)):
        return amount
    most = min(booked + amount, _amount(cap, quota))
    low, times, total = booked, 1.0, 0.0
    for k in range(len(bands) + 1):
        high = min(most, _amount(bands[k, 0], quota)) if k < len(bands) else most
        if high > low:
            total += (high - low) * times
            low = high
        if k < len(bands):
            times = bands[k, 1]
    return total


@compiled
def commissions(
    person: Ints,
    period: Ints,
    amount: Floats,
    rate: Floats,
    quota: Floats,
    bands: Floats,
    cap: float,
    threshold: float,
    brought: Floats,
    booked: Floats,
    held: Ints,
    pay: Floats,
    payer: Ints,
) -> None:
    """Commission on sales that stand in the order in which they were won, period by period.

    person, period, amount, rate: (sales,), a sale of person -1 is nobody's and earns its plain rate; quota: (persons,
    periods); brought: (persons,) what each has booked in period 0 before the run; booked: (persons,) and held: (sales,)
    room. Fills (sales,) `pay`, 0 where the threshold is not reached, and `payer`: the sale with which what was earned
    is paid, itself or the one that reached the threshold.
    """
    first, now = 0, -1
    for i in range(len(person)):
        if period[i] != now:
            first, now = i, period[i]
            for each in range(len(booked)):
                booked[each] = brought[each] if now == 0 else 0.0
        who = person[i]
        held[i], payer[i] = 0, i
        if who < 0:
            pay[i] = rate[i] * amount[i]
            continue
        quota_now = quota[who, now]
        pay[i] = rate[i] * credited(booked[who], amount[i], quota_now, bands, cap)
        booked[who] += amount[i]
        if threshold > 0.0 and not math.isinf(quota_now):
            least = threshold * quota_now
            if booked[who] < least:
                held[i] = 1
            elif booked[who] - amount[i] < least:
                for j in range(first, i):
                    if held[j] == 1 and person[j] == who:
                        held[j], payer[j] = 0, i
    for i in range(len(person)):
        if held[i] == 1:
            pay[i] = 0.0


@compiled
def effort_factor(rate: float, reference: float, elasticity: float) -> float:
    """Factor on a rep's effort: (rate / reference)^elasticity within [.5, 1.5]; 1 where the reference is nothing.

    rate: commission on the next dollar; reference: the same in the root plan for a rep who is about to make quota.
    """
    if elasticity == 0.0 or reference <= 0.0:
        return 1.0
    return float(min(max((rate / reference) ** elasticity, LEAST_EFFORT), MOST_EFFORT))


@compiled
def pace_factor(
    booked: float, quota: float, begins: float, ends: float, now: float, give_up: float, near_quota: float
) -> float:
    """Factor on effort in the last third of a period: `give_up` below .6 of pace, `near_quota` from .8 of quota on
    until it is made, else 1. Pace is the quota times the share of the period that is over; begins, ends, now: days.
    """
    if math.isinf(quota) or not ends - now < (ends - begins) * LAST_PART:
        return 1.0
    if booked < FAR * quota * (now - begins) / (ends - begins):
        return give_up
    if NEAR * quota <= booked < quota:
        return near_quota
    return 1.0


@compiled
def pulled(
    stream: int,
    key: int,
    visit: int,
    probability: float,
    edges: Floats,
    reach: float,
    span: float,
    now: float,
    due: float,
) -> float:
    """When an advance that is due then comes if reps pull it into the quota period before.

    One due within `reach` days after a period's end comes with this probability at a uniform time in the last `span`
    days before that end, and not before now. edges: (periods + 1,) days.
    """
    if not due < edges[len(edges) - 1] + reach:
        return due
    k = len(edges) - 1
    while k >= 0 and edges[k] > due:
        k -= 1
    if k < 0 or edges[k] <= now or due - edges[k] >= reach:
        return due
    if uniform(stream, key, _PULL_FORWARD, turn(visit, 0)) >= probability:
        return due
    begins = max(edges[k] - span, now)
    return float(begins + uniform(stream, key, _PULL_FORWARD, turn(visit, 1)) * (edges[k] - begins))


@compiled
def worth_per_hour(good: float, order: float, rate: float, hours: float) -> float:
    """Commission expected for an hour of work on a lead: P(good fit) x order x commission rate / hours.

    order: win rate x value of a lead with good fit.

    Infinite where it costs no time and nothing where it earns nothing.
    """
    earned = good * order * rate
    if earned <= 0.0:
        return 0.0
    return earned / hours if hours > 0.0 else math.inf


@compiled
def pursuit(sensitivity: float, marketing: float, own: float, tracking: float, experience: float) -> float:
    """Probability that a rep pursues a lead: logistic(sensitivity (V_m - V_s) + tracking + experience).

    marketing, own: $ an hour expected of the lead and of prospecting instead; binary logit (McFadden 1974).
    """
    pull = 0.0
    if sensitivity > 0.0 and marketing != own:
        pull = sensitivity * (marketing - own)
    return sigmoid(pull + tracking + experience)
