"""Customers' lives in numbers: satisfaction and what it does, occasions to sell more, causes of churn."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.delays import normal_quantile
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
    """(H, 2) happenings in 365 days, of promoters in the second column."""
    account_tops: Floats
    """(H,) no less than any rate."""
    account_sizes: Floats
    """(H,) value a year of what is sold, as a share of the customer's."""
    care: Floats
    """(E, 2 + H) what programmes add to the log-odds of renewal, to satisfaction, and to the log of each rate."""
    satisfaction_renewal: float
    """Log-odds of renewal for each standard deviation of satisfaction."""
    promoter: float
    """Satisfaction above which a customer is a promoter."""
    churn_share: Floats
    """(causes,) cumulative."""
    churn_reason: Ints
    """(causes,)"""
    wallet: float
    """Share of the category's spend that the first order takes; 0 where nothing limits it."""
    gone_reason: int
    """Why an opportunity of a customer who has left is lost."""


def has_lives(funnel: Funnel) -> bool:
    """Whether more happens to a funnel's customers than that they renew at a fixed chance."""
    customers = funnel.customers
    return bool(
        customers.satisfaction.renewal != 0.0
        or customers.churn
        or any(getattr(customers, name).per_month > 0.0 for name in ACCOUNT_STAGES)
        or any(any(programme.customers.model_dump().values()) for programme in funnel.programmes.values())
    )


def account_reasons(funnel: Funnel, accounts: bool) -> list[str]:
    """Names of what ends a customer's life, or a sale to it; accounts: whether customers are sold more."""
    return [*funnel.customers.churn, *([GONE] if accounts else [])]


def make_accounts(funnel: Funnel, reasons: tuple[str, ...], care: Floats, tends: bool) -> AccountTable:
    """The numbers of a funnel; `reasons` are all names by number, `care` what programmes do in each spell."""
    customers = funnel.customers
    sales = [getattr(customers, name) for name in ACCOUNT_STAGES]
    yearly = np.array([sale.per_month * 365.0 / DAYS_PER_MONTH for sale in sales])
    rates = np.column_stack((yearly, yearly * [sale.promoters for sale in sales]))
    return AccountTable(
        tends=tends,
        account_rates=rates,
        account_tops=rates.max(axis=1) * np.exp(care[:, 2:].max(axis=0)),
        account_sizes=np.array([sale.size for sale in sales]),
        care=care,
        satisfaction_renewal=customers.satisfaction.renewal,
        promoter=float(normal_quantile(1.0 - customers.satisfaction.promoters)),
        churn_share=np.cumsum(list(customers.churn.values()), dtype=np.float64),
        churn_reason=np.array([reasons.index(name) for name in customers.churn], dtype=np.int64),
        wallet=customers.wallet or 0.0,
        gone_reason=reasons.index(GONE) if GONE in reasons else -1,
    )
