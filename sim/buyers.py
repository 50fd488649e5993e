"""What leads are and become before the handoff: what is known of them, how well a score tells them apart, nurture."""

from typing import Annotated

from pydantic import Field

from sim.distributions import DaysLaw
from sim.noun import Noun
from sim.units import Factor, Logit, PerMonth, Positive, Share

__all__ = ["Buyers", "Knowledge", "Nurturing", "ScoreModel", "ShareByFit"]


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


class ShareByFit(Noun):
    """A share of good-fit and of bad-fit leads."""

    good: Share
    bad: Share


class Buyers(Noun):
    """Whether a lead has the budget, and the authority to decide; what it has it keeps, also as an opportunity."""

    budget: ShareByFit = ShareByFit(good=0.6, bad=0.3)
    """Share of leads with a budget. [choice]"""
    authority: ShareByFit = ShareByFit(good=0.5, bad=0.3)
    """Share of leads that may decide. [choice]"""


class Knowledge(Noun):
    """What sales makes of what marketing knows of a lead: kn = (1 - exp(-F / scale)) x the share that is passed on
    (`plan.handoff.information`), for F fields on the capture form."""

    scale: Annotated[Positive, Field(le=1e3)] = 5.0
    """Form fields by which 63 % of what could be known is known. [choice]"""
    usual: Share = 0.63
    """kn at which contact and the first stage are as they are given elsewhere. [choice]"""
    hours: Share = 0.0
    """Share of the hours of an attempt and of a conversation that full knowledge saves; .3 where SDRs look leads up.
    [choice]"""
    contact: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of contact at every attempt, times (kn - usual). [choice]"""
    stage: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of advancing from the first stage, times (kn - usual); .3 where the first meeting builds on it.
    [choice]"""


class Nurturing(Noun):
    """What becomes of leads that are not sales-ready: competing hazards a month, at the plan's touches."""

    ready_good: PerMonth = 0.045
    """h_g, hazard of readiness a month of a good-fit lead at two touches a month: a third of the vendor rate."""
    ready_bad: PerMonth = 0.008
    """h_b, the same of a bad-fit lead."""
    touch_effect: Annotated[Factor, Field(le=10)] = 0.25
    """Gain in readiness per touch above two a month (at most +50 %). [choice]"""
    touch_scale: Annotated[Positive, Field(le=1e3)] | None = None
    """Touches a month by which 63 % of what touches can do is done: readiness is multiplied by
    (1 - exp(-m / scale)) / (1 - exp(-2 / scale)) at m touches, so that each does less than the one before. None = by
    `touch_effect`, and below two a month as at two. [choice]"""
    unsubscribe: PerMonth = 0.012
    """Hazard of unsubscribing a month with no touches. [choice]"""
    unsubscribe_per_touch: PerMonth = 0.004
    """What each monthly touch adds to that hazard. [choice]"""
    touch_intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Intent that each of marketing's touches of an opportunity adds (`nurture.opportunity_touches`), half of which is
    left after `journey.half_life`; .1 is usual. It counts by `journey.air_cover`. [choice]"""
    intent_decay: Annotated[Factor, Field(le=10)] = 0.05
    """Intent lost per month in nurture. [choice]"""
    decay: PerMonth = 0.0
    """Hazard a month of losing interest without a word, a third way out of nurture; .02 in a market where buyers move
    on. [choice]"""
    steps: tuple[DaysLaw, ...] = ()
    """Delays that every lead passes, in this order, between capture and the first judgement of its score."""
