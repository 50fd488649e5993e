"""What leads are and become before the handoff: how well a score tells them apart, and what nurture makes of them."""

from typing import Annotated

from pydantic import Field

from sim.distributions import DaysLaw
from sim.noun import Noun
from sim.units import Factor, Logit, PerMonth, Share

__all__ = ["Nurturing", "ScoreModel"]


class ScoreModel(Noun):
    """How well marketing's score tells good fit: d'(F)^2 = d0^2 + sum_{j<=F} (gain * decay^(j-1))^2."""

    separation: Annotated[Factor, Field(le=20)] = 1.0
    """d0, separation of good from bad fit with no form field. [choice]"""
    field_gain: Annotated[Factor, Field(le=20)] = 0.6
    """Information of the first form field. [choice]"""
    field_decay: Share = 0.85
    """Factor from one field's information to the next. [choice]"""
    intent_weight: Annotated[Logit, Field(ge=-10, le=10)] = 0.35
    """Weight of intent in the score. [choice]"""
    field_cost: Annotated[Factor, Field(le=10)] = 0.08
    """kap: each form field beyond three multiplies volume by exp(-kap); published range .02-.18."""


class Nurturing(Noun):
    """What becomes of leads that are not sales-ready: competing hazards a month, at the plan's touches."""

    ready_good: PerMonth = 0.045
    """h_g, hazard of readiness a month of a good-fit lead at two touches a month: a third of the vendor rate."""
    ready_bad: PerMonth = 0.008
    """h_b, the same of a bad-fit lead."""
    touch_effect: Annotated[Factor, Field(le=10)] = 0.25
    """Gain in readiness per touch above two a month (at most +50 %). [choice]"""
    unsubscribe: PerMonth = 0.012
    """Hazard of unsubscribing a month with no touches. [choice]"""
    unsubscribe_per_touch: PerMonth = 0.004
    """What each monthly touch adds to that hazard. [choice]"""
    intent_decay: Annotated[Factor, Field(le=10)] = 0.05
    """Intent lost per month in nurture. [choice]"""
    steps: tuple[DaysLaw, ...] = ()
    """Delays that every lead passes, in this order, between capture and the first judgement of its score."""
