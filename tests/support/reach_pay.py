"""What a generated world reaches of pay: effort that answers to it, sales in each part of a quota, closes pulled."""

from collections import Counter
from typing import Any

from happenings import NEVER, Happenings

from sim.log import NOBODY, Account, Kind
from sim.seats import AE

PAY = (
    [f"effort {how}" for how in ("lowered by the rate", "raised by the rate", "given up", "raised near quota")]
    + [f"sale {where}" for where in ("below a threshold", "above an accelerator", "above the cap", "at a quota of 0")]
    + ["close pulled forward", "close pulled forward to before its work is done"]
    + [f"quota period a {name}" for name in ("month", "quarter", "year")]
    + [f"paid, {account.name.lower()}" for account in (Account.COMMISSION, Account.DRAW, Account.SLA_BONUS)]
)
"""Every name that `pay_reached` may count."""


def pay_reached(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    """Count what pay did to whom."""
    for work in h.work:
        if h.tables.seats.team[work.seat] == AE:
            rate, pace = h.effort(work.seat, work.begins)
            out["effort lowered by the rate"] += rate < 1.0
            out["effort raised by the rate"] += rate > 1.0
            out["effort given up"] += pace < 1.0
            out["effort raised near quota"] += pace > 1.0
    for row in h.of_kind(Kind.WON):
        if row.actor == NOBODY:
            continue
        period, pay = h.quota_period(row.time), h.at(row.time).pay
        booked, (quota, _, _) = h.booked(row.actor, period, row.time), h.quota(row.actor, period)
        if quota < NEVER:
            out["sale below a threshold"] += booked < pay.threshold * quota
            out["sale above an accelerator"] += bool((pay.bands[:, :1] * quota < booked).any())
            out["sale above the cap"] += pay.cap < NEVER and booked > pay.cap * quota
            out["sale at a quota of 0"] += quota == 0.0
    for row in h.of_kind(Kind.QUOTA_RESET):
        terms = arguments.get("root", arguments["plan"]) if row.time <= 0.0 else arguments["plan"]
        out[f"quota period a {terms.pay.quota_period}"] += 1
    for won, due, then in h.closes():
        out["close pulled forward"] += then < due
        out["close pulled forward to before its work is done"] += then < due and then < won.time
    for account in h.log.ledger.account.tolist():
        if account in (Account.COMMISSION, Account.DRAW, Account.SLA_BONUS):
            out[f"paid, {Account(account).name.lower()}"] += 1
