"""Nurture in numbers, beyond readiness and unsubscribing: losing interest, and what a lead in nurture is worth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.plan import Plan
from sim.tables.worth import deals, development
from sim.units import DAYS_PER_MONTH

__all__ = ["LOST_INTEREST", "NurtureTable", "make_nurture", "nurture_reasons"]

Floats = NDArray[np.float64]

LOST_INTEREST = "lost_interest"
"""Why a lead leaves nurture that has lost interest: a reason of those logs alone in whose worlds leads do."""


class NurtureTable(NamedTuple):
    """What becomes of leads in nurture. Hazards a day."""

    decay: float
    decay_reason: int
    """-1 where no lead loses interest."""
    by_value: bool
    """Whether a lead is let go when it is no longer worth its touches."""
    touch_cost: float
    """Money a day."""
    gain_good: Floats
    """(C,) hazard of readiness times the value of a ready lead, money a day."""
    gain_bad: Floats


def nurture_reasons(worlds: tuple[Funnel, ...]) -> list[str]:
    """Reasons that nurture in some of these worlds needs beside those of every log."""
    return [LOST_INTEREST] if any(world.nurture.decay > 0.0 for world in worlds) else []


def make_nurture(funnel: Funnel, plan: Plan, reasons: tuple[str, ...], hazards: tuple[float, float]) -> NurtureTable:
    """The numbers of a funnel and a plan; hazards: of readiness a day, of bad and of good fit."""
    decay, by_value = funnel.nurture.decay / DAYS_PER_MONTH, plan.nurture.release == "by_value"
    values = _values(funnel, plan) if by_value else np.zeros((2, len(funnel.channels)))
    return NurtureTable(
        decay=decay,
        decay_reason=reasons.index(LOST_INTEREST) if decay > 0.0 else -1,
        by_value=by_value,
        touch_cost=plan.nurture.touches_per_month * plan.nurture.cost_per_touch / DAYS_PER_MONTH,
        gain_good=hazards[1] * values[1],
        gain_bad=hazards[0] * values[0],
    )


def _values(funnel: Funnel, plan: Plan) -> Floats:
    """(2, C) what a lead is worth that is ready, of bad and of good fit."""
    work, sale = development(funnel, plan), deals(funnel, plan, plan.pay.commission.marketing_sourced)
    values = (1.0 - plan.handoff.transit_loss) * work.reached * work.accepted * sale.margin
    for good, given in enumerate((plan.nurture.value_bad, plan.nurture.value_good)):
        if given is not None:
            values[good] = given
    return np.asarray(values, dtype=np.float64)
