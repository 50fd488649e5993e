"""Lift tables of a log: on paper with money, who leaks away for which cause, recovery, and real data."""

import datetime as dt
import math
from pathlib import Path

import miniature_reps
import numpy as np
import pytest

from calibration.history import read_history
from results.prospects.tables import lift_table
from sim.log import Account, Kind, Log


@pytest.fixture
def market(story):  # type: ignore[no-untyped-def]
    """Eighty leads of two channels: paid 0-39, of whom 4 are won for 100 each (margin 60, commission 10); events 40-79,
    of whom 12 for 200 each (margin 150, no commission). Programmes cost 400 and 40 in the window, and 99 before it.
    Of paid 30 are withdrawn as cold and of events 6; of events 8 more are unsubscribed. One lead came before the
    window. Product plus is what every second lead is after."""
    made = story(ends=500.0)
    for n in range(80):
        channel = n // 40
        lead = made.lead(1.0 + n, channel)
        made.entities[lead] = (*made.entities[lead][:4], n % 2)
        place = n % 40
        won, value, kept = ((4, 100, 50), (12, 200, 150))[channel]
        if place < won:
            deal = made.opportunity(5.0 + n, value, lead, channel, n % 2)
            made.win(300.0 + n, deal, value)
            made.pay(300.0 + n, Account.BOOKING, value, channel, entity=deal)
            made.pay(300.0 + n, Account.MARGIN, kept + (10 if channel == 0 else 0), channel, entity=deal)
            if channel == 0:
                made.pay(300.0 + n, Account.COMMISSION, 10, channel, entity=deal)
        elif place < won + (30, 6)[channel]:
            made.say(85.0, Kind.WITHDRAWN, lead, reason="cold")
        elif channel == 1 and place < won + 6 + 8:
            made.say(85.0, Kind.WITHDRAWN, lead, reason="unsubscribed")
    early = made.lead(-5.0, 0)
    made.win(50.0, made.opportunity(2.0, 900.0, early, 0, 0), 900.0)
    for channel, amount in ((0, 400.0), (1, 40.0)):
        made.pay(2.0, Account.PROGRAMME, amount, channel)
    made.pay(-2.0, Account.PROGRAMME, 99.0, 0)
    return made


def test_leads_that_are_won_on_paper(market) -> None:  # type: ignore[no-untyped-def]
    leads = lift_table(market.log()).won[0]
    assert (leads.cases, leads.successes, leads.rate, leads.young) == (80, 16, 0.2, 0.0)
    events, paid = leads.rows[:2]
    assert (events.attribute, events.value, events.cases, events.successes) == ("channel", "events", 40, 12)
    assert (events.lift, paid.lift) == (pytest.approx(1.5), pytest.approx(0.5))
    assert (events.share_of_cases, events.share_of_successes) == (0.5, 0.75)
    # Bookings 12 x 200 and 4 x 100.
    assert (events.bookings, events.share_of_bookings) == (2400, pytest.approx(2400 / 2800))
    # (12 x 150 - 40) / 40 and (4 x (60 - 10) - 400) / 40; of one lead 149 or -1, sd = 150 sqrt(.3 x .7)
    assert (events.profit, paid.profit) == (pytest.approx(44), pytest.approx(-5))
    assert events.profit_high - events.profit == pytest.approx(1.96 * 150 * math.sqrt(0.21 / 40), rel=1e-4)
    # Twice P(at most 4 of 16 successes among 40 of 80), and twice the same tail: hypergeometric.
    tail = sum(math.comb(16, k) * math.comb(64, 40 - k) for k in range(5)) / math.comb(80, 40)
    assert paid.p_value == pytest.approx(2 * tail)
    # Products are half and half: two of the four, six of the twelve.
    assert leads.of("product", "core").lift == leads.of("product", "plus").lift == 1
    # Pairs: twenty leads each, too few of them.
    assert (leads.pairs, leads.too_few) == ((), 4)


def test_those_who_leak_away_and_why(market) -> None:  # type: ignore[no-untyped-def]
    found = lift_table(market.log())
    lost = found.lost[0]
    assert (lost.successes, lost.of("channel", "paid").successes) == (44, 30)
    assert lost.of("channel", "paid").lift == pytest.approx(30 / 40 / (44 / 80))
    assert lost.of("channel", "paid").verdict == "more often"
    cold, unsubscribed = (table for table in found.causes if table.cases_are == "leads")
    assert (cold.outcome, cold.successes, unsubscribed.outcome) == ("cold", 36, "unsubscribed")
    assert cold.of("channel", "paid").lift == pytest.approx(30 / 40 / (36 / 80))
    assert unsubscribed.of("channel", "paid").lift == 0
    assert cold.definition.endswith("because of: cold")


