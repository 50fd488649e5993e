"""Customers: who is one when, what each is worth a term, and what became of every term that ended."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from results.spans import Bools, Floats, Ints, Spans, ratio
from sim.log import NOBODY, Account, EntityType, Kind
from sim.running import total_until

if TYPE_CHECKING:
    from results.facts import Facts

__all__ = ["LIKE_YEAR", "Bought", "Customers", "Due", "customers", "keeps"]

LIKE_YEAR = 365.25
"""Days of a year, for what grows or is discounted by the year."""
_KNOWN = 20
"""Renewals due from which on the rate of a term counts by itself."""


class Due(NamedTuple):
    """(terms that ended,) in the order of time."""

    time: Floats
    customer: Ints
    """Place among the customers."""
    term: Ints
    """Which of the customer's terms it was, from 1."""
    before: Floats
    """Value of the term when it began."""
    after: Floats
    """Value of the term that follows; 0 = churned."""
    grown: Floats
    """What the customer has bought more while it lasted, a year."""


class Bought(NamedTuple):
    """(orders of customers after their first,) in the order of time."""

    time: Floats
    customer: Ints
    """Place among the customers."""
    value: Floats
    """What each adds to the customer's value a year."""


class Customers(NamedTuple):
    """(customers,) in the order of the entities table."""

    entity: Ints
    since: Floats
    """Day of the first order."""
    until: Floats
    """Day of churning; NaN = still a customer when the log ends."""
    value: Floats
    """Value of the first term; NaN = not known."""
    margin: Floats
    """Gross margin as a share of value; NaN = not known."""
    due: Due
    bought: Bought

    def there(self, day: float) -> Bools:
        """Who became a customer before a day and did not churn before it."""
        return np.asarray((self.since < day) & ~(self.until < day))

    def pays(self, day: float) -> Floats:
        """(customers,) what each pays a year just before a day; 0 for who is no customer then."""
        due, bought = self.due, self.bought
        who = np.concatenate((np.arange(len(self.entity)), due.customer, bought.customer))
        when = np.concatenate((self.since, due.time, bought.time))
        change = np.concatenate((self.value, due.after - due.before - due.grown, bought.value))
        by_then = (when < day) & (who >= 0)
        paid = np.bincount(who[by_then], change[by_then], len(self.entity))
        return np.where(self.there(day), paid, 0.0)

    def worth_days(self, spans: Spans, term: float, margin: bool = False) -> Floats:
        """(spans,) value of the contracts whose days lie in each, day by day in proportion; or their margin."""
        due, bought = self.due, self.bought
        who = np.concatenate((np.arange(len(self.entity)), due.customer, bought.customer))
        # What a term is worth holds until the next one, or until more is bought.
        change = np.concatenate((self.value, due.after - due.before - due.grown, bought.value))
        begins = np.concatenate((self.since, due.time, bought.time))
        if margin:
            change = change * self.margin[who]
        total = np.zeros(len(spans.begin))
        for k, (begin, end) in enumerate(spans.edges.T.tolist()):
            here = np.flatnonzero((begins < end) & (change != 0.0))
            total[k] = (change[here] * (end - np.maximum(begins[here], begin))).sum() / term
        return total


