"""Reviews by hand: the days on which they are held, and the cutoff that fills the SDRs' hours."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.plan import Plan
from sim.reviews import JUDGED, Reviews, Situation, cutoff
from sim.tables import make_tables

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
    assert not Reviews(make_tables(funnel, plan)).needed
    assert not Reviews(make_tables(funnel, held_back(plan, hold={"cutoff": 2}))).needed
    reviews = Reviews(make_tables(funnel, held_back(plan), plan))
    assert reviews.needed
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
    worked = (
        tables.clock.before[int(now) + 28 - tables.clock.first_day]
        - tables.clock.before[int(now) - tables.clock.first_day]
    )
    reviews.hold(Situation(now, line, [0, 1], judged))
    passed = math.floor((2 * 0.65 * worked - 12) / tables.overflow.cadence_hours)
    # The lead of exactly four weeks ago is too old; the highest scores pass.
    assert reviews.cutoff == 300 - passed
    assert 80 < passed < 110
    assert reviews.forgotten(judged, now) == 76
