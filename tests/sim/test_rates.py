"""Leads a day: a dated factor on a channel's volume moves exactly its days."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from sim.checks import check_funnel, expected_leads
from sim.funnel import Funnel
from sim.horizon import make_horizon
from sim.log import Kind
from sim.plan import Plan
from sim.rates import daily_rates
from sim.run import simulate

SURGE: Any = [{"from": "2027-02", "amount": 1.8}, {"from": "2027-04", "amount": 1}]


def surging(funnel: Funnel, volume: Any) -> Funnel:
    """The funnel with this volume in its first channel."""
    tree = funnel.model_dump(by_alias=True)
    tree["channels"][next(iter(tree["channels"]))]["volume"] = volume
    return Funnel.model_validate(tree)


def test_a_surge_moves_its_days_alone(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    horizon = make_horizon(plan, plan.run_in)
    calm, after = (daily_rates(each, plan, plan, horizon) for each in (funnel, surging(funnel, SURGE)))
    days = np.arange(calm.shape[1]) + int(horizon.begins)
    begins, ends = ((dt.date(2027, month, 1) - plan.start).days for month in (2, 4))
    inside = (days >= begins) & (days < ends)
    np.testing.assert_array_equal(after[0, inside], calm[0, inside] * 1.8)
    np.testing.assert_array_equal(after[0, ~inside], calm[0, ~inside])
    np.testing.assert_array_equal(after[1:], calm[1:])


def test_a_volume_of_one_changes_no_bit(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    one = surging(funnel, {"from": "2027-03", "amount": 1})
    assert simulate(one, plan, seed=3).digest() == simulate(funnel, plan, seed=3).digest()


@pytest.mark.parametrize("volume", [2.0, 0.0])
def test_the_leads_follow_the_volume(starter: tuple[Funnel, Plan], volume: float) -> None:
    funnel, plan = starter
    calm, after = (
        simulate(each, plan, seed=3, calm=funnel)
        for each in (funnel, surging(funnel, {"from": "2027-04", "amount": volume}))
    )

    def leads(log: Any, begin: float, end: float) -> set[int]:
        events, entities = log.events, log.entities
        captured = (events.kind == Kind.CAPTURED) & (events.time >= begin) & (events.time < end)
        rows = events.entity[captured]
        return set(entities.key[rows[entities.channel[rows] == 0]].tolist())

    april = float((dt.date(2027, 4, 1) - plan.start).days)
    assert leads(calm, -1e9, april) == leads(after, -1e9, april)
    before, now = leads(calm, april, 1e9), leads(after, april, 1e9)
    assert now == set() if volume == 0 else before < now


def test_expected_leads_count_the_volume(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    alone = funnel.model_copy(update={"channels": dict([next(iter(funnel.channels.items()))])})
    flat = alone.model_copy(update={"arrivals": alone.arrivals.model_copy(update={"growth": 1.0})})
    months = plan.run_in + plan.months + plan.follow
    calm, after = expected_leads(flat, plan), expected_leads(surging(flat, SURGE), plan)
    assert after / calm == pytest.approx((months + 0.8 * 2) / months)


def test_two_steps_in_one_month_are_refused(starter: tuple[Funnel, Plan]) -> None:
    twice = surging(starter[0], [{"from": "2027-02", "amount": 2}, {"from": "2027-02", "amount": 3}])
    (problem,) = check_funnel(twice)
    assert problem.where.endswith("volume.1.from")
