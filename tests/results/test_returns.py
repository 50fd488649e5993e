"""Orders, returns, cash and the flow of the pipeline by hand."""

import dataclasses
import math

import numpy as np
import pytest

from results.cuts import by_part
from results.metrics.catalogue import CATALOGUE, by_month, measure, missing
from sim.log import Account, Kind

COST = 300 + 18 + 1500 + 34 + 8 + 3 + 5 + 30 + 50 + 14
EXISTING = (
    8 + 3 + 5 + 4 + 6 + 900 * 2 / 8
)  # care, survey, winback, commission and nurture of the upsell, a quarter of pay

ON_PAPER = {
    # Orders won: 100, 200, 1200; first orders before the window: 300, 500
    "new_customer_value": 500,
    "new_customer_value_median": 200,
    "new_customer_value_p90": 1000,  # four fifths of the way from 200 to 1200
    "high_value_share": 1 / 3,  # twice the median of five is 600
    "order_value_median": 200,
    "order_value_p90": 1000,
    "order_value_gini": 2200 / (3 * 1500),
    "top_fifth_share": 0.6 * 1200 / 1500,
    "revenue_at_risk": 1200 / (140 + 200 + 1200 + 500),
    "revenue_at_risk_top_ten": 1,
    "cost_per_sql_programme": 300 / 3,
    "cost_per_opportunity": (300 + 18 + 600 + 30)
    / 3,  # B, C and D; the others have no lead, the upsell is a customer's
    "cost_per_mql_lagged": 318 / 5,  # a day in the median: no month
    "cac_lagged": (60 + 100 + 18 + 1500 + 10 + 30 + 14) / 3,  # 50 days in the median: two months; November to January
    "program_bookings_ratio": (200 + 1200 + 500) / 300,
    "campaign_profit": (160 + 600 + 400) - 300 - (12 + 30 + 20 + 14),
    "total_roi": (80 + 160 + 32 + 600 - COST) / COST,
    "marketing_to_bookings": 318 / 1540,
    "bookings_per_ae": (100 + 200 + 40) * 4,
    "margin_per_rep_hour": 872 / (20 + 30),
    "cost_per_new_dollar": (COST - EXISTING) / 1500,
    "cost_per_existing_dollar": EXISTING / (40 + 140 + 500),
    "churn_rate": 1 / 3,
    "period_retention_rate": 1 / 2,
    "lapsed_customers": 1,
    "revenue_from_new_customers": 100 + 8 + 30 * 2.8 + 50 * 4 + 10 * 24,
    "collections_share": 340 / (1540 + 640),
    "days_to_cash": (100 * 30 + 50 * 30 + 50 * 40) / 200,
    "pipeline_value": 500 + 400,
    "pipeline_value_weighted": 500 * 3 / 4 + 400 * 3 / 5,  # D in close, F in meeting
    "pipeline_coverage": 900 / (6000 / 4),
    "final_stage_win_rate": 3 / 4,
    "slow_opportunity_share": 1 / 2,  # wins took 10, 20, 30, 34, 55: nine in ten 46.6; D is 14 old, F 50
    "slow_mql_share": 1 / 2,  # acceptance took 2, 3, 4: nine in ten 3.8; two wait for 10 and for 2
}


