"""Leakage: what opportunities that were lost were worth, by who in the company can act on the cause."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import Metric, metric
from results.spans import Floats, Spans, sums
from sim.log import Kind

__all__ = [
    "lost_value",
    "lost_value_branding",
    "lost_value_lead_generation",
    "lost_value_sales_management",
    "lost_value_product",
    "lost_value_pricing",
    "lost_value_unassigned",
]


@metric(
    "lost_value",
    "Value lost",
    unit="money",
    better="lower",
    formula="sum of value over opportunities lost",
    source="Lead transition and funnel tracking (article 004), 15",
    requires=(Kind.LOST,),
    by_channel=True,
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
        by_channel=True,
    )(compute)


lost_value_branding = _lost_to("branding")
lost_value_lead_generation = _lost_to("lead_generation")
lost_value_sales_management = _lost_to("sales_management")
lost_value_product = _lost_to("product")
lost_value_pricing = _lost_to("pricing")
lost_value_unassigned = _lost_to(None)
