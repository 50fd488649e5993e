"""Campaigns inside channels: what they bring, when, to whom it is ascribed and what it costs."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from sim.checks import check_pair, check_plan, expected_leads
from sim.funnel import Funnel
from sim.log import Account, EntityType, Kind
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables

FAIR: dict[str, Any] = {"channel": "events", "spend": "60k", "from": "2027-03-01", "until": "2027-06-01"}


def with_campaigns(plan: Plan, **campaigns: Any) -> Plan:
    """The plan with these campaigns."""
    return Plan.model_validate(plan.model_dump(by_alias=True) | {"campaigns": campaigns})


def test_a_campaign_brings_the_same_leads_and_some_more(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    calm, fair = (simulate(funnel, each, root=plan, seed=3) for each in (plan, with_campaigns(plan, fair=FAIR)))
    few, many = (set(log.entities.key[log.entities.type == EntityType.LEAD].tolist()) for log in (calm, fair))
    assert few < many
    entities, start = fair.entities, plan.start
    of_it = entities.campaign == 0
    begins, ends = ((dt.date(2027, month, 1) - start).days for month in (3, 6))
    born = entities.created[of_it & (entities.type == EntityType.LEAD)]
    assert (entities.channel[of_it] == tuple(funnel.channels).index("events")).all()
    assert born.min() >= begins
    # Events carry .45 over from week to week: after eight weeks .0017 is left.
    assert 0 < (born > ends).mean() < 0.2
    assert born.max() < ends + 60
    assert fair.names.campaigns == ("fair",)
    assert calm.names.campaigns == ()
    assert (calm.entities.campaign == -1).all()
    for child, parent in enumerate(entities.parent.tolist()):
        if parent >= 0:
            assert entities.campaign[child] == entities.campaign[parent]


def test_a_campaign_has_the_share_of_its_spend(starter: tuple[Funnel, Plan]) -> None:
    """Well into it, its share of the channel's paid leads is that of its spend."""
    funnel, plan = starter
    plan = with_campaigns(plan, fair=FAIR)
    tables = make_tables(funnel, plan)
    day = (dt.date(2027, 5, 20) - plan.start).days - int(tables.horizon.begins)
    row = tuple(funnel.channels).index("events")
    channel, spend = funnel.channels["events"], 60_000 / 92
    own = plan.monthly_spend("events")[4] / (365.25 / 12)
    week = (own + spend) * 365.25 / 12
    half = channel.half_spend * channel.spend
    paid = (
        (1 - channel.base_share) * (1 + (half / channel.spend) ** channel.shape) / (1 + (half / week) ** channel.shape)
    )
    expected = paid / (channel.base_share + paid) * spend / (own + spend)
    assert tables.campaign.campaign_share[0, day] == pytest.approx(expected, rel=1e-4)
    log = simulate(funnel, plan, seed=5)
    entities = log.entities
    inside = (entities.type == EntityType.LEAD) & (entities.channel == row)
    inside &= (entities.created >= 90) & (entities.created < 150)
    share = float((entities.campaign[inside] == 0).mean())
    assert share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / inside.sum()))


def test_leads_of_a_campaign_differ(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    plain = simulate(funnel, with_campaigns(plan, fair=FAIR), seed=3)
    other = simulate(funnel, with_campaigns(plan, fair=FAIR | {"fit": 10, "intent": 0.7}), seed=3)
    assert plain.truth is not None
    assert other.truth is not None
    of_it = other.entities.campaign[other.truth.entity] == 0
    assert of_it.sum() > 50
    assert (other.truth.fit[of_it] == 1).mean() > 0.98
    assert (plain.truth.fit[of_it] == 1).mean() < 0.5
    np.testing.assert_allclose((other.truth.intent - plain.truth.intent)[of_it], 0.7)
    np.testing.assert_array_equal(other.truth.intent[~of_it], plain.truth.intent[~of_it])
    mqls = [
        set(log.entities.key[log.events.entity[(log.events.kind == Kind.MQL) & (log.events.visit == 0)]].tolist())
        for log in (plain, other)
    ]
    assert mqls[0] < mqls[1]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_campaign_is_paid_day_by_day(starter: tuple[Funnel, Plan], engine: Any) -> None:
    funnel, plan = starter
    log = simulate(funnel, with_campaigns(plan, fair=FAIR), root=plan, seed=3, engine=engine)
    lines = (log.ledger.account == Account.PROGRAMME) & (log.ledger.campaign == 0)
    months = [(dt.date(2027, month, 1) - plan.start).days for month in (3, 4, 5)]
    np.testing.assert_array_equal(log.ledger.time[lines], months)
    np.testing.assert_allclose(log.ledger.amount[lines], [60_000 * days / 92 for days in (31, 30, 31)])
    assert (log.ledger.channel[lines] == tuple(funnel.channels).index("events")).all()
    assert (log.ledger.campaign[~lines] == -1).all()


def test_a_campaign_that_costs_nothing_changes_nothing_that_happens(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    free = simulate(funnel, with_campaigns(plan, fair=FAIR | {"spend": 0}), root=plan, seed=3)
    plain = simulate(funnel, plan, seed=3)
    for name, column in free.events.columns().items():
        np.testing.assert_array_equal(column, plain.events.columns()[name])
    assert expected_leads(funnel, with_campaigns(plan, fair=FAIR)) > expected_leads(funnel, plan)


@pytest.mark.parametrize(
    ("change", "where"),
    [({"from": "2026-12-31"}, "from"), ({"until": "2027-03-01"}, "until"), ({"channel": "event"}, "channel")],
)
def test_a_campaign_that_cannot_be(starter: tuple[Funnel, Plan], change: dict[str, Any], where: str) -> None:
    funnel, plan = starter
    plan = with_campaigns(plan, fair=FAIR | change)
    (problem,) = [*check_plan(plan), *check_pair(funnel, plan)]
    assert problem.where == f"plan.campaigns.fair.{where}"
