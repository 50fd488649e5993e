"""Prospecting by hand: an AE alone, whose hours are known; and what more or less of it must do."""

from typing import Any

import pytest

from sim.checks import check_funnel, check_pair
from sim.distributions import median
from sim.funnel import Funnel
from sim.laws.delays import upper_quantile
from sim.log import NOBODY, EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.tables import make_tables

ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")


def funnel(prospecting: Any, **changes: Any) -> Funnel:
    """Leads from one channel and finds of another; one stage of two hours that the buyer passes at once."""
    tree: dict[str, Any] = {
        "name": "F",
        "channels": {
            "web": {"leads": 0, "spend": 0, "segments": {"all": 1}},
            "own": {"leads": 0, "spend": 0, "fit_share": 1, "segments": {"all": 1}},
        },
        "segments": {"all": {"value": 1000}},
        "products": {"all": {"mix": 1}},
        "stages": {"only": {"time": 0, "effort": 2, "advance": 1}},
        "ae": {"selling_share": 0.5},
        "prospecting": prospecting,
    }
    return Funnel.model_validate(tree | changes)


def plan(**changes: Any) -> Plan:
    tree: dict[str, Any] = {
        "name": "P",
        "start": "2027-01-01",
        "months": 1,
        "calendar": "always",
        "run_in": 0,
        "follow": 0,
        "teams": {"sdr": {"headcount": 0}, "ae": {"headcount": 1}},
    }
    return Plan.model_validate(tree | changes)


