"""What customers come to, once more: plain loops over a simulation's rows, one customer after another."""

import math
from typing import Any

from sim.log import Account, EntityType, Kind, Log

Life = tuple[float, float, list[tuple[float, float]], float, set[tuple[float, int]], float, list[tuple[float, float]]]
"""Day of the first order, value of the first term, (day, value) of each later one (0: churned), share of margin,
(day, product) of orders, day of churning, and (day, value) of what was bought more."""


def lives(log: Log) -> list[Life]:
    """Every customer's."""
    entities, found = log.entities, []
    for who in range(len(entities)):
        if entities.type[who] != EntityType.CUSTOMER:
            continue
        deal = int(entities.parent[who])
        assert deal >= 0
        value = next(a for e, k, a in _of(log) if e == deal and k == Kind.WON)
        later = [
            (t, a if k == Kind.RENEWED else 0.0)
            for t, (e, k, a) in zip(log.events.time.tolist(), _of(log), strict=True)
            if e == who and k in (Kind.RENEWED, Kind.CHURNED)
        ]
        gross = sum(
            amount
            for account, entity, amount in zip(log.ledger.account, log.ledger.entity, log.ledger.amount, strict=True)
            if account == Account.MARGIN and entity == deal
        )
        orders = {
            (float(entities.created[i]), int(entities.product[i]))
            for i in range(len(entities))
            if i == who or (entities.type[i] == EntityType.ORDER and entities.parent[i] == who)
        }
        churned = [
            t for t, (e, k, _) in zip(log.events.time.tolist(), _of(log), strict=True) if e == who and k == Kind.CHURNED
        ]
        share = gross / value if value else math.nan
        more = [
            (t, a)
            for t, (e, k, a) in zip(log.events.time.tolist(), _of(log), strict=True)
            if e == who and k == Kind.EXPANDED
        ]
        gone = min(churned, default=math.inf)
        found.append((float(entities.created[who]), value, later, share, orders, gone, more))
    return found


def _of(log: Log) -> Any:
    return zip(log.events.entity.tolist(), log.events.kind.tolist(), log.events.amount.tolist(), strict=True)


def measure_customers(log: Log, everybody: list[Life], begin: float, end: float) -> dict[str, float]:
    """Every metric of customers, revenue and operating profit from `begin` to `end`."""
    term, rate = log.terms.term, log.terms.discount
    assert term is not None
    assert rate is not None

    def over(a: float, b: float) -> float:
        return a / b if b else math.nan

    there = [life for life in everybody if life[0] < end <= life[5]]
    revenue = margin = renewed = due = kept = net = 0.0
    counts: dict[int, list[tuple[float, float]]] = {}
    first = []
    for since, value, later, share, _, _, more in everybody:
        contracts = [(since, value), *later]
        for (starts, worth), until in zip(contracts, [*(t for t, _ in later), math.inf], strict=True):
            # What is bought more while a term lasts counts from its day until the term's end.
            for day, value_then in [(starts, worth), *(each for each in more if starts < each[0] < until)]:
                days = min(until, end) - max(day, begin)
                if days > 0 and value_then > 0:
                    revenue += value_then * days / term
                    margin += share * value_then * days / term
        before = value
        for n, (day, now) in enumerate(later, 1):
            counts.setdefault(n, []).append((before, now))
            if begin <= day < end:
                renewed, due, net = renewed + now, due + before, net + now
                kept += min(now, before)
            before = now
        if begin <= since < end:
            first.append(share * value if value else 0.0)
    pooled = over(sum(b for pairs in counts.values() for _, b in pairs), sum(a for p in counts.values() for a, _ in p))
    factor = (1 + rate) ** (-term / 365.25)
    worth, left, n = 1.0, 1.0, 1
    while len(counts.get(n, ())) >= 20 and sum(a for a, _ in counts[n]) > 0:
        left *= factor * sum(b for _, b in counts[n]) / sum(a for a, _ in counts[n])
        worth += left
        n += 1
    later_on = factor * pooled
    worth = worth + left * later_on / (1 - later_on) if later_on < 1 else math.nan
    m = over(sum(first), len(first))
    cost = sum(
        amount
        for time, account, amount in zip(log.ledger.time, log.ledger.account, log.ledger.amount, strict=True)
        if begin <= time < end and account < Account.BOOKING
    )
    return {
        "customers": len(there),
        "customer_tenure": over(sum(end - life[0] for life in there), len(there)),
        "products_per_customer": over(sum(len({p for t, p in life[4] if t < end}) for life in there), len(there)),
        "renewal_bookings": renewed,
        "gross_revenue_retention": over(kept, due),
        "net_revenue_retention": over(net, due),
        "ltv": m * worth,
        "ltv_from_first_renewal": m * (worth - 1),
        "ltv_to_cac": m * worth / over(cost, len(first)) if first and cost else math.nan,
        "revenue": revenue,
        "operating_profit": margin - cost,
    }
