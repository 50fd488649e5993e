"""The ledger by hand: what the run-in costs, at whose terms, and each product's own margin."""

from typing import Any

import numpy as np
import pytest

from sim.billing import Billing
from sim.funnel import Funnel
from sim.invoices import payments
from sim.log import Account, Log
from sim.plan import Plan
from sim.run import simulate


def a_log(leads: float = 0, root: dict[str, Any] | None = None, **plan: Any) -> Log:
    """A company whose every lead becomes an order at once, of one of two products, and renews every 20 days."""
    funnel = Funnel.model_validate(
        {
            "name": "two products",
            "channels": {
                "web": {
                    "leads": leads, "spend": 0, "base_share": 1, "segments": {"all": 1}, "mql_probability": 1,
                    "sql_probability": 1,
                }
            },
            "segments": {"all": {"value": 1000}},
            "products": {"thin": {"mix": 0.5, "margin": 0.2}, "fat": {"mix": 0.5, "margin": 0.9}},
            "stages": {"open": {"time": 0, "advance": 1, "losses": {"lost": 1}}},
            "sales_development": {"contact": [1.0], "attempt_effort": 0, "conversation_effort": 0},
            "customers": {"renewal": 1, "term": 20},
        }
    )  # fmt: skip
    terms = {
        "name": "p", "start": "2027-01-01", "months": 2, "calendar": "always", "run_in": 2, "follow": 0,
        "handoff": {"attempts": 1}, "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}},
    }  # fmt: skip
    return simulate(
        funnel, Plan.model_validate(terms | plan), root=Plan.model_validate(terms | (plan if root is None else root))
    )


def paid(log: Log, account: Account) -> list[tuple[bool, float]]:
    """(in the run-in, amount) of each line, in the order of time."""
    rows = log.ledger.account == account
    return list(zip((log.ledger.time[rows] < 0).tolist(), log.ledger.amount[rows].tolist(), strict=True))


def test_the_run_in_spends_the_mean_of_the_root_plans_first_year() -> None:
    log = a_log(spend={"web": [700, 900]}, root={"spend": {"web": [100, 300]}})
    assert paid(log, Account.PROGRAMME) == [(True, 200), (True, 200), (False, 700), (False, 900)]


def test_pay_and_costs_of_the_run_in_are_the_root_plans() -> None:
    def terms(base: int, costs: int) -> dict[str, Any]:
        return {
            "teams": {"sdr": {"headcount": 1, "base": base, "overhead": 1.5}, "ae": {"headcount": 1, "base": 0}},
            "costs": {"tools": costs},
        }

    log = a_log(**terms(24_000, 70), root=terms(12_000, 50))
    assert paid(log, Account.BASE_PAY) == [(True, 1500), (True, 1500), (False, 3000), (False, 3000)]
    assert paid(log, Account.OTHER_COST) == [(True, 50), (True, 50), (False, 70), (False, 70)]


def test_the_commission_of_the_run_in_is_the_root_plans() -> None:
    log = a_log(
        40, pay={"commission": {"marketing_sourced": 0.3}}, root={"pay": {"commission": {"marketing_sourced": 0.1}}}
    )
    lines = paid(log, Account.COMMISSION)
    assert {before for before, _ in lines} == {True, False}
    assert all(amount == pytest.approx(100 if before else 300) for before, amount in lines)


def test_margins_are_of_the_product_that_was_sold_and_renewed() -> None:
    log = a_log(40)
    margin = np.array([0.2, 0.9])[log.entities.product]
    for earned, margins in ((Account.BOOKING, Account.MARGIN), (Account.RENEWAL, Account.RENEWAL_MARGIN)):
        rows, kept = log.ledger.account == earned, log.ledger.account == margins
        value = dict(zip(log.ledger.entity[rows].tolist(), log.ledger.amount[rows].tolist(), strict=True))
        assert len(set(margin[list(value)].tolist())) == 2, "both products are sold"
        for entity, amount in zip(log.ledger.entity[kept].tolist(), log.ledger.amount[kept].tolist(), strict=True):
            assert amount == pytest.approx(margin[entity] * value[entity])


def test_customers_pay_in_parts_after_their_invoices() -> None:
    """Contracts of twenty days are invoiced at once and paid ten days later, by the terms of their first day."""
    log = a_log(40, billing={"terms": 10}, root={"billing": None})
    sold = np.isin(log.ledger.account, (Account.BOOKING, Account.RENEWAL)) & (log.ledger.time >= 0)
    due = log.ledger.time[sold] + 10
    seen = due < log.window.ends
    assert paid(log, Account.COLLECTION) == [(False, 1000.0)] * int(seen.sum())
    rows = log.ledger.account == Account.COLLECTION
    assert sorted(log.ledger.time[rows].tolist()) == sorted(due[seen].tolist())
    # Who pays is who ordered or renewed.
    assert set(log.ledger.entity[rows].tolist()) <= set(log.ledger.entity[sold].tolist())


def test_a_year_paid_by_the_quarter_by_hand() -> None:
    """365 days are four invoices, at 0, 91.3125, 182.625 and 273.9375; 366 days at a quarter, and a day, are five."""
    day, value = np.array([5.0]), np.array([1200.0])
    which, when, amount = payments(day, value, 365.0, Billing(every=3, terms=30))
    assert (which.tolist(), amount.tolist()) == ([0] * 4, [300.0] * 4)
    assert when.tolist() == pytest.approx([35, 126.3125, 217.625, 308.9375])
    assert len(payments(day, value, 365.25, Billing(every=3))[0]) == 4, "the fifth would fall on the term's end"
    assert len(payments(day, value, 366.0, Billing(every=3))[0]) == 5
    assert payments(day, value, 20.0, Billing())[2].tolist() == [1200.0]
    assert len(payments(day[:0], value[:0], 365.0, Billing())[0]) == 0
