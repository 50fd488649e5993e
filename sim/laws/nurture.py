"""What nurture does to leads: how touches work upon their readiness, and until when a lead is worth its touches."""

import math

from sim.jit import compiled

__all__ = ["release_age", "touch_factor"]

USUAL_TOUCHES = 2.0
"""Touches a month at which hazards of readiness are given."""
MOST_CARE = 1.5
"""Factor on readiness that touches reach at most, where each does as much as the one before."""


def touch_factor(touches: float, effect: float, scale: float | None) -> float:
    """Factor on readiness at so many touches a month: 1 + effect for each above two, at most 1.5; or, by a scale,
    (1 - e^(-m/scale)) / (1 - e^(-2/scale)), where each does less than the one before."""
    if scale is None:
        return min(1.0 + effect * max(touches - USUAL_TOUCHES, 0.0), MOST_CARE)
    return math.expm1(-touches / scale) / math.expm1(-USUAL_TOUCHES / scale)


@compiled
def release_age(
    prior: float, ready_good: float, ready_bad: float, gain_good: float, gain_bad: float, cost: float
) -> float:
    """Age at which a lead is no longer worth its touches, which cost so much a unit of time.

    prior: P(good fit) at age 0; ready: hazards of readiness; gain: hazard times the value of a lead that is ready. Who
    is still there at age a fits well with odds prior/(1 - prior) exp(-(ready_good - ready_bad) a), and is kept while
    P gain_good + (1 - P) gain_bad > cost, so until P = (cost - gain_bad)/(gain_good - gain_bad); at once or never where
    that is not crossed.
    """
    if prior * gain_good + (1.0 - prior) * gain_bad <= cost:
        return 0.0
    later = gain_bad if ready_good > ready_bad else gain_good
    if later >= cost or ready_good == ready_bad or prior <= 0.0 or prior >= 1.0:
        return math.inf
    least = (cost - gain_bad) / (gain_good - gain_bad)
    return math.log(prior / (1.0 - prior) * ((1.0 - least) / least)) / (ready_good - ready_bad)
