"""Orders: how large they are, how unequal, and how much hangs on a few customers."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Spans, mean_of, ratio, share_known, sums
from sim.log import Kind

__all__ = [
    "new_customer_value",
    "new_customer_value_median",
    "new_customer_value_p90",
    "high_value_share",
    "order_value_median",
    "order_value_p90",
    "order_value_gini",
    "top_fifth_share",
    "revenue_at_risk",
    "revenue_at_risk_top_ten",
]

_VALUE = "Lifecycle metrics, convert stage (article 000), 7"
_SIZE = "25 metrics over four funnels (article 002), 19"
_HIGH, _TOP, _FEW = 2.0, 0.2, 10
"""Times the median from which a customer is of high value; share of orders that are the top; how many customers are
few."""


@metric(
    "new_customer_value",
    "Mean value of a new customer",
    unit="money",
    better="higher",
    formula="sum of first-year value over first orders won / n(first orders won)",
    denominator="customers whose first order was won in the window",
    source=_VALUE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def new_customer_value(facts: Facts, spans: Spans) -> Counted:
    """Mean first-year value of the first orders of the customers won in the window. Not defined if the value of one of
    them is not known."""
    wins = facts.new_customer
    return mean_of(sums(wins.time, wins.amount, spans), spans.inside(wins.time))


@metric(
    "new_customer_value_median",
    "Median value of a new customer",
    unit="money",
    better="higher",
    formula="median of first-year value over first orders won",
    denominator="customers whose first order was won in the window",
    source=_VALUE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def new_customer_value_median(facts: Facts, spans: Spans) -> Floats:
    """Median first-year value of the first orders of the customers won in the window: what an ordinary new customer is
    worth, where a few large ones raise the mean. Not defined if the value of one of them is not known."""
    return _percentile(facts.new_customer.time, facts.new_customer.amount, spans, 50.0)


@metric(
    "new_customer_value_p90",
    "Value of a new customer, p90",
    unit="money",
    better="higher",
    formula="90th percentile of first-year value over first orders won",
    denominator="customers whose first order was won in the window",
    source=_VALUE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def new_customer_value_p90(facts: Facts, spans: Spans) -> Floats:
    """First-year value that nine in ten of the first orders of the window's new customers do not exceed, interpolated
    between the two orders next to it. Not defined if the value of one of them is not known."""
    return _percentile(facts.new_customer.time, facts.new_customer.amount, spans, 90.0)


@metric(
    "high_value_share",
    "High-value share of new customers",
    unit="share",
    better="higher",
    formula="n(new customers worth at least twice the median) / n(new customers)",
    denominator="customers whose first order was won in the window",
    source=f"{_VALUE}; twice the median is a choice",
    requires=(Kind.WON,),
)
def high_value_share(facts: Facts, spans: Spans) -> Counted:
    """Share of the window's new customers whose first order is worth at least twice the median of all first orders in
    the log, so that one month can be compared with another. The line moves with the company: an equal rise of all
    orders changes nothing. Not defined if the value of a first order is not known."""
    wins = facts.new_customer
    line = _HIGH * np.median(wins.amount) if len(wins) else np.nan
    high = np.where(np.isnan(line), np.nan, wins.amount >= line)
    return share_known(wins.time, high, spans)


@metric(
    "order_value_median",
    "Median order value",
    unit="money",
    better="higher",
    formula="median of first-year value over orders won",
    denominator="orders of new business won in the window",
    source=_SIZE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def order_value_median(facts: Facts, spans: Spans) -> Floats:
    """Median first-year value of the orders of new business won in the window. Not defined if the value of one of them
    is not known."""
    wins = facts.sales(Kind.WON)
    return _percentile(wins.time, wins.amount, spans, 50.0)


@metric(
    "order_value_p90",
    "Order value, p90",
    unit="money",
    better="higher",
    formula="90th percentile of first-year value over orders won",
    denominator="orders of new business won in the window",
    source=_SIZE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def order_value_p90(facts: Facts, spans: Spans) -> Floats:
    """First-year value that nine in ten of the orders of new business won in the window do not exceed, interpolated
    between the two orders next to it. Not defined if the value of one of them is not known."""
    wins = facts.sales(Kind.WON)
    return _percentile(wins.time, wins.amount, spans, 90.0)


@metric(
    "order_value_gini",
    "Inequality of order values",
    unit="share",
    better="neither",
    formula="sum over orders i of (2 i - n - 1) V_i / (n x sum of V), V in ascending order",
    denominator="first-year value of the orders of new business won in the window",
    source=f"{_SIZE}; Gini's coefficient as a mean difference (Gini 1912)",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def order_value_gini(facts: Facts, spans: Spans) -> Floats:
    """How unequal the orders of new business won in the window are in first-year value: 0 if all are the same, towards
    1 if nearly all comes from one. Of few orders it comes out too low. Not defined if the value of one of them is not
    known."""
    wins = facts.sales(Kind.WON)

    def gini(values: Floats) -> float:
        count, total = len(values), values.sum()
        weights = 2.0 * np.arange(1, count + 1) - count - 1.0
        return float((weights * np.sort(values)).sum() / (count * total)) if total > 0.0 else np.nan

    return np.array([gini(values) if len(values) else np.nan for values in _each(wins.time, wins.amount, spans)])


@metric(
    "top_fifth_share",
    "Share of the largest fifth of orders",
    unit="share",
    better="neither",
    formula="sum of first-year value over the largest fifth of orders / sum over all orders won",
    denominator="first-year value of the orders of new business won in the window",
    source=_SIZE,
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def top_fifth_share(facts: Facts, spans: Spans) -> Floats:
    """Share of the first-year value of the window's orders of new business that the largest fifth of them brings; of an
    order that lies in the fifth by a part only, that part counts. A fifth if all orders are the same. Not defined if
    the value of one of them is not known."""
    wins = facts.sales(Kind.WON)

    def top(values: Floats) -> float:
        inside = np.clip(_TOP * len(values) - np.arange(len(values)), 0.0, 1.0)
        total = values.sum()
        return float((inside * -np.sort(-values)).sum() / total) if total > 0.0 else np.nan

    return np.array([top(values) if len(values) else np.nan for values in _each(wins.time, wins.amount, spans)])


@metric(
    "revenue_at_risk",
    "Revenue at risk with the largest customer",
    unit="share",
    better="lower",
    formula="largest of what customers pay a year / sum of what customers pay a year",
    denominator="what the customers at the window's end pay a year",
    source=_SIZE,
    requires=(Kind.WON, Kind.RENEWED, Kind.CHURNED),
    cuts=ANYHOW,
)
def revenue_at_risk(facts: Facts, spans: Spans) -> Floats:
    """Share of what the customers at the window's end pay a year that would go if the largest of them left. Not defined
    if what one of them pays is not known."""
    return _largest(facts, spans, 1)


@metric(
    "revenue_at_risk_top_ten",
    "Revenue at risk with the ten largest customers",
    unit="share",
    better="lower",
    formula="sum of the ten largest of what customers pay a year / sum of what customers pay a year",
    denominator="what the customers at the window's end pay a year",
    source=_SIZE,
    requires=(Kind.WON, Kind.RENEWED, Kind.CHURNED),
    cuts=ANYHOW,
)
def revenue_at_risk_top_ten(facts: Facts, spans: Spans) -> Floats:
    """Share of what the customers at the window's end pay a year that would go if the ten largest of them left; all of
    it where there are no more than ten. Not defined if what one of them pays is not known."""
    return _largest(facts, spans, _FEW)


def _largest(facts: Facts, spans: Spans, count: int) -> Floats:
    """(spans,) share of some of the largest customers in what all pay at the end of each."""
    paid = [np.sort(facts.customers.pays(end)) for end in spans.end.tolist()]
    return ratio(np.array([each[-count:].sum() for each in paid]), np.array([each.sum() for each in paid]))


def _each(time: Floats, values: Floats, spans: Spans) -> list[Floats]:
    """The values of each span, `time` being in order."""
    return [values[begin:end] for begin, end in spans.cut(time).T.tolist()]


def _percentile(time: Floats, values: Floats, spans: Spans, percent: float) -> Floats:
    """(spans,) percentile of the values of each span; NaN where one of them is not known, and where there are none."""
    return np.array(
        [np.percentile(each, percent) if len(each) else np.nan for each in _each(time, values, spans)], dtype=np.float64
    )
