"""Pay by hand: commission laws, effort, the choice of leads, quota periods, and what people are paid by the ledger."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.checks import check_pair, check_plan
from sim.draws import stream_key, text_key
from sim.funnel import Funnel
from sim.laws.pay import (
    accelerator,
    attainment,
    commissions,
    credited,
    effort_factor,
    marginal_rate,
    pace_factor,
    pulled,
    pursuit,
    worth_per_hour,
)
from sim.log import Account, Kind, Log
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables, person_quotas

BANDS = np.array([[1.0, 1.5], [1.25, 2.0]])
NONE = np.empty((0, 2))
INF = math.inf


class TestCommission:
    """Piecewise, marginal, capped, held below a threshold."""

    @pytest.mark.parametrize(
        ("sold", "paid"), [(600_000, 60_000), (800_000, 80_000), (1_000_000, 110_000), (1_200_000, 150_000)]
    )
    @pytest.mark.parametrize("sales", [1, 3, 8])
    def test_a_quota_of_800k_at_10_percent_by_hand(self, stated: Any, sold: float, paid: float, sales: int) -> None:
        """x1 to 100 %, x1.5 to 125 %, x2 above; the same however the bookings are cut into sales."""
        each = sold / sales
        total = sum(0.1 * credited(n * each, each, 800_000.0, BANDS, INF) for n in range(sales))
        assert total == pytest.approx(paid, rel=1e-12)
        stated(f"D30 commission on {sold:,} in {sales} sale{'s' * (sales > 1)}", f"{paid:,}", total, within=1e-12)

    def test_without_bands_and_cap_a_sale_counts_as_it_is(self) -> None:
        assert credited(0.1, 0.7, 3.0, NONE, INF) == 0.7

    def test_nothing_counts_above_the_cap(self) -> None:
        assert credited(90.0, 40.0, 100.0, BANDS, 1.2) == pytest.approx(10 + 20 * 1.5)
        assert credited(120.0, 40.0, 100.0, BANDS, 1.2) == 0.0
        assert marginal_rate(0.1, 1.19, BANDS, 1.2) == pytest.approx(0.15)
        assert marginal_rate(0.1, 1.2, BANDS, 1.2) == 0.0

    def test_a_quota_of_nothing_puts_every_dollar_above_it_and_no_quota_below(self) -> None:
        assert credited(0.0, 10.0, 0.0, BANDS, INF) == 20.0
        assert credited(0.0, 10.0, INF, BANDS, 1.0) == 10.0
        assert credited(0.0, 10.0, 0.0, BANDS, 1.5) == 0.0
        assert (attainment(5.0, 0.0), attainment(5.0, 20.0)) == (INF, 0.25)
        assert math.isnan(attainment(5.0, INF))
        assert marginal_rate(0.1, math.nan, np.array([[0.0, 2.0]]), 0.0) == 0.1

    @given(cuts=st.lists(st.floats(0, 3e5), max_size=8), cap=st.sampled_from([0.5, 1.1, INF]))
    def test_the_law_is_the_integral_of_the_marginal_rate(self, cuts: list[float], cap: float) -> None:
        edges = np.cumsum([0.0, *cuts])
        law = sum(credited(low, high - low, 4e5, BANDS, cap) for low, high in pairwise(edges))
        cell = edges[-1] / 1000
        rates = [marginal_rate(1.0, attainment((k + 0.5) * cell, 4e5), BANDS, cap) for k in range(1000)]
        # Midpoints err by at most half a cell at each of the three jumps, which are of 1.5 at most together.
        assert law == pytest.approx(cell * sum(rates), abs=cell * 2 + 1e-6)

    def test_sales_below_a_threshold_are_paid_with_the_one_that_reaches_it(self) -> None:
        person = np.array([0, 1, 0, -1, 0, 0, 1])
        period = np.array([0, 0, 0, 0, 0, 1, 1])
        amount = np.array([10.0, 30.0, 15.0, 7.0, 40.0, 20.0, 60.0])
        rate = np.array([0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1])
        quota = np.array([[50.0, 50.0], [100.0, INF]])
        pay, held, payer = np.empty(7), np.empty(7, dtype=np.int64), np.empty(7, dtype=np.int64)
        commissions(person, period, amount, rate, quota, BANDS, INF, 0.5, np.zeros(2), np.empty(2), held, pay, payer)
        # Person 0 reaches 25 with his second sale; the third crosses 50 at 25 and 62.5 at 37.5 of its 40 dollars.
        third = 0.1 * (25 + 12.5 * 1.5 + 2.5 * 2)
        assert pay.tolist() == pytest.approx([1.0, 0.0, 3.0, 0.7, third, 0.0, 6.0])
        assert payer.tolist() == [2, 1, 2, 3, 4, 5, 6]


class TestEffort:
    """How effort answers to the next dollar and to the pace."""

    def test_a_lower_rate_than_the_root_plans_lowers_effort_within_its_bounds(self) -> None:
        assert effort_factor(0.04, 0.1, 0.15) == pytest.approx(0.4**0.15)
        assert effort_factor(0.15, 0.1, 0.15) == pytest.approx(1.5**0.15)
        assert effort_factor(0.0, 0.1, 0.15) == 0.5
        assert effort_factor(1.0, 0.1, 1.0) == 1.5
        assert effort_factor(0.04, 0.1, 0.0) == effort_factor(0.04, 0.0, 0.15) == 1.0

    @pytest.mark.parametrize(
        ("booked", "now", "factor"),
        [
            (0, 59, 1.0),
            (0, 60, 1.0),
            (0, 61, 0.85),
            (47.9, 72, 0.85),
            (48.1, 72, 1.0),
            (79, 72, 1.0),
            (80, 72, 1.1),
            (99, 72, 1.1),
            (100, 72, 1.0),
            (90, 30, 1.0),
        ],
    )
    def test_far_and_near_in_the_last_third(self, booked: float, now: float, factor: float) -> None:
        """A quota of 100 in days 0 to 90; on day 72 pace is 80, and 60 % of it 48."""
        assert pace_factor(booked, 100.0, 0.0, 90.0, now, 0.85, 1.1) == factor

    def test_without_a_quota_there_is_no_pace(self) -> None:
        assert pace_factor(0.0, INF, 0.0, 90.0, 89.0, 0.5, 1.5) == 1.0
        assert pace_factor(0.0, 0.0, 0.0, 90.0, 89.0, 0.5, 1.5) == 1.0

    def test_the_accelerator_in_force_begins_at_its_share(self) -> None:
        assert [accelerator(x, BANDS) for x in (0.99, 1.0, 1.24, 1.25, INF)] == [1.0, 1.5, 1.5, 2.0, 2.0]


class TestPursuit:
    """Which lead a rep takes: a binary logit on what an hour of it earns."""

    def test_100_against_80_dollars_an_hour(self, stated: Any) -> None:
        for beta, exact in ((0.05, "0.73105858"), (0.1, "0.88079708"), (0.0, "0.50000000")):
            stated(f"D21 100 against 80 $ an hour, sensitivity {beta:g}", exact, pursuit(beta, 100.0, 80.0, 0.0, 0.0))

    def test_neglect_by_pay_and_its_remedy(self) -> None:
        """60 against 19 $ an hour at equal rates, 24 against 30 where the rep's own opportunities pay four times."""
        assert pursuit(0.05, 60.0, 19.0, 0.0, 0.0) == pytest.approx(0.886, abs=5e-4)
        neglected = pursuit(0.05, 24.0, 30.0, 0.0, 0.0)
        assert neglected == pytest.approx(0.426, abs=5e-4)
        assert pursuit(0.05, 24.0, 30.0, 1.0, 0.0) > pursuit(0.05, 24.0, 30.0, 0.5, 0.0) > neglected

    def test_what_an_hour_is_worth(self) -> None:
        assert worth_per_hour(0.5, 4_000.0, 0.1, 8.0) == pytest.approx(25.0)
        assert worth_per_hour(0.5, 4_000.0, 0.1, 0.0) == INF
        assert worth_per_hour(0.5, 4_000.0, 0.0, 0.0) == 0.0
        assert pursuit(0.05, INF, INF, 0.0, 0.0) == pursuit(0.0, INF, 1.0, 0.0, 0.0) == 0.5
        assert pursuit(0.05, INF, 1.0, 0.0, 0.0) == 1.0


