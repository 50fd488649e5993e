"""What is done in the course of a sale, once more: plain loops over a simulation's rows, slow and easy to read."""

import math
from typing import Any

from sim.log import Account, EntityType, Kind, Log

_WHO = ("branding", "lead_generation", "sales_management", "product", "pricing", "unassigned")


def measure_selling(log: Log, begin: float, end: float, high: set[int], new: set[int]) -> dict[str, float]:
    """Every metric of selling, products and e-mail from `begin` to `end`; high and new: products of these kinds."""
    rows = [{name: column[i] for name, column in log.events.columns().items()} for i in range(len(log.events))]
    ends = log.window.ends

    def inside(day: float) -> bool:
        return bool(begin <= day < end)

    def of(*kinds: Kind) -> list[dict[str, Any]]:
        return [row for row in rows if row["kind"] in kinds]

    def over(a: float, b: float) -> float:
        return a / b if b else math.nan

    def share(flags: list[bool]) -> float:
        return over(sum(flags), len(flags))

    def now(kind: Kind) -> list[dict[str, Any]]:
        return [row for row in of(kind) if inside(row["time"])]

    def lead_of(who: int) -> int:
        while who >= 0 and log.entities.type[who] != EntityType.LEAD:
            who = int(log.entities.parent[who])
        return who

    later = log.entities.to_customers
    entries = [row for row in of(Kind.STAGE_ENTER) if not later[row["entity"]]]
    closes = {row["entity"]: row for row in of(Kind.WON, Kind.LOST)}
    entry_at = {(row["entity"], row["visit"]): row for row in entries}

    def outcome(who: int, visit: int) -> tuple[float, bool] | None:
        """When an entry of a stage was left, and whether for a later one or a win."""
        here, following = entry_at[who, visit], entry_at.get((who, visit + 1))
        if following is not None:
            return following["time"], bool(following["stage"] > here["stage"])
        if who in closes:
            return closes[who]["time"], bool(closes[who]["kind"] == Kind.WON)
        return None

    def valuable(meeting: dict[str, Any]) -> bool:
        left = outcome(meeting["entity"], meeting["visit"])
        return left is not None and left[1] and left[0] - meeting["time"] <= 14

    handed: dict[int, float] = {}
    for row in of(Kind.HANDED_OFF):
        handed.setdefault(row["entity"], row["time"])
    made = [(lead_of(row["entity"]), row["time"]) for row in of(Kind.APPOINTMENT)]
    given = [(row["entity"], row["time"]) for row in of(Kind.PRESENTATION)]
    ready: dict[int, float] = {}
    for row in of(Kind.SALES_READY):
        ready.setdefault(row["entity"], row["time"])
    wins = now(Kind.WON)
    value = sum(row["amount"] for row in wins)
    fresh = [row for row in wins if not later[row["entity"]]]
    opened = [row for row in now(Kind.OPENED) if not later[row["entity"]]]
    losses = [row for row in now(Kind.LOST) if not later[row["entity"]]]
    product = {row["entity"]: log.entities.product[row["entity"]] for row in wins}
    used = {(row["entity"], row["visit"]) for row in of(Kind.MATERIAL)}
    here = [(row["entity"], row["visit"]) for row in entries if inside(row["time"])]
    left = {each: found[1] for each in here if (found := outcome(*each)) is not None}
    with_, without = ([up for each, up in left.items() if (each in used) == asset] for asset in (True, False))
    available = sum(
        hours
        for team, month, hours in zip(log.reps.team, log.reps.month, log.reps.available_hours, strict=True)
        if log.names.teams[team] == "ae"
        and begin <= log.window.month_edges[month]
        and log.window.month_edges[month + 1] <= end
    )
    of_aes = {who for who, team in zip(log.reps.person, log.reps.team, strict=True) if log.names.teams[team] == "ae"}
    support = sum(
        amount
        for time, account, amount in zip(log.ledger.time, log.ledger.account, log.ledger.amount, strict=True)
        if account == Account.SUPPORT and inside(time)
    )
    mails: list[tuple[int, int]] = []
    if log.touches is not None:
        seen = zip(log.touches.time, log.touches.opened, log.touches.clicked, strict=True)
        mails = [(opened, clicked) for time, opened, clicked in seen if inside(time) and opened >= 0]
    acts = dict(log.terms.acts)
    lost: dict[str, float] = dict.fromkeys(_WHO, 0.0 if acts else math.nan)
    for row in losses:
        lost[acts.get(log.names.reasons[row["reason"]], "unassigned")] += row["amount"]
    return {
        "lost_value": sum(row["amount"] for row in losses),
        **{f"lost_value_{who}": amount for who, amount in lost.items()},
        "sales_ready_leads": sum(map(inside, ready.values())),
        "email_open_rate": share([opened == 1 for opened, _ in mails]),
        "email_click_rate": share([clicked == 1 for opened, clicked in mails if opened == 1]),
        "appointments": len(now(Kind.APPOINTMENT)),
        "lead_to_appointment_rate": share(
            [
                any(who == lead and day <= time <= day + 30 for who, time in made)
                for lead, day in handed.items()
                if inside(day) and day < ends - 30
            ]
        ),
        "rfps": len(now(Kind.RFP)),
        "rfp_rate": over(len(now(Kind.RFP)), len(opened)),
        "proposals": len(now(Kind.PROPOSAL)),
        "proposal_to_presentation_rate": share(
            [
                any(who == row["entity"] and 0 <= time - row["time"] <= 90 for who, time in given)
                for row in now(Kind.PROPOSAL)
                if row["time"] < ends - 90
            ]
        ),
        "meetings_per_win": over(sum(row["entity"] in product for row in of(Kind.MEETING)), len(fresh)),
        "meetings_per_loss": over(
            sum(row["entity"] in {each["entity"] for each in losses} for row in of(Kind.MEETING)), len(losses)
        ),
        "hours_per_win": over(
            sum(row["amount"] for row in of(Kind.TASK_END) if row["entity"] in {each["entity"] for each in fresh}),
            len(fresh),
        ),
        "valuable_meeting_share": share([valuable(row) for row in now(Kind.MEETING) if row["time"] < ends - 14]),
        "customer_facing_share": over(
            sum(row["amount"] for row in now(Kind.MEETING) if row["actor"] in of_aes), available
        ),
        "material_usage": share([each in used for each in here]),
        "material_gain": share(with_) - share(without),
        "high_margin_share": over(sum(row["amount"] for row in wins if product[row["entity"]] in high), value),
        "new_product_share": over(sum(row["amount"] for row in wins if product[row["entity"]] in new), value),
        "support_per_win": over(support, len(fresh)),
    }
