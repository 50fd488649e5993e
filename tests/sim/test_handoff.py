"""The levers of the handoff: at nothing they change nothing, and each pulls the way it should."""

from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.plan import Plan
from sim.run import simulate

World = tuple[Funnel, Plan]


def changed(world: World, development: dict[str, Any] | None = None, **handoff: Any) -> Log:
    """A year of a world with some fields of its handoff changed."""
    funnel, plan = world
    tree = funnel.model_dump(by_alias=True)
    tree["sales_development"] |= development or {}
    rules = plan.handoff.model_dump() | handoff
    return simulate(Funnel.model_validate(tree), plan.model_copy(update={"handoff": type(plan.handoff)(**rules)}))


def count(log: Log, kind: Kind, reason: str | None = None) -> int:
    rows = log.events.kind == kind
    if reason is not None:
        rows &= log.events.reason == log.names.reasons.index(reason)
    return int(rows.sum())


def test_levers_at_nothing_leave_the_log_as_it_is(starter: World) -> None:
    base = changed(starter).digest()
    nothing = {"speed_curve": "attenuated", "speed_exponent": 0.35, "rejections": {"good": {"poor_fit": 1}}}
    assert changed(starter, nothing, transit_loss=0, recycle_share=1, breach=None).digest() == base
    # A service level that nobody misses, and two SDRs' queues that are one SDR's.
    assert (changed(starter, sla=5000, breach="escalate").events.time == changed(starter).events.time).all()
    one = short_of_time(starter, {"headcount": 1})
    alone = short_of_time(starter, {"headcount": 1, "routing": "round_robin"})
    assert (one.events.time == alone.events.time).all()
    assert (one.events.kind == alone.events.kind).all()


def short_of_time(world: World, sdr: dict[str, Any], ae: dict[str, Any] | None = None, **handoff: Any) -> Log:
    """Half a year with SDRs who have more to do than they can."""
    funnel, plan = world
    tree = funnel.model_dump(by_alias=True)
    tree["sdr"]["selling_share"] = 0.35
    teams = plan.teams.model_dump(by_alias=True)
    teams["sdr"] |= {"headcount": 1} | sdr
    teams["ae"] |= ae or {}
    rules = plan.handoff.model_dump() | handoff
    changes = {"teams": type(plan.teams)(**teams), "handoff": type(plan.handoff)(**rules)}
    return simulate(Funnel.model_validate(tree), plan.model_copy(update=changes))


def test_what_each_discipline_is_for(starter: World) -> None:
    names = ("fifo", "lifo", "score", "fresh_first", "cost_benefit")
    logs = {name: short_of_time(starter, {"discipline": name}) for name in names}

    def median_wait(log: Log) -> float:
        """Days from handoff to first attempt, of those who were tried."""
        columns = log.events
        asked, tried = (
            dict(zip(columns.entity[rows][::-1].tolist(), columns.time[rows][::-1].tolist(), strict=True))
            for rows in (columns.kind == Kind.HANDED_OFF, columns.kind == Kind.ATTEMPT)
        )
        return float(np.median([time - asked[who] for who, time in tried.items()]))

    # Where time is short, what is tried soon is reached, and what is worth more comes first.
    wait = {name: median_wait(log) for name, log in logs.items()}
    assert wait["lifo"] < wait["fifo"]
    assert wait["fresh_first"] < wait["fifo"]
    accepted = {name: count(log, Kind.ACCEPTED) for name, log in logs.items()}
    assert accepted["fresh_first"] > accepted["fifo"]
    assert accepted["score"] > accepted["fifo"]
    worth = {name: float(log.events.amount[log.events.kind == Kind.OPENED].sum()) for name, log in logs.items()}
    assert worth["cost_benefit"] > worth["fifo"]


def test_the_later_the_steeper_the_curve_the_fewer_are_reached(starter: World) -> None:
    reached = [
        count(changed(starter, {"speed_curve": c}), Kind.CONVERSATION) for c in ("oldroyd", "moderate", "attenuated")
    ]
    assert reached == sorted(reached)
    assert len(set(reached)) == 3


def test_what_is_lost_on_the_way_is_never_tried(starter: World) -> None:
    lost = changed(starter, transit_loss=0.3)
    share = count(lost, Kind.WITHDRAWN, "lost_in_transit") / count(lost, Kind.HANDED_OFF)
    assert share == pytest.approx(0.3, abs=0.05)
    assert count(lost, Kind.ACCEPTED) < count(changed(starter), Kind.ACCEPTED)
    assert count(changed(starter, transit_loss=1), Kind.ATTEMPT) == 0


