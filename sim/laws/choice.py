"""What a buyer decides among: us, each rival, and not to decide at all; a multinomial logit of utilities.

The chance of an alternative is e^u over the sum of e^u of all (McFadden 1974). Utilities count from each other only, so
one of them may be set to 0. Our log-odds against everything else are our utility less the inclusive one of the rest.
"""

import math
from typing import Any

from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["chosen", "inclusive", "pressed"]

Floats = NDArray[Any]


@compiled
def inclusive(utilities: Floats) -> float:
    """ln(sum of e^u): the utility of having all of them to choose from; without any, -infinity."""
    most = -math.inf
    for u in utilities:
        most = max(most, u)
    if math.isinf(most):
        return most
    total = 0.0
    for u in utilities:
        total += math.exp(u - most)
    return most + math.log(total)


@compiled
def chosen(utility: float, all_of_them: float) -> float:
    """Probability of one alternative, given the inclusive utility of all, its own among them."""
    return math.exp(utility - all_of_them)


@compiled
def pressed(utilities: Floats, pressures: Floats) -> float:
    """By what the weight of some rivals grows under pressure: sum of e^(u + p) over sum of e^u. Both (rivals,), one at
    least."""
    most, low, high = -math.inf, 0.0, 0.0
    for u in utilities:
        most = max(most, u)
    for k in range(len(utilities)):
        low += math.exp(utilities[k] - most)
        high += math.exp(utilities[k] - most + pressures[k])
    return high / low
