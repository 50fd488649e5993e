"""How chances combine: log-odds, contact and acceptance with speed-to-lead, advancing, surviving a delay, renewing."""

import math

from sim.jit import compiled

__all__ = [
    "OLDROYD",
    "POWER",
    "acceptance",
    "contact",
    "logit",
    "scale_odds",
    "sigmoid",
    "speed_to_lead",
    "survive_delay",
]

POWER, OLDROYD = range(2)
"""Curves of speed to lead."""


@compiled
def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without overflow; exactly 0 and 1 at the infinities."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@compiled
def logit(p: float) -> float:
    """log(p / (1 - p)); infinite at 0 and 1."""
    if p <= 0.0:
        return -math.inf
    if p >= 1.0:
        return math.inf
    return math.log(p / (1.0 - p))


@compiled
def scale_odds(p: float, factor: float) -> float:
    """The probability whose odds are those of p times a factor."""
    if p >= 1.0:
        return 1.0 if factor > 0.0 else 0.0
    odds = factor * p / (1.0 - p)
    return odds / (1.0 + odds)


@compiled
def speed_to_lead(hours: float, curve: int, exponent: float, scale: float) -> float:
    """m(t), the factor on the odds of contact after t civil hours; 1 at once.

    POWER: (1 + t/tau)^-exponent. OLDROYD, with t in units of tau: two terms made to pass through the published ratios
    m(1.5 h)/m(.5 h) = 1/7 and m(36 h)/m(.5 h) = 1/60 (hbr.org/2011/03/the-short-life-of-online-sales-leads).
    """
    t = hours / scale
    if curve == OLDROYD:
        return 0.98582157 * math.exp(-t / 0.46144523) + 0.01417843 * float((1.0 + t) ** -0.24881196)
    return float((1.0 + t) ** -exponent)


@compiled
def contact(p: float, m: float) -> float:
    """Probability that an attempt reaches the lead: odds of p times m(t)."""
    return scale_odds(p, m)


@compiled
def acceptance(p: float, m: float, intent_effect: float, intent: float) -> float:
    """Probability that sales accepts: odds of p times sqrt(m(t)) times exp(effect x intent)."""
    return scale_odds(p, math.sqrt(m) * math.exp(intent_effect * intent))


@compiled
def survive_delay(eta: float, penalty: float, delay: float) -> float:
    """Probability that an advance survives d days of delay: sigma(eta - penalty d/30) / sigma(eta)."""
    if delay <= 0.0 or penalty == 0.0 or eta == math.inf:
        return 1.0
    return sigmoid(eta - penalty * delay / 30.0) / sigmoid(eta)
