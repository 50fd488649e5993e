"""Reviews by hand: the days on which they are held, the cutoff that fills the SDRs' hours, spend that is cut."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from sim.arrivals import arrivals
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Account, EntityType, Kind, Log
from sim.plan import Plan
from sim.reviews import JUDGED, QUALIFIED, Reviews, Situation, cutoff
from sim.run import simulate
from sim.tables import make_tables
from sim.units import DAYS_PER_MONTH

Starter = tuple[Funnel, Plan]


def held_back(plan: Plan, **terms: Any) -> Plan:
    """A plan that holds leads back."""
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["overflow"] = {"policy": "hold_nurture", **terms}
    return Plan.model_validate(tree)


def test_as_many_leads_pass_the_cutoff_as_there_are_hours_for() -> None:
    scores = np.array([3.0, 1.0, 4.0, 1.5, 9.0])
    assert cutoff(scores, 2.0, 10.0) == -math.inf
    assert cutoff(scores, 2.0, 9.9) == 1.5
    assert cutoff(scores, 2.0, 4.0) == 4.0
    assert cutoff(scores, 2.0, 1.9) == math.inf
    assert cutoff(scores, 2.0, -50.0) == math.inf
    assert cutoff(scores, 0.0, 0.0) == -math.inf
    assert cutoff(scores[:0], 2.0, 0.0) == -math.inf


def test_reviews_are_held_on_mondays_if_somebody_needs_them(starter: Starter) -> None:
    funnel, plan = starter
    assert not Reviews(make_tables(funnel, plan)).days
    assert not Reviews(make_tables(funnel, held_back(plan, hold={"cutoff": 2}))).days
    reviews = Reviews(make_tables(funnel, held_back(plan), plan))
    assert reviews.remembers
    dates = [plan.start + dt.timedelta(days=day) for day in reviews.days]
    assert {date.weekday() for date in dates} == {0}
    assert (np.diff(reviews.days) == 7).all()
    horizon = make_tables(funnel, plan).horizon
    assert horizon.begins < reviews.days[0] <= horizon.begins + 7
    assert horizon.ends - 7 <= reviews.days[-1] < horizon.ends


def test_a_cutoff_of_the_plan_stands_and_one_by_feedback_begins_with_nothing(starter: Starter) -> None:
    funnel, plan = starter
    assert Reviews(make_tables(funnel, held_back(plan, hold={"cutoff": 2}))).cutoff == 2
    learning = make_tables(funnel, held_back(plan))
    reviews = Reviews(learning)
    assert reviews.cutoff == -math.inf
    reviews.cutoff = 1.0
    reviews.adopt(learning)
    assert reviews.cutoff == 1.0
    reviews.adopt(make_tables(funnel, plan))
    assert reviews.cutoff == -math.inf


def test_a_review_weighs_the_leads_of_four_weeks_against_the_hours_of_four_weeks(starter: Starter) -> None:
    """Two established SDRs of .65 x 160 working hours, 12 of them queued: a lead of 2 hours is passed on (208-12)/2
    times."""
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    tree["sales_development"] |= {
        "contact": [0.5] * 8,
        "attempt_effort": {"law": "exponential", "mean": 0.75},
        "conversation_effort": 0.5,
    }
    tree["sdr"] |= {"selling_share": 0.65, "tenure": None}
    tables = make_tables(Funnel.model_validate(tree), held_back(plan))
    # 1 hour an attempt, and 2 (1 - .5^8) attempts a lead.
    assert tables.overflow.cadence_hours == pytest.approx(2 * (1 - 0.5**8))
    reviews = Reviews(tables)
    line = np.zeros(100, dtype=np.int64)
    line[[0, 3]] = 5, 7
    now = next(day for day in reviews.days if day >= 60.0)
    judged = np.zeros(300, dtype=JUDGED)
    judged["time"] = now - 28.0 + np.arange(300) * 28.0 / 300
    judged["score"] = np.arange(300)
    judged["verdict"] = QUALIFIED
    worked = (
        tables.clock.before[int(now) + 28 - tables.clock.first_day]
        - tables.clock.before[int(now) - tables.clock.first_day]
    )
    reviews.hold(Situation(now, True, line, [0, 1], judged))
    passed = math.floor((2 * 0.65 * worked - 12) / tables.overflow.cadence_hours)
    # The lead of exactly four weeks ago is too old; the highest scores pass.
    assert reviews.cutoff == 300 - passed
    assert 80 < passed < 110
    assert len(reviews.mqls) == 299
    reviews.hold(Situation(now + 7, True, line, [0, 1], judged[:0]))
    assert len(reviews.mqls) == 300 - 76


def throttled(plan: Plan, **terms: Any) -> Plan:
    """A plan that cuts its spend, with one SDR, so that there is overflow all the time."""
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["overflow"] = {"policy": "throttle", "when_backlog_hours_per_rep": 1, **terms}
    tree["teams"]["sdr"]["headcount"] = 1
    return Plan.model_validate(tree)


def test_leads_of_a_cut_spend_are_those_that_a_lower_spend_would_have_brought(starter: Starter) -> None:
    """The rate follows the spend that is left through carry-over and saturation; leads deeper than it stay away."""
    funnel, plan = starter
    cut = throttled(plan, throttle={"cut": 0.7})
    tables, stream = make_tables(funnel, cut), stream_key(1, 0)
    all_ = arrivals(tables, stream)
    log = simulate(funnel, cut)
    rows = log.events.kind == Kind.THROTTLED
    mondays = set(log.events.time[rows].tolist())
    assert len(mondays) > 10
    assert log.events.amount[rows] == pytest.approx(0.3)
    came = set(log.entities.key[log.entities.type == EntityType.LEAD].tolist())
    expected, seen = set(), 0
    for row, channel in enumerate(funnel.channels.values()):
        planned = spent = float(tables.spending.steady[row])
        kept = {}
        begins = int(tables.horizon.begins)
        monday = begins - (plan.start + dt.timedelta(days=begins)).weekday()
        for week in range(tables.spending.weekly.shape[1]):
            spend = float(tables.spending.weekly[row, week])
            share = 0.3 if float(monday + 7 * week) in mondays else 1.0
            planned = channel.carry_over * planned + (1 - channel.carry_over) * spend
            spent = channel.carry_over * spent + (1 - channel.carry_over) * spend * share
            half = channel.half_spend * channel.spend * 7 / DAYS_PER_MONTH
            full = 1 / (1 + (half / (channel.spend * 7 / DAYS_PER_MONTH)) ** channel.shape)
            levels = [
                channel.base_share + (1 - channel.base_share) / (1 + (half / a) ** channel.shape) / full
                for a in (spent, planned)
            ]
            kept[week] = levels[0] / levels[1]
        for lead in all_[all_["channel"] == row]:
            week = (math.floor(lead["time"]) - monday) // 7
            assert abs(lead["depth"] - kept[week]) > 1e-9
            seen += lead["depth"] >= kept[week]
            if lead["depth"] < kept[week]:
                expected.add(int(lead["key"]))
    assert came == expected
    assert seen > 30


def test_spend_that_is_cut_is_not_paid(starter: Starter) -> None:
    funnel, plan = starter
    cut = throttled(plan, throttle={"cut": 1})
    ours, theirs = simulate(funnel, throttled(plan, throttle={"cut": 0})), simulate(funnel, cut)
    assert not (ours.events.kind == Kind.THROTTLED).any()
    days = 0.0
    for monday in theirs.events.time[theirs.events.kind == Kind.THROTTLED].tolist():
        days += max(min(monday + 7, 31.0) - max(monday, 0.0), 0.0)
    assert days > 0

    def january(log: Log) -> float:
        rows = (log.ledger.account == Account.PROGRAMME) & (log.ledger.time == 0.0)
        return float(log.ledger.amount[rows].sum())

    assert january(theirs) == pytest.approx(january(ours) * (1 - days / 31))


def test_a_cut_of_nothing_changes_nothing(starter: Starter) -> None:
    funnel, plan = starter
    push = throttled(plan, policy="push")
    ours, theirs = simulate(funnel, push), simulate(funnel, throttled(plan, throttle={"cut": 0}))
    other = ~np.isin(theirs.events.kind, (Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS))
    for name, column in ours.events.columns().items():
        assert np.array_equal(column, theirs.events.columns()[name][other])
    assert np.array_equal(ours.ledger.amount, theirs.ledger.amount)
