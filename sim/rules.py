"""What happens next: pure compiled functions that every engine calls, each fed by keyed draws.

Arguments named `stream` and `key` are a replication's stream and an entity's key (`sim.draws`); `laws` and `knots` are
the tables of `sim.laws.delays`. Times are days, efforts hours.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.clock import civil_time, worked_hours
from sim.draws import Purpose, turn, uniform
from sim.jit import compiled
from sim.laws.delays import CONSTANT, normal_quantile, quantile, residual, survival
from sim.laws.effort import ramped, ramped_inverse
from sim.laws.outcomes import acceptance, contact, sigmoid, survive_delay
from sim.laws.quality import INTENT_SD, score

__all__ = [
    "LOST_INTEREST",
    "READY",
    "RELEASED",
    "UNSUBSCRIBED",
    "accepts",
    "attempt",
    "category",
    "delay",
    "due",
    "effort_done",
    "finish",
    "fits",
    "held",
    "hidden",
    "intent",
    "load",
    "nurture",
    "points",
    "qualifies",
    "renews",
    "resolve",
    "resume",
    "speed",
    "survives",
    "value",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

READY, UNSUBSCRIBED, RELEASED, LOST_INTEREST = range(4)

_FIT = int(Purpose.FIT)
_INTENT = int(Purpose.INTENT)
_SCORE = int(Purpose.SCORE)
_MQL = int(Purpose.MQL)
_NURTURE_TIME = int(Purpose.NURTURE_TIME)
_NURTURE_CAUSE = int(Purpose.NURTURE_CAUSE)
_HOLD = int(Purpose.HOLD)
_ATTEMPT_EFFORT = int(Purpose.ATTEMPT_EFFORT)
_CONTACT = int(Purpose.CONTACT)
_CONVERSATION_EFFORT = int(Purpose.CONVERSATION_EFFORT)
_ACCEPT = int(Purpose.ACCEPT)
_CAUSE = int(Purpose.CAUSE)
_SOJOURN = int(Purpose.SOJOURN)
_SURVIVE = int(Purpose.SURVIVE)
_VALUE = int(Purpose.VALUE)
_RENEWAL = int(Purpose.RENEWAL)


@compiled
def delay(stream: int, key: int, purpose: int, turn: int, laws: Floats, knots: Floats, law: int) -> float:
    """A duration, effort, amount or score drawn from a law."""
    if laws[law, 0] == CONSTANT:
        return float(laws[law, 1])
    return quantile(laws, knots, law, uniform(stream, key, purpose, turn))


@compiled
def fits(stream: int, key: int, share: float) -> bool:
    """Whether a lead has good fit: g ~ Bernoulli(phi)."""
    if share <= 0.0 or share >= 1.0:
        return share >= 1.0
    return uniform(stream, key, _FIT, 0) < share


@compiled
def intent(stream: int, key: int, mean: float) -> float:
    """A lead's latent intent: N(mean, .5^2); the mean is the channel's, less what nurture has taken."""
    return mean + INTENT_SD * normal_quantile(uniform(stream, key, _INTENT, 0))


@compiled
def category(stream: int, key: int, purpose: int, cumulative: Floats) -> int:
    """Index drawn from cumulative shares (n,)."""
    if len(cumulative) == 1:
        return 0
    u = uniform(stream, key, purpose, 0)
    index = 0
    while index < len(cumulative) - 1 and u >= cumulative[index]:
        index += 1
    return index


@compiled
def points(
    stream: int,
    key: int,
    separation: float,
    intent_weight: float,
    fit: bool,
    intent_mean: float,
    laws: Floats,
    knots: Floats,
    law: int,
) -> float:
    """A lead's score: drawn from its channel's law, or made of fit and intent where the law is -1."""
    if law >= 0:
        return delay(stream, key, _SCORE, 0, laws, knots, law)
    noise = normal_quantile(uniform(stream, key, _SCORE, 0))
    return score(separation, fit, intent_weight, intent(stream, key, intent_mean), noise)


@compiled
def qualifies(stream: int, key: int, mql_probability: float, points: float, threshold: float) -> bool:
    """Whether a lead is an MQL at its first judgement; a probability that is not NaN decides in place of the score."""
    if math.isnan(mql_probability):
        return points > threshold
    return uniform(stream, key, _MQL, 0) < mql_probability


@compiled
def nurture(
    stream: int, key: int, visit: int, ready: float, unsubscribe: float, decay: float, release_after: float
) -> tuple[float, int]:
    """A stay in nurture: (days, READY | UNSUBSCRIBED | LOST_INTEREST | RELEASED); competing hazards a day, cut off at
    release."""
    if release_after <= 0.0:
        return 0.0, RELEASED
    total = ready + unsubscribe + decay
    days = math.inf
    if total > 0.0:
        days = -math.log(1.0 - uniform(stream, key, _NURTURE_TIME, turn(visit, 0))) / total
    if days >= release_after:
        return release_after, RELEASED
    cause = uniform(stream, key, _NURTURE_CAUSE, turn(visit, 0)) * total
    if cause < ready:
        return days, READY
    return days, UNSUBSCRIBED if decay <= 0.0 or cause < ready + unsubscribe else LOST_INTEREST


@compiled
def held(stream: int, key: int, visit: int, unsubscribe: float, at_most: float) -> tuple[float, bool]:
    """How long a lead would be held back at most: (days, whether it then unsubscribes); unsubscribe: hazard a day."""
    days = math.inf
    if unsubscribe > 0.0:
        days = -math.log(1.0 - uniform(stream, key, _HOLD, turn(visit, 0))) / unsubscribe
    return min(days, at_most), days < at_most


@compiled
def attempt(
    stream: int,
    key: int,
    visit: int,
    n: int,
    contacts: Floats,
    m: float,
    laws: Floats,
    knots: Floats,
    attempt_law: int,
    conversation_law: int,
    coding: float,
) -> tuple[bool, float]:
    """The n-th attempt of a visit: (reached, hours it takes, conversation and its coding included).

    m: the factor on the odds of contact, of speed to lead and of who tries.
    """
    t = turn(visit, n)
    hours = delay(stream, key, _ATTEMPT_EFFORT, t, laws, knots, attempt_law)
    # A lead on its way when the plan cuts the attempts short is tried once more, at the last of those left.
    chance = contacts[min(n, len(contacts) - 1)]
    odds = contact(chance, m)
    reached = odds >= 1.0 or uniform(stream, key, _CONTACT, t) < odds
    if reached:
        hours += delay(stream, key, _CONVERSATION_EFFORT, t, laws, knots, conversation_law)
        hours += coding
    return reached, hours


@compiled
def accepts(
    stream: int,
    key: int,
    visit: int,
    sql_probability: float,
    p: float,
    m: float,
    effect: float,
    intent_mean: float,
    quality: float,
) -> bool:
    """Whether sales accepts a lead it has talked to; a probability that is not NaN decides alone.

    intent_mean: the mean of the lead's intent at capture less what nurture has taken since; quality: a factor on the
    probability, 1 for what SDRs have talked to.
    """
    chance = sql_probability
    if math.isnan(chance):
        chance = acceptance(p, m, effect, intent(stream, key, intent_mean))
    return uniform(stream, key, _ACCEPT, turn(visit, 0)) < chance * quality


@compiled
def resolve(
    stream: int,
    key: int,
    visit: int,
    eta: float,
    first: int,
    last: int,
    cause_share: Floats,
    cause_law: Ints,
    laws: Floats,
    knots: Floats,
    factor: float,
) -> tuple[int, float]:
    """How and when a stage is left: (cause, days). Causes first..last-1 of the cause columns, `first` is to advance.

    P(advance) = sigma(eta); the rest is split by the losses' shares. The cause's law times `factor` gives the time.
    """
    u = uniform(stream, key, _CAUSE, turn(visit, 0))
    advance = sigmoid(eta)
    cause = first
    if u >= advance and last > first + 1:
        rest = (u - advance) / (1.0 - advance)
        cause = first + 1
        total = cause_share[cause]
        while cause < last - 1 and rest >= total:
            cause += 1
            total += cause_share[cause]
    days = delay(stream, key, _SOJOURN, turn(visit, 0), laws, knots, cause_law[cause])
    return cause, days * factor


@compiled
def resume(
    stream: int,
    key: int,
    eta: float,
    first: int,
    last: int,
    cause_share: Floats,
    cause_law: Ints,
    laws: Floats,
    knots: Floats,
    factor: float,
    age: float,
) -> tuple[int, float]:
    """How and when a stage that has lasted `age` days is left: (cause, days left).

    Cause k has weight p_k S_k(age); the residual time is F_k^-1(F_k(a) + u S_k(a)) - a. Infinite if every S_k is 0.
    """
    past = age / factor if factor > 0.0 else 0.0
    advance = sigmoid(eta)
    total = 0.0
    for cause in range(first, last):
        p = advance if cause == first else (1.0 - advance) * cause_share[cause]
        total += p * survival(laws, knots, cause_law[cause], past)
    if total <= 0.0:
        return first, math.inf
    u = uniform(stream, key, _CAUSE, turn(0, 0)) * total
    chosen = first
    reached = 0.0
    for cause in range(first, last):
        p = advance if cause == first else (1.0 - advance) * cause_share[cause]
        weight = p * survival(laws, knots, cause_law[cause], past)
        if weight > 0.0:
            chosen = cause
        reached += weight
        if u < reached:
            break
    left = residual(laws, knots, cause_law[chosen], past, uniform(stream, key, _SOJOURN, turn(0, 0)))
    return chosen, left * factor


@compiled
def survives(stream: int, key: int, visit: int, eta: float, penalty: float, delay: float) -> bool:
    """Whether an advance survives the days of delay that the reps' work added."""
    if delay <= 0.0:
        return True
    return uniform(stream, key, _SURVIVE, turn(visit, 0)) < survive_delay(eta, penalty, delay)


