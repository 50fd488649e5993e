"""Scoring in numbers: where the threshold is, and what reviews need to know of how it learns from sales' verdicts."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.quality import INTENT_SD, form_separation
from sim.laws.threshold import Scores, top
from sim.marketing import Scoring
from sim.plan import Plan
from sim.units import DAYS_PER_MONTH

__all__ = ["ScoringTable", "make_scoring", "separation", "threshold"]


class ScoringTable(NamedTuple):
    """Feedback as numbers."""

    learns: bool
    """Whether threshold and channels' points follow sales' verdicts."""
    delay: float
    """Days until a verdict is known."""
    outcomes: int
    """Verdicts that must be known before anything is done."""
    acceptable: float
    """Share accepted of leads at the threshold."""


def make_scoring(scoring: Scoring) -> ScoringTable:
    """The numbers of a plan's scoring."""
    return ScoringTable(
        learns=scoring.feedback == "monthly",
        delay=scoring.feedback_delay * DAYS_PER_MONTH,
        outcomes=scoring.feedback_outcomes,
        acceptable=scoring.acceptable,
    )


def separation(funnel: Funnel, plan: Plan) -> float:
    """d', by which scores of good fit exceed those of bad fit."""
    model = funnel.score
    return form_separation(plan.scoring.form_fields, model.separation, model.field_gain, model.field_decay)


def threshold(funnel: Funnel, plan: Plan, leads: NDArray[np.float64]) -> float:
    """The score that makes an MQL; leads: (C,) what the plan's months bring on average."""
    if plan.scoring.rule == "fixed":
        return plan.scoring.threshold
    scores = _scores(funnel, plan, leads)
    return top(scores, plan.scoring.top) if scores else plan.scoring.threshold


def _scores(funnel: Funnel, plan: Plan, leads: NDArray[np.float64]) -> list[Scores]:
    """Scores of all leads that are judged by them: of each channel its law's, or normal by fit."""
    distance, weight = separation(funnel, plan), funnel.score.intent_weight
    sd = math.sqrt(1.0 + (weight * INTENT_SD) ** 2)
    out = []
    for channel, count in zip(funnel.channels.values(), leads.tolist(), strict=True):
        if channel.mql_probability is not None:
            continue
        if channel.score is not None:
            out.append(Scores(count, law=channel.score))
            continue
        centre = weight * channel.intent
        out.append(Scores(count * channel.fit_share, centre + distance, sd))
        out.append(Scores(count * (1.0 - channel.fit_share), centre, sd))
    return [each for each in out if each.leads > 0.0]
