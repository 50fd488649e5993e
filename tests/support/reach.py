"""What a generated world reaches: every mechanism of the model by name, counted in the log where it shows there."""

from collections import Counter
from typing import Any

import numpy as np
from happenings import NEVER, Happenings
from reach_capture import CAPTURE, capture_reached
from reach_customers import CUSTOMERS, customers_reached
from reach_judgement import JUDGEMENT, judgement_reached
from reach_market import MARKET, market_reached
from reach_overflow import OVERFLOW, overflow_reached
from reach_pay import PAY, pay_reached
from reach_people import PEOPLE, people_reached
from reach_queues import QUEUES, queues_reached
from reach_selling import SELLING, selling_reached

from sim.log import NOBODY, EntityType, Kind
from sim.seats import AE, TEAMS
from sim.snapshot import Snapshot

MECHANISMS = (
    [f"kind {kind.name.lower()}" for kind in Kind]
    + CAPTURE
    + JUDGEMENT
    + OVERFLOW
    + SELLING
    + CUSTOMERS
    + MARKET
    + QUEUES
    + [
        "SDR leaves with work in hand",
        "AM leaves with work in hand",
        "AE leaves with work in hand, owned",
        "AE leaves with work in hand, pooled",
    ]
    + ["task taken up again", "task in hand at the plan's start", "rep with a ramp at work"]
    + ["work of no length", "work spans a closed hour", "two entities at one instant"]
    + ["calendar always", "calendar with closed hours", "warm start"]
    + ["lead in nurture at the start", "lead handed off before the start goes cold", "customer at the start renews"]
    + ["customer at the start is sold more", "customer of before the run-in renews", "deal begins with its owner"]
    + ["lead handed off before the start is tried", "rep brings a part of his ramp", "rep brings bookings"]
    + ["no run-in", "run-in of the plan itself", "run-in of a root plan", "run-in of a calm funnel"]
    + PEOPLE
    + PAY
)
"""Every name that `reached` may count."""


def reached(arguments: dict[str, Any], h: Happenings) -> Counter[str]:
    """How often each mechanism was reached in one run of `simulate(**arguments)`."""
    out: Counter[str] = Counter()
    _rows(h, out)
    _work(h, out)
    _world(arguments, h, out)
    capture_reached(arguments, h, out)
    judgement_reached(arguments, h, out)
    overflow_reached(h, out)
    selling_reached(h, out)
    customers_reached(arguments, h, out)
    market_reached(arguments, h, out)
    queues_reached(h, out)
    people_reached(h, out)
    pay_reached(arguments, h, out)
    return +out


def table(*counts: Counter[str]) -> str:
    """The mechanisms and their counts, as text."""
    return "\n".join("".join(f"{each[name]:10,d}" for each in counts) + f"  {name}" for name in MECHANISMS)


def _rows(h: Happenings, out: Counter[str]) -> None:
    times: dict[float, set[int]] = {}
    for row in h.rows:
        out[f"kind {Kind(row.kind).name.lower()}"] += 1
        times.setdefault(row.time, set()).add(row.entity)
    out["two entities at one instant"] += sum(len(entities - {NOBODY}) > 1 for entities in times.values())


def _work(h: Happenings, out: Counter[str]) -> None:
    team = h.tables.seats.team
    for work in h.work:
        if (work.seat, work.ends) in h.left_at:
            how = f"{TEAMS[team[work.seat]].upper()} leaves with work in hand"
            if team[work.seat] == AE:
                how = f"AE leaves with work in hand, {'pooled' if h.at(work.ends).pooled else 'owned'}"
            out[how] += 1
        out["work of no length"] += work.begins == work.ends
        out["rep with a ramp at work"] += h.at(work.begins).seat_ramp[work.seat] > 0
        out["work spans a closed hour"] += work.ends < NEVER and np.floor(work.ends) > np.floor(work.begins)
    again = Counter((row.entity, row.visit) for row in h.of_kind(Kind.TASK_START))
    out["task taken up again"] += sum(count > 1 for count in again.values())
    if h.tables.run_in is not None:
        out["task in hand at the plan's start"] += sum(work.begins < 0.0 < work.ends for work in h.work)


def _world(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    t, leads = h.tables, sum(kind == EntityType.LEAD for kind in h.type)
    out["calendar always"] += t.clock.closes - t.clock.opens == 1.0 and bool(leads)
    out["calendar with closed hours"] += t.clock.closes - t.clock.opens < 1.0 and bool(leads)
    snapshot = arguments.get("snapshot")
    if snapshot is not None:
        _standing(snapshot, h, out)
    if snapshot is not None and not snapshot.run_in:
        out["warm start"] += bool(snapshot.deals)
    elif t.horizon.first_month == 0:
        out["no run-in"] += 1
    elif t.run_in is None:
        out["run-in of the plan itself"] += 1
    else:
        out["run-in of a root plan"] += arguments.get("root", arguments["plan"]) != arguments["plan"]
        out["run-in of a calm funnel"] += arguments.get("calm", arguments["funnel"]) != arguments["funnel"]


def _standing(snapshot: Snapshot, h: Happenings, out: Counter[str]) -> None:
    for row in h.rows:
        if h.past(row):
            out["lead in nurture at the start"] += row.kind == Kind.NURTURE_ENTER
            if row.kind == Kind.HANDED_OFF:
                out["lead handed off before the start goes cold"] += bool(h.of(Kind.WENT_COLD, row.entity, 0))
                out["lead handed off before the start is tried"] += bool(h.of(Kind.ATTEMPT, row.entity, 0))
        elif row.entity in h.standing and row.kind == Kind.RENEWED:
            how = "customer of before the run-in renews" if snapshot.run_in else "customer at the start renews"
            out[how] += 1
        elif row.entity in h.standing and row.kind == Kind.EXPANDED:
            out["customer at the start is sold more"] += 1
    out["deal begins with its owner"] += any(deal.owner is not None for deal in snapshot.deals) and not h.tables.pooled
    ramps = (h.tables.seat_hired < 0.0) & (-h.tables.seat_hired < h.tables.seat_ramp)
    out["rep brings a part of his ramp"] += bool(ramps.any())
    out["rep brings bookings"] += bool(h.tables.seats.booked.any() and h.tables.pay.counted)
