"""What a generated world reaches of what surrounds a company: shocks, what they do and whom they meet."""

from collections import Counter
from typing import Any

from happenings import Happenings
from market_rules import shocks_of, with_us

from sim.arrivals import arrivals
from sim.laws.delays import CONSTANT
from sim.log import NOBODY, EntityType, Kind

MARKET = (
    [f"a shock {when}" for when in ("in the run-in", "on the plan's first day", "later on")]
    + [f"a stage begins in a shock that moves its {what}" for what in ("odds", "time", "rivals")]
    + ["a stage begins under a rival's pressure", "a choice of us", "a choice of a rival", "a choice of nobody"]
    + ["a lead in a shock that moves demand", "a lead in a shock that moves cost"]
    + ["a term ends in a shock that moves renewal"]
    + [f"deal struck: {how}" for how in ("waiting", "in work", "its work done", "owned", "pooled", "of a customer")]
    + [
        "deal struck: account managers'",
        "deal struck while nobody held it",
        "nobody to strike",
        "struck lead reclaimed",
    ]
    + ["lead that found no account", "referral that found none", "find that found none", "account free again"]
    + ["best rep gone by a shock", "rep of a seat gone by a shock", "nobody there to leave"]
)
"""Every name that `market_reached` may count."""


def market_reached(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    """Count what surrounded the company."""
    shocks = [each for each in shocks_of(arguments, h.tables.horizon.begins) if each[0] < h.ends]
    for day, _, shock in shocks:
        when = "in the run-in" if day < 0.0 else "later on" if day else "on the plan's first day"
        out[f"a shock {when}"] += 1
        _effects(arguments, h, day, shock, out)
        if shock.leaves is not None:
            seats = h.tables.seats
            gone = (seats.left == day) & (seats.team == ("sdr", "ae").index(shock.leaves.team))
            name = "best rep gone by a shock" if shock.leaves.who == "best" else "rep of a seat gone by a shock"
            out[name if gone.any() else "nobody there to leave"] += 1
    _choices(arguments, h, out)
    _accounts(h, out)
    names = arguments["funnel"].shocks
    struck = [row for row in h.of_kind(Kind.LOST) if h.log.names.reasons[row.reason] in names]
    out["nobody to strike"] += sum(shock.loses is not None for *_, shock in shocks) - len(struck)
    for row in struck:
        ends = [each for each in h.of(Kind.TASK_END, row.entity, row.visit) if each.time == row.time]
        started = h.of(Kind.TASK_START, row.entity, row.visit)
        out[f"deal struck: {'in work' if ends else 'its work done' if started else 'waiting'}"] += 1
        pooled = h.pooled(row.entity, row.time)
        out[f"deal struck: {'pooled' if pooled else 'owned'}"] += 1
        out["deal struck: of a customer"] += row.entity in h.to_customers
        out["deal struck: account managers'"] += row.entity in h.managed
        out["deal struck while nobody held it"] += not pooled and row.actor < 0
        back = [each for each in h.of_kind(Kind.RECYCLED) if each.entity == h.lead[row.entity]]
        out["struck lead reclaimed"] += any(each.time == row.time for each in back)


def _choices(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    before, funnel = arguments.get("calm") or arguments["funnel"], arguments["funnel"]
    reasons, stages = h.log.names.reasons, list(h.log.names.stages)
    for row in h.of_kind(Kind.STAGE_ENTER, Kind.LOST):
        world = before if row.time < 0.0 else funnel
        stage = world.stages.get(stages[row.stage])
        if row.kind == Kind.STAGE_ENTER:
            pressed = any(isinstance(rival.pressure, float) and rival.pressure for rival in world.rivals.values())
            pressed |= row.time >= 31.0 and any(not isinstance(each.pressure, float) for each in world.rivals.values())
            out["a stage begins under a rival's pressure"] += pressed
            chosen = stage is not None and stage.choice is not None
            out["a choice of us"] += chosen and bool(h.of(Kind.STAGE_ENTER, row.entity, row.visit + 1))
        else:
            out["a choice of a rival"] += reasons[row.reason] in world.rivals
            out["a choice of nobody"] += reasons[row.reason] == "no_decision"


def _accounts(h: Happenings, out: Counter[str]) -> None:
    if not h.tables.market.depletes:
        return
    leads = [entity for entity, kind in enumerate(h.type) if kind == EntityType.LEAD]
    own = sum(h.parent[lead] == NOBODY for lead in leads)
    if not h.tables.overflow.throttles:
        out["lead that found no account"] += len(arrivals(h.tables, h.stream)) - own
    out["referral that found none"] += len(h.of_kind(Kind.REFERRED)) + own - len(leads)
    # A spell that found somebody begins the next find; one that broke off has hours left of its own.
    done: dict[int, float] = {}
    law = h.tables.laws[h.tables.prospecting.effort] if h.tables.prospecting.channel != NOBODY else None
    for row in h.of_kind(Kind.PROSPECTED):
        done[row.actor] = done.get(row.actor, 0.0) + row.amount
        constant = law is not None and law[0] == CONSTANT and h.tables.run_in is None
        if row.entity != NOBODY:
            done[row.actor] = 0.0
        elif constant and law is not None and done[row.actor] > law[1] + 1e-6:
            out["find that found none"] += 1
            done[row.actor] = 0.0
    lives, segment = with_us(h), h.log.entities.segment.tolist()
    for which, pool in enumerate(h.tables.market.pools.tolist()):
        mine = sorted((begin, end) for entity, begin, end in lives if segment[entity] == which)
        ends = [end for _, end in mine]
        full = [time for time in ends if sum(begin < time <= end for begin, end in mine) >= pool]
        out["account free again"] += any(begin > time for time in full for begin, _ in mine)


def _effects(arguments: dict[str, Any], h: Happenings, day: float, shock: Any, out: Counter[str]) -> None:
    until = h.ends if shock.until is None else (shock.until - arguments["plan"].start).days
    during = [row for row in h.rows if day <= row.time < until]
    entered = sum(row.kind == Kind.STAGE_ENTER for row in during)
    out["a stage begins in a shock that moves its odds"] += entered * (shock.odds != 0.0)
    out["a stage begins in a shock that moves its time"] += entered * (shock.time != 1.0)
    out["a stage begins in a shock that moves its rivals"] += entered * bool(shock.rivals)
    channel = h.log.entities.channel
    named = [h.log.names.channels.index(name) for name in shock.channels or h.log.names.channels]
    leads = sum(row.kind == Kind.CAPTURED and int(channel[row.entity]) in named for row in during)
    out["a lead in a shock that moves demand"] += leads * (shock.demand != 1.0)
    out["a lead in a shock that moves cost"] += leads * (shock.cost != 1.0)
    ends = sum(row.kind in (Kind.RENEWED, Kind.CHURNED) for row in during)
    out["a term ends in a shock that moves renewal"] += ends * (shock.renewal != 0.0)
