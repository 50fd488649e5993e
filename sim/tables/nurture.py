"""Nurture in numbers, beyond readiness and unsubscribing: losing interest."""

from typing import NamedTuple

from sim.funnel import Funnel
from sim.plan import Plan
from sim.units import DAYS_PER_MONTH

__all__ = ["LOST_INTEREST", "NurtureTable", "make_nurture", "nurture_reasons"]

LOST_INTEREST = "lost_interest"
"""Why a lead leaves nurture that has lost interest: a reason of those logs alone in whose worlds leads do."""


class NurtureTable(NamedTuple):
    """What becomes of leads in nurture. Hazards a day."""

    decay: float
    decay_reason: int
    """-1 where no lead loses interest."""


def nurture_reasons(worlds: tuple[Funnel, ...]) -> list[str]:
    """Reasons that nurture in some of these worlds needs beside those of every log."""
    return [LOST_INTEREST] if any(world.nurture.decay > 0.0 for world in worlds) else []


def make_nurture(funnel: Funnel, plan: Plan, reasons: tuple[str, ...]) -> NurtureTable:
    """The numbers of a funnel and a plan."""
    decay = funnel.nurture.decay / DAYS_PER_MONTH
    return NurtureTable(decay=decay, decay_reason=reasons.index(LOST_INTEREST) if decay > 0.0 else -1)
