"""How sales development reaches and judges leads, and why it rejects them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.distributions import DaysLaw, HoursLaw
from sim.noun import Name, Noun
from sim.units import Factor, Hours, Logit, Share

__all__ = ["Rejections", "SalesDevelopment"]


class Rejections(Noun):
    """Why sales rejects leads that it has talked to: shares of reasons by the lead's fit; each kind sums to one."""

    good: Annotated[Mapping[Name, Share], Field(min_length=1)] = Field(default_factory=lambda: {"poor_fit": 1.0})
    """Of good-fit leads."""
    bad: Annotated[Mapping[Name, Share], Field(min_length=1)] = Field(default_factory=lambda: {"poor_fit": 1.0})
    """Of bad-fit leads."""


class SalesDevelopment(Noun):
    """How SDRs reach and judge a lead that marketing hands off."""

    contact: Annotated[tuple[Share, ...], Field(min_length=1, max_length=100)] = (
        0.20,
        0.14,
        0.14,
        0.14,
        0.12,
        0.10,
        0.08,
        0.06,
    )
    """Probability of contact at attempt 1, 2, ... if the first attempt is immediate."""
    spacing: Hours = 12.0
    """Working hours from the end of one attempt until the next is due. [choice]"""
    attempt_effort: HoursLaw = Field(default={"law": "constant", "value": 0.2}, validate_default=True)
    """Hours an attempt takes. [choice]"""
    conversation_effort: HoursLaw = Field(default={"law": "constant", "value": 0.75}, validate_default=True)
    """Hours a conversation takes on top of its attempt. [choice]"""
    speed_curve: Literal["attenuated", "moderate", "oldroyd"] = "attenuated"
    """The odds of contact are multiplied by m(t), t = civil hours from handoff to the first attempt. attenuated and
    moderate: m(t) = (1 + t/tau)^-exponent, with exponent .35 [choice] and .53 (53 % contacted within the hour, 17 % a
    day later; tag.prooflytics.io); oldroyd: from half an hour on, a seventh after one hour more and a sixtieth after a
    day and a half, as published in an observational study, so an upper bound
    (hbr.org/2011/03/the-short-life-of-online-sales-leads)."""
    speed_exponent: Annotated[Factor, Field(le=10)] | None = None
    """Exponent of m(t) in place of the curve's own; 0 = speed does not matter. Not with the curve oldroyd."""
    speed_scale: Annotated[Hours, Field(gt=0)] = 1.0
    """tau, the unit in which the speed-to-lead curve counts t."""
    accept_good: Share = 0.72
    """Probability that sales accepts a good-fit lead it has talked to (odds x sqrt m(t)). [choice]"""
    accept_bad: Share = 0.14
    """The same of a bad-fit lead. [choice]"""
    accept_intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.3
    """What one unit of intent adds to the log-odds of acceptance. [choice]"""
    ready_intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Intent above which a lead with budget and authority is ready for sales, when it is talked to. [choice]"""
    rejections: Rejections = Rejections()
    """Why leads that sales has talked to are rejected. They tell marketing why, and change nothing else."""
    patience: DaysLaw = Field(default={"law": "exponential", "mean": 20.0}, validate_default=True)
    """Civil time until a lead that nobody has tried yet goes cold. [choice]"""
