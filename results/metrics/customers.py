"""Customers: how many there are, how long they stay, and what they are worth."""

import numpy as np

from results.customers import keeps
from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.metrics.money import cac
from results.spans import Counted, Floats, Ints, Spans, mean_of, ratio, sums
from sim.log import Account, EntityType, Kind

__all__ = [
    "customers",
    "customer_tenure",
    "products_per_customer",
    "share_of_wallet",
    "renewal_bookings",
    "collections",
    "gross_revenue_retention",
    "net_revenue_retention",
    "ltv",
    "ltv_from_first_renewal",
    "ltv_to_cac",
]

_RETENTION = "25 metrics over four funnels (article 002), 22"
_RENEWALS = (Kind.WON, Kind.RENEWED, Kind.CHURNED)
_WORTH = (Kind.WON, Kind.RENEWED, Account.MARGIN)


@metric(
    "customers",
    "Customers",
    unit="customers",
    better="higher",
    formula="n(customers at the window's end)",
    source=_RETENTION,
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def customers(facts: Facts, spans: Spans) -> Ints:
    """Customers at the window's end: those whose first order was won before it and who have not churned. Customers
    from before what was simulated or recorded are among them only where the start of the plan lists them."""
    return np.array([facts.customers.there(end).sum() for end in spans.end.tolist()], dtype=np.int64)


@metric(
    "customer_tenure",
    "Customer tenure",
    unit="days",
    better="higher",
    formula="mean(window's end - first order)",
    denominator="customers at the window's end",
    source=_RETENTION,
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def customer_tenure(facts: Facts, spans: Spans) -> Floats:
    """Mean days since their first order of the customers at the window's end. Many new customers make it short, so it
    says how old the customers are and not how long they will stay."""
    found = []
    for end in spans.end.tolist():
        days = end - facts.customers.since[facts.customers.there(end)]
        found.append(days.mean() if len(days) else np.nan)
    return np.array(found)


@metric(
    "products_per_customer",
    "Products per customer",
    unit="products",
    better="higher",
    formula="n(pairs of customer and product ordered) / n(customers at the window's end)",
    denominator="customers at the window's end",
    source=_RETENTION,
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def products_per_customer(facts: Facts, spans: Spans) -> Floats:
    """How many different products the customers at the window's end have ordered until then, on average."""
    entities, there = facts.log.entities, facts.customers
    orders = np.flatnonzero((entities.type == EntityType.ORDER) & (entities.parent >= 0))
    who = np.concatenate((there.entity, entities.parent[orders].astype(np.int64)))
    product = np.concatenate((entities.product[there.entity], entities.product[orders])).astype(np.int64)
    when = np.concatenate((there.since, entities.created[orders]))
    several = len(facts.log.names.products) + 1
    found = []
    for end in spans.end.tolist():
        here = np.zeros(len(entities), dtype=bool)
        here[there.entity[there.there(end)]] = True
        its = here[who] & (when < end) & (product >= 0)
        found.append(len(np.unique(who[its] * several + product[its])) / here.sum() if here.any() else np.nan)
    return np.array(found)


@metric(
    "share_of_wallet",
    "Share of wallet",
    unit="share",
    better="higher",
    formula="sum of what customers pay a year / sum of what they spend a year on the category",
    denominator="what the customers at the window's end spend on the category",
    source="25 metrics over four funnels (article 002), 24: what customers may still spend",
    requires=_RENEWALS,
    terms=("wallet",),
    cuts=ANYHOW,
)
def share_of_wallet(facts: Facts, spans: Spans) -> Floats:
    """Of what the customers at the window's end spend a year on the category, the share that they pay us. What a
    customer spends is not observed: it is its first order over the share that the plan says it takes
    (`funnel.customers.wallet`), and does not grow."""
    there, wallet = facts.customers, facts.log.terms.wallet or np.nan
    found = []
    for end in spans.end.tolist():
        here = there.there(end)
        found.append((there.pays(end).sum(), there.value[here].sum() / wallet))
    paid, spent = np.array(found).T
    return ratio(paid, spent)


@metric(
    "renewal_bookings",
    "Renewal bookings",
    unit="money",
    better="higher",
    formula="sum of value over renewals",
    source=_RETENTION,
    requires=(Kind.RENEWED,),
    cuts=ANYHOW,
)
def renewal_bookings(facts: Facts, spans: Spans) -> Floats:
    """Value of the terms for which customers renewed in the window. It is not in the bookings."""
    renewed = facts.rows(Kind.RENEWED)
    return sums(renewed.time, renewed.amount, spans)


@metric(
    "collections",
    "Collections",
    unit="money",
    better="higher",
    formula="sum of what customers pay",
    source="25 metrics over four funnels (article 002), 16: the cash effect of the time to close",
    requires=(Account.COLLECTION,),
    terms=("billing",),
    cuts=ANYHOW,
)
def collections(facts: Facts, spans: Spans) -> Floats:
    """What customers paid in the window, of orders and of renewals, by the plan's terms (`plan.billing`): cash comes
    after bookings, and before or after revenue as contracts are invoiced. Everybody pays on the day."""
    return facts.money((Account.COLLECTION,), spans)


@metric(
    "gross_revenue_retention",
    "Gross revenue retention",
    unit="share",
    better="higher",
    formula="sum of min(value renewed, value of the term before) / sum of value of the term before",
    denominator="value of the terms that ended in the window",
    source=f"{_RETENTION}; practice of subscription businesses",
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def gross_revenue_retention(facts: Facts, spans: Spans) -> Floats:
    """Of the value of the terms that ended in the window, the share that was renewed; what a customer pays more than
    before does not count. Only customers whose term ended are in it, so it is a rate by the term, of a year where
    contracts run for a year, however long the window is."""
    due = facts.customers.due
    return ratio(sums(due.time, np.minimum(due.after, due.before), spans), sums(due.time, due.before, spans))


@metric(
    "net_revenue_retention",
    "Net revenue retention",
    unit="share",
    better="higher",
    formula="sum of value renewed / sum of value of the term before",
    denominator="value of the terms that ended in the window",
    source=f"{_RETENTION}; practice of subscription businesses",
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def net_revenue_retention(facts: Facts, spans: Spans) -> Floats:
    """Value renewed over the value, when they began, of the terms that ended in the window: churn lowers it, and what
    customers bought more in the course of their term raises it, beyond one if that is more than was lost."""
    due = facts.customers.due
    return ratio(sums(due.time, due.after, spans), sums(due.time, due.before, spans))


@metric(
    "ltv",
    "Lifetime value",
    unit="money",
    better="higher",
    formula="mean margin of first orders x sum over terms k = 0, 1, ... of value left after k terms / (1 + d)^k",
    denominator="customers won in the window, and terms that ended in the log",
    source=f"{_RETENTION}; Gupta and Lehmann 2003, doi:10.1002/dir.10045",
    requires=_WORTH,
    terms=("term", "discount"),
    cuts=ANYHOW,
)
def ltv(facts: Facts, spans: Spans) -> Floats:
    """Gross margin of a customer won in the window over its life, discounted to the sale, first term included. The
    share of value left after k terms is a life table of all terms that ended in the log: the product of each term's
    value renewed over value due, as long as twenty renewals of it are in the log, and after that the same ratio over
    all terms. Discounted by the plan's `discount_rate` a year. What the sale itself cost is not in it. Not defined
    where customers grow faster than the discount."""
    return _first_margin(facts, spans).value * _multiple(facts)


@metric(
    "ltv_from_first_renewal",
    "Lifetime value from the first renewal",
    unit="money",
    better="higher",
    formula="ltv - mean margin of first orders, which is a sum over terms k = 1, 2, ... / (1 + d)^k",
    denominator="customers won in the window, and terms that ended in the log",
    source=f"{_RETENTION}; Gupta and Lehmann 2003, doi:10.1002/dir.10045",
    requires=_WORTH,
    terms=("term", "discount"),
    cuts=ANYHOW,
)
def ltv_from_first_renewal(facts: Facts, spans: Spans) -> Floats:
    """Lifetime value by the other convention in use: discounted to the sale in the same way, but without the first
    term, which the sale itself brings. With a constant margin m, retention r and discount rate d it is m r / (1 + d -
    r), where `ltv` is m (1 + d) / (1 + d - r)."""
    return _first_margin(facts, spans).value * (_multiple(facts) - 1.0)


@metric(
    "ltv_to_cac",
    "Lifetime value to CAC",
    unit="times",
    better="higher",
    formula="ltv / cac",
    denominator="cost per new customer of the window",
    source=f"{_RETENTION}; unit economics of subscription businesses",
    requires=(*_WORTH, Account.PROGRAMME, Account.BASE_PAY),
    terms=("term", "discount"),
)
def ltv_to_cac(facts: Facts, spans: Spans) -> Floats:
    """Lifetime value of a customer won in the window, first term included, over what it cost to win one."""
    return ratio(ltv.compute(facts, spans), cac.compute(facts, spans))


def _first_margin(facts: Facts, spans: Spans) -> Counted:
    """(spans,) mean gross margin of the first orders of the customers won in each."""
    lines, wins = facts.lines(Account.MARGIN), facts.new_customer
    # The last place is for margins that belong to nobody.
    is_new = np.zeros(len(facts.log.entities) + 1, dtype=bool)
    is_new[wins.entity] = True
    margin = sums(lines.time, np.where(is_new[lines.entity], lines.amount, 0.0), spans)
    return mean_of(margin, spans.inside(wins.time))


def _multiple(facts: Facts) -> float:
    """What a customer is worth in first terms."""
    terms = facts.log.terms
    return keeps(facts.customers.due, terms.term or np.nan, terms.discount or 0.0)