def rows(log: Log, kind: Kind) -> list[tuple[float, int, int, float]]:
    """(hour, entity, actor, amount) of the rows of a kind."""
    events = log.events
    which = events.kind == kind
    columns = (events.time[which] * 24, events.entity[which], events.actor[which], events.amount[which])
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ae_alone_finds_works_and_finds_again(engine: EngineName) -> None:
    """At half his hours, 12 hours take a day of 24; the two of the stage another 4; then he begins anew."""
    log = simulate(funnel({"channel": "own"}), plan(), engine=engine)
    spells = rows(log, Kind.PROSPECTED)
    assert [row[0] for row in spells] == pytest.approx([24 + 28 * k for k in range(26)])
    assert [row[1] for row in spells] == [k * 3 for k in range(26)]
    assert all(row[2] == 0 and row[3] == 12.0 for row in spells)
    assert [row[0] for row in rows(log, Kind.WON)] == pytest.approx([28 + 28 * k for k in range(26)])
    deals = log.entities.type == EntityType.OPPORTUNITY
    assert (log.entities.parent[deals] == NOBODY).all()
    assert (log.entities.channel[deals] == 1).all()
    assert (log.entities.owner[deals] == 0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_work_breaks_a_spell_off_and_its_hours_count(engine: EngineName) -> None:
    """The second stage asks for two hours in the middle of the next spell, which goes on when they are done."""
    stages = {
        "first": {"time": 0.75, "advance": 1, "delay_penalty": 0},
        "last": {"time": 60, "effort": 2, "advance": 1},
    }
    log = simulate(funnel({"channel": "own"}, stages=stages), plan(), engine=engine)
    spells = rows(log, Kind.PROSPECTED)
    # Found at hour 24; at 42 the second stage asks for two hours, done at 46; of the 12, 9 are done, and 3 are left.
    assert [row[0] for row in spells[:4]] == pytest.approx([24, 42, 52, 70])
    assert [row[3] for row in spells[:4]] == pytest.approx([12, 9, 3, 9])
    assert [row[1] == NOBODY for row in spells[:4]] == [False, True, False, True]


@pytest.mark.parametrize("engine", ENGINES)
def test_who_has_no_room_does_not_prospect(engine: EngineName) -> None:
    stages = {"only": {"time": 10, "effort": 0, "advance": 1}}
    teams = {"sdr": {"headcount": 0}, "ae": {"headcount": 1, "max_open": 2}}
    log = simulate(funnel({"channel": "own"}, stages=stages), plan(teams=teams), engine=engine)
    # Finds at day 1 and 2, then none until the first closes on day 11: found again on day 12; and so on.
    assert [row[0] / 24 for row in rows(log, Kind.PROSPECTED)] == pytest.approx([1, 2, 12, 13, 23, 24])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_book_that_fills_up_ends_a_spell(engine: EngineName) -> None:
    """An AE who prospects is given the deal of one who leaves; he goes on when it is closed."""
    stages = {"only": {"time": 3, "effort": 0, "advance": 1}}
    teams = {"sdr": {"headcount": 0}, "ae": {"headcount": [2, 1], "max_open": 1}}
    world = funnel({"channel": "own", "effort": {"law": "exponential", "mean": 24}}, stages=stages)
    seen = 0
    for seed in range(1, 25):
        log = simulate(world, plan(teams=teams, months=2), engine=engine, seed=seed)
        left = 31.0 * 24
        given = [row for row in rows(log, Kind.REASSIGNED) if row[2] == 0]
        broken = [row for row in rows(log, Kind.PROSPECTED) if row[0] == left and row[2] == 0]
        if given and broken:
            ((_, entity, _, hours),) = broken
            assert entity == NOBODY
            (won,) = [row[0] for row in rows(log, Kind.WON) if row[1] == given[0][1]]
            following = next(row for row in rows(log, Kind.PROSPECTED) if row[0] > left)
            assert following[0] > won > left
            assert following[0] == pytest.approx(won + following[3] / 0.5)
            seen += hours > 0
    assert seen


@pytest.mark.parametrize("engine", ENGINES)
def test_without_prospecting_nothing_changes(engine: EngineName, starter: tuple[Funnel, Plan]) -> None:
    """Nobody present who has room and time: the same log as with none."""
    world, terms = starter
    name = next(iter(world.channels))
    with_it = Funnel.model_validate(world.model_dump(by_alias=True) | {"prospecting": {"channel": name}})
    busy = terms.model_dump(by_alias=True)
    busy["teams"]["ae"]["headcount"], busy["months"], busy["run_in"], busy["follow"] = 0, 3, 0, 0
    idle = Plan.model_validate(busy)
    assert simulate(world, idle, engine=engine).digest() == simulate(with_it, idle, engine=engine).digest()
    assert simulate(world, terms, engine=engine).digest() != simulate(with_it, terms, engine=engine).digest()


def test_what_makes_idle_time_or_finds_cheaper_makes_more_finds() -> None:
    def finds(effort: float, heads: int) -> int:
        world = funnel({"channel": "own", "effort": {"law": "exponential", "mean": effort}})
        teams = {"sdr": {"headcount": 0}, "ae": {"headcount": heads}}
        return sum(row[1] != NOBODY for row in rows(simulate(world, plan(teams=teams, months=12)), Kind.PROSPECTED))

    assert finds(24, 2) < finds(12, 2) < finds(6, 2)
    assert finds(12, 1) < finds(12, 2) < finds(12, 4)


def test_a_persons_finds_do_not_hang_on_who_else_is_there() -> None:
    """The keys of one AE's finds, and so their luck, are the same with a colleague."""
    world = funnel({"channel": "own", "effort": {"law": "exponential", "mean": 12}})

    def keys(heads: Any) -> list[int]:
        log = simulate(world, plan(teams={"sdr": {"headcount": 3}, "ae": {"headcount": heads}}, months=2))
        first_ae = 3
        return [
            int(log.entities.key[row[1]]) for row in rows(log, Kind.PROSPECTED) if row[1] >= 0 and row[2] == first_ae
        ]

    assert keys(1) == keys(3) == keys([1, 4])


def test_prospecting_must_name_a_channel_and_take_time() -> None:
    (problem,) = check_funnel(funnel({"channel": "owm"}))
    assert problem.where == "funnel.prospecting.channel"
    assert "own" in problem.remedy
    for effort in (0, 0.001, {"law": "lognormal", "mean": 12, "sigma": 9}, {"law": "weibull", "shape": 1, "scale": 0}):
        (problem,) = check_pair(funnel({"channel": "own", "effort": effort}), plan())
        assert problem.where == "funnel.prospecting.effort"
    assert not check_pair(funnel({"channel": "own", "effort": 0.01}), plan())
    assert not check_pair(funnel(None), plan())


def test_a_laws_median_is_exceeded_as_often_as_not() -> None:
    laws = [
        {"law": "exponential", "mean": 3},
        {"law": "lognormal", "median": 3, "sigma": 0.7},
        {"law": "lognormal", "mean": 3, "sigma": 0.7},
        {"law": "weibull", "shape": 1.5, "scale": 4},
        {"law": "table", "at": [1, 2, 3, 9], "cumulative": [0, 0.5, 0.5, 1]},
        {"law": "constant", "value": 5},
    ]
    for law in laws:
        tables = make_tables(funnel({"channel": "own", "effort": law}), plan())
        known = funnel({"channel": "own", "effort": law}).prospecting
        assert known is not None
        half = upper_quantile(tables.laws, tables.knots, tables.prospecting.effort, 0.5)
        assert median(known.effort) == pytest.approx(half)