def test_opportunities_have_no_cost_of_their_own(story) -> None:  # type: ignore[no-untyped-def]
    made = story()
    for n in range(20):
        deal = made.opportunity(1.0, 50.0, channel=n % 2)
        if n % 2 or n < 4:
            made.win(30.0, deal, 50.0)
        else:
            made.say(30.0, Kind.LOST, deal, reason="price", amount=50.0)
    found = lift_table(made.log())
    deals = found.won[1]
    assert (deals.cases, deals.successes) == (20, 12)
    assert (deals.rows[0].value, deals.rows[0].lift) == ("events", pytest.approx(10 / 12 * 2))
    assert math.isnan(deals.rows[0].profit)
    assert found.won[0].lacking == "there are none in the window"
    (price,) = found.causes
    assert (price.outcome, price.of("channel", "paid").lift) == ("price", 2)


def test_what_a_history_does_not_record_is_said(market) -> None:  # type: ignore[no-untyped-def]
    log: Log = market.log(simulated=False)
    market.events = [event for event in market.events if event[1] not in (Kind.WITHDRAWN, Kind.LOST)]
    market.lines = []
    bare = lift_table(market.log(simulated=False))
    assert lift_table(log).lost[0].rows
    assert bare.lost[0].lacking == "events of kind withdrawn are not recorded"
    assert bare.won[1].lacking == "events of kind lost are not recorded"
    assert bare.causes == ()
    row = bare.won[0].rows[0]
    assert math.isnan(row.bookings)
    assert math.isnan(row.profit)
    assert bare.to_json()["won"][0]["rows"][0]["profit"] is None


def test_equal_channels_are_not_told_apart_and_unlike_ones_are(story) -> None:  # type: ignore[no-untyped-def]
    told = []
    for seed, rates in ((1, (0.2, 0.2)), (2, (0.2, 0.2)), (3, (0.2, 0.2)), (4, (0.15, 0.3))):
        rng, made = np.random.default_rng(seed), story(ends=500.0)
        for n in range(400):
            lead = made.lead(1.0, n % 2)
            if rng.random() < rates[n % 2]:
                made.win(50.0, made.opportunity(5.0, 10.0, lead, n % 2), 10.0)
        told.append([row.verdict for row in lift_table(made.log()).won[0].rows])
    assert told[:3] == [["not distinguishable from 1"] * 2] * 3
    assert told[3] == ["more often", "less often"]


def test_a_history_with_the_warts_of_maven(tmp_path: Path) -> None:
    history = read_history(miniature_reps.maven(tmp_path), "maven", as_of=dt.date(2017, 12, 31))
    found = lift_table(history.to_log((dt.date(2017, 3, 1), dt.date(2017, 12, 31))))
    deals = found.won[1]
    assert (deals.cases, deals.successes, deals.of("product", "GTX Pro").cases) == (122, 70, 81)
    assert {row.attribute for row in deals.rows} == {"product"}
    assert found.won[0].lacking == "events of kind captured are not recorded"


def test_maven_products(real_data: Path) -> None:
    history = read_history(real_data / "maven_crm", "maven", as_of=dt.date(2017, 12, 31))
    deals = lift_table(history.to_log((dt.date(2017, 3, 1), dt.date(2017, 12, 31)))).won[1]
    assert (deals.cases, deals.successes, len(deals.rows)) == (6711, 4238, 7)
    assert {row.verdict for row in deals.rows} == {"not distinguishable from 1"}
    assert (deals.rows[0].value, round(deals.rows[0].lift, 2)) == ("MG Special", 1.03)
    assert deals.of("product", "GTX Pro").share_of_bookings == pytest.approx(0.35, abs=0.01)


def test_olist_channels(real_data: Path) -> None:
    history = read_history(real_data / "olist_funnel", "olist", as_of=dt.date(2018, 11, 14))
    found = lift_table(history.to_log((dt.date(2017, 6, 14), dt.date(2018, 11, 14))))
    leads = found.won[0]
    assert (leads.cases, leads.successes) == (8000, 841)
    assert leads.of("channel", "unknown").verdict == "more often"
    assert leads.of("channel", "email").lift == pytest.approx(0.29, abs=0.005)
    assert leads.of("channel", "direct_traffic").verdict == "not distinguishable from 1"
    assert 0.7 < leads.young < 0.9
    assert found.won[1].lacking == "events of kind lost are not recorded"
