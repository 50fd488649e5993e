"""Products: which of them the money comes from."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.metrics.money import bookings
from results.spans import Floats, Spans, ratio, sums
from sim.log import Kind

__all__ = ["high_margin_share", "new_product_share"]


@metric(
    "high_margin_share",
    "High-margin share of bookings",
    unit="share",
    better="higher",
    formula="sum of first-year value over orders won of high-margin products / sum over all orders won",
    denominator="first-year value of the orders won in the window",
    source="25 metrics over four funnels (article 002), 13",
    requires=(Kind.WON,),
    terms=("products",),
    cuts=ANYHOW,
)
def high_margin_share(facts: Facts, spans: Spans) -> Floats:
    """Share of the bookings of the window that are for products of high margin: those whose gross margin at list price
    is above the mean of the funnel's mix. A discount makes no product another one."""
    return _share(facts, spans, facts.log.terms.high_margin)


@metric(
    "new_product_share",
    "New-product share of bookings",
    unit="share",
    better="higher",
    formula="sum of first-year value over orders won of new products / sum over all orders won",
    denominator="first-year value of the orders won in the window",
    source="25 metrics over four funnels (article 002), 14",
    requires=(Kind.WON,),
    terms=("products",),
    cuts=ANYHOW,
)
def new_product_share(facts: Facts, spans: Spans) -> Floats:
    """Share of the bookings of the window that are for products which the funnel calls new (products.*.new)."""
    return _share(facts, spans, facts.log.terms.new_products)


def _share(facts: Facts, spans: Spans, counts: tuple[bool, ...]) -> Floats:
    """(spans,) share of bookings of the products that count."""
    wins = facts.rows(Kind.WON)
    # The last place is for orders of no known product.
    its = np.array([*counts, False])[facts.log.entities.product[wins.entity]]
    return ratio(sums(wins.time, np.where(its, wins.amount, 0.0), spans), bookings.compute(facts, spans))
