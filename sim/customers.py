"""What happens after the first order: renewals and what moves them, and the sales to customers that follow."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from sim.distributions import DaysLaw, HoursLaw
from sim.noun import Name, Noun
from sim.selling import Losses
from sim.units import Days, Factor, Logit, PerMonth, Share

__all__ = ["AccountSale", "CrossSell", "Customers", "Satisfaction", "Upsell"]


class Satisfaction(Noun):
    """How satisfied customers are, S ~ N(0, 1) for life unless a programme moves it, and what that does.

    The most satisfied are promoters, who would recommend their vendor, as in the net promoter score (Reichheld 2003,
    hbr.org/2003/12/the-one-number-you-need-to-grow).
    """

    renewal: Logit = 0.0
    """Log-odds of renewal for each standard deviation of satisfaction; .2 is usual. [choice]"""
    promoters: Share = 0.45
    """Share of customers who are promoters while no programme moves anybody. [choice]"""


class AccountSale(Noun):
    """A kind of sale to those who are customers already: how often there is an occasion, and how it is sold.

    It is an opportunity of its own, in a stage of its own, with an AE's work; a customer has one open at a time, and an
    occasion that comes meanwhile is lost.
    """

    per_month: Annotated[PerMonth, Field(le=10)] = 0.0
    """Occasions a month of every customer (times `promoters` for a promoter); 0 = there are none."""
    size: Share = 0.25
    """Its value a year, as a share of what the customer pays a year."""
    promoters: Annotated[Factor, Field(le=10)] = 1.0
    """Factor on the occasions of promoters; 1.5 is usual. [choice]"""
    effort: HoursLaw = Field(default={"law": "constant", "value": 6.0}, validate_default=True)
    """Rep hours that it takes. [choice]"""
    time: DaysLaw = Field(default={"law": "constant", "value": 0.0}, validate_default=True)
    """Civil time that the customer takes."""
    advance: Share = 1.0
    """Probability that it is won."""
    losses: Losses = Field(default_factory=dict)
    """Causes of loss; needed unless `advance` is one."""


class Upsell(AccountSale):
    """More of what the customer has: an AccountSale; .010 a month is usual. [choice]"""


class CrossSell(AccountSale):
    """A product that the customer lacks, drawn by the mix: an AccountSale; .008 a month is usual. [choice]"""

    size: Share = 0.35
    """Its value a year, as a share of what the customer pays a year."""


class Customers(Noun):
    """What happens after the first order."""

    renewal: Share = 0.9
    """Probability that a bad-fit customer renews a term; logo churn 7-10 % a year (eaglerockcfo.com)."""
    renewal_fit: Logit = 0.4
    """What good fit adds to the log-odds of renewal. [choice]"""
    term: Annotated[Days, Field(gt=0)] = 365.0
    """Length of a contract."""
    satisfaction: Satisfaction = Satisfaction()
    churn: Mapping[Name, Share] = Field(default_factory=dict)
    """Why customers do not renew: shares by cause, which sum to one. None given = the log does not say."""
    upsell: Upsell = Upsell()
    cross_sell: CrossSell = CrossSell()
    wallet: Annotated[Share, Field(gt=0)] | None = None
    """Share of what a customer spends a year on the category that its first order takes; sales to it add at most what
    is left. None = no limit; .35 is usual. [choice]"""
