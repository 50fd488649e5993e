"""What sales makes of what marketing knows of a lead, as numbers: SDRs' hours, contact, the first stage."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.outcomes import logit, scale_odds
from sim.laws.quality import completeness
from sim.plan import Plan
from sim.stages import first_stages

__all__ = ["contact_chances", "hours_factor", "mean_hours", "stage_logits"]

Floats = NDArray[np.float64]


def _known(funnel: Funnel, plan: Plan) -> float:
    """kn: how much of what could be known of a lead sales knows."""
    return completeness(plan.scoring.form_fields, funnel.knowledge.scale) * plan.handoff.information


def hours_factor(funnel: Funnel, plan: Plan) -> float:
    """Factor on the hours of SDRs' attempts and conversations."""
    return 1.0 - funnel.knowledge.hours * _known(funnel, plan)


def mean_hours(funnel: Funnel, plan: Plan) -> tuple[float, float]:
    """Mean hours of an attempt, and of a conversation with the coding of its outcome."""
    development, factor = funnel.sales_development, hours_factor(funnel, plan)
    return (
        mean(development.attempt_effort) * factor,
        mean(development.conversation_effort) * factor + funnel.sdr.coding,
    )


def contact_chances(funnel: Funnel, plan: Plan) -> Floats:
    """(attempts,) probability of contact at each attempt of the plan if the first is immediate."""
    chances = funnel.sales_development.contact[: plan.handoff.attempts]
    if funnel.knowledge.contact == 0.0:
        return np.array(chances)
    shift = funnel.knowledge.contact * (_known(funnel, plan) - funnel.knowledge.usual)
    return np.array([scale_odds(p, math.exp(shift)) for p in chances])


def stage_logits(funnel: Funnel, plan: Plan) -> Floats:
    """(S,) log-odds that a good-fit opportunity advances: the first stage's with what sales knows and says."""
    out = np.array([logit(stage.advance) for stage in first_stages(funnel).values()])
    out[0] += funnel.knowledge.stage * (_known(funnel, plan) - funnel.knowledge.usual) + plan.handoff.message
    return out