class TestPulledForward:
    """Closes that come into the period before the one in which they are due."""

    EDGES = np.array([-90.0, 0.0, 90.0, 181.0])
    STREAM = stream_key(1, 0)

    def at(self, key: int, now: float, due: float, probability: float = 1.0) -> float:
        return pulled(self.STREAM, key, 0, probability, self.EDGES, 30.0, 10.0, now, due)

    def test_a_close_due_soon_after_a_period_comes_in_its_last_ten_days(self) -> None:
        times = np.array([self.at(text_key(str(k)), 20.0, 100.0) for k in range(400)])
        assert (times >= 80.0).all()
        assert (times < 90.0).all()
        assert times.mean() == pytest.approx(85.0, abs=5 * 10 / math.sqrt(12 * 400))
        late = np.array([self.at(text_key(str(k)), 88.0, 100.0) for k in range(400)])
        assert (late >= 88.0).all()
        assert (late < 90.0).all()

    @pytest.mark.parametrize(("now", "due"), [(90.0, 100.0), (20.0, 121.0), (20.0, 89.0), (20.0, INF), (185.0, 190.0)])
    def test_others_come_when_they_are_due(self, now: float, due: float) -> None:
        assert self.at(7, now, due) == due

    def test_the_share_pulled_is_the_probability(self) -> None:
        times = np.array([self.at(text_key(str(k)), 20.0, 100.0, 0.3) for k in range(2000)])
        assert set(np.unique(times >= 90.0)) == {False, True}
        assert (times < 90.0).mean() == pytest.approx(0.3, abs=5 * math.sqrt(0.21 / 2000))
        assert self.at(7, 20.0, 100.0, 0.0) == 100.0


