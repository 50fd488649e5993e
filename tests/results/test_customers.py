"""Customers and growth on companies that can be counted on paper; lifetime value by both conventions."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_customers import lives, measure_customers
from worlds import worlds

from results.customers import Due, keeps
from results.cuts import by_part
from results.facts import Facts
from results.metrics.catalogue import CATALOGUE, by_month, measure, missing
from results.spans import Span, Spans
from sim.funnel import Funnel
from sim.log import NOBODY, Account, EntityType, Kind
from sim.run import simulate

CUSTOMERS = (
    "customers",
    "customer_tenure",
    "products_per_customer",
    "renewal_bookings",
    "gross_revenue_retention",
    "net_revenue_retention",
    "ltv",
    "ltv_from_first_renewal",
    "ltv_to_cac",
    "revenue",
    "operating_profit",
)
F = 1.1 ** (-50 / 365.25)
"""What a dollar after a term of fifty days is worth, at 10 % a year."""


def agreed(made, term, discount=0.1):
    made.terms = dataclasses.replace(made.terms, term=term, discount=discount)
    return made


def customer(made, time, value, margin, channel=NOBODY, product=0):
    """Somebody who ordered; the row of the customer."""
    deal = made.opportunity(time, value, channel=channel)
    made.win(time, deal, value)
    made.pay(time, Account.MARGIN, margin * value, channel=channel, entity=deal)
    who = len(made.entities) - 2
    for row in (who, who + 1):
        made.entities[row] = (*made.entities[row][:4], product)
    return who


@pytest.fixture
def four(story):
    """Contracts of fifty days; January to March, ninety days.

    A   paid, 1,000 from day -60 at a margin of .8; renews on -10, for 1,200 on 40; churns on 90; a second product on 30
    B   paid, 500 from day 20 at .5; churns on 70
    C   events, 200 from day 60 at .9; renews on 110; churns on 160
    D   a customer before the log begins, since -200: renews for 300 on 0 and on 50 at .5; churns on 100
    costs: 700 in January
    """
    made = agreed(story(), 50.0)
    a, b, c = (customer(made, *rest) for rest in ((-60, 1000, 0.8, 0, 0), (20, 500, 0.5, 0, 1), (60, 200, 0.9, 1, 0)))
    d = made.entity(EntityType.CUSTOMER, -200.0, product=1)
    made.entity(EntityType.ORDER, 30.0, a, 0, 1)
    for who, time, amount in ((a, -10, 1000), (a, 40, 1200), (c, 110, 200), (d, 0, 300), (d, 50, 300)):
        made.say(time, Kind.RENEWED, who, amount=amount)
        made.pay(time, Account.RENEWAL, amount, entity=who)
        made.pay(time, Account.RENEWAL_MARGIN, {a: 0.8, c: 0.9, d: 0.5}[who] * amount, entity=who)
    for who, time, amount in ((a, 90, 1200), (b, 70, 500), (c, 160, 200), (d, 100, 300)):
        made.say(time, Kind.CHURNED, who, amount=amount)
    made.pay(10.0, Account.PROGRAMME, 400.0, channel=0)
    made.pay(10.0, Account.BASE_PAY, 300.0, actor=1)
    return made


def test_four_customers_on_paper(four):
    # Terms that ended in the log are worth 1000 + 1000 + 1200, 500, 200 + 200, 3 x 300 = 5000; renewed were 3000.
    worth = 215 / (1 - 0.6 * F)
    assert measure(four.log(), CUSTOMERS) == pytest.approx(
        {
            "customers": 3,  # B has churned; A churns in the first instant after the window
            "customer_tenure": (150 + 30 + 290) / 3,  # A, C and D
            "products_per_customer": (2 + 1 + 1) / 3,
            "renewal_bookings": 1200 + 300 + 300,
            "gross_revenue_retention": (1000 + 300 + 300) / (1000 + 300 + 300 + 500),  # A, D twice, B
            "net_revenue_retention": (1200 + 300 + 300) / (1000 + 300 + 300 + 500),
            "ltv": worth,  # B and C bring 250 and 180 in their first term
            "ltv_from_first_renewal": worth - 215,
            "ltv_to_cac": worth / (700 / 2),
            # A 20 a day until 40, then 24; B 10 a day; C 4; D 6.
            "revenue": 40 * 20 + 50 * 24 + 50 * 10 + 30 * 4 + 90 * 6,
            "operating_profit": 0.8 * 2000 + 0.5 * 500 + 0.9 * 120 + 0.5 * 540 - 700,
        },
        rel=1e-12,
    )


def test_their_months(four):
    found = by_month(four.log(), CUSTOMERS)
    assert found["customers"].tolist() == [3, 3, 3]  # A, B, D; the same; A, C, D
    assert found["customer_tenure"].tolist() == pytest.approx([(91 + 11 + 231) / 3, (119 + 39 + 259) / 3, 470 / 3])
    assert found["products_per_customer"].tolist() == pytest.approx([4 / 3] * 3)
    assert found["renewal_bookings"].tolist() == [300, 1500, 0]
    assert found["gross_revenue_retention"].tolist() == pytest.approx([1, 1, 0])
    assert found["net_revenue_retention"].tolist() == pytest.approx([1, 1500 / 1300, 0])
    assert found["revenue"].tolist() == pytest.approx([916, 1084, 1160])
    assert found["operating_profit"].tolist() == pytest.approx(
        [0.8 * 620 + 0.5 * 110 + 0.5 * 186 - 700, 0.8 * 636 + 0.5 * 280 + 0.5 * 168, 0.8 * 744 + 55 + 0.9 * 120 + 93]
    )
    np.testing.assert_allclose(found["ltv"], [250 / (1 - 0.6 * F), np.nan, 180 / (1 - 0.6 * F)])


def test_their_channels(four):
    found = by_part(four.log(), "channel", [id for id in CUSTOMERS if "channel" in CATALOGUE[id].cuts])
    assert found["customers"] == {"paid": 1, "events": 1, "": 1}
    assert found["revenue"] == pytest.approx({"paid": 2500, "events": 120, "": 540})
    assert found["renewal_bookings"] == {"paid": 1200, "events": 0, "": 600}
    assert found["customer_tenure"] == {"paid": 150, "events": 30, "": 290}
    assert found["products_per_customer"] == {"paid": 2, "events": 1, "": 1}
    assert found["gross_revenue_retention"] == pytest.approx(
        {"paid": 1000 / 1500, "events": np.nan, "": 1}, nan_ok=True
    )
    # Of A and B 2200 of 3700 was renewed, of C 200 of 400.
    assert found["ltv"] == pytest.approx(
        {"paid": 250 / (1 - F * 2200 / 3700), "events": 180 / (1 - F / 2), "": np.nan}, nan_ok=True
    )


def test_what_a_customer_from_before_pays_is_not_known_until_a_term_ends(four):
    log = four.log()
    assert Facts(log).customers.value.tolist() == [1000, 500, 200, 300]
    assert Facts(log).customers.margin.tolist() == pytest.approx([0.8, 0.5, 0.9, 0.5])
    four.entity(EntityType.CUSTOMER, -30.0)
    found = measure(four.log(), ("customers", "revenue", "gross_revenue_retention"))
    assert found["customers"] == 4
    assert np.isnan(found["revenue"])
    assert found["gross_revenue_retention"] == pytest.approx(1600 / 2100)
    assert missing(four.log(), ["revenue"])["revenue"] == "the log does not record some of the amounts that it sums"


def test_what_begins_at_the_last_instant_is_not_yet_there(four):
    """Windows are half open: of a customer won on day 90, and of a second product ordered then, it knows nothing."""
    before = measure(four.log(), CUSTOMERS)
    customer(four, 90.0, 7_000.0, 0.5)
    four.entity(EntityType.ORDER, 90.0, 7, 0, 1)
    assert four.entities[7][0] == EntityType.CUSTOMER
    assert measure(four.log(), CUSTOMERS) == pytest.approx(before)


def test_a_first_term_is_worth_what_was_ordered_and_not_what_was_renewed(story):
    """100 for fifty days, then 300: 2 a day, 6 a day; the first renewal trebles the value, and nothing was lost."""
    made = agreed(story(), 50.0)
    who = customer(made, 0.0, 100.0, 0.5)
    made.say(50.0, Kind.RENEWED, who, amount=300.0)
    ids = ("revenue", "operating_profit", "gross_revenue_retention", "net_revenue_retention")
    assert measure(made.log(), ids) == pytest.approx(dict(zip(ids, (340, 170, 1, 3), strict=True)))


def test_terms_are_numbered_from_the_first_order(four):
    due = Facts(four.log()).customers.due
    by_customer = {who: due.term[due.customer == who].tolist() for who in range(4)}
    assert by_customer == {0: [1, 2, 3], 1: [1], 2: [1, 2], 3: [4, 5, 6]}
    assert due.time.tolist() == sorted(due.time.tolist())


def test_a_life_table_and_what_follows_it():
    """Of 40 customers 30 renew first, of these 24; of ten who are seen for a third term 5: too few to count alone."""
    term = np.repeat([1, 2, 3], [40, 30, 10])
    after = np.concatenate([np.repeat([1.0, 0.0], each) for each in ((30, 10), (24, 6), (5, 5))])
    due = Due(np.arange(80.0), np.arange(80), term, np.ones(80), after, np.zeros(80))
    pooled = F * 59 / 80
    by_hand = 1 + 0.75 * F + 0.75 * 0.8 * F**2 * (1 + pooled / (1 - pooled))
    assert keeps(due, 50.0, 0.1) == pytest.approx(by_hand, rel=1e-12)
    # With nothing discounted and everybody gone after the second term.
    gone = due._replace(after=np.where(term == 1, after, 0.0))
    assert keeps(gone, 50.0, 0.0) == pytest.approx(1 + 0.75 + 0.0)
    # Who pays more from term to term than the discount takes away is worth more than any number.
    assert np.isnan(keeps(due._replace(after=np.full(80, 1.5)), 50.0, 0.1))
    assert np.isnan(keeps(Due(*(each[:0] for each in due)), 50.0, 0.1))


def test_ltv_of_45k_of_cac_40k_a_year_and_78_percent(story, stated):
    """D31: 88 of 100 customers renew a contract of a year; 31,200 a year at 10 %; CAC 45,000."""
    made = agreed(story(), 365.25)
    for n in range(100):
        who = customer(made, -90.0, 40_000.0, 0.78)
        made.say(275.25, Kind.RENEWED if n < 88 else Kind.CHURNED, who, amount=40_000.0)
    for time in (10.0, 50.0):
        customer(made, time, 40_000.0, 0.78)
        made.pay(time, Account.PROGRAMME, 30_000.0)
        made.pay(time, Account.BASE_PAY, 15_000.0, actor=1)
    found = measure(made.log(), ("cac", "payback_months", "ltv", "ltv_from_first_renewal", "ltv_to_cac"))
    assert found["cac"] == 45_000
    stated("D31 lifetime value from the sale on", "156,000", found["ltv"], within=1e-10)
    stated("D31 lifetime value to CAC", "3.46666667", found["ltv_to_cac"])
    assert found["ltv_from_first_renewal"] == pytest.approx(156_000 - 31_200)
    assert found["payback_months"] == pytest.approx(45_000 / 2_600)


def test_growth_of_three_years_on_paper(story):
    """Months of thirty days. A: 10 a day from the first day; B: 20 a day from day 540; both at a margin of one half."""
    made = agreed(story(1080.0, 1500.0, 30.0 * np.arange(37)), 360.0)
    a, b = customer(made, 0.0, 3600.0, 0.5), customer(made, 540.0, 7200.0, 0.5)
    for who, time, amount in ((a, 360, 3600), (a, 720, 3600), (b, 900, 7200)):
        made.say(time, Kind.RENEWED, who, amount=amount)
    made.pay(10.0, Account.PROGRAMME, 1000.0)
    made.pay(400.0, Account.PROGRAMME, 5000.0)
    made.pay(800.0, Account.PROGRAMME, 400.0)
    ids = ("revenue", "operating_profit", "revenue_growth", "profit_change")
    found = measure(made.log(), ids)
    assert found == pytest.approx(
        {
            "revenue": 10 * 1080 + 20 * 540,
            "operating_profit": 5 * 1080 + 10 * 540 - 6400,
            "revenue_growth": (10 + 20) / 10 - 1,  # the third year against the first
            "profit_change": (15 * 360 - 400) - (5 * 360 - 1000),
        }
    )
    assert all(np.isnan(by_month(made.log(), ids[2:])[id]).all() for id in ids[2:])
    # Of a part of the window, by its own months: two years, and less.
    spans = Spans.of(Span(0.0, 720.0), Span(0.0, 690.0), Span(360.0, 1080.0))
    growth = CATALOGUE["revenue_growth"].values(Facts(made.log()), spans)
    np.testing.assert_allclose(growth, [(10 * 360 + 20 * 180) / 3600 - 1, np.nan, 10_800 / 7_200 - 1])


def test_less_than_two_years_have_no_growth(four):
    why = missing(four.log(), ("revenue_growth", "profit_change"))
    assert why == dict.fromkeys(
        ("revenue_growth", "profit_change"), "the log does not record 24 whole months that are counted"
    )


def test_a_history_says_what_it_lacks(four):
    why = missing(four.log(simulated=False), CUSTOMERS)
    assert why["revenue"] == "the log does not record how long a contract runs (funnel.customers.term)"
    assert "a discount rate (plan.discount_rate)" in why["ltv"]
    assert set(why) == {"ltv", "ltv_from_first_renewal", "ltv_to_cac", "revenue", "operating_profit"}


def test_collections_are_what_was_paid_in_the_window(four):
    for time, amount, channel in ((-5.0, 70.0, 0), (10.0, 100.0, 0), (70.0, 50.0, 1), (90.0, 9.0, 0)):
        four.pay(time, Account.COLLECTION, amount, channel=channel)
    log = four.log()
    assert missing(log, ["collections"])["collections"] == "the log does not record when customers pay (plan.billing)"
    four.terms = dataclasses.replace(four.terms, billed=True)
    assert measure(four.log(), ["collections"]) == {"collections": 150}
    assert by_month(four.log(), ["collections"])["collections"].tolist() == [100, 0, 50]
    assert by_part(four.log(), "channel", ["collections"])["collections"] == {"paid": 100, "events": 50}
    # A history that holds payments needs no plan.
    assert measure(four.log(simulated=False), ["collections"]) == {"collections": 150}


def test_a_channel_whose_wins_brought_no_customer_has_none(story):
    """Customers are told apart, though all of them are of the other channel."""
    made = story()
    made.win(10.0, made.opportunity(1.0, 100.0, made.lead(0.0), 0), 100.0)
    made.win(20.0, made.opportunity(2.0, 40.0, made.lead(0.0, 1), 1), 40.0, customer=False)
    found = by_part(made.log(), "channel", ["new_customers", "bookings", "customers"])
    assert found["new_customers"] == {"paid": 1, "events": 0}
    assert found["bookings"] == {"paid": 100, "events": 40}
    assert found["customers"] == {"paid": 1, "events": 0}


def test_a_company_without_customers(story):
    made = agreed(story(), 365.0)
    made.lead(1.0)
    found = measure(made.log(), CUSTOMERS)
    zeros = {"customers", "renewal_bookings", "revenue", "operating_profit"}
    assert {id for id, value in found.items() if value == 0} == zeros
    assert all(np.isnan(value) for id, value in found.items() if id not in zeros)


@given(world=worlds(), renewal=st.sampled_from([0.3, 0.8, 0.95]))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_every_metric_of_any_world_is_its_plain_definition(world, renewal):
    """In the window and in every month of it."""
    funnel, plan, snapshot = world
    tree = funnel.model_dump(by_alias=True)
    tree["customers"] |= {"renewal": renewal, "term": 20}
    log = simulate(Funnel.model_validate(tree), plan, snapshot=snapshot, seed=7)
    everybody = lives(log)
    spans = [(0.0, log.window.counted), *pairwise(log.window.month_edges.tolist())]
    months = by_month(log, CUSTOMERS)
    found = [measure(log, CUSTOMERS), *({id: each[k] for id, each in months.items()} for k in range(len(spans) - 1))]
    for span, counted in zip(spans, found, strict=True):
        told = measure_customers(log, everybody, *span)
        assert counted == pytest.approx(told, rel=1e-9, abs=1e-6, nan_ok=True)


def test_a_simulated_world_in_which_all_of_them_are_defined(scenario):
    tree = scenario.funnel.model_dump(by_alias=True)
    tree["customers"] |= {"renewal": 0.7, "term": 30}
    log = simulate(Funnel.model_validate(tree), scenario.plan, seed=3)
    found = measure(log, CUSTOMERS)
    told = measure_customers(log, lives(log), 0.0, log.window.counted)
    assert found == pytest.approx(told, rel=1e-9)
    assert not any(np.isnan(value) or value == 0 for value in found.values())
    assert len(Facts(log).customers.due.time) > 100
    # What was delivered in all months is what was booked and renewed, but for the terms that reach over the ends.
    assert found["revenue"] == pytest.approx(sum(by_month(log, ["revenue"])["revenue"]), rel=1e-12)
