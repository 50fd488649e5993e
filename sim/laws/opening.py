"""What is known of leads that are there when a run begins, from how long they have been."""

import math

from sim.jit import compiled
from sim.laws.delays import Rows, residual, survival

__all__ = ["fit_in_nurture", "patience_left"]


@compiled
def fit_in_nurture(share: float, ready_good: float, ready_bad: float, days: float) -> float:
    """P(good fit) of a lead that has been in nurture for some days, by Bayes: those who are ready sooner have left.

    share: of its channel; ready: hazards of readiness a day.
    """
    left = share * math.exp(-(ready_good - ready_bad) * days)
    return left / (left + 1.0 - share) if share < 1.0 else share


@compiled
def patience_left(laws: Rows, knots: Rows, law: int, waited: float, u: float) -> float:
    """Days until a lead goes cold that has waited so long already; none if nobody waits longer."""
    if survival(laws, knots, law, waited) <= 0.0:
        return 0.0
    return residual(laws, knots, law, waited, u)