TERMS: dict[str, Any] = {
    "name": "p", "start": "2027-01-01", "months": 4, "calendar": "always", "run_in": 2, "follow": 0,
    "handoff": {"attempts": 1},
    "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": [1, 1, 1, 2], "quota": 12_000}},
}  # fmt: skip


def a_funnel(leads: float = 20.0) -> Funnel:
    """Every lead becomes an order of 1000 at once."""
    return Funnel.model_validate(
        {
            "name": "at once",
            "channels": {
                "web": {
                    "leads": leads, "spend": 0, "base_share": 1, "segments": {"all": 1}, "mql_probability": 1,
                    "sql_probability": 1,
                }
            },
            "segments": {"all": {"value": 1000}},
            "products": {"thin": {"mix": 0.5}, "fat": {"mix": 0.5}},
            "stages": {"open": {"time": 0, "advance": 1, "losses": {"lost": 1}}},
            "sales_development": {"contact": [1.0], "attempt_effort": 0, "conversation_effort": 0},
        }
    )  # fmt: skip


def a_log(root: dict[str, Any] | None = None, leads: float = 20.0, **changes: Any) -> Log:
    plan = Plan.model_validate(TERMS | changes)
    return simulate(a_funnel(leads), plan, root=Plan.model_validate(TERMS | (changes if root is None else root)))


def total(log: Log, *accounts: Account) -> float:
    return float(log.ledger.amount[np.isin(log.ledger.account, accounts)].sum())


class TestPeriods:
    """Quota periods are whole months of the plan's year, and a person answers for the time in which he is there."""

    def test_quarters_before_and_after_the_start(self) -> None:
        root = Plan.model_validate(TERMS | {"pay": {"quota_period": "month"}})
        plan = Plan.model_validate(TERMS)
        pay = make_tables(a_funnel(), plan, root).pay
        assert pay.periods.tolist() == [-61, -31, 0, 90, 181]
        assert pay.period_quota.tolist() == [1000, 1000, 3000, 3000]
        pay = make_tables(a_funnel(), root, plan).pay
        assert pay.periods.tolist() == [-92, 0, 31, 59, 90, 120]

    def test_a_quota_counts_the_days_of_a_person(self) -> None:
        tables = make_tables(a_funnel(), Plan.model_validate(TERMS))
        quota = person_quotas(tables.seats, tables.pay).quota
        assert np.isinf(quota[0]).all(), "the SDR has none"
        assert quota[1].tolist() == pytest.approx([3000 * 61 / 92, 3000, 3000])
        assert quota[2].tolist() == [INF, INF, 3000], "hired in April"


