"""How working hours become work done: selling share and the linear ramp of a new hire.

A rep b working hours after hire works at rate s q(b), q rising linearly from 0 to 1 over R working hours, so work done
is s Q(b) with Q(b) = b^2 / (2R) for b < R and b - R/2 after. Both directions are closed forms.
"""

import math

from sim.jit import compiled

__all__ = ["ramped", "ramped_inverse"]


@compiled
def ramped(b: float, ramp: float) -> float:
    """Q(b): full-speed hours in the first b working hours of a rep with a ramp of R working hours."""
    if b <= 0.0:
        return 0.0 if ramp > 0.0 else b
    if b < ramp:
        return b * b / (2.0 * ramp)
    return b - ramp / 2.0


@compiled
def ramped_inverse(q: float, ramp: float) -> float:
    """Q^-1(q): working hours since hire after which q full-speed hours are done."""
    if q < ramp / 2.0:
        return math.sqrt(2.0 * ramp * max(q, 0.0))
    return q + ramp / 2.0
