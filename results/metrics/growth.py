"""Growth: revenue as contracts are fulfilled, what remains of it, and how both move from year to year."""

from collections.abc import Callable

import numpy as np

from results.facts import COSTS, Facts
from results.metrics.metric import ANYHOW, metric
from results.periods import whole_months
from results.spans import Floats, Span, Spans, ratio
from sim.log import Account, Kind

__all__ = ["revenue", "operating_profit", "revenue_growth", "profit_change"]

_ALIGNMENT = "Aligned marketing and sales (article 000), 22; lifecycle metrics, 10"
_CONTRACTS = (Kind.WON, Kind.RENEWED, Kind.CHURNED)
_COSTS = (Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY)
_YEAR = 12


@metric(
    "revenue",
    "Revenue",
    unit="money",
    better="higher",
    formula="sum over contracts of value x share of its term that lies in the window",
    source=_ALIGNMENT,
    requires=_CONTRACTS,
    terms=("term",),
    cuts=ANYHOW,
)
def revenue(facts: Facts, spans: Spans) -> Floats:
    """Value of customers' contracts as it is earned: of each term, whether first or renewed, the part whose days lie in
    the window. Bookings are what was promised in the window; revenue is what was delivered in it."""
    return facts.customers.worth_days(spans, facts.log.terms.term or np.nan)


@metric(
    "operating_profit",
    "Operating profit",
    unit="money",
    better="higher",
    formula="gross margin of revenue - all costs",
    source=_ALIGNMENT,
    requires=(*_CONTRACTS, *_COSTS),
    terms=("term",),
)
def operating_profit(facts: Facts, spans: Spans) -> Floats:
    """Gross margin of the revenue of the window minus every cost accrued in it. Where `profit` counts the first year of
    what was won at once and renewals never, this counts each contract as it is fulfilled: a year that wins much may
    lose by it, and the next one gain."""
    earned = facts.customers.worth_days(spans, facts.log.terms.term or np.nan, margin=True)
    return earned - facts.money(COSTS, spans)


@metric(
    "revenue_growth",
    "Revenue growth",
    unit="share",
    better="higher",
    formula="revenue of the last 12 months / revenue of the first 12 months - 1",
    denominator="revenue of the window's first 12 months",
    source=_ALIGNMENT,
    requires=_CONTRACTS,
    terms=("term",),
    months=2 * _YEAR,
    cuts=ANYHOW,
)
def revenue_growth(facts: Facts, spans: Spans) -> Floats:
    """By how much the revenue of the window's last twelve months is greater than that of its first twelve. In a window
    of three years these are two years apart. Not defined for less than two years."""
    first, last = year_ends(facts, spans, revenue.compute)
    return ratio(last, first) - 1.0


@metric(
    "profit_change",
    "Change of operating profit",
    unit="money",
    better="higher",
    formula="operating profit of the last 12 months - operating profit of the first 12 months",
    source=_ALIGNMENT,
    requires=(*_CONTRACTS, *_COSTS),
    terms=("term",),
    months=2 * _YEAR,
)
def profit_change(facts: Facts, spans: Spans) -> Floats:
    """By how much the operating profit of the window's last twelve months is greater than that of its first twelve; a
    difference in money, because profit may change its sign. Not defined for less than two years."""
    first, last = year_ends(facts, spans, operating_profit.compute)
    return last - first


def year_ends(facts: Facts, spans: Spans, measure: Callable[[Facts, Spans], Floats]) -> tuple[Floats, Floats]:
    """(spans,) a measure over the first and over the last twelve whole months of each; NaN where these overlap."""
    found = np.full((2, len(spans.begin)), np.nan)
    for k, (begin, end) in enumerate(spans.edges.T.tolist()):
        months = [month for month in whole_months(facts) if begin <= month.begin and month.end <= end]
        if len(months) >= 2 * _YEAR:
            years = (months[:_YEAR], months[-_YEAR:])
            found[:, k] = measure(facts, Spans.of(*(Span(year[0].begin, year[-1].end) for year in years)))
    return found[0], found[1]