@compiled
def value(stream: int, key: int, laws: Floats, knots: Floats, law: int, price: float) -> float:
    """First-year value of an opportunity."""
    return price * delay(stream, key, _VALUE, 0, laws, knots, law)


@compiled
def renews(stream: int, key: int, term: int, eta: float) -> bool:
    """Whether a customer renews after its term-th term; eta: log-odds."""
    return uniform(stream, key, _RENEWAL, turn(0, term)) < sigmoid(eta)


@compiled
def hidden(
    stream: int,
    keys: Ints,
    channels: Ints,
    fit_share: Floats,
    intent_mean: Floats,
    separation: float,
    intent_weight: float,
    laws: Floats,
    knots: Floats,
    score_law: Ints,
    warmth: Floats,
    warmth_judged: Floats,
    fit_out: Ints,
    intent_out: Floats,
    score_out: Floats,
) -> None:
    """Fill (leads,) fit, intent at capture and score of leads, by the same draws as the rules above.

    warmth, warmth_judged: (leads,) what touches add to the mean of intent, at capture and when the score is given.
    """
    for i in range(len(keys)):
        c = channels[i]
        good = fits(stream, keys[i], fit_share[c])
        fit_out[i] = 1 if good else 0
        intent_out[i] = intent(stream, keys[i], intent_mean[c] + warmth[i])
        mean = intent_mean[c] + warmth_judged[i]
        score_out[i] = points(stream, keys[i], separation, intent_weight, good, mean, laws, knots, score_law[c])


