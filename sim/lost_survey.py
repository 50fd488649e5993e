"""The survey of lost buyers that a plan may hold: when, how many, who answers, and what it costs."""

from typing import Annotated

from pydantic import Field

from sim.noun import Noun
from sim.units import Days, Money, Share

__all__ = ["LostSurvey"]


class LostSurvey(Noun):
    """A sample of those who did not buy is asked why. Who answers tells the true cause. It changes nothing that
    happens; `sim.asked` says who was asked, and the ledger what that cost."""

    every: Annotated[Days, Field(ge=1)] = 91.0
    """Days from one round of questions to the next, the first so long after the plan's start: a quarter. Each is about
    the opportunities lost since the one before. [choice]"""
    share: Share = 0.05
    """Share of these that are asked. [choice]"""
    response: Share = 0.3
    """Share of those asked who answer, whatever the cause was. [choice]"""
    cost: Money = 20.0
    """For each one asked. [choice]"""
