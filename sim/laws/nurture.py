"""What nurture does to leads: how touches work upon their readiness."""

import math

__all__ = ["touch_factor"]

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