@compiled
def finish(
    before: Floats,
    first_day: int,
    opens: float,
    closes: float,
    now: float,
    hours: float,
    share: float,
    ramp: float,
    hired: float,
) -> float:
    """Civil time at which a rep who starts `hours` of effort now has done them.

    share: selling share s; ramp: R in working hours; hired: B(hire). Effort accrues at s q(b) per working hour.
    """
    if hours <= 0.0:
        return now
    worked = worked_hours(before, first_day, opens, closes, now) - hired
    ends = civil_time(before, first_day, opens, hired + ramped_inverse(ramped(worked, ramp) + hours / share, ramp))
    # Hours that vanish in a sum end at the last closing, which may lie before now.
    return max(now, ends)


@compiled
def effort_done(
    before: Floats,
    first_day: int,
    opens: float,
    closes: float,
    begun: float,
    now: float,
    share: float,
    ramp: float,
    hired: float,
) -> float:
    """Hours of effort that a rep has done between two civil times; what `finish` inverts."""
    start = worked_hours(before, first_day, opens, closes, begun) - hired
    end = worked_hours(before, first_day, opens, closes, now) - hired
    return share * (ramped(end, ramp) - ramped(start, ramp))


@compiled
def speed(worked: float, ramp: float) -> float:
    """q(b): a rep's speed b working hours after hire, as a share of full speed; linear over a ramp of R hours."""
    if ramp <= 0.0 or worked >= ramp:
        return 1.0
    return max(worked / ramp, 0.0)


@compiled
def load(held: int, speed: float) -> float:
    """How full an AE's book would be with one more opportunity, in opportunities of a rep at full speed."""
    return (held + 1) / speed if speed > 0.0 else math.inf


@compiled
def due(before: Floats, first_day: int, opens: float, closes: float, now: float, hours: float) -> float:
    """Civil time that lies a number of working hours after now."""
    if hours <= 0.0:
        return now
    return max(now, civil_time(before, first_day, opens, worked_hours(before, first_day, opens, closes, now) + hours))
