"""Who is next in a team's queue: the priority that each discipline gives a task."""

import math

from sim.jit import compiled
from sim.laws.outcomes import logit, sigmoid
from sim.laws.quality import posterior

__all__ = ["BY_BENEFIT", "BY_SCORE", "BY_STAGE", "DISCIPLINES", "FIFO", "FRESH_FIRST", "LIFO", "benefit", "priority"]

FIFO, BY_SCORE, BY_STAGE, LIFO, FRESH_FIRST, BY_BENEFIT = range(6)

DISCIPLINES = {
    "fifo": FIFO,
    "lifo": LIFO,
    "score": BY_SCORE,
    "fresh_first": FRESH_FIRST,
    "cost_benefit": BY_BENEFIT,
    "later_stage": BY_STAGE,
}
"""By the names that a plan gives them."""


@compiled
def priority(discipline: int, since: float, score: float, passed: int, worth: float, urgent: bool) -> float:
    """What ranks a task in its queue, the smaller first; ties go to the task asked for first, then to the elder entity.

    since: when the task was asked for first; passed: attempts of this visit, or stages; worth: the benefit per hour;
    urgent: whether it has been put before all others.
    """
    if urgent:
        return -math.inf
    if discipline == BY_SCORE:
        return -score
    if discipline == BY_STAGE:
        return -float(passed)
    if discipline == LIFO:
        return -since
    if discipline == FRESH_FIRST:
        return 1.0 if passed > 0 else 0.0
    if discipline == BY_BENEFIT:
        return -worth
    return 0.0


@compiled
def benefit(
    score: float,
    made_of_fit: bool,
    fit_share: float,
    intent_mean: float,
    separation: float,
    intent_weight: float,
    accept_good: float,
    accept_bad: float,
    sql_probability: float,
    contact: float,
    order: float,
    attempt_hours: float,
    conversation_hours: float,
) -> float:
    """Expected value of an hour's attempt: contact x P(accept) x order / (attempt + contact x conversation hours).

    P(accept) weighs acceptance of good and bad fit by the posterior of good fit, whose log-odds are, for a score s made
    of fit, logit(phi) + d'(s - w iota - d'/2)/v with v = 1 + (w sd)^2, the variance of s about its mean by fit; a
    probability that is not NaN takes its place. contact: chance of the next attempt; order: expected first-year value
    of an accepted lead of good fit.
    """
    accept = sql_probability
    if math.isnan(accept):
        good = sigmoid(logit(fit_share))
        if made_of_fit:
            good = posterior(score, fit_share, separation, intent_weight, intent_mean)
        accept = good * accept_good + (1.0 - good) * accept_bad
    gain = contact * accept * order
    hours = attempt_hours + contact * conversation_hours
    if hours > 0.0:
        return gain / hours
    return math.inf if gain > 0.0 else 0.0
