"""Loyalty: whether customers would recommend us, and who comes back after having left."""

import numpy as np

from results.customers import keeps
from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Ints, Spans, mean_of, ratio, share_of, sums
from sim.log import NOBODY, Account, Kind

__all__ = [
    "cost_per_winback",
    "nps",
    "second_life_value",
    "winback_attempts",
    "winback_customers",
    "winback_rate",
]

_METRICS = "25 metrics over four funnels (article 002)"
_SCORE = f"{_METRICS}, 25; Reichheld 2003, hbr.org/2003/12/the-one-number-you-need-to-grow"
_BACK = f"{_METRICS}, who has left is won back; Thomas, Blattberg and Fox 2004, doi:10.1509/jmkr.41.1.31.25086"
_PROMOTER, _PASSIVE = 9.0, 7.0
"""Least answers of promoters and of the passive."""


@metric(
    "nps",
    "Net promoter score",
    unit="points",
    better="higher",
    formula="100 (n(answers of 9 or 10) - n(answers of 0 to 6)) / n(answers)",
    denominator="answers of customers in the window",
    source=_SCORE,
    requires=(Kind.SURVEYED,),
    cuts=ANYHOW,
)
def nps(facts: Facts, spans: Spans) -> Counted:
    """Promoters less detractors among the customers who answered in the window whether they would recommend us, in
    points of a hundred. Who was asked twice and answered twice counts twice. Who does not answer may think otherwise:
    in a simulation answering does not depend on what is thought."""
    rows = facts.rows(Kind.SURVEYED)
    said = rows.take(rows.amount >= 0.0)
    leans = np.where(said.amount >= _PROMOTER, 100.0, np.where(said.amount < _PASSIVE, -100.0, 0.0))
    return mean_of(sums(said.time, leans, spans), spans.inside(said.time))


@metric(
    "winback_attempts",
    "Win-back attempts",
    unit="opportunities",
    better="neither",
    formula="n(opportunities opened with customers who had left)",
    source=_BACK,
    requires=(Kind.CHURNED, Kind.OPENED),
    cuts=ANYHOW,
)
def winback_attempts(facts: Facts, spans: Spans) -> Ints:
    """Opportunities opened in the window to win back customers who had left."""
    opened = facts.rows(Kind.OPENED)
    return spans.inside(opened.take(facts.returning[opened.entity]).time)


@metric(
    "winback_customers",
    "Customers won back",
    unit="customers",
    better="higher",
    formula="n(customers who left and came back)",
    source=_BACK,
    requires=(Kind.WON_BACK,),
    cuts=ANYHOW,
)
def winback_customers(facts: Facts, spans: Spans) -> Ints:
    """Customers who had left and were won again in the window. They are not among the new customers; what they pay is
    in the bookings."""
    return spans.inside(facts.rows(Kind.WON_BACK).time)


@metric(
    "winback_rate",
    "Win-back rate",
    unit="share",
    better="higher",
    formula="n(customers won back) / n(opportunities to win customers back closed)",
    denominator="opportunities with customers who had left, closed in the window",
    source=_BACK,
    requires=(Kind.WON_BACK, Kind.LOST),
    cuts=ANYHOW,
)
def winback_rate(facts: Facts, spans: Spans) -> Counted:
    """Share won of the opportunities to win customers back that closed in the window, whenever they were opened."""
    lost = facts.rows(Kind.LOST)
    found = spans.inside(facts.rows(Kind.WON_BACK).time)
    return share_of(found, found + spans.inside(lost.take(facts.returning[lost.entity]).time))


@metric(
    "cost_per_winback",
    "Cost per customer won back",
    unit="money",
    better="lower",
    formula="cost of attempts to win customers back / n(customers won back)",
    denominator="customers won back in the window",
    source=_BACK,
    requires=(Kind.WON_BACK, Account.WINBACK),
)
def cost_per_winback(facts: Facts, spans: Spans) -> Counted:
    """What the attempts of the window cost (`plan.winback_cost`) over the customers won back in it. The reps' time is
    not in it."""
    return mean_of(facts.money((Account.WINBACK,), spans), spans.inside(facts.rows(Kind.WON_BACK).time))


@metric(
    "second_life_value",
    "Second lifetime value",
    unit="money",
    better="higher",
    formula="mean margin of first orders of customers won back x sum over k = 0, 1, ... of value left / (1 + d)^k",
    denominator="customers won back in the window, and terms of such customers that ended in the log",
    source=_BACK,
    requires=(Kind.WON_BACK, Kind.RENEWED, Account.MARGIN),
    terms=("term", "discount"),
)
def second_life_value(facts: Facts, spans: Spans) -> Floats:
    """Gross margin over the second life of a customer won back in the window, as `ltv`, but by the terms of customers
    who were won back before: they may leave sooner. Not defined until such terms have ended."""
    lines, there, terms = facts.lines(Account.MARGIN), facts.customers, facts.log.terms
    parent = facts.log.entities.parent[there.entity]
    again = (parent != NOBODY) & facts.returning[parent]
    # The last place is for margins that belong to nobody.
    returned = np.zeros(len(facts.log.entities) + 1, dtype=bool)
    returned[parent[again]] = True
    margin = sums(lines.time, np.where(returned[lines.entity], lines.amount, 0.0), spans)
    due = type(there.due)(*(column[again[there.due.customer]] for column in there.due))
    worth = keeps(due, terms.term or np.nan, terms.discount or 0.0)
    return ratio(margin, spans.inside(there.since[again])) * worth
