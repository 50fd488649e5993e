"""Buyers in numbers: who can buy, what makes a lead ready for sales, and how sales sees its fit."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.buyers import ShareByFit
from sim.funnel import Funnel
from sim.plan import Plan

__all__ = ["BuyersTable", "make_buyers"]


class BuyersTable(NamedTuple):
    """Shares by fit: (2,) of bad fit and of good fit."""

    asks: bool
    """Whether it is known who has a budget and may decide, and written down who is ready."""
    has_budget: NDArray[np.float64]
    has_authority: NDArray[np.float64]
    ready_intent: float
    by_readiness: bool
    """Whether sales accepts who is ready, and nobody else."""
    agreement: float
    """Share of leads whose fit sales sees as it is."""


def make_buyers(funnel: Funnel, plan: Plan) -> BuyersTable:
    """The numbers of a funnel and a plan."""
    budget, authority = np.ones(2), np.ones(2)
    if funnel.buyers is not None:
        budget, authority = _by_fit(funnel.buyers.budget), _by_fit(funnel.buyers.authority)
    return BuyersTable(
        asks=funnel.buyers is not None,
        has_budget=budget,
        has_authority=authority,
        ready_intent=funnel.sales_development.ready_intent,
        by_readiness=plan.handoff.accept == "readiness",
        agreement=plan.handoff.profile_agreement,
    )


def _by_fit(share: ShareByFit) -> NDArray[np.float64]:
    return np.array([share.bad, share.good])