@pytest.fixture
def books(story):
    """Contracts of fifty days; one AE and one SDR.

    A   paid, captured -40; opened and in meeting -10, close 0, won 10 (100) by the AE; upsell opened 30, won 50 (40) by
        the AE; renews on 60 for 140
    B   paid, captured 1, MQL 2, accepted 5; opened and in meeting 6, close 20, won 40 (200) by the AE
    C   events, captured 5, MQL 20, accepted 22; opened and in meeting 25, close 60, won 80 (1200)
    D   events, captured 70, MQL 71, accepted 75; opened and in meeting 76, close 85, won 200 (500)
    E   opened and in meeting 20, lost 60; F opened and in meeting 40 (400)
    G   opened and in meeting 10, close 12, lost 30
    O   a customer since -50 (300), churns 55; P since -60 (500), renews -10 and 40
    two more leads are captured and MQLs on 80 and 88
    costs: 100 a month of programmes (30 before January), the rest as below; gross margin .8, of C .5
    """
    made = story(ends=600.0)
    made.terms = dataclasses.replace(made.terms, term=50.0, discount=0.1, billed=True)
    old = []
    for opened, won, value in ((-60, -50, 300), (-90, -60, 500)):
        made.win(won, made.opportunity(opened, value), value)
        old.append(len(made.entities) - 2)
    made.say(55, Kind.CHURNED, old[0], amount=300)
    for day in (-10, 40):
        made.say(day, Kind.RENEWED, old[1], amount=500)
    leads = {name: made.lead(day, ch) for name, day, ch in (("A", -40, 0), ("B", 1, 0), ("C", 5, 1), ("D", 70, 1))}
    for name, qualified, accepted in (("B", 2, 5), ("C", 20, 22), ("D", 71, 75)):
        made.say(qualified, Kind.MQL, leads[name])
        made.say(accepted, Kind.ACCEPTED, leads[name])
    for day in (80, 88):
        made.say(day, Kind.MQL, made.lead(day))
    deals, customers = {}, {}
    for name, opened, closes, value, won, actor in (
        ("A", -10, 0, 100, 10, 1), ("B", 6, 20, 200, 40, 1), ("C", 25, 60, 1200, 80, -1), ("D", 76, 85, 500, 200, 1),
        ("E", 20, None, 300, None, 0), ("F", 40, None, 400, None, 0), ("G", 10, 12, 50, None, 0),
    ):  # fmt: skip
        channel = made.entities[leads[name]][2] if name in leads else -1
        deals[name] = made.opportunity(opened, value, leads.get(name, -1), channel)
        made.say(opened, Kind.STAGE_ENTER, deals[name], stage=0)
        if closes is not None:
            made.say(closes, Kind.STAGE_ENTER, deals[name], stage=1, visit=1)
        if won is not None:
            made.win(won, deals[name], value, actor=actor)
            customers[name] = len(made.entities) - 2
    for name, day, value in (("E", 60, 300), ("G", 30, 50)):
        made.say(day, Kind.LOST, deals[name], reason="price", amount=value)
    upsell = made.opportunity(30, 40, customers["A"], 0)
    made.win(50, upsell, 40, customer=False, actor=1)
    made.say(50, Kind.EXPANDED, customers["A"], amount=40)
    made.say(60, Kind.RENEWED, customers["A"], amount=140)
    for deal, day, hours in ((deals["B"], 30, 6.0), (upsell, 45, 2.0)):
        made.say(day, Kind.TASK_END, deal, actor=1, amount=hours)
    for day, each in ((-61, 15.0), (-31, 15.0)):
        made.pay(day, Account.PROGRAMME, each, channel=0)
        made.pay(day, Account.PROGRAMME, each, channel=1)
    for day in (0, 31, 59, 90):
        made.pay(day, Account.PROGRAMME, 60.0, channel=0)
        made.pay(day, Account.PROGRAMME, 40.0, channel=1)
    for day, account, amount, channel, actor, who in (
        (5, Account.BASE_PAY, 600, -1, 0, -1), (5, Account.BASE_PAY, 900, -1, 1, -1),
        (10, Account.COMMISSION, 10, 0, 1, deals["A"]), (40, Account.COMMISSION, 20, 0, 1, deals["B"]),
        (50, Account.COMMISSION, 4, 0, 1, upsell), (3, Account.NURTURE, 12, 0, -1, leads["B"]),
        (30, Account.NURTURE, 6, 0, -1, upsell), (65, Account.CARE, 8, 0, -1, customers["A"]),
        (66, Account.SURVEYS, 3, 0, -1, customers["A"]), (67, Account.WINBACK, 5, -1, -1, -1),
        (6, Account.EXTERNAL, 30, 1, -1, leads["C"]), (31, Account.OTHER_COST, 50, -1, -1, -1),
        (26, Account.SUPPORT, 14, 1, -1, deals["C"]), (10, Account.MARGIN, 80, 0, -1, deals["A"]),
        (40, Account.MARGIN, 160, 0, -1, deals["B"]), (50, Account.MARGIN, 32, 0, -1, upsell),
        (80, Account.MARGIN, 600, 1, -1, deals["C"]), (200, Account.MARGIN, 400, 1, -1, deals["D"]),
        (40, Account.COLLECTION, 100, 0, -1, deals["A"]), (70, Account.COLLECTION, 50, 0, -1, deals["B"]),
        (80, Account.COLLECTION, 50, 0, -1, deals["B"]), (75, Account.COLLECTION, 140, 0, -1, customers["A"]),
    ):  # fmt: skip
        made.pay(float(day), account, float(amount), channel=channel, actor=actor, entity=who)
    made.selling(0, 0, 4.0, 6.0, 10.0)
    made.selling(1, 1, 10.0, 10.0, 10.0)
    return made


def test_books_on_paper(books):
    assert measure(books.log(), ON_PAPER) == pytest.approx(ON_PAPER, rel=1e-12)


def test_returns_over_whole_lives(books):
    """Three customers' lifetime value against all costs."""
    found = measure(books.log(), ("ltv", "lifetime_roi"))
    assert found["lifetime_roi"] == pytest.approx((3 * found["ltv"] - COST) / COST, rel=1e-12)


def test_account_managers_are_a_cost_of_customers(books):
    """One is paid 70 and has ten hours to sell in."""
    books.names = dataclasses.replace(books.names, teams=("sdr", "ae", "am"), seats=("sdr/0", "ae/0", "am/0"))
    books.pay(5, Account.BASE_PAY, 70.0, actor=2)
    books.selling(2, 2, 10.0, 0.0, 0.0)
    found = measure(books.log(), ("cost_per_existing_dollar", "cost_per_new_dollar", "margin_per_rep_hour"))
    assert found["cost_per_existing_dollar"] == pytest.approx((EXISTING + 70) / 680)
    assert found["cost_per_new_dollar"] == pytest.approx((COST - EXISTING) / 1500)
    assert found["margin_per_rep_hour"] == pytest.approx(872 / 60)


