"""The market: our share of what is spent in it, and how it grows, as far as the funnel says what is spent."""

import numpy as np

from results.facts import Facts
from results.metrics.growth import year_ends
from results.metrics.metric import metric
from results.spans import Floats, Spans, ratio
from sim.log import Kind
from sim.units import DAYS_PER_YEAR

__all__ = ["market_share", "market_growth"]

_METRICS = "25 metrics over four funnels (article 002), 21"


@metric(
    "market_share",
    "Market share",
    unit="share",
    better="higher",
    formula="revenue / what all accounts of the market spend on the category",
    denominator="spend in the window of the segments whose spend is known (funnel.market.*.spend)",
    source=_METRICS,
    requires=(Kind.WON, Kind.RENEWED, Kind.CHURNED),
    needs="external",
    terms=("term", "market"),
    extensive=True,
)
def market_share(facts: Facts, spans: Spans) -> Floats:
    """Our revenue with customers of the segments whose spend is known, over that spend, both in the window. In a year
    that begins k years after the plan's start a segment spends its `spend` times growth^k, evenly growing within it."""
    known = np.append([not np.isnan(spend) for spend, _ in facts.log.terms.market], False)
    there = facts.customers
    ours = known[facts.log.entities.segment[there.entity]]
    due, bought = there.due, there.bought
    change = np.where(ours[due.customer], due.after - due.before - due.grown, 0.0)
    mine = there._replace(
        value=np.where(ours, there.value, 0.0),
        due=due._replace(before=np.zeros(len(change)), after=change, grown=np.zeros(len(change))),
        bought=bought._replace(value=np.where(ours[bought.customer], bought.value, 0.0)),
    )
    return ratio(mine.worth_days(spans, facts.log.terms.term or np.nan), _spent(facts, spans))


@metric(
    "market_growth",
    "Growth of the market",
    unit="share",
    better="neither",
    formula="spend of the last 12 months / spend of the first 12 months - 1",
    denominator="spend in the window's first 12 months of the segments whose spend is known",
    source=_METRICS,
    needs="external",
    terms=("market",),
    months=24,
)
def market_growth(facts: Facts, spans: Spans) -> Floats:
    """By how much more all accounts of the market spend in the window's last twelve months than in its first twelve, by
    what the funnel says of them: beside `revenue_growth`, which is ours. Not defined for less than two years."""
    first, last = year_ends(facts, spans, _spent)
    return ratio(last, first) - 1.0


def _spent(facts: Facts, spans: Spans) -> Floats:
    """(spans,) what the segments whose spend is known spend in each.

    At a rate S c g^x a year, x years after the plan's start and c such that the first year comes to S, that is
    S (g^b - g^a) / (g - 1) from a to b."""
    total = np.zeros(len(spans.begin))
    begin, end = spans.edges / DAYS_PER_YEAR
    for spend, growth in facts.log.terms.market:
        if np.isnan(spend):
            continue
        if growth == 1.0:
            total += spend * (end - begin)
        else:
            total += spend * (growth**end - growth**begin) / (growth - 1.0)
    return total
