"""A plan that begins within a month: its first month is the rest of it, and what is agreed by the month counts by days.

June has 30 days: from the 5th on 26 of them are left.
"""

from typing import Any

import numpy as np
import pytest

from results.facts import Facts
from results.metrics.catalogue import by_month, measure
from results.periods import months, quarters
from sim.checks import check
from sim.errors import InputError
from sim.funnel import Funnel
from sim.horizon import make_horizon
from sim.log import Account, Kind, Log
from sim.plan import Plan
from sim.run import simulate
from sim.snapshot import OpenDeal, OpenRep, Snapshot
from sim.tables import make_tables, person_quotas

ENGINES = ("simpy", "compiled")
LABELS = {"channel": "web", "segment": "all", "product": "thing"}
LEFT = 26 / 30


def a_funnel(leads: float = 0.0, **changes: Any) -> Funnel:
    return Funnel.model_validate(
        {
            "name": "f",
            "channels": {"web": {"leads": leads, "spend": 0, "base_share": 1, "segments": {"all": 1}}},
            "segments": {"all": {"value": {"law": "constant", "value": 1000}}},
            "products": {"thing": {"mix": 1, "margin": 0.5}},
            "stages": {"open": {"time": 20, "advance": 0.5, "losses": {"lost": 1}}},
            "programmes": {"help": {"advance": 0.1}},
        }
        | changes
    )


def a_plan(start: str = "2017-06-05", **changes: Any) -> Plan:
    terms = {
        "name": "p", "start": start, "months": 3, "calendar": "always", "run_in": 0, "follow": 1,
        "teams": {"sdr": {"headcount": 1, "base": 0}, "ae": {"headcount": 2, "base": 60_000, "overhead": 1.2}},
    }  # fmt: skip
    return Plan.model_validate(terms | changes)


def deals(count: int) -> Snapshot:
    return Snapshot(
        deals=tuple(
            OpenDeal(f"d{k}", **LABELS, stage="open", amount=1000.0, age=k / 4, stage_age=k / 4) for k in range(count)
        )
    )


def paid(log: Log, account: Account) -> list[float]:
    """Day and amount of each line that is not zero, one after another."""
    rows = (log.ledger.account == account) & (log.ledger.amount != 0.0)
    return [each for line in zip(log.ledger.time[rows], log.ledger.amount[rows], strict=True) for each in line]


def test_months_by_hand() -> None:
    horizon = make_horizon(a_plan(), 0)
    assert horizon.edges.tolist() == [0, 26, 57, 88, 118]
    assert horizon.counted_edges.tolist() == [0, 26, 57, 88]
    assert horizon.simulated_shares.tolist() == [LEFT, 1, 1, 1]
    on_the_first = make_horizon(a_plan("2017-06-01"), 0)
    assert on_the_first.edges.tolist() == [0, 30, 61, 92, 122]
    assert on_the_first.simulated_shares.tolist() == [1, 1, 1, 1]
    last_day = make_horizon(a_plan("2016-02-29"), 0)
    assert last_day.edges.tolist() == [0, 1, 32, 62, 93]
    assert last_day.simulated_shares[0] == 1 / 29


def test_what_is_agreed_by_the_month_counts_by_its_days() -> None:
    plan = a_plan(
        spend={"web": [3000, 1000, 1000]},
        costs={"tools": 600},
        campaigns={"fair": {"channel": "web", "spend": 500, "from": "2017-06-20", "until": "2017-06-30"}},
        programmes={"help": {"monthly": 900}},
        follow=0,
    )
    log = simulate(a_funnel(), plan, snapshot=deals(0))
    assert paid(log, Account.PROGRAMME) == pytest.approx([0, 3000 * LEFT, 0, 500, 26, 1000, 57, 1000])
    assert paid(log, Account.OTHER_COST) == pytest.approx([0, 600 * LEFT, 26, 600, 57, 600])
    assert paid(log, Account.SUPPORT) == pytest.approx([0, 900 * LEFT, 26, 900, 57, 900])
    # Two AEs at 60,000 x 1.2 / 12 a month.
    assert paid(log, Account.BASE_PAY) == pytest.approx([0, 6000 * LEFT] * 2 + [26, 6000] * 2 + [57, 6000] * 2)


