"""Account managers: who sells to customers where a plan has them, and from when on."""

from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.log import NOBODY, Account, EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.seats import AE, AM

SOLD = {"per_month": 0.5, "effort": 6, "time": 10, "advance": 0.8, "losses": {"no_need": 1}}
TEAMS: dict[str, Any] = {"sdr": {"headcount": 2}, "ae": {"headcount": 4}}
TWO = {"headcount": 2, "base": 60_000, "overhead": 1.5, "severance": 2}


def a_funnel(**more: Any) -> Funnel:
    return Funnel.model_validate(
        {
            "name": "accounts",
            "channels": {
                "all": {
                    "leads": 30, "spend": 0, "base_share": 1, "segments": {"any": 1}, "mql_probability": 1,
                    "sql_probability": 1,
                }
            },
            "segments": {"any": {"value": 1000}},
            "products": {"any": {"mix": 1}},
            "stages": {"open": {"time": 5, "effort": 2, "advance": 0.5, "losses": {"lost": 1}}},
            "customers": {"renewal": 0.6, "term": 90, "upsell": SOLD, "winback": SOLD},
            **more,
        }
    )  # fmt: skip


def a_plan(am: dict[str, Any] | None = None, **more: Any) -> Plan:
    terms = {"name": "p", "start": "2027-01-01", "months": 6, "run_in": 6, "follow": 0, "teams": {**TEAMS, "am": am}}
    return Plan.model_validate(terms | more)


def team_of(log: Log) -> np.ndarray[Any, Any]:
    """(seats + 1,) the team of each person; nobody's comes last."""
    out = np.full(len(log.names.seats) + 1, NOBODY)
    out[log.reps.person] = log.reps.team
    return out


def to_customers(log: Log) -> np.ndarray[Any, Any]:
    """(entities,) the opportunities that are for sale to customers."""
    kinds = log.entities.type
    out: np.ndarray[Any, Any] = (kinds == EntityType.OPPORTUNITY) & (kinds[log.entities.parent] == EntityType.CUSTOMER)
    return out & (log.entities.parent != NOBODY)


@pytest.fixture(params=["simpy", "compiled"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


def test_they_sell_to_customers_and_aes_do_not(engine: EngineName) -> None:
    log = simulate(a_funnel(), a_plan(TWO), seed=1, engine=engine)
    begun, team, deals = log.events.kind == Kind.TASK_START, team_of(log), to_customers(log)
    theirs = deals[log.events.entity[begun]]
    assert theirs.sum() > 50
    assert (team[log.events.actor[begun]] == np.where(theirs, AM, AE)).all()
    won = log.events.kind == Kind.WON
    assert set(team[log.events.actor[won]].tolist()) == {AE, AM}
    assert log.names.teams == ("sdr", "ae", "am")
    assert len(log.terms.quotas) == 3


def test_without_them_nothing_is_said_of_them(engine: EngineName) -> None:
    log = simulate(a_funnel(), a_plan(), seed=1, engine=engine)
    slow = simulate(a_funnel(am={"selling_share": 0.1, "tenure": 30}), a_plan(), seed=1, engine=engine)
    assert log.names.teams == ("sdr", "ae")
    assert len(log.terms.quotas) == 2
    assert log.digest() == slow.digest()


def test_aes_keep_what_they_have_begun_when_the_team_comes(engine: EngineName) -> None:
    log = simulate(a_funnel(), a_plan(TWO), root=a_plan(), seed=1, engine=engine)
    begun, team = log.events.kind == Kind.TASK_START, team_of(log)
    entity, time = log.events.entity[begun], log.events.time[begun]
    theirs, new = to_customers(log)[entity], log.entities.created[entity] >= 0.0
    assert (team[log.events.actor[begun]] == np.where(theirs & new, AM, AE)).all()
    assert (theirs & ~new & (time >= 0.0)).sum() > 0
    hired = log.events.kind == Kind.HIRED
    assert (log.events.time[hired] == np.where(team[log.events.actor[hired]] == AM, 0.0, log.window.begins)).all()


def test_what_they_have_begun_waits_when_the_team_goes(engine: EngineName) -> None:
    log = simulate(a_funnel(am={"selling_share": 0.05}), a_plan(), root=a_plan(TWO), seed=1, engine=engine)
    begun, team = log.events.kind == Kind.TASK_START, team_of(log)
    by = team[log.events.actor[begun]]
    assert (log.events.time[begun][by == AM] < 0.0).all()
    old = to_customers(log) & (log.entities.created < 0.0)
    assert not (by[old[log.events.entity[begun]]] == AE).any()
    closed = log.events.entity[np.isin(log.events.kind, (Kind.WON, Kind.LOST))]
    assert np.setdiff1d(np.flatnonzero(old), closed).size > 0
    assert (to_customers(log)[log.events.entity[begun]] & (by == AE)).any()


def test_they_are_paid_while_they_are_there_and_when_they_are_let_go() -> None:
    """Two at 60,000 with an overhead of a half; two months of base each when the team goes, and commission on what they
    win though accelerators, a threshold and a cap are the AEs'."""
    months = {"months": 6, "run_in": 6}
    pay = {"threshold": 0.5, "cap": 2, "commission": {"marketing_sourced": 0.2}}
    teams = {**TEAMS, "ae": {"headcount": 4, "quota": 1_000_000}}
    log = simulate(a_funnel(), a_plan(TWO, teams={**teams, "am": TWO}, pay=pay, **months), seed=1)
    team, lines = team_of(log), log.ledger
    theirs = (team[lines.actor] == AM) & (lines.time >= 0.0)
    assert lines.amount[theirs & (lines.account == Account.BASE_PAY)].sum() == pytest.approx(2 * 30_000 * 1.5)
    won = (log.events.kind == Kind.WON) & (team[log.events.actor] == AM) & (log.events.time >= 0.0)
    earned = lines.amount[theirs & (lines.account == Account.COMMISSION)].sum()
    assert earned == pytest.approx(0.2 * log.events.amount[won].sum())
    log = simulate(a_funnel(), a_plan(), root=a_plan(TWO), seed=1)
    lines = log.ledger
    let_go = lines.account == Account.SEVERANCE
    assert lines.time[let_go].tolist() == [0.0, 0.0]
    assert lines.amount[let_go].tolist() == [10_000.0, 10_000.0]
