"""What happens after the first order: renewals and what moves them, and the sales to customers that follow."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from sim.distributions import DaysLaw, HoursLaw
from sim.noun import Name, Noun
from sim.selling import Losses
from sim.units import Days, Factor, Logit, PerMonth, Positive, Share

__all__ = ["AccountSale", "Ageing", "CrossSell", "Customers", "Referral", "Satisfaction", "Upsell", "WinBack"]


class Satisfaction(Noun):
    """How satisfied customers are, S ~ N(0, 1) for life unless a programme moves it, and what that does.

    The most satisfied are promoters, who would recommend their vendor, the least satisfied detractors, who would warn
    of it, and the others are passive, as in the net promoter score (Reichheld 2003,
    hbr.org/2003/12/the-one-number-you-need-to-grow)."""

    renewal: Logit = 0.0
    """Log-odds of renewal for each standard deviation of satisfaction; .2 is usual. [choice]"""
    promoters: Share = 0.45
    """Share of customers who are promoters while no programme moves anybody; with the detractors' .15 a score of 30.
    [choice]"""
    detractors: Share = 0.15
    """Share of customers who are detractors while no programme moves anybody. [choice]"""


class Referral(Noun):
    """How often customers bring leads: by their satisfaction, so many in 365 days; a customer must bring fewer than one
    customer in its life."""

    channel: Name
    """The channel of these leads: their fit, segments and all that follows. It may bring other leads as well, or
    none."""
    promoter: Annotated[Factor, Field(le=20)] = 0.25
    """Leads a year that a promoter brings. [choice]"""
    passive: Annotated[Factor, Field(le=20)] = 0.05
    """Leads a year that a passive customer brings. [choice]"""
    detractor: Annotated[Factor, Field(le=20)] = 0.0
    """Leads a year that a detractor brings. [choice]"""


class AccountSale(Noun):
    """A kind of sale to those who are customers already: how often there is an occasion, and how it is sold.

    It is an opportunity of its own, in a stage of its own, with an AE's work, or an account manager's (`teams.am`); a
    customer has one open at a time, and an occasion that comes meanwhile is lost.
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


class WinBack(AccountSale):
    """The same of one who has left, and may return: an AccountSale, tried at most once after each churn; .012 a month
    is usual. [choice]

    Who is won back is a customer anew, with a satisfaction of its own (second lives: Thomas, Blattberg and Fox 2004,
    doi:10.1509/jmkr.41.1.31.25086)."""

    size: Share = 1.0
    """Its value a year, as a share of what the customer paid when it left."""
    effort: HoursLaw = Field(default={"law": "constant", "value": 8.0}, validate_default=True)
    """Rep hours that it takes. [choice]"""
    within: Annotated[Days, Field(gt=0)] = 365.0
    """Days after the churn in which there may be an occasion. [choice]"""
    second_life: Annotated[Factor, Field(gt=0)] = 1.0
    """Factor on the odds of churn of one who was won back, once for each time; 1.2 is usual. [choice]"""


class Ageing(Noun):
    """Customers differ in how loyal they are, so that those who have stayed longer are more likely to stay: the
    beta-geometric law (Fader and Hardie 2007, doi:10.1002/dir.20074), whose chance of renewing after term t is
    (beta + t - 1)/(alpha + beta + t - 1)."""

    alpha: Positive = 0.668
    """First parameter of the churn probability's Beta distribution over customers."""
    beta: Positive = 3.806
    """Second parameter."""


class Customers(Noun):
    """What happens after the first order."""

    renewal: Share = 0.9
    """Probability that a bad-fit customer renews a term; logo churn 7-10 % a year (eaglerockcfo.com)."""
    renewal_fit: Logit = 0.4
    """What good fit adds to the log-odds of renewal. [choice]"""
    ageing: Ageing | None = None
    """How the chance of renewing rises with the terms that a customer has stayed: in place of `renewal`; good fit and
    all that moves its log-odds add to it. none = it is the same after every term."""
    term: Annotated[Days, Field(gt=0)] = 365.0
    """Length of a contract."""
    satisfaction: Satisfaction = Satisfaction()
    churn: Mapping[Name, Share] = Field(default_factory=dict)
    """Why customers do not renew: shares by cause, which sum to one. None given = the log does not say."""
    upsell: Upsell = Upsell()
    cross_sell: CrossSell = CrossSell()
    winback: WinBack = WinBack()
    survey_response: Share = 0.3
    """Share of surveyed customers who answer (`plan.nps_survey`). [choice]"""
    referral: Referral | None = None
    """Leads that customers bring; none = they bring none."""
    wallet: Annotated[Share, Field(gt=0)] | None = None
    """Share of what a customer spends a year on the category that its first order takes; sales to it add at most what
    is left. None = no limit; .35 is usual. [choice]"""
