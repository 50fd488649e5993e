"""Scoring in numbers: where the threshold is, and what reviews need to know of how it learns from sales' verdicts."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.quality import INTENT_SD, form_separation
from sim.laws.threshold import Scores, top
from sim.marketing import Profile
from sim.plan import Plan
from sim.tables.optimal import optimal_thresholds
from sim.units import DAYS_PER_MONTH

__all__ = ["Cut", "ScoringTable", "make_cut", "make_scoring", "separation"]

Floats = NDArray[np.float64]


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
    shifts: Floats
    """(C,) by how much each channel's threshold is above that of all."""
    profiled: bool
    """Whether an MQL must have certain characteristics."""
    profile_segments: NDArray[np.int64]
    """(G,) 1 where it may be of the segment."""
    needs_budget: bool
    needs_authority: bool
    actions: int
    """Uses of assets that an MQL needs."""
    within: float
    """Days in which they lie."""
    looks: bool
    """Whether an MQL needs any, now or later."""


class Cut(NamedTuple):
    """Where MQLs begin."""

    threshold: float
    shifts: Floats
    """(C,) what is added to it, by channel."""


def make_scoring(funnel: Funnel, plan: Plan, shifts: Floats) -> ScoringTable:
    """The numbers of a plan's scoring; what a pipeline that both share tells is known after a month at most."""
    scoring = plan.scoring
    months = min(scoring.feedback_delay, 1) if plan.handoff.shared_pipeline else scoring.feedback_delay
    profile = scoring.profile
    segments = [not profile.segments or name in profile.segments for name in funnel.segments]
    return ScoringTable(
        learns=scoring.feedback == "monthly",
        delay=months * DAYS_PER_MONTH,
        outcomes=scoring.feedback_outcomes,
        acceptable=scoring.acceptable,
        shifts=shifts,
        profiled=profile != Profile(),
        profile_segments=np.array(segments, dtype=np.int64),
        needs_budget=profile.budget,
        needs_authority=profile.authority,
        actions=scoring.actions,
        within=scoring.within,
        looks=scoring.actions > 0,
    )


def separation(funnel: Funnel, plan: Plan) -> float:
    """d', by which scores of good fit exceed those of bad fit."""
    model = funnel.score
    return form_separation(plan.scoring.form_fields, model.separation, model.field_gain, model.field_decay)


def make_cut(funnel: Funnel, plan: Plan, leads: Floats) -> Cut:
    """The score that makes an MQL; leads: (C,) what a day of the plan brings on average."""
    alike = np.zeros(len(leads))
    if plan.scoring.rule == "fixed":
        return Cut(plan.scoring.threshold, alike)
    if plan.scoring.rule == "optimal":
        cuts = optimal_thresholds(funnel, plan, leads, separation(funnel, plan))
        finite = np.isfinite(cuts)
        middle = float(cuts[finite].mean()) if finite.any() else plan.scoring.threshold
        return Cut(middle, cuts - middle)
    scores = _scores(funnel, plan, leads)
    return Cut(top(scores, plan.scoring.top) if scores else plan.scoring.threshold, alike)


def _scores(funnel: Funnel, plan: Plan, leads: Floats) -> list[Scores]:
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
