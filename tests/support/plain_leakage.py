"""What was lost and what it might have brought, once more: plain loops over a log's rows, slow and easy to read."""

import math
from typing import Any

from sim.log import Account, EntityType, Kind, Log

STEP_OF = {
    Kind.NURTURE_ENTER: 0, Kind.HELD: 0, Kind.HANDED_OFF: 1, Kind.OVERFLOWED: 1, Kind.ACCEPTED: 2,
}  # fmt: skip


def _over(a: float, b: float) -> float:
    return a / b if b else math.nan


def measure_leakage(log: Log) -> dict[str, list[float]]:
    """Number, revenue, rough revenue and profit of each part of the potential in the counted window."""
    entities, later, end = log.entities, log.entities.to_customers, log.window.counted
    rows = [{name: column[i] for name, column in log.events.columns().items()} for i in range(len(log.events))]

    def lead_of(who: int) -> int:
        while who >= 0 and entities.type[who] != EntityType.LEAD:
            who = int(entities.parent[who])
        return who

    deals: dict[int, dict[str, Any]] = {}
    for who in range(len(entities)):
        if entities.type[who] == EntityType.OPPORTUNITY and not later[who]:
            deals[who] = {"opened": entities.created[who], "value": math.nan, "end": math.inf, "kind": None}
    leads: dict[int, dict[str, Any]] = {
        who: {"state": "lead", "step": 3, "came": {3: entities.created[who]}, "won": math.inf, "gone": math.inf}
        for who in range(len(entities))
        if entities.type[who] == EntityType.LEAD
    }
    for row in rows:
        who, kind, day = int(row["entity"]), row["kind"], row["time"]
        if who in deals and kind == Kind.OPENED:
            deals[who].update(opened=day, value=row["amount"])
            if lead_of(who) in leads and day < end:
                leads[lead_of(who)]["state"] = "deal"
        if who in deals and kind in (Kind.WON, Kind.LOST):
            deals[who].update(end=day, kind=kind, closed=row["amount"])
        if kind == Kind.WON and lead_of(who) in leads:
            leads[lead_of(who)]["won"] = min(leads[lead_of(who)]["won"], day)
        if who in leads:
            lead = leads[who]
            if kind in STEP_OF:
                lead["came"].setdefault(STEP_OF[kind], day)
                if day < end:
                    lead["step"] = STEP_OF[kind]
            if kind == Kind.RECYCLED and day < end:
                lead["state"] = "lead"
            if kind == Kind.WITHDRAWN:
                lead["gone"] = day
    ripe = log.window.ends - 365.0
    odds = {}
    for step in range(4):
        old = [one for one in leads.values() if one["came"].get(step, math.inf) <= ripe]
        odds[step] = _over(sum(one["won"] - one["came"][step] <= 365.0 for one in old), len(old))

    def value_of(deal: dict[str, Any]) -> float:
        return float(deal["closed"] if math.isnan(deal["value"]) else deal["value"])

    worth = {who: value_of(deal) for who, deal in deals.items()}

    def mean_value(segment: int) -> float:
        own = [value for who, value in worth.items() if entities.segment[who] == segment]
        chosen = own if own and segment >= 0 else list(worth.values())
        return _over(sum(chosen), len(chosen))

    left = dict.fromkeys(deals, 0.0)
    for account, who, amount in zip(log.ledger.account, log.ledger.entity, log.ledger.amount, strict=True):
        if who in left and account in (Account.MARGIN, Account.COMMISSION):
            left[who] += amount if account == Account.MARGIN else -amount
    wins = [who for who, deal in deals.items() if deal["kind"] == Kind.WON and 0 <= deal["end"] < end]
    average = _over(sum(deals[who]["closed"] for who in wins), len(wins))

    def kept(product: int) -> float:
        own = [who for who in wins if entities.product[who] == product and product >= 0] or wins
        return _over(sum(left[who] for who in own), sum(deals[who]["closed"] for who in own))

    def of_leads(which: list[int]) -> list[float]:
        each = [(mean_value(entities.segment[who]), odds[leads[who]["step"]]) for who in which]
        revenue = sum(value * chance for value, chance in each)
        return [len(which), revenue, sum(average * chance for _, chance in each), revenue * kept(-1) if which else 0.0]

    def of_deals(which: dict[int, float]) -> list[float]:
        profit = sum(value * kept(entities.product[who]) for who, value in which.items())
        return [len(which), sum(which.values()), average * len(which) if which else 0.0, profit]

    lost = {who: deal["closed"] for who, deal in deals.items() if deal["kind"] == Kind.LOST and 0 <= deal["end"] < end}
    still = {who: worth[who] for who, deal in deals.items() if deal["opened"] < end <= deal["end"]}
    waiting = [
        who for who, lead in leads.items() if entities.created[who] < end <= lead["gone"] and lead["state"] == "lead"
    ]
    realised = sum(deals[who]["closed"] for who in wins)
    return {
        "won": [len(wins), realised, realised, sum(left[who] for who in wins)],
        "leads lost": of_leads([who for who, lead in leads.items() if 0 <= lead["gone"] < end]),
        "opportunities lost": of_deals(lost),
        "leads still open": of_leads(waiting),
        "opportunities still open": of_deals(still),
    }
