"""Leakage: what was lost of revenue and profit, and by who in the company can act on the cause."""

from typing import Literal

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, Metric, metric
from results.spans import Floats, Spans, sums
from sim.log import Account, Kind

__all__ = [
    "lost_revenue",
    "lost_profit",
    "lost_value",
    "lost_value_branding",
    "lost_value_lead_generation",
    "lost_value_sales_management",
    "lost_value_product",
    "lost_value_pricing",
    "lost_value_unassigned",
]


_SOURCE = "Lead transition and funnel tracking (article 004), 13-15"


@metric(
    "lost_revenue",
    "Lost revenue",
    unit="money",
    better="lower",
    formula="sum of value over opportunities lost + sum of (value of the segment x odds at its step) over leads lost",
    source=_SOURCE,
    requires=(Kind.LOST, Kind.WITHDRAWN),
)
def lost_revenue(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the opportunities of new business lost in the window, and of the leads that left in it what
    they might have brought: the mean value of their segment's opportunities times the share of leads that came as far
    as they did and were won within 365 days. Potential less this, less what is still open, is what was won. What would
    be won if a leak were closed is less: those saved compete for the same reps. Not defined if a value is not known."""
    return _lost(facts, spans, "revenue")


@metric(
    "lost_profit",
    "Lost profit",
    unit="money",
    better="lower",
    formula="sum over the same of value x share that gross margin less commission is of the value of orders won",
    source=_SOURCE,
    requires=(Kind.LOST, Kind.WITHDRAWN, Account.MARGIN),
)
def lost_profit(facts: Facts, spans: Spans) -> Floats:
    """What the lost revenue of the window would have left: the share that gross margin less commission is of the value
    of the orders won in the counted months, of the same product where the opportunity's is known and was won. All other
    costs are taken to be spent either way. Not defined if nothing was won."""
    return _lost(facts, spans, "profit")


def _lost(facts: Facts, spans: Spans, amount: Literal["revenue", "profit"]) -> Floats:
    leads, deals = facts.leaks
    of_leads, of_deals = getattr(leads, amount), getattr(deals, amount)
    return sums(leads.time, of_leads, spans) + sums(deals.time, of_deals, spans)


@metric(
    "lost_value",
    "Value lost",
    unit="money",
    better="lower",
    formula="sum of value over opportunities lost",
    source="Lead transition and funnel tracking (article 004), 15",
    requires=(Kind.LOST,),
    cuts=ANYHOW,
)
def lost_value(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the opportunities lost in the window, for whatever cause. It is no potential: not all of them
    could have been won. Not defined if the value of one of them is not recorded."""
    lost = facts.sales(Kind.LOST)
    return sums(lost.time, lost.amount, spans)


def _lost_to(who: str | None) -> Metric:
    """The value lost for causes on which somebody can act; for those on which nobody is said to, if none."""
    words = "nobody" if who is None else who.replace("_", " ")

    def compute(facts: Facts, spans: Spans) -> Floats:
        lost, acts = facts.sales(Kind.LOST), dict(facts.log.terms.acts)
        # The last place is for losses without a cause.
        its = np.array([acts.get(cause) == who for cause in (*facts.log.names.reasons, "")])[lost.reason]
        return sums(lost.time, np.where(its, lost.amount, 0.0), spans)

    compute.__doc__ = (
        f"First-year value of the opportunities lost in the window for causes on which {words} can act "
        "(funnel.drivers). With those of the others, and of nobody, it sums to the value lost."
        if who is not None
        else "First-year value of the opportunities lost in the window for causes of which the funnel does not say who "
        "can act on them (funnel.drivers)."
    )
    return metric(
        f"lost_value_{who or 'unassigned'}",
        f"Value lost, {words} can act",
        unit="money",
        better="lower",
        formula=f"sum of value over opportunities lost, {words} can act on the cause",
        source="Lead transition and funnel tracking (article 004), 14-15",
        requires=(Kind.LOST,),
        terms=("drivers",),
        cuts=ANYHOW,
    )(compute)


lost_value_branding = _lost_to("branding")
lost_value_lead_generation = _lost_to("lead_generation")
lost_value_sales_management = _lost_to("sales_management")
lost_value_product = _lost_to("product")
lost_value_pricing = _lost_to("pricing")
lost_value_unassigned = _lost_to(None)