def test_recycling_brings_leads_back(starter: World) -> None:
    few = changed(starter, recycles=0)
    assert count(few, Kind.RECYCLED) == count(changed(starter, recycles=3, recycle_share=0), Kind.RECYCLED) == 0
    half, once = changed(starter, recycle_share=0.5), changed(starter)
    assert 0 < count(half, Kind.RECYCLED) < count(once, Kind.RECYCLED)
    assert count(once, Kind.RECYCLED) < count(changed(starter, recycles="unlimited"), Kind.RECYCLED)


def test_reasons_of_rejection_are_drawn_by_fit_and_change_nothing_else(starter: World) -> None:
    base = changed(starter)
    told = changed(starter, {"rejections": {"good": {"no_budget": 0.25, "not_ready": 0.75}, "bad": {"poor_fit": 1}}})
    assert (told.events.time == base.events.time).all()
    assert (told.events.kind == base.events.kind).all()
    rows = (told.events.kind == Kind.REJECTED) & (told.events.actor >= 0)
    assert told.truth is not None
    good = dict(zip(told.truth.entity.tolist(), told.truth.fit.tolist(), strict=True))
    names = told.names.reasons
    said = [
        (good[who], names[why]) for who, why in zip(told.events.entity[rows], told.events.reason[rows], strict=True)
    ]
    assert {why for fit, why in said if not fit} == {"poor_fit"}
    of_good = [why for fit, why in said if fit]
    assert set(of_good) == {"no_budget", "not_ready"}
    assert of_good.count("no_budget") / len(of_good) == pytest.approx(0.25, abs=0.1)


def actors(log: Log, kind: Kind) -> list[int]:
    return log.events.actor[log.events.kind == kind].tolist()


@pytest.mark.parametrize("routing", ["round_robin", "territory", "score_weighted", "performance_weighted"])
def test_routed_leads_are_worked_by_those_who_got_them(starter: World, routing: str) -> None:
    log = short_of_time(starter, {"headcount": 3, "routing": routing}, {"routing": routing})
    events = log.events
    got = {}
    for kind, who, visit, actor in zip(events.kind, events.entity, events.visit, events.actor, strict=True):
        if kind == Kind.HANDED_OFF:
            got[who, visit] = actor
        elif kind == Kind.ATTEMPT:
            assert got[who, visit] == actor
    handed = np.bincount(actors(log, Kind.HANDED_OFF))
    if routing == "round_robin":
        assert handed.max() - handed.min() <= 1
    assert (handed > 0).all()
    assert len(set(actors(log, Kind.OPENED))) > 1


def test_a_territory_is_a_segment(starter: World) -> None:
    log = short_of_time(starter, {"headcount": 2, "routing": "territory"})
    handed = log.events.kind == Kind.HANDED_OFF
    assert (log.entities.segment[log.events.entity[handed]] % 2 == log.events.actor[handed]).all()


def test_queues_of_their_own_make_leads_wait_longer_than_one_for_all(starter: World) -> None:
    def waited(routing: str) -> float:
        """Mean days from handoff to first attempt."""
        frame = short_of_time(starter, {"headcount": 3, "routing": routing}).to_frame()
        first = frame[frame.kind.isin(["handed_off", "attempt"])].groupby(["entity", "visit", "kind"])["time"].first()
        both = first.unstack("kind")
        return float((both["attempt"] - both["handed_off"]).mean())

    assert waited("pool") < waited("round_robin")


def test_breaches_are_answered(starter: World) -> None:
    routed = {"headcount": 3, "routing": "round_robin"}
    plain, passed = (short_of_time(starter, routed, sla=4, breach=breach) for breach in (None, "reassign"))
    assert count(plain, Kind.BREACHED) == 0
    assert 0 < count(passed, Kind.REASSIGNED) <= count(passed, Kind.BREACHED)
    back = short_of_time(starter, {}, sla=8, breach="recycle")
    assert 0 < count(back, Kind.RECYCLED, "sla_breach") <= count(back, Kind.BREACHED)
    first = short_of_time(starter, {"discipline": "lifo"}, sla=8, breach="escalate")
    left = short_of_time(starter, {"discipline": "lifo"}, sla=8)
    # Who is put first goes cold less often than who lies at the bottom of the pile.
    assert count(first, Kind.WENT_COLD) < count(left, Kind.WENT_COLD)


def test_a_service_level_of_nothing_is_breached_by_every_lead(starter: World) -> None:
    log = short_of_time(starter, {}, sla=0, breach="escalate")
    assert count(log, Kind.BREACHED) == count(log, Kind.HANDED_OFF) > 0
