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
    assert changed(starter, nothing, transit_loss=0, recycle_share=1).digest() == base


def disciplined(world: World, discipline: str, heads: int = 1) -> Log:
    """Half a year with SDRs short of time and a discipline."""
    funnel, plan = world
    tree = funnel.model_dump(by_alias=True)
    tree["sdr"]["selling_share"] = 0.35
    teams = plan.teams.model_dump(by_alias=True)
    teams["sdr"] |= {"headcount": heads, "discipline": discipline}
    return simulate(Funnel.model_validate(tree), plan.model_copy(update={"teams": type(plan.teams)(**teams)}))


def test_what_each_discipline_is_for(starter: World) -> None:
    logs = {name: disciplined(starter, name) for name in ("fifo", "lifo", "score", "fresh_first", "cost_benefit")}

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