class TestLedger:
    """What people are paid, line by line."""

    def test_rates_by_product(self) -> None:
        log = a_log(pay={"commission": {"marketing_sourced": 0.1, "products": {"fat": 3}}})
        rows = log.ledger.account == Account.COMMISSION
        product = log.entities.product[log.ledger.entity[rows]]
        assert log.ledger.amount[rows].tolist() == pytest.approx(np.array([100, 300])[product].tolist())
        assert set(product.tolist()) == {0, 1}

    def test_accelerators_pay_by_quarter_and_person(self) -> None:
        log = a_log(pay={"accelerators": [{"above": 1, "times": 2}]})
        rows = log.events.kind == Kind.WON
        for actor in (1, 2):
            for begin, end, quota in ((-61, 0, 3000 * 61 / 92), (0, 90, 3000), (90, 120, 3000)):
                mine = rows & (log.events.actor == actor) & (log.events.time >= begin) & (log.events.time < end)
                booked = float(log.events.amount[mine].sum())
                paid = log.ledger.account == Account.COMMISSION
                paid &= (log.ledger.actor == actor) & (log.ledger.time >= begin) & (log.ledger.time < end)
                expected = 0.1 * (min(booked, quota) + 2 * max(booked - quota, 0.0))
                assert log.ledger.amount[paid].sum() == pytest.approx(expected)

    def test_a_cap_a_threshold_out_of_reach_and_rates_of_nothing_and_all(self) -> None:
        wins = 1000.0 * int((a_log().events.kind == Kind.WON).sum())
        assert total(a_log(), Account.COMMISSION) == pytest.approx(0.1 * wins)
        assert total(a_log(pay={"cap": 0}), Account.COMMISSION) == 0.0
        teams = {"sdr": {"headcount": 1}, "ae": {"headcount": 1, "quota": "1M"}}
        assert total(a_log(teams=teams, pay={"threshold": 1}), Account.COMMISSION) == 0.0
        for rate in (0.0, 1.0):
            assert total(a_log(pay={"commission": {"marketing_sourced": rate}}), Account.COMMISSION) == rate * wins

    def test_a_draw_tops_up_each_month_and_is_not_recovered(self) -> None:
        log = a_log(pay={"draw": 2000})
        edges = np.array([-61, -31, 0, 31, 59, 90, 120])
        for actor, months in ((1, range(6)), (2, (5,))):
            for k in months:
                rows = (log.ledger.actor == actor) & (log.ledger.time >= edges[k]) & (log.ledger.time < edges[k + 1])
                paid = {
                    account: float(log.ledger.amount[rows & (log.ledger.account == account)].sum())
                    for account in (Account.COMMISSION, Account.DRAW)
                }
                assert paid[Account.DRAW] == pytest.approx(max(2000 - paid[Account.COMMISSION], 0))
        assert total(a_log(pay={"draw": 0}), Account.DRAW) == 0.0

    def test_an_sdrs_variable_pay_follows_his_target_and_at_most_twice(self) -> None:
        def paid(target: float | None) -> tuple[list[float], list[int]]:
            team = {"headcount": 1, "variable": 12_000, "overhead": 1, "target": target}
            log = a_log(teams={"sdr": team, "ae": {"headcount": 1}})
            rows = log.ledger.account == Account.VARIABLE_PAY
            accepted = log.events.time[log.events.kind == Kind.ACCEPTED]
            return log.ledger.amount[rows].tolist(), np.histogram(accepted, [-61, -31, 0, 31, 59, 90, 120])[0].tolist()

        amounts, accepted = paid(30)
        assert amounts == pytest.approx([1000 * min(n / 30, 2) for n in accepted])
        assert paid(1)[0] == pytest.approx([2000.0] * 6)
        assert paid(None)[0] == pytest.approx([1000.0] * 6)

    def test_a_bonus_for_each_lead_tried_in_time(self) -> None:
        log = a_log(handoff={"attempts": 1, "sla": 1}, pay={"sla_bonus": 5})
        first = int((log.events.kind == Kind.ATTEMPT).sum())
        assert total(log, Account.SLA_BONUS) == 5.0 * first > 0
        assert set(log.ledger.actor[log.ledger.account == Account.SLA_BONUS].tolist()) == {0}

    def test_the_run_in_is_paid_at_the_root_plans_terms(self) -> None:
        log = a_log(
            root={"pay": {"accelerators": [{"above": 0, "times": 3}], "draw": 0}},
            pay={"accelerators": [{"above": 0, "times": 2}], "draw": 0},
        )
        rows = log.ledger.account == Account.COMMISSION
        assert log.ledger.amount[rows].tolist() == pytest.approx(np.where(log.ledger.time[rows] < 0, 300, 200).tolist())


def wrong(**changes: Any) -> dict[str, str]:
    plan = Plan.model_validate(TERMS | changes)
    return {problem.where: problem.rule for problem in [*check_plan(plan), *check_pair(a_funnel(), plan)]}


def test_what_pay_cannot_be_is_refused() -> None:
    no_quota = {"teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}}
    bands = [{"above": 1, "times": 2}, {"above": 1, "times": 3}]
    assert set(wrong(pay={"accelerators": bands})) == {"plan.pay.accelerators.1.above"}
    assert set(wrong(pay={"cap": 0.2, "threshold": 0.3})) == {"plan.pay.cap"}
    assert set(wrong(pay={"sla_bonus": 5})) == {"plan.handoff.sla"}
    assert set(wrong(pay={"commission": {"products": {"fad": 1}}})) == {"plan.pay.commission.products.fad"}
    for pay in ({"accelerators": bands[:1]}, {"cap": 1}, {"threshold": 0.1}):
        assert set(wrong(pay=pay, **no_quota)) == {"plan.teams.ae.quota"}
        assert not wrong(pay=pay)
