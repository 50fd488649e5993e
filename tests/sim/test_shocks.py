"""What befalls a company: rates, odds and times while a shock lasts, who leaves, and what is lost at that instant."""

import math
from typing import Any

import numpy as np
import pytest

from sim.checks import check_funnel, check_pair
from sim.draws import stream_key
from sim.errors import InputError
from sim.funnel import Funnel
from sim.laws.response import adstock, hill
from sim.log import NOBODY, EntityType, Kind, Log
from sim.people import staffed
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.seats import AE
from sim.tables import Tables, make_tables

ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")


def funnel(shocks: dict[str, Any], **fields: Any) -> Funnel:
    """Two channels, of which one responds to spend; leads all become opportunities of one stage."""
    channel = {"segments": {"any": 1}, "mql_probability": 1, "sql_probability": 1}
    tree: dict[str, Any] = {
        "name": "shocks",
        "channels": {
            "bought": {"leads": 30, "spend": 3000, "base_share": 0, "carry_over": 0.5, "shape": 1, **channel},
            "own": {"leads": 10, "spend": 0, "base_share": 1, **channel},
        },
        "segments": {"any": {"value": {"law": "lognormal", "median": 1000, "sigma": 1}}},
        "products": {"any": {"mix": 1}},
        "stages": {"open": {"time": "30 days", "effort": 8, "advance": 0.5, "losses": {"lost": 1}}},
        "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
        "ae": {"selling_share": 1, "ramp": 0, "skill_sd": 1},
        "shocks": shocks,
    }
    return Funnel.model_validate(tree | fields)


def plan(**fields: Any) -> Plan:
    """Six months, round the clock."""
    tree: dict[str, Any] = {"name": "shocks", "start": "2027-01-01", "months": 6, "run_in": 0, "follow": 0}
    teams = {"sdr": {"headcount": 1}, "ae": {"headcount": 4}}
    rest = {"calendar": "always", "spend": {"bought": 3000}, "handoff": {"attempts": 1, "recycles": 0}, "teams": teams}
    return Plan.model_validate(tree | rest | fields)


def rates(shocks: dict[str, Any], **fields: Any) -> np.ndarray[Any, Any]:
    return make_tables(funnel(shocks), plan(**fields)).rates


def test_demand_is_that_of_the_days_and_channels_of_a_shock() -> None:
    calm = rates({})
    shocks = {
        "slump": {"from": "2027-02-01", "until": "2027-03-01", "demand": 0.5},
        "fad": {"from": "2027-02-15", "demand": 3, "channels": ["own"]},
    }
    factor = rates(shocks) / calm
    assert factor[0].tolist() == pytest.approx([1.0] * 31 + [0.5] * 28 + [1.0] * (calm.shape[1] - 59))
    assert factor[1].tolist() == pytest.approx([1.0] * 31 + [0.5] * 14 + [1.5] * 14 + [3.0] * (calm.shape[1] - 59))


def test_a_dearer_channel_reaches_as_far_as_a_smaller_spend() -> None:
    """From a Monday on the channel costs half as much again: its adstock goes from 700 a week to 700 / 1.5."""
    begins = 31 + 0  # 1 February 2027 is a Monday
    found = rates({"dearer": {"from": "2027-02-01", "cost": 1.5, "channels": ["bought"]}})
    week = 3000 * 7 / (365.25 / 12)
    spent = np.full(8, week / 1.5)
    by_hand = (
        30
        / (365.25 / 12)
        * hill(adstock(spent, 0.5, week), 1.25 * week, 1.0)
        / hill(np.array([week]), 1.25 * week, 1.0)
    )
    before = rates({})[0, 0]
    level = 30 / (365.25 / 12)
    assert (found[0, begins : begins + 56 : 7] / before).tolist() == pytest.approx((by_hand / level).tolist())
    assert found[:, :begins].tolist() == rates({})[:, :begins].tolist()
    assert found[1].tolist() == rates({})[1].tolist()


def test_a_cheaper_channel_is_one_with_more_spend() -> None:
    # After half a year what was spent before is forgotten.
    cheaper = rates({"cheaper": {"from": "2027-01-01", "cost": 0.5, "channels": ["bought"]}})
    assert cheaper[0, -20:].tolist() == pytest.approx(rates({}, spend={"bought": 6000})[0, -20:].tolist())


def test_odds_and_times_add_and_multiply_while_shocks_last() -> None:
    shocks = {
        "slump": {"from": "2027-02-01", "until": "2027-04-01", "odds": -0.3, "time": 1.25, "renewal": -0.5},
        "scare": {"from": "2027-03-01", "odds": -0.1, "time": 2},
    }
    climate = make_tables(funnel(shocks), plan()).climate
    assert climate.since.tolist() == [-math.inf, 31.0, 59.0, 90.0]
    assert climate.outlook[:, 0].tolist() == pytest.approx([0, -0.3, -0.4, -0.1])
    assert climate.pace[:, 0].tolist() == pytest.approx([1, 1.25, 2.5, 2])
    assert climate.care[:, 0].tolist() == [0, -0.5, -0.5, 0]


def gone(tables: Tables, replication: int = 0) -> Tables:
    return staffed(tables, stream_key(1, replication))