def customers(facts: "Facts") -> Customers:
    """The customers of a log. One who was a customer before the log begins has no opportunity; what such a one pays is
    known from the first of its terms that ends."""
    log = facts.log
    entities = log.entities
    entity = np.flatnonzero(entities.type == EntityType.CUSTOMER)
    place = np.full(len(entities) + 1, NOBODY)
    place[entity] = np.arange(len(entity))
    parent = entities.parent[entity].astype(np.int64)
    # The place after the last is for those without an opportunity.
    won, gross = (np.append(each, np.nan) for each in _orders(facts))
    value, margin = won[parent], gross[parent]
    renewed, churned = facts.rows(Kind.RENEWED), facts.rows(Kind.CHURNED)
    who = place[np.concatenate((renewed.entity, churned.entity))]
    time = np.concatenate((renewed.time, churned.time))
    amount = np.concatenate((renewed.amount, churned.amount))
    after = np.concatenate((renewed.amount, np.zeros(len(churned))))
    order = np.lexsort((time, who))
    order = order[who[order] >= 0]
    who, time, amount, after = who[order], time[order], amount[order], after[order]
    first = np.ones(len(who), dtype=bool)
    first[1:] = who[1:] != who[:-1]
    value[who[first]] = np.where(np.isnan(value[who[first]]), amount[first], value[who[first]])
    before = np.where(first, value[who], np.append(np.nan, after[:-1])[: len(who)])
    since = entities.created[entity].astype(np.float64)
    until = facts.last(Kind.CHURNED)[entity]
    margin = np.where(np.isnan(margin), _margin_of_renewals(facts)[entity], margin)
    position = np.arange(len(who))
    count = position - np.maximum.accumulate(np.where(first, position, 0)) + 1
    length = log.terms.term
    # Who came before the log began has had terms that it does not hold.
    number = count if length is None else np.rint((time - since[who]) / length).astype(np.int64)
    turn = np.argsort(time, kind="stable")
    rows = facts.rows(Kind.EXPANDED)
    bought = Bought(rows.time, place[rows.entity], rows.amount)
    # Terms stand in the order of (customer, time) here: what was bought by the end of one, less by the one before.
    total = total_until(bought.customer, bought.time, bought.value, who, time)
    grown = total - np.where(first, 0.0, np.append(0.0, total[:-1])[: len(who)])
    due = Due(time[turn], who[turn], np.maximum(number, 1)[turn], before[turn], after[turn], grown[turn])
    return Customers(entity, since, until, value, margin, due, bought)


def _orders(facts: "Facts") -> tuple[Floats, Floats]:
    """(entities,) value and share of margin of each opportunity won; NaN = not won, or not known."""
    wins = facts.rows(Kind.WON)
    value = np.full(len(facts.log.entities), np.nan)
    value[wins.entity] = wins.amount
    return value, _share(facts, Account.MARGIN, value)


def _margin_of_renewals(facts: "Facts") -> Floats:
    """(entities,) share of margin of what each customer renewed; NaN = nothing renewed."""
    lines, value = facts.lines(Account.RENEWAL), np.full(len(facts.log.entities), np.nan)
    known = np.unique(lines.entity[lines.entity >= 0])
    total = np.bincount(lines.entity[lines.entity >= 0], lines.amount[lines.entity >= 0], len(value))
    value[known] = total[known]
    return _share(facts, Account.RENEWAL_MARGIN, value)


def _share(facts: "Facts", account: Account, value: Floats) -> Floats:
    """(entities,) what an account says of each over its value; of nothing, nothing."""
    lines = facts.lines(account)
    own = lines.entity >= 0
    margin = np.bincount(lines.entity[own], lines.amount[own], len(value))
    return np.where(value == 0.0, 0.0, ratio(margin, value))


def keeps(due: Due, length: float, discount: float) -> float:
    """Sum over k >= 0 of the share of value that is left after k terms, each discounted by k terms; the value of a new
    customer in first terms.

    The shares are a life table: the product of each term's value renewed over value due, as long as twenty renewals of
    a term are in the log, and after that the same ratio over all terms. `length` is a term in days, `discount` the rate
    a year. NaN where nothing was due, and where the sum has no end.
    """
    factor = (1.0 + discount) ** (-length / LIKE_YEAR)
    before, after = float(due.before.sum()), float(due.after.sum())
    if not before > 0.0:
        return float("nan")
    total = left = 1.0
    most = int(due.term.max())
    count, bought, kept = (np.bincount(due.term, weights, most + 1)[1:] for weights in (None, due.before, due.after))
    for n, due_then, kept_then in zip(count.tolist(), bought.tolist(), kept.tolist(), strict=True):
        if n < _KNOWN or due_then <= 0.0:
            break
        left *= factor * kept_then / due_then
        total += left
    later = factor * after / before
    return total + left * later / (1.0 - later) if later < 1.0 else float("nan")