def test_their_months(books):
    months = by_month(books.log(), ON_PAPER)
    # Customers of January for November's cost, of February for December's, of March for January's.
    np.testing.assert_allclose(months["cac_lagged"], [30, 30, 100 + 18 + 1500 + 10 + 30 + 14])
    np.testing.assert_allclose(months["order_value_median"], [100, 200, 1200])
    np.testing.assert_allclose(months["top_fifth_share"], [0.2, 0.2, 0.2])
    np.testing.assert_allclose(months["order_value_gini"], [0, 0, 0])
    np.testing.assert_allclose(months["campaign_profit"], [160 + 600 - 100 - 76, -100, 400 - 100])
    np.testing.assert_allclose(months["period_retention_rate"], [2 / 2, 2 / 3, 3 / 3])
    # By the end of January A is won and G lost, and B, C and E are open; then B is won too, and C, E and F are open.
    np.testing.assert_allclose(
        months["pipeline_value_weighted"], [(200 + 1200 + 300) * 1 / 2, (1200 + 300 + 400) * 2 / 3, 615]
    )
    np.testing.assert_allclose(months["pipeline_coverage"][2], 0.6)


def test_their_channels(books):
    found = by_part(books.log(), "channel", [id for id in ON_PAPER if "channel" in CATALOGUE[id].cuts])
    assert found["campaign_profit"] == pytest.approx(
        {"paid": 160 - 180 - 12 - 20, "events": 1000 - 120 - 30 - 14, "": 0}
    )
    assert found["order_value_median"] == pytest.approx({"paid": 150, "events": 1200, "": math.nan}, nan_ok=True)
    assert found["lapsed_customers"] == {"paid": 0, "events": 0, "": 1}
    assert found["cost_per_sql_programme"]["events"] == 60
    with pytest.raises(Exception, match="cannot be told apart by channel"):
        by_part(books.log(), "channel", ["high_value_share"])


def test_costs_before_what_was_observed_are_not_known(books):
    """Two months before the window lie before the log; and nobody knows how long nobody takes."""
    log = dataclasses.replace(books.log(), window=dataclasses.replace(books.window, begins=-60.0))
    assert math.isnan(measure(log, ["cac_lagged"])["cac_lagged"])
    np.testing.assert_allclose(by_month(log, ["cac_lagged"])["cac_lagged"], [np.nan, 30, 1672])
    assert "costs observed so long before" in missing(log, ["cac_lagged"])["cac_lagged"]


def test_a_campaign_that_is_too_young_is_said_to_be(books):
    """Of 400 days only January's campaign is a year old; of 380 none."""
    log, ids = books.log(), ["campaign_profit", "program_bookings_ratio"]
    year = dataclasses.replace(log, window=dataclasses.replace(log.window, ends=400.0))
    assert measure(year, ids) == pytest.approx(dict(zip(ids, (160 + 600 - 100 - 76, 1400 / 100), strict=True)))
    young = dataclasses.replace(log, window=dataclasses.replace(log.window, ends=380.0))
    why = missing(young, ids)
    assert why["campaign_profit"] == "what it counts must be at least 365 days old when the log ends"
    assert "programme cost of the window's months" in why["program_bookings_ratio"]


def test_a_history_says_what_it_lacks(books):
    why = missing(books.log(simulated=False), ON_PAPER)
    assert set(why) == {"revenue_from_new_customers", "pipeline_coverage", "slow_mql_share"}
    unknown = books.log(simulated=False)
    amount = np.where(unknown.events.kind == Kind.WON, np.nan, unknown.events.amount)
    events = dataclasses.replace(unknown.events, amount=amount)
    why = missing(dataclasses.replace(unknown, events=events), ON_PAPER)
    assert {"order_value_median", "order_value_gini", "top_fifth_share", "high_value_share", "revenue_at_risk"} < set(
        why
    )


def test_of_nothing_nothing_is_said(story):
    made = story()
    made.terms = dataclasses.replace(made.terms, term=50.0, discount=0.1, billed=True)
    found = measure(made.log(), ON_PAPER)
    assert {id for id, value in found.items() if value == 0} == {
        "lapsed_customers", "revenue_from_new_customers", "campaign_profit", "pipeline_value",
        "pipeline_value_weighted",
    }  # fmt: skip
    assert all(math.isnan(value) for value in found.values() if value != 0)


@pytest.mark.parametrize("count", [1, 2, 5, 7])
def test_equal_orders_are_not_unequal(story, count):
    made = story()
    for _ in range(count):
        made.win(10.0, made.opportunity(1.0, 70.0), 70.0)
    found = measure(made.log(), ("order_value_gini", "top_fifth_share", "revenue_at_risk", "high_value_share"))
    assert list(found.values()) == pytest.approx([0, 0.2, 1 / count, 0], abs=1e-12)
