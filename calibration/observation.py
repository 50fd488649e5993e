"""Observation: how well a company's CRM records what happens; perfectly, unless something else is said."""

from typing import Annotated

from pydantic import Field

from sim.noun import Noun
from sim.units import Days, Share

__all__ = ["PERFECT", "USUAL", "Observation"]


class Observation(Noun):
    """What reps do to the record. What systems write themselves (captures, scores, routing, nurture, invoices, pay)
    is exact whatever they do."""

    late: Annotated[Days, Field(ge=0)] = 0.0
    """Mean delay, exponential, with which they enter what became of a lead or an opportunity. What happens to a buyer
    on one day is entered in one go; with it what of earlier days is still to be entered. Attempts and hours are logged
    when they are made, or never."""
    backdated: bool = False
    """Whether an entry bears the day on which the thing happened, and not the day on which it is entered."""
    missing: Share = 0.0
    """Share of their activities that they never enter, and of lost opportunities without a cause. A lead's verdict, a
    stage, a win or a loss is entered in the end, since the record cannot move without it."""
    wrong: Share = 0.0
    """Share of the causes of loss entered that are not the true one, but another of the funnel's, each as likely."""


PERFECT = Observation()
USUAL = Observation(late=5.0, missing=0.2, wrong=0.1)
"""What is usual: entries five days late, four of five made, nine of ten causes right. [choice]"""
