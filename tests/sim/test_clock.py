"""The two clocks: counted by hand, and inverse to one another."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock import civil_time, hours_per_month, is_open, make_clock, next_opening, worked_hours
from sim.plan import Plan
from sim.rules import due, effort_done, finish
from sim.working_time import Calendar

START = dt.date(2027, 1, 1)  # a Friday
OFFICE = make_clock(Calendar(holidays=(dt.date(2027, 1, 4),)), START, -10, 800)
ALWAYS = make_clock(Plan.model_validate(
    {"name": "p", "start": START, "calendar": "always", "teams": {"sdr": {"headcount": 0}, "ae": {"headcount": 0}}}
).calendar, START, -10, 800)  # fmt: skip


def hours(t: float) -> float:
    """Working hours since the start in the office calendar."""
    before, first, opens, closes = OFFICE
    return worked_hours(before, first, opens, closes, t) - worked_hours(before, first, opens, closes, 0.0)


def test_a_friday_a_weekend_and_a_holiday():
    assert hours(9 / 24) == 0
    assert hours(11 / 24) == pytest.approx(2)
    assert hours(23 / 24) == 8
    assert hours(3.9) == 8  # Monday the 4th is a holiday
    assert hours(4 + 10 / 24) == pytest.approx(9)


def test_opening_hours():
    before, first, opens, closes = OFFICE
    assert is_open(before, first, opens, closes, 9 / 24)
    assert not is_open(before, first, opens, closes, 17 / 24)
    assert not is_open(before, first, opens, closes, 1.5)
    assert next_opening(before, first, opens, 9 / 24) == pytest.approx(4 + 9 / 24)
    assert next_opening(before, first, opens, 0.0) == pytest.approx(9 / 24)


def test_country_holidays():
    clock = make_clock(Calendar(holidays="US"), START, 0, 20)
    assert worked_hours(clock.before, 0, clock.opens, clock.closes, 1.0) == 0  # New Year's Day
    assert worked_hours(clock.before, 0, clock.opens, clock.closes, 4.0) == 8


@given(b=st.floats(0.001, 3000))
def test_civil_time_inverts_working_hours(b):  # type: ignore[no-untyped-def]
    for clock in (OFFICE, ALWAYS):
        t = civil_time(clock.before, clock.first_day, clock.opens, b)
        assert worked_hours(clock.before, clock.first_day, clock.opens, clock.closes, t) == pytest.approx(b, abs=1e-7)


@given(now=st.floats(0, 300), effort=st.floats(0, 200), share=st.floats(0.05, 1), ramp=st.floats(0, 900))
def test_the_hours_done_until_the_finish_are_the_effort(now, effort, share, ramp):  # type: ignore[no-untyped-def]
    hired = 40.0
    args = (OFFICE.before, OFFICE.first_day, OFFICE.opens, OFFICE.closes)
    end = finish(*args, now, effort, share, ramp, hired)
    if end < 790:
        assert effort_done(*args, now, end, share, ramp, hired) == pytest.approx(effort, abs=1e-6)


def test_a_task_by_hand():
    args = (OFFICE.before, OFFICE.first_day, OFFICE.opens, OFFICE.closes)
    # Three hours at half speed from Friday 15:00: two working hours on Friday, four on Tuesday after the holiday.
    assert finish(*args, 15 / 24, 3.0, 0.5, 0.0, 0.0) == pytest.approx(4 + 13 / 24)
    assert finish(*args, 1.25, 0.0, 0.5, 0.0, 0.0) == 1.25
    assert due(*args, 16 / 24, 2.0) == pytest.approx(4 + 10 / 24)


def test_hours_of_a_month():
    assert hours_per_month(Calendar()) == pytest.approx(40 * 365.25 / 84)
    assert hours_per_month(ALWAYS and Calendar(days="mon-sun", hours="00:00-24:00")) == pytest.approx(730.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("ramp", [0.0, 100.0])
def test_hours_that_vanish_in_a_sum_end_now_and_not_at_the_last_closing(ramp):  # type: ignore[no-untyped-def]
    before, first, opens, closes = OFFICE
    opening = next_opening(before, first, opens, 200.0)
    assert finish(before, first, opens, closes, opening, 1e-15, 1.0, ramp, 0.0) == opening
    assert due(before, first, opens, closes, opening, 1e-15) == opening
