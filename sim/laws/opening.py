"""What is known of leads that are there when a run begins, from how long they have been."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled
from sim.laws.delays import Rows, quantile, residual, survival

__all__ = ["fit_in_nurture", "patience_left", "way_left"]

_P_STEP, _P_LET_GO = int(Purpose.STEP), int(Purpose.LET_GO)
_PASTS = 1_000
"""Pasts that are drawn of a lead at most."""


@compiled
def fit_in_nurture(share: float, ready_good: float, ready_bad: float, days: float) -> float:
    """P(good fit) of a lead that has been in nurture for some days, by Bayes: those who are ready sooner have left.

    share: of its channel; ready: hazards of readiness a day.
    """
    left = share * math.exp(-(ready_good - ready_bad) * days)
    return left / (left + 1.0 - share) if share < 1.0 else share


@compiled
def way_left(
    stream: int, key: int, laws: Rows, knots: Rows, steps: NDArray[np.int64], age: float, sold_to: float
) -> tuple[float, bool]:
    """Days until the first judgement of a lead of some age, and whether it has been let go (then: days since).

    sold_to: P(a lead becomes an opportunity once it is judged). Pasts are drawn until one agrees with the lead's not
    being an opportunity: its delays outlast its age, or it was judged and let go. Where none does, it is judged now.
    """
    for past in range(_PASTS):
        days = 0.0
        for n in range(len(steps)):
            days += quantile(laws, knots, steps[n], uniform(stream, key, _P_STEP, turn(past, n)))
        if days > age:
            return days - age, False
        if uniform(stream, key, _P_LET_GO, turn(past, 0)) >= sold_to:
            return age - days, True
    return 0.0, False


@compiled
def patience_left(laws: Rows, knots: Rows, law: int, waited: float, u: float) -> float:
    """Days until a lead goes cold that has waited so long already; none if nobody waits longer."""
    if survival(laws, knots, law, waited) <= 0.0:
        return 0.0
    return residual(laws, knots, law, waited, u)
