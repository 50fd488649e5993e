"""Customers' lives in numbers: satisfaction and what it does, occasions to sell more, causes of churn."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.delays import normal_quantile
from sim.log import NOBODY
from sim.plan import Plan
from sim.stages import ACCOUNT_STAGES
from sim.units import DAYS_PER_MONTH

__all__ = ["AccountTable", "account_reasons", "has_lives", "make_accounts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GONE = "churned"
"""Reason of a loss: the customer has not renewed meanwhile."""


class AccountTable(NamedTuple):
    """H kinds of happenings (`sim.laws.happenings`), E spells of the climate."""

    tends: bool
    """Whether more happens to customers than that they renew at a fixed chance."""
    account_rates: Floats
    """(H, 3) happenings in 365 days, of the passive, of promoters and of detractors."""
    account_tops: Floats
    """(H,) no less than any rate."""
    account_sizes: Floats
    """(sales,) value a year of what is sold, as a share of the customer's."""
    care: Floats
    """(E, 2 + H) what programmes add to the log-odds of renewal, to satisfaction, and to the log of each rate."""
    satisfaction_renewal: float
    """Log-odds of renewal for each standard deviation of satisfaction."""
    promoter: float
    """Satisfaction above which a customer is a promoter."""
    detractor: float
    """Satisfaction below which it is a detractor."""
    referral_channel: int
    """Channel of the leads that customers bring, `NOBODY` if they bring none."""
    churn_share: Floats
    """(causes,) cumulative."""
    churn_reason: Ints
    """(causes,)"""
    ageing_alpha: float
    """Parameters of the law by which the chance of renewing rises (`sim.laws.renewal`); 0 = it does not."""
    ageing_beta: float
    may_return: float
    """Days after a churn in which there may be an occasion to win the customer back."""
    second_life: float
    """Log of the factor on the odds of churn of one who was won back."""
    survey_every: float
    """Days from one survey of a customer to the next; 0 = there is none."""
    survey_response: float
    """Share of the customers asked who answer."""
    wallet: float
    """Share of the category's spend that the first order takes; 0 where nothing limits it."""
    gone_reason: int
    """Why an opportunity of a customer who has left is lost."""


def has_lives(funnel: Funnel, plan: Plan) -> bool:
    """Whether more happens to a funnel's customers under a plan than that they renew at a fixed chance."""
    customers = funnel.customers
    return bool(
        customers.satisfaction.renewal != 0.0
        or customers.ageing is not None
        or customers.churn
        or plan.nps_survey is not None
        or customers.referral is not None
        or any(getattr(customers, name).per_month > 0.0 for name in ACCOUNT_STAGES)
        or any(any(programme.customers.model_dump().values()) for programme in funnel.programmes.values())
        or any(shock.renewal != 0.0 for shock in funnel.shocks.values())
    )


def account_reasons(funnel: Funnel, accounts: bool) -> list[str]:
    """Names of what ends a customer's life, or a sale to it; accounts: whether customers are sold more."""
    return [*funnel.customers.churn, *([GONE] if accounts else [])]


def make_accounts(funnel: Funnel, plan: Plan, reasons: tuple[str, ...], care: Floats, tends: bool) -> AccountTable:
    """The numbers of a funnel under a plan; `reasons` are all names by number, `care` what programmes do in each
    spell."""
    customers = funnel.customers
    sales = [getattr(customers, name) for name in ACCOUNT_STAGES]
    yearly = [sale.per_month * 365.0 / DAYS_PER_MONTH for sale in sales]
    rows = [(rate, rate * sale.promoters, rate) for rate, sale in zip(yearly, sales, strict=True)]
    terms = customers.referral
    rows.append((0.0, 0.0, 0.0) if terms is None else (terms.passive, terms.promoter, terms.detractor))
    rates = np.array(rows)
    return AccountTable(
        tends=tends,
        account_rates=rates,
        account_tops=rates.max(axis=1) * np.exp(care[:, 2:].max(axis=0)),
        account_sizes=np.array([sale.size for sale in sales]),
        care=care,
        satisfaction_renewal=customers.satisfaction.renewal,
        promoter=float(normal_quantile(1.0 - customers.satisfaction.promoters)),
        detractor=float(normal_quantile(customers.satisfaction.detractors)),
        referral_channel=NOBODY if terms is None else list(funnel.channels).index(terms.channel),
        churn_share=np.cumsum(list(customers.churn.values()), dtype=np.float64),
        churn_reason=np.array([reasons.index(name) for name in customers.churn], dtype=np.int64),
        ageing_alpha=customers.ageing.alpha if customers.ageing else 0.0,
        ageing_beta=customers.ageing.beta if customers.ageing else 0.0,
        may_return=customers.winback.within,
        second_life=math.log(customers.winback.second_life),
        survey_every=plan.nps_survey.every if plan.nps_survey else 0.0,
        survey_response=customers.survey_response,
        wallet=customers.wallet or 0.0,
        gone_reason=reasons.index(GONE) if GONE in reasons else -1,
    )
