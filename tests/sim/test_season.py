"""When leads come, and how they answer to spend: powers, waves, weekdays and hours, by hand and in the log."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from sim.checks import check_funnel, expected_leads
from sim.funnel import Funnel
from sim.laws.response import lead_rate
from sim.laws.season import cycle_factor
from sim.log import Kind
from sim.plan import Plan
from sim.run import simulate
from sim.units import DAYS_PER_MONTH

LATE = [0.0] * 12 + [1 / 12] * 12


def changed(funnel: Funnel, **arrivals: Any) -> Funnel:
    """The funnel with some fields of its arrivals changed."""
    tree = funnel.model_dump(by_alias=True)
    tree["arrivals"] |= arrivals
    return Funnel.model_validate(tree)


def captured(funnel: Funnel, plan: Plan, calm: Funnel | None = None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Keys and times of the leads."""
    log = simulate(funnel, plan, seed=3, calm=calm)
    rows = log.events.kind == Kind.CAPTURED
    return log.entities.key[log.events.entity[rows]], log.events.time[rows]


def test_a_power_of_spend_has_one_elasticity() -> None:
    """leads (beta + (1 - beta) (a / ref)^e): what is spent at the reference brings `leads`, nothing brings the base."""
    spent = np.array([10_000.0, 20_000.0, 5_000.0, 0.0]) * 7 / DAYS_PER_MONTH
    found = lead_rate(spent, 120, 10_000, 0.25, 9.0, 9.0, 0.4) * DAYS_PER_MONTH
    assert found == pytest.approx([120, 30 + 90 * 2**0.4, 30 + 90 * 0.5**0.4, 30])


@pytest.mark.parametrize("log", [False, True])
def test_waves_by_hand(log: bool) -> None:
    """At the quarters of a period sine and cosine are 0 or 1; the mean over the period is one."""
    quarters = np.array([0.0, 25.0, 50.0, 75.0])
    found = cycle_factor(quarters, 100.0, (0.4,), (0.1,), log)
    expected = np.array([1.1, 1.4, 0.9, 0.6])
    if log:
        expected = np.exp(expected - 1) / special.i0(math.hypot(0.4, 0.1))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    whole = cycle_factor(np.arange(1000) / 10, 100.0, (0.4, 0.2), (0.1, -0.1), log)
    assert whole.mean() == pytest.approx(1, rel=1e-12)


def test_leads_come_in_their_days_and_hours(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    own = changed(funnel, in_hours_share=None, weekdays=[0, 3.5, 0, 0, 0, 3.5, 0], hours=LATE)
    keys, times = captured(own, plan)
    assert len(keys) > 1000
    assert (times % 1 >= 0.5).all()
    weekday = (np.floor(times).astype(np.int64) + plan.start.weekday()) % 7
    share = (weekday == 1).mean()
    assert set(weekday.tolist()) == {1, 5}
    assert share == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(len(keys)))


def test_an_hour_is_a_reading_of_the_same_draw(starter: tuple[Funnel, Plan]) -> None:
    """Hours move no lead to another day, and what a scenario says of them holds from the plan's start on."""
    funnel, plan = starter
    flat = changed(funnel, in_hours_share=None, hours=[1 / 24] * 24)
    keys, times = captured(flat, plan)
    late_keys, late_times = captured(changed(flat, hours=LATE), plan, calm=flat)
    days, late = dict(zip(keys.tolist(), times, strict=True)), dict(zip(late_keys.tolist(), late_times, strict=True))
    assert days.keys() == late.keys()
    for key, time in days.items():
        if time < 0:
            assert late[key] == time
        else:
            day = math.floor(time)
            assert late[key] == pytest.approx(day + 0.5 + (time - day) / 2, abs=1e-9)


def test_days_and_hours_that_are_all_alike_move_no_lead_to_another_day(starter: tuple[Funnel, Plan]) -> None:
    flat = changed(starter[0], in_hours_share=None)
    keys, times = captured(flat, starter[1])
    again_keys, again_times = captured(changed(flat, hours=[1 / 24] * 24, weekdays=[1] * 7), starter[1])
    days = dict(zip(keys.tolist(), np.floor(times), strict=True))
    assert days == dict(zip(again_keys.tolist(), np.floor(again_times), strict=True))


def test_expected_leads_know_the_power(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    for channel in tree["channels"].values():
        channel |= {"response": "power", "elasticity": 0.5, "base_share": 0}
    power = Funnel.model_validate(tree)
    doubled = plan.model_copy(update={"spend": {name: 4 * channel.spend for name, channel in power.channels.items()}})
    once = plan.model_copy(update={"spend": {name: channel.spend for name, channel in power.channels.items()}})
    assert expected_leads(power, doubled) / expected_leads(power, once) == pytest.approx(2)
    none = plan.model_copy(update={"spend": {}})
    assert expected_leads(power, none) == 0


@pytest.mark.parametrize(
    ("arrivals", "where"),
    [
        ({"cycle": {"form": "linear", "sine": [0.9], "cosine": [0.6]}}, "cycle"),
        ({"cycle": {"form": "linear", "sine": [0.6, 0.6]}}, "cycle"),
        ({"weekdays": [1.2] * 7, "in_hours_share": None}, "weekdays"),
        ({"hours": [0.04] * 24, "in_hours_share": None}, "hours"),
        ({"weekdays": [1] * 7}, "in_hours_share"),
    ],
)
def test_what_cannot_be_a_profile_is_refused(starter: tuple[Funnel, Plan], arrivals: Any, where: str) -> None:
    (problem,) = check_funnel(changed(starter[0], **arrivals))
    assert problem.where == f"funnel.arrivals.{where}"
