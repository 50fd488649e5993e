"""The climate of sales: programmes by their dates, weighed causes, drift, the rhythm of closing, what support costs."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.checks import check_funnel, check_pair, check_plan
from sim.climate import realised
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.laws.outcomes import sigmoid
from sim.laws.selling import beaten, row_of, spell_of
from sim.log import NOBODY, Account, Kind
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables


def funnel(**fields: Any) -> Funnel:
    """Leads who all become opportunities; two stages of three causes of loss."""
    losses = {"competitor": 0.5, "no_budget": 0.25, "silence": 0.25}
    stage = {"time": {"law": "exponential", "mean": 10}, "advance": 0.5, "losses": losses}
    tree: dict[str, Any] = {
        "name": "climate",
        "channels": {"all": {"leads": 40, "spend": 0, "base_share": 1, "segments": {"any": 1}}},
        "segments": {"any": {"value": 1000}},
        "products": {"core": {"mix": 0.75, "margin": 0.5}, "plus": {"mix": 0.25, "margin": 0.9}},
        "stages": {"first": stage, "second": stage},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
    }
    tree["channels"]["all"] |= {"mql_probability": 1, "sql_probability": 1}
    return Funnel.model_validate(tree | fields)


def plan(**fields: Any) -> Plan:
    """Six months with two before and two after."""
    teams = {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}
    tree: dict[str, Any] = {"name": "climate", "start": "2027-01-01", "months": 6, "run_in": 2, "follow": 2}
    return Plan.model_validate(
        tree | {"teams": teams, "calendar": "always", "handoff": {"attempts": 1, "recycles": 0}} | fields
    )


KIT = {"advance": 0.4, "time": 0.2, "effort": 0.5, "drivers": {"no_budget": 0.8}, "scale": 100, "stages": ["second"]}
TERMS = {"from": "2027-02-01", "until": "2027-03-01", "per_opportunity": 100, "monthly": 310}


def test_a_programme_holds_between_its_dates_in_its_stages_with_the_strength_of_its_money() -> None:
    climate = make_tables(funnel(programmes={"kit": KIT}), plan(programmes={"kit": TERMS})).climate
    assert climate.since.tolist() == [-math.inf, 31.0, 59.0]
    s = 1 - math.exp(-1)
    assert climate.pace[1].tolist() == pytest.approx([1, math.exp(-0.2 * s)])
    assert climate.ease[1].tolist() == pytest.approx([1, 1 - 0.5 * s])
    # Odds of no budget times f: its share of .25 becomes .25 f of F = .75 + .25 f, and the losses' odds those times F.
    f = 1 - 0.8 * s
    total = 0.75 + 0.25 * f
    assert climate.outlook[1].tolist() == pytest.approx([0, 0.4 * s - math.log(total)])
    assert climate.cause_share[1, 5:].tolist() == pytest.approx([0.5 / total, 0.25 * f / total, 0.25 / total])
    for row in (0, 2):
        assert climate.outlook[row].tolist() == [0, 0]
        assert climate.pace[row].tolist() == climate.ease[row].tolist() == [1, 1]
        assert climate.cause_share[row].tolist() == [0, 0.5, 0.25, 0.25] * 2
    assert climate.cause_share[1, :4].tolist() == [0, 0.5, 0.25, 0.25]


def test_odds_of_each_other_outcome_against_another_stay_where_one_cause_becomes_rarer() -> None:
    """In the softmax of causes only the one cause loses: P(k)/P(advance) of the others is what it was."""
    base = make_tables(funnel(), plan()).climate
    kit = make_tables(funnel(programmes={"kit": {"drivers": {"no_budget": 1}}}), plan(programmes={"kit": {}})).climate
    for row in (base, kit):
        advance = sigmoid(float(row.outlook[0, 0]))
        assert (1 - advance) * row.cause_share[0, 1] / advance == pytest.approx(0.5)
        assert (1 - advance) * row.cause_share[0, 3] / advance == pytest.approx(0.25)
    assert kit.cause_share[0, 2] == 0


def test_buyers_who_lack_something_meet_some_causes_more_often() -> None:
    drivers = {
        "no_budget": {"acts": "pricing", "without_budget": math.log(4)},
        "silence": {"acts": "branding", "without_authority": math.log(2), "without_budget": math.log(3)},
    }
    world = funnel(drivers=drivers, buyers={})
    climate = make_tables(world, plan()).climate
    assert climate.kinds == 4
    # Rows: lacks nothing, authority, a budget, both; shares .5 .25 .25, times their factors.
    for row, (budget, silence) in enumerate(((1, 1), (1, 2), (4, 3), (4, 6))):
        assert row_of(0, 4, row < 2, row % 2 == 0) == row
        total = 0.5 + 0.25 * budget + 0.25 * silence
        assert climate.outlook[row].tolist() == pytest.approx([-math.log(total)] * 2)
        assert climate.cause_share[row, 1:4].tolist() == pytest.approx(
            [0.5 / total, 0.25 * budget / total, 0.25 * silence / total]
        )
    assert make_tables(funnel(drivers={"silence": {"acts": "product"}}, buyers={}), plan()).climate.kinds == 1
    drifting = realised(make_tables(world.model_copy(update={"drift": 0.1}), plan()), stream_key(1, 1)).climate
    assert (np.diff(drifting.outlook.reshape(9, 4, 2), axis=0).std(axis=(1, 2)) < 1e-12).all()


def test_of_those_who_lack_a_budget_more_are_lost_for_want_of_it() -> None:
    """Against the odds by hand: .5 to advance; without a budget the cause has 4 times its odds of an eighth."""
    drivers = {"no_budget": {"acts": "lead_generation", "without_budget": math.log(4)}}
    buyers = {"budget": {"good": 0.5, "bad": 0.5}, "authority": {"good": 1, "bad": 1}}
    world = funnel(drivers=drivers, buyers=buyers, bad_fit_logit=0)
    log = simulate(world, plan(months=60, follow=6), seed=11)
    events, truth = log.events, log.truth
    budget = dict(zip(truth.entity.tolist(), truth.budget.tolist(), strict=True))
    lost = (events.kind == Kind.LOST) & (events.visit == 0)
    entered = (events.kind == Kind.STAGE_ENTER) & (events.visit == 0)
    number = log.names.reasons.index("no_budget")
    for has, share in ((1, 1 / 8), (0, (1 / 2) / (1 / 2 + 1 / 4 + 1 / 2 + 1 / 8))):
        mine = np.array([budget.get(int(parent)) == has for parent in log.entities.parent])
        count = int((entered & mine[events.entity]).sum())
        found = int((lost & mine[events.entity] & (events.reason == number)).sum()) / count
        assert abs(found - share) < 4 * math.sqrt(share * (1 - share) / count), (found, share, count)


def test_a_mix_with_more_of_the_high_margin_is_a_logit_of_utilities() -> None:
    climate = make_tables(funnel(programmes={"kit": {"high_margin": 0.4}}), plan(programmes={"kit": {}})).climate
    assert climate.remixes
    plus = 0.25 * math.exp(0.4)
    assert climate.mixes[0].tolist() == pytest.approx([0.75 / (0.75 + plus), 1.0])


def test_programmes_of_the_root_alone_act_before_the_plan() -> None:
    kit = {"programmes": {"kit": {}}}
    world = funnel(programmes={"kit": {"advance": 1}})
    tables = make_tables(world, plan(**kit), root=plan())
    assert tables.run_in is not None
    assert tables.run_in.climate.outlook.tolist() == [[0, 0]]
    assert tables.climate.outlook.tolist() == [[1, 1]]


@given(
    st.lists(st.floats(0.125, 4), min_size=1, max_size=5),
    st.floats(-5, 40),
    st.floats(0, 100),
)
def test_a_clock_with_beats_runs_their_sum(beats: list[float], now: float, days: float) -> None:
    edges = np.linspace(0.0, 30.0, len(beats) + 1)
    then = beaten(edges, np.array(beats), max(now, 0.0), days)
    now = max(now, 0.0)
    grid = [now, *(edge for edge in edges.tolist() if now < edge < then), then]
    run = sum(
        (end - begin) * (beats[int(np.searchsorted(edges, begin, side="right")) - 1] if begin < 30.0 else 1.0)
        for begin, end in pairwise(grid)
    )
    assert run == pytest.approx(days, abs=1e-9)


def test_the_rhythm_by_hand() -> None:
    edges, beats = np.array([0.0, 31.0, 59.0, 90.0]), np.array([0.75, 0.9, 1.35])
    assert beaten(edges, beats, 0.0, 23.25) == pytest.approx(31.0)
    assert beaten(edges, beats, 21.0, 7.5 + 0.9 * 28 + 13.5) == pytest.approx(69.0)
    assert beaten(edges, beats, 80.0, 13.5 + 5) == pytest.approx(95.0)
    assert beaten(edges, beats, 10.0, math.inf) == math.inf
    assert beaten(edges, np.array([0.0, 1.0, 2.0]), 5.0, 0.0) == 5.0
    assert [spell_of(np.array([-math.inf, 31.0]), now) for now in (-1.0, 30.9, 31.0)] == [0, 0, 1]
    climate = make_tables(funnel(rhythm=[0.75, 0.9, 1.35]), plan()).climate
    assert climate.beats.tolist() == [0.9, 1.35, *[0.75, 0.9, 1.35] * 2, 0.75, 0.9]
    assert len(make_tables(funnel(rhythm=[1, 1, 1]), plan()).climate.beats) == 0


def test_a_rhythm_moves_wins_into_the_last_month_of_a_quarter() -> None:
    def in_third_months(world: Funnel) -> float:
        log = simulate(world, plan(months=24, follow=0), seed=5)
        won = log.events.time[log.events.kind == Kind.WON]
        month = np.searchsorted(log.window.month_edges, won[won >= 0.0], side="right") - 1
        return float((month % 3 == 2).mean())

    assert in_third_months(funnel(rhythm=[0.5, 0.5, 2])) > in_third_months(funnel()) + 0.1


def test_drift_is_a_walk_of_months_from_the_plan_on_keyed_by_the_calendar() -> None:
    world = make_tables(funnel(drift=0.3), plan())
    walks = []
    for replication in range(400):
        stream = stream_key(7, replication)
        climate = realised(world, stream).climate
        assert climate.since.tolist() == [-math.inf, 31, 59, 90, 120, 151, 181, 212, 243]
        assert climate.outlook[0].tolist() == [0, 0]
        assert (climate.outlook[:, 0] == climate.outlook[:, 1]).all()
        walks.append(climate.outlook[:, 0])
        again = realised(world, stream)
        assert realised(again, stream) is again
    steps = np.diff(np.array(walks), axis=1)
    assert steps.std() == pytest.approx(0.3, rel=4 / math.sqrt(2 * steps.size))
    assert abs(np.corrcoef(steps[:, 0], steps[:, 1])[0, 1]) < 4 / math.sqrt(len(walks))
    later = realised(make_tables(funnel(drift=0.3), plan(start="2027-02-01", run_in=3)), stream_key(7, 0)).climate
    assert np.diff(later.outlook[:, 0])[:3] == pytest.approx(steps[0, 1:4])
    calm = make_tables(funnel(), plan())
    assert realised(calm, stream_key(7, 0)) is calm


def test_support_costs_once_an_opportunity_and_by_the_days_of_a_month() -> None:
    terms = TERMS | {"from": "2027-01-16"}
    log = simulate(funnel(programmes={"kit": KIT}), plan(programmes={"kit": terms}), seed=3)
    ledger, events = log.ledger, log.events
    support = ledger.account == Account.SUPPORT
    about = ledger.entity[support]
    monthly = [(time, amount) for time, amount in zip(ledger.time[support], ledger.amount[support], strict=True)]
    monthly = [line for line, entity in zip(monthly, about, strict=True) if entity == NOBODY]
    assert monthly == [(15.0, pytest.approx(310 * 16 / 31)), (31.0, 310.0)]
    entered = events.kind == Kind.STAGE_ENTER
    meant = entered & (events.stage == 1) & (events.time >= 15.0) & (events.time < 59.0)
    assert sorted(about[about != NOBODY].tolist()) == sorted(set(events.entity[meant].tolist()))
    assert set(ledger.amount[support][about != NOBODY].tolist()) == {100.0}
    assert (about != NOBODY).sum() > 3


def test_names_and_dates_that_do_not_fit_are_refused() -> None:
    def where(problems: Any) -> list[str]:
        return [problem.where for problem in problems]

    assert where(check_funnel(funnel(programmes={"kit": {"drivers": {"no_bugdet": 0.1}}}))) == [
        "funnel.programmes.kit.drivers.no_bugdet"
    ]
    assert where(check_funnel(funnel(programmes={"kit": {"stages": ["third"]}}))) == ["funnel.programmes.kit.stages.0"]
    assert where(check_funnel(funnel(drivers={"no_bugdet": {"acts": "product"}}))) == ["funnel.drivers.no_bugdet"]
    lonely = {"no_budget": {"acts": "product", "without_authority": 1}}
    assert where(check_funnel(funnel(drivers=lonely))) == ["funnel.drivers.no_budget.without_authority"]
    stage = {"time": 1, "advance": 1, "assets": {"deck": 1}}
    assert where(check_funnel(funnel(stages={"only": stage}))) == ["funnel.stages.only.assets.deck"]
    assert where(check_funnel(funnel(rhythm=[1, 1, 2]))) == ["funnel.rhythm"]
    backward = {"kit": {"from": "2027-02-01", "until": "2027-02-01"}}
    assert where(check_plan(plan(programmes=backward))) == ["plan.programmes.kit.until"]
    assert where(check_pair(funnel(), plan(programmes={"kit": {}}))) == ["plan.programmes.kit"]