def test_the_best_leaves_and_is_followed_after_the_backfill() -> None:
    leaves = {"from": "2027-03-01", "leaves": {"team": "ae"}}
    world = make_tables(funnel({"exit": leaves}, ae={"selling_share": 1, "skill_sd": 1, "backfill": 30}), plan())
    for replication in range(5):
        tables = gone(world, replication)
        seats, skill = tables.seats, tables.seat_skill
        first = (seats.team == AE) & (seats.hired < 59)
        (who,) = np.flatnonzero(seats.left == 59)
        assert first[who]
        assert skill[who] == skill[first].max()
        (follower,) = np.flatnonzero(seats.hired == 89)
        assert seats.seat[follower] == seats.seat[who]
        assert seats.new[follower]
        assert not np.isfinite(np.delete(seats.left, who)).any()


def test_whoever_holds_a_seat_leaves_it_and_so_does_who_follows() -> None:
    shocks = {
        name: {"from": day, "leaves": {"team": "ae", "who": 2}}
        for name, day in (("later", "2027-05-01"), ("first", "2027-02-01"), ("empty", "2027-02-10"))
    }
    seats = gone(make_tables(funnel(shocks, ae={"selling_share": 1, "backfill": 20}), plan())).seats
    place = seats.place[seats.team == AE]
    spells = list(zip(seats.hired[seats.team == AE][place == 1], seats.left[seats.team == AE][place == 1], strict=True))
    assert spells == [(0, 31), (51, 120), (140, math.inf)]


def struck(log: Log) -> list[tuple[float, int]]:
    """(time, entity) of what is lost because of a shock."""
    name = log.names.reasons.index("blow")
    rows = zip(log.events.time, log.events.kind, log.events.reason, log.events.entity, strict=True)
    return [(float(time), int(entity)) for time, kind, reason, entity in rows if kind == Kind.LOST and reason == name]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("ownership", ["owned", "pooled"])
def test_the_biggest_deal_is_lost(engine: EngineName, ownership: str) -> None:
    world = funnel({"blow": {"from": "2027-03-01", "loses": "biggest_deal"}})
    terms = plan(teams={"sdr": {"headcount": 1}, "ae": {"headcount": 4, "ownership": ownership}})
    calm = simulate(funnel({}), terms, seed=1, engine=engine)
    log = simulate(world, terms, seed=1, engine=engine)
    ((time, entity),) = struck(log)
    assert time == 59
    deals = np.flatnonzero((log.entities.type == EntityType.OPPORTUNITY) & (log.entities.created < 59))
    closed = set(log.events.entity[np.isin(log.events.kind, (Kind.WON, Kind.LOST)) & (log.events.time < 59)].tolist())
    opened = {
        int(each): float(amount)
        for each, amount, kind in zip(log.events.entity, log.events.amount, log.events.kind, strict=True)
        if kind == Kind.OPENED and each in deals and each not in closed
    }
    assert len(opened) > 10
    assert entity == max(opened, key=lambda each: opened[each])
    # Until then nothing is otherwise, and nothing more becomes of it.
    before, after = calm.events.time < 59, log.events.time < 59
    assert calm.events.entity[before].tolist() == log.events.entity[after].tolist()
    assert not ((log.events.entity == entity) & (log.events.time > 59)).any()
    rows = (log.events.kind == Kind.SHOCK) & (log.events.entity == NOBODY)
    assert log.events.time[rows].tolist() == [59]


@pytest.mark.parametrize("engine", ENGINES)
def test_where_no_deal_is_open_none_is_lost(engine: EngineName) -> None:
    world = funnel({"blow": {"from": "2027-01-01", "loses": "biggest_deal"}})
    log = simulate(world, plan(), seed=1, engine=engine)
    assert not struck(log)
    assert (log.events.kind == Kind.SHOCK).sum() == 1


def test_a_shock_that_has_begun_is_that_of_the_run_in() -> None:
    calm, terms = funnel({}), plan(run_in=2)
    later = funnel({"slump": {"from": "2027-01-01", "demand": 0.5}})
    make_tables(later, terms, calm=calm)
    with pytest.raises(InputError, match="before the plan's start"):
        make_tables(funnel({"slump": {"from": "2026-12-31", "demand": 0.5}}), terms, calm=calm)
    own = make_tables(funnel({"slump": {"from": "2026-12-15", "until": "2027-02-01", "demand": 0.5}}), terms)
    assert (own.rates / make_tables(calm, terms).rates)[1].tolist() == pytest.approx(
        [1.0] * 44 + [0.5] * 48 + [1.0] * (own.rates.shape[1] - 92)
    )
    assert own.shocks.shock_day.tolist() == [-17]


def test_what_a_shock_may_not_say() -> None:
    shocks = {
        "lost": {"from": "2027-01-01"},
        "slump": {"from": "2027-03-01", "until": "2027-03-01", "channels": ["bough"], "rivals": {"acme": 1}},
        "exit": {"from": "2027-03-01", "leaves": {"team": "sdr", "who": 2}},
    }
    world = funnel(shocks)
    found = {problem.where for problem in (*check_funnel(world), *check_pair(world, plan()))}
    assert found == {
        "funnel.shocks.lost",
        "funnel.shocks.slump.until",
        "funnel.shocks.slump.channels.0",
        "funnel.shocks.slump.rivals.acme",
        "funnel.shocks.exit.leaves.who",
    }
