"""Discounts: what they take off an order and its margin, and what they do in the last stage."""

from typing import Any

import numpy as np
import pytest

from sim.checks import check_pair
from sim.funnel import Funnel
from sim.log import Account, EntityType, Kind
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables

STAGE = {"time": 5, "advance": 0.5, "losses": {"lost": 1}}


def funnel() -> Funnel:
    """Leads who all become opportunities worth 1000; two stages."""
    every = {"segments": {"any": 1}, "mql_probability": 1, "sql_probability": 1}
    return Funnel.model_validate(
        {
            "name": "prices",
            "channels": {"all": {"leads": 60, "spend": 0, "base_share": 1, **every}},
            "segments": {"any": {"value": 1000}},
            "products": {"core": {"mix": 0.5, "margin": 0.8}, "plus": {"mix": 0.5, "margin": 0.6, "price_logit": 0.2}},
            "stages": {"first": STAGE, "last": STAGE},
            "customers": {"renewal": 1, "term": 60},
            "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
        }
    )


def plan(**fields: Any) -> Plan:
    """Six months with two before them."""
    tree: dict[str, Any] = {"name": "prices", "start": "2027-01-01", "months": 6, "run_in": 2, "follow": 0}
    tree |= {"teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, "calendar": "always"}
    return Plan.model_validate(tree | {"handoff": {"attempts": 1, "recycles": 0}} | fields)


def test_a_discount_lowers_value_and_margin_of_what_is_opened_under_it() -> None:
    """Cost stays: .4 of 1000; of the 750 that are paid 350 are left. What was opened before is as it was."""
    log = simulate(funnel(), plan(discounts={"plus": 0.25}), root=plan(), seed=2)
    ledger, entities = log.ledger, log.entities
    opened = log.events.kind == Kind.OPENED
    deals = log.events.entity[opened]
    early = log.events.time[opened] < 0
    plus = entities.product[deals] == 1
    value = np.where(plus & ~early, 750.0, 1000.0)
    assert (log.events.amount[opened] == value).all()
    left = np.where(plus, np.where(early, 600.0, 350.0), 800.0)
    margin_of = dict(zip(deals.tolist(), left.tolist(), strict=True))
    rows = {account: ledger.account == account for account in (Account.MARGIN, Account.RENEWAL_MARGIN)}
    for entity, amount in zip(ledger.entity[rows[Account.MARGIN]], ledger.amount[rows[Account.MARGIN]], strict=True):
        assert amount == pytest.approx(margin_of[int(entity)])
    renewed = rows[Account.RENEWAL_MARGIN]
    assert (entities.type[ledger.entity[renewed]] == EntityType.CUSTOMER).all()
    for entity, amount in zip(ledger.entity[renewed], ledger.amount[renewed], strict=True):
        assert amount == pytest.approx(margin_of[int(entities.parent[entity])])
    assert (ledger.time[rows[Account.MARGIN]] > 0).sum() > 10
    assert renewed.sum() > 10


def test_a_discount_helps_in_the_last_stage_and_counts_in_what_a_lead_is_worth() -> None:
    tables = make_tables(funnel(), plan(discounts={"plus": 0.25, "core": 0.5}))
    assert tables.prices.closing.tolist() == pytest.approx([0, 0.5])
    chance = 1 / (1 + np.exp(-0.5))
    assert tables.handoff.order[0, 0].tolist() == pytest.approx([500 * 0.25, 750 * 0.5 * chance])
    free = make_tables(funnel(), plan())
    assert free.prices.price.tolist() == [1, 1]
    assert free.prices.closing.tolist() == [0, 0]


def test_a_product_that_is_not_sold_has_no_discount() -> None:
    (problem,) = check_pair(funnel(), plan(discounts={"pulse": 0.1}))
    assert problem.where == "plan.discounts.pulse"
    assert "plus" in (problem.remedy or "")
