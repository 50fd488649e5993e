"""Programmes that run beside the sale: what they do to opportunities, and for customers."""

from collections.abc import Mapping

from pydantic import Field

from sim.noun import Name, Noun
from sim.units import Logit, Positive, Share

__all__ = ["CustomerEffects", "Programme"]


class CustomerEffects(Noun):
    """What a programme (of loyalty, say) does for customers while it runs; with m spent on each of them a month, times
    s = 1 - e^(-m/scale), and times 1 where the plan gives no m."""

    renewal: Logit = 0.0
    """Log-odds of renewal; .15 is usual. [choice]"""
    satisfaction: Logit = 0.0
    """Standard deviations of satisfaction. [choice]"""
    upsell: Logit = 0.0
    """Log of the factor on occasions to sell more. [choice]"""
    cross_sell: Logit = 0.0
    """Log of the factor on occasions to sell another product. [choice]"""
    winback: Logit = 0.0
    """Log of the factor on occasions to win back one who has left. [choice]"""
    referral: Logit = 0.0
    """Log of the factor on the leads that customers bring. [choice]"""


class Programme(Noun):
    """What a programme beside the sale (support by marketing, business case, kit) does where and while it runs.

    With m spent on each opportunity all effects are the fields below times s = 1 - e^(-m/scale); times 1 where the plan
    gives no m. Effects of several programmes add.
    """

    advance: Logit = 0.0
    """Log-odds of advancing from every stage (not once in a sale; `stages` limits it); .20 is usual. [choice]"""
    time: Logit = 0.0
    """The buyer's time is multiplied by e^(-time s); .10 is usual. [choice]"""
    effort: Share = 0.0
    """Share of the reps' work of a stage that the programme saves; .10 is usual. [choice]"""
    high_margin: Logit = 0.0
    """What it adds to the utility of products whose margin is above the mix's mean, when an opportunity is opened:
    their mix is multiplied by e^(high_margin s) and all made to sum to one again; .4 is usual. [choice]"""
    drivers: Mapping[Name, Share] = Field(default_factory=dict)
    """Share by which it lowers the odds of a cause of loss: .20 for no budget (return calculator), .20 for no approval
    (kit for executives), .15 for a competitor (battle cards) are usual. [choice]"""
    scale: Positive = 300.0
    """Money for each opportunity at which 63 % of the effect is reached. [choice]"""
    stages: tuple[Name, ...] = ()
    """The stages in which it acts; none named = all of a first sale."""
    customers: CustomerEffects = CustomerEffects()