def test_a_quota_counts_the_days_that_are_left_of_its_period() -> None:
    team = {"sdr": {"headcount": 1}, "ae": {"headcount": 2, "quota": 12_000}}
    for period, begins, quota in (
        ("month", [-4, 26, 57, 88, 118], [1000 * LEFT, 1000, 1000, 1000]),
        # June to August have 92 days, of which 88 are left.
        ("quarter", [-4, 88, 179], [3000 * 88 / 92, 3000]),
    ):
        plan = a_plan(teams=team, pay={"quota_period": period})
        tables = make_tables(a_funnel(), plan, snapshot=deals(0))
        assert tables.pay.periods.tolist() == begins
        quotas = person_quotas(tables.seats, tables.pay)
        assert quotas.quota[1].tolist() == pytest.approx(quota)
        assert quotas.begins[1][0] == 0.0
        # Where somebody tells what he has booked in the period under way, it is the whole period's quota.
        told = make_tables(a_funnel(), plan, snapshot=Snapshot(reps=(OpenRep("ae 1", 90.0, 500.0),)))
        assert person_quotas(told.seats, told.pay).quota[1][0] == quota[1]


def test_metrics_know_that_the_first_month_is_a_part() -> None:
    team = {"sdr": {"headcount": 1}, "ae": {"headcount": 2, "quota": 12_000}}
    log = simulate(a_funnel(30.0), a_plan(teams=team, targets={"mqls": 30}), snapshot=deals(60))
    facts = Facts(log)
    names, spans = months(facts)
    assert names == ("2017-06", "2017-07", "2017-08")
    assert spans.edges.tolist() == [[0, 26, 57], [26, 57, 88]]
    assert quarters(facts)[0] == ("2017-Q2, part", "2017-Q3, part")
    assert facts.head_months("ae", spans) == pytest.approx([2 * LEFT, 2, 2])
    monthly = by_month(facts, ["quota_attainment", "bookings", "mql_shortfall", "mqls"])
    assert monthly["quota_attainment"] == pytest.approx(monthly["bookings"] / (2000 * np.array([LEFT, 1, 1])))
    assert monthly["mql_shortfall"] == pytest.approx(np.maximum(30 * np.array([LEFT, 1, 1]) - monthly["mqls"], 0))
    whole = measure(log, ("bookings", "mqls", "new_customers", "profit"))
    for id, value in whole.items():
        assert by_month(facts, [id])[id].sum() == pytest.approx(value)
    won = log.events.time[(log.events.kind == Kind.WON) & (log.events.time >= 0)]
    counts = np.histogram(won, [0, 26, 57, 88])[0]
    assert (by_month(facts, ["new_customers"])["new_customers"] == counts).all()


@pytest.mark.parametrize("start", ["2017-06-05", "2017-06-30", "2016-02-29"])
def test_both_engines_begin_on_any_day(start: str) -> None:
    plan = a_plan(start, follow=2, spend={"web": 1000}, teams={"sdr": {"headcount": 1}, "ae": {"headcount": 2}})
    one, other = (simulate(a_funnel(40.0), plan, snapshot=deals(30), engine=engine) for engine in ENGINES)
    assert one.digest() == other.digest()
    assert one.window.begins == 0.0
    assert one.window.month_edges[0] == 0.0


def test_the_same_deals_fare_the_same_on_any_day() -> None:
    """Without a calendar it makes no difference to deals which day of a month it is."""

    def wins(start: str) -> list[tuple[float, float]]:
        log = simulate(a_funnel(), a_plan(start, months=6), snapshot=deals(50))
        ended = np.isin(log.events.kind, (Kind.WON, Kind.LOST)) & (log.events.time < 100)
        return list(zip(log.events.time[ended].tolist(), log.events.amount[ended].tolist(), strict=True))

    assert len(wins("2017-06-01")) > 40
    assert wins("2017-06-05") == wins("2017-06-01") == wins("2017-06-30")


def test_leads_come_at_the_same_rate_on_the_same_dates() -> None:
    """A month's spend is spread over the month's days, however many of them are planned."""
    season = {"season": [0.5, 1.5] * 6}
    funnel = a_funnel(30.0, arrivals=season)
    early, late = (make_tables(funnel, a_plan(f"2017-06-0{day}"), snapshot=deals(0)) for day in (1, 5))
    assert (early.rates[:, 4:] == late.rates).all()


def test_a_run_in_is_of_whole_months() -> None:
    with pytest.raises(InputError, match="first day of a month after a run-in"):
        check(a_funnel(), a_plan(run_in=3))
    check(a_funnel(), a_plan("2017-06-01", run_in=3))
    check(a_funnel(), a_plan(run_in=3, open_pipeline="deals.csv"))
