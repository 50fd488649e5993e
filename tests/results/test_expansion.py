"""What customers buy more, by hand, and in a simulated world by plain loops."""

import math
from dataclasses import replace

import numpy as np
import pytest

from results.facts import Facts
from results.metrics.catalogue import by_month, measure
from sim.funnel import Funnel
from sim.log import Account, EntityType, Kind
from sim.run import simulate

NEW_BUSINESS = ("opportunities", "win_rate", "pipeline_value", "order_value", "sales_cycle", "new_customers")


@pytest.fixture
def three(story):
    """Ninety days, January to March; one customer, who is sold more three times.

    new      won on 10 for 1,000 after 4 days, another lost on 12 of 500, a third open of 70
    upsell   opened on 20 for 250, won on 30; opened on 40 for 250, lost on 70; opened on 80 for 300, still open
    """
    made = story()
    deal = made.opportunity(6.0, 1000.0)
    made.win(10.0, deal, 1000.0)
    who = len(made.entities) - 2
    made.say(12.0, Kind.LOST, made.opportunity(1.0, 500.0), reason="price", amount=500.0)
    made.opportunity(15.0, 70.0)
    first, second, _ = (made.opportunity(day, value, who) for day, value in ((20, 250.0), (40, 250.0), (80, 300.0)))
    made.win(30.0, first, 250.0, customer=False)
    made.say(30.0, Kind.EXPANDED, who, amount=250.0)
    made.say(70.0, Kind.LOST, second, reason="price", amount=250.0)
    return made


def test_three_more_sales_on_paper(three):
    found = measure(three.log(), ("expansion_bookings", "expansion_win_rate", "bookings", *NEW_BUSINESS))
    assert found == pytest.approx(
        {
            "expansion_bookings": 250,
            "expansion_win_rate": 1 / 2,
            "bookings": 1250,  # new and more
            "opportunities": 3,
            "win_rate": 1 / 2,
            "pipeline_value": 70,
            "order_value": 1000,
            "sales_cycle": 4,
            "new_customers": 1,
        }
    )
    assert by_month(three.log(), ["expansion_bookings"])["expansion_bookings"].tolist() == [250, 0, 0]


def test_account_managers_on_paper(three):
    """Two and three hours, ended by the account manager in January and February, of the ten that he has in each month;
    the AE's hour is not his."""
    assert math.isnan(measure(three.log(), ("am_utilisation",))["am_utilisation"])
    three.names = replace(three.names, teams=("sdr", "ae", "am"), seats=("sdr/0", "ae/0", "am/0"))
    three.selling(1, 1, 10.0, 10.0, 10.0)
    three.selling(2, 2, 10.0, 10.0, 10.0)
    for time, hours, seat in ((25.0, 2.0, 2), (50.0, 3.0, 2), (8.0, 1.0, 1)):
        three.say(time, Kind.TASK_END, 0, actor=seat, amount=hours)
    log = three.log()
    assert measure(log, ("am_utilisation",)) == pytest.approx({"am_utilisation": 5 / 30})
    assert by_month(log, ("am_utilisation",))["am_utilisation"] == pytest.approx([2 / 10, 3 / 10, 0])


def test_what_is_bought_more_is_earned_from_its_day_and_renewed(scenario):
    """Of a simulated world: revenue, renewals and their margin, customer by customer."""
    tree = scenario.funnel.model_dump(by_alias=True)
    sold = {"per_month": 0.8, "time": 5, "advance": 0.7, "losses": {"no_need": 1}}
    tree["customers"] |= {"renewal": 0.8, "term": 60, "upsell": sold, "cross_sell": sold, "wallet": 0.4}
    log = simulate(Funnel.model_validate(tree), scenario.plan, seed=3)
    facts = Facts(log)
    assert facts.rows(Kind.EXPANDED).time.size > 100
    pays: dict[int, list[tuple[float, float, float]]] = {}
    lines = facts.lines(Account.MARGIN)
    margins = dict(zip(lines.entity.tolist(), lines.amount.tolist(), strict=True))
    won = facts.rows(Kind.WON)
    for deal, time, amount in zip(won.entity.tolist(), won.time.tolist(), won.amount.tolist(), strict=True):
        parent = int(log.entities.parent[deal])
        who = parent if facts.to_customers[deal] else int(np.flatnonzero(log.entities.parent == deal)[0])
        pays.setdefault(who, []).append((time, amount, margins[deal]))
    renewed = facts.rows(Kind.RENEWED)
    lines = facts.lines(Account.RENEWAL_MARGIN)
    kept = dict(zip(zip(lines.entity.tolist(), lines.time.tolist(), strict=True), lines.amount.tolist(), strict=True))
    for who, time, amount in zip(renewed.entity.tolist(), renewed.time.tolist(), renewed.amount.tolist(), strict=True):
        so_far = [(value, margin) for day, value, margin in pays[who] if day <= time]
        assert amount == pytest.approx(math.fsum(value for value, _ in so_far))
        assert kept[who, time] == pytest.approx(math.fsum(margin for _, margin in so_far))
    # Nobody pays more than the wallet holds.
    for orders in pays.values():
        assert math.fsum(value for _, value, _ in orders) <= orders[0][1] / 0.4 * (1 + 1e-12)
    churned = facts.last(Kind.CHURNED)
    begin, end = facts.window
    earned = sum(
        value / 60 * max(min(end, churned[who] if churned[who] == churned[who] else math.inf) - max(day, begin), 0.0)
        for who, orders in pays.items()
        for day, value, _ in orders
    )
    assert measure(log, ["revenue"])["revenue"] == pytest.approx(earned)


def test_who_was_brought_by_a_customer_on_paper(story):
    """A customer brings two leads, on 20 and 50; the first buys for 700 on 60, and buys 90 more on 70."""
    made = story()
    deal = made.opportunity(6.0, 1000.0)
    made.win(10.0, deal, 1000.0)
    who = len(made.entities) - 2
    for day in (20.0, 50.0):
        made.say(day, Kind.REFERRED, who)
        lead = made.entity(EntityType.LEAD, day, who)
        made.say(day, Kind.CAPTURED, lead)
        if day == 20.0:
            order = made.opportunity(40.0, 700.0, lead)
            made.win(60.0, order, 700.0)
            brought = len(made.entities) - 2
            more = made.opportunity(65.0, 90.0, brought)
            made.win(70.0, more, 90.0, customer=False)
            made.say(70.0, Kind.EXPANDED, brought, amount=90.0)
    found = measure(made.log(), ("referral_leads", "referral_bookings", "bookings", "leads", "new_customers"))
    assert found == {
        "referral_leads": 2,
        "referral_bookings": 700,
        "bookings": 1790,
        "leads": 2,
        "new_customers": 2,
    }
    assert by_month(made.log(), ["referral_leads"])["referral_leads"].tolist() == [1, 1, 0]
