"""Cash: what customers' contracts bring and when it is paid, and who has stopped paying."""

import numpy as np

from results.facts import Facts
from results.metrics.conversion import retention_rate
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Ints, Spans, ratio, sums
from sim.log import Account, Kind

__all__ = [
    "churn_rate",
    "period_retention_rate",
    "lapsed_customers",
    "revenue_from_new_customers",
    "collections_share",
    "days_to_cash",
]

_RETENTION = "Seven smarketing metrics (article 003), 7"
_CASH = "25 metrics over four funnels (article 002), 16: the cash effect of the time to close"
_RENEWALS = (Kind.WON, Kind.RENEWED, Kind.CHURNED)


@metric(
    "churn_rate",
    "Churn rate",
    unit="share",
    better="lower",
    formula="n(churned) / (n(renewed) + n(churned))",
    denominator="renewals due in the window",
    source=_RETENTION,
    requires=(Kind.RENEWED, Kind.CHURNED),
    cuts=ANYHOW,
)
def churn_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the renewals due in the window in which the customer left: what `retention_rate` leaves. A rate by the
    term, of a year where contracts run for a year, however long the window is."""
    return retention_rate.counted(facts, spans).rest()


@metric(
    "period_retention_rate",
    "Retention of the period",
    unit="share",
    better="higher",
    formula="n(customers at the window's begin and at its end) / n(customers at the window's begin)",
    denominator="customers at the window's begin",
    source=f"{_RETENTION}: retained over those at the start",
    requires=_RENEWALS,
    cuts=ANYHOW,
)
def period_retention_rate(facts: Facts, spans: Spans) -> Floats:
    """Share of the customers at the window's begin who have not left by its end. Who joins in the window is not in it,
    and who leaves and comes back counts as having left. It falls with the length of the window, and is high where
    contracts are long, because those whose term has not ended cannot have left."""
    there = facts.customers
    found = []
    for begin, end in spans.edges.T.tolist():
        at_start = there.there(begin)
        found.append([(at_start & ~(there.until < end)).sum(), at_start.sum()])
    kept, before = np.array(found, dtype=np.float64).reshape(-1, 2).T
    return ratio(kept, before)


@metric(
    "lapsed_customers",
    "Lapsed customers",
    unit="customers",
    better="lower",
    formula="n(customers who have left and not come back by the window's end)",
    source="25 metrics over four funnels (article 002), 25: the lapsed pool",
    requires=(Kind.WON, Kind.CHURNED),
    cuts=ANYHOW,
)
def lapsed_customers(facts: Facts, spans: Spans) -> Ints:
    """Customers who had left before the window's end and had not been won back by then: whom it is possible to win
    back."""
    there = facts.customers
    back = facts.first(Kind.WON_BACK)[there.entity]
    return np.array([((there.until < end) & ~(back < end)).sum() for end in spans.end.tolist()], dtype=np.int64)


@metric(
    "revenue_from_new_customers",
    "Revenue from new customers",
    unit="money",
    better="higher",
    formula="sum over contracts of customers won in the window of value x share of its term that lies in the window",
    source="Lifecycle metrics, convert stage (article 000), 14",
    requires=_RENEWALS,
    terms=("term",),
    cuts=ANYHOW,
)
def revenue_from_new_customers(facts: Facts, spans: Spans) -> Floats:
    """The part of the window's revenue that is earned with customers whose first order was won in it, those won back
    among them. `new_bookings` is what they promised for a year."""
    there, term = facts.customers, facts.log.terms.term or np.nan
    due, bought = there.due, there.bought
    found = []
    for edges in spans.edges.T:
        new = (there.since >= edges[0]) & (there.since < edges[1])
        change = np.where(new[due.customer], due.after - due.before - due.grown, 0.0)
        theirs = there._replace(
            value=np.where(new, there.value, 0.0),
            due=due._replace(before=np.zeros(len(change)), after=change, grown=np.zeros(len(change))),
            bought=bought._replace(value=np.where(new[bought.customer], bought.value, 0.0)),
        )
        found.append(theirs.worth_days(Spans(edges.reshape(2, 1)), term)[0])
    return np.array(found)


@metric(
    "collections_share",
    "Collections to bookings",
    unit="share",
    better="higher",
    formula="sum of what customers pay / (bookings + renewal bookings)",
    denominator="value of orders won and renewals in the window",
    source=_CASH,
    requires=(Kind.WON, Kind.RENEWED, Account.COLLECTION),
    terms=("billing",),
    cuts=ANYHOW,
)
def collections_share(facts: Facts, spans: Spans) -> Floats:
    """What customers paid in the window over what they ordered and renewed in it: below one while contracts are paid
    later than they are signed and the company grows."""
    wins, renewed = facts.rows(Kind.WON), facts.rows(Kind.RENEWED)
    signed = sums(wins.time, wins.amount, spans) + sums(renewed.time, renewed.amount, spans)
    return ratio(facts.money((Account.COLLECTION,), spans), signed)


@metric(
    "days_to_cash",
    "Days from order to cash",
    unit="days",
    better="lower",
    formula="sum of payment x days since the order was won / sum of payment",
    denominator="what customers paid in the window of orders",
    source=_CASH,
    requires=(Kind.WON, Account.COLLECTION),
    terms=("billing",),
    cuts=ANYHOW,
)
def days_to_cash(facts: Facts, spans: Spans) -> Floats:
    """Mean civil days from winning an order to its payment, each dollar paid in the window counting the same. Payments
    of renewals are not in it. With the time to close it is how long a lead takes to become cash."""
    lines = facts.lines(Account.COLLECTION)
    # The last place is for payments that belong to nobody.
    won = np.append(facts.first(Kind.WON), np.nan)[lines.entity]
    paid = np.where(np.isnan(won), 0.0, lines.amount)
    days = np.where(np.isnan(won), 0.0, lines.time - won)
    return ratio(sums(lines.time, paid * days, spans), sums(lines.time, paid, spans))
