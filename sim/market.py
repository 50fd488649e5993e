"""The market: how many accounts there are, who else sells to them, and what a buyer decides among."""

from typing import Annotated

from pydantic import Field

from sim.noun import Name, Noun
from sim.series import LogitSeries
from sim.units import Count, Factor, Logit, Money

__all__ = ["NO_DECISION", "Choice", "Market", "Rival"]

NO_DECISION = "no_decision"
"""Cause of a loss: the buyer decides for nobody."""


class Market(Noun):
    """The market of a segment, as far as it is known."""

    accounts: Annotated[Count, Field(ge=1)] | None = None
    """How many accounts there are. While `taken` of them are with us (as leads, opportunities or customers, until they
    leave for good) the segment's leads come at 1 - taken / accounts times their rate, and what AEs find and customers
    refer is an account that is not with us with that chance. None = without end; 50,000 is usual. [choice]"""
    spend: Money | None = None
    """What all accounts together spend a year on the category, in the year that begins with the plan, for the metrics
    `market_share` and `market_growth`; none = not known. It moves nothing."""
    growth: Annotated[Factor, Field(gt=0)] = 1.0
    """Factor on that spend from one year to the next."""


class Rival(Noun):
    """Another vendor for whom buyers may decide. Utilities count from each other only: of alternatives with utilities u
    a buyer takes one with the chance e^u over the sum of e^u (a multinomial logit: McFadden 1974)."""

    utility: Logit = 0.0
    """Its utility while no pressure acts; several rivals of 0 are alike. [choice]"""
    pressure: LogitSeries = 0.0
    """What is added to it from a month on: a new product, a lower price. 0 before the first date."""
    causes: tuple[Name, ...] = ("competitor",)
    """The causes of loss that are its, alone or with other rivals: with pressure their weight among the ways in which a
    stage is lost is multiplied by the sum of its rivals' e^(u + pressure) over that of e^u, and the odds of advancing
    are divided by what all weights then sum to. Stages with a `choice` know each rival by name."""


class Choice(Noun):
    """What a buyer decides among in a stage: us, each rival (`funnel.rivals`) by name, and nobody."""

    ours: Logit = 0.2
    """Our utility; what fit, segment, rep and programmes add to the log-odds of advancing adds to it. [choice]"""
    none: Logit = 0.0
    """Utility of deciding for nobody; such losses are called `no_decision`. [choice]"""
