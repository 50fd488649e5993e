"""Who would recommend us, who comes back, and what customers may still spend, by hand."""

import dataclasses

import numpy as np
import pytest

from results.metrics.catalogue import by_month, measure, missing
from sim.log import Account, EntityType, Kind

F = 1.1 ** (-50 / 365.25)
"""What a dollar after a term of fifty days is worth, at 10 % a year."""

LOYALTY = (
    "nps",
    "winback_attempts",
    "winback_customers",
    "winback_rate",
    "cost_per_winback",
    "second_life_value",
    "share_of_wallet",
)


@pytest.fixture
def three(story):
    """Contracts of fifty days; January to March, ninety days; first orders take a quarter of what customers spend.

    A   1,000 from day -20; says 10; buys 200 more on 10; renews for 1,200 on 30, says 9 on 35
    B   800 from day -30; says 3; churns on 20; is won back on 40 for 600 at a margin of .5; churns again on 90
    C   400 from day -45; does not answer; churns on 5; an attempt on 15 for 400 is lost on 25, one on 60 is open
    attempts cost 100 each
    """
    made = story()
    made.terms = dataclasses.replace(made.terms, term=50.0, discount=0.1, wallet=0.25)
    who = []
    for day, value in ((-20.0, 1000.0), (-30.0, 800.0), (-45.0, 400.0)):
        deal = made.opportunity(day, value)
        made.win(day, deal, value)
        made.pay(day, Account.MARGIN, 0.5 * value, entity=deal)
        who.append(len(made.entities) - 2)
    a, b, c = who
    more = made.opportunity(8.0, 200.0, a)
    made.win(10.0, more, 200.0, customer=False)
    made.say(10.0, Kind.EXPANDED, a, amount=200.0)
    made.say(30.0, Kind.RENEWED, a, amount=1200.0)
    for day, entity, answer in ((1, a, 10), (2, b, 3), (3, c, -1), (35, a, 9)):
        made.say(float(day), Kind.SURVEYED, entity, amount=float(answer))
    made.say(20.0, Kind.CHURNED, b, amount=800.0)
    made.say(5.0, Kind.CHURNED, c, amount=400.0)
    back = made.opportunity(30.0, 600.0, b)
    made.say(40.0, Kind.WON, back, amount=600.0)
    made.say(40.0, Kind.WON_BACK, b, amount=600.0)
    made.pay(40.0, Account.MARGIN, 300.0, entity=back)
    again = made.entity(EntityType.CUSTOMER, 40.0, back)
    made.say(90.0, Kind.CHURNED, again, amount=600.0)
    made.say(25.0, Kind.LOST, made.opportunity(15.0, 400.0, c), reason="price", amount=400.0)
    made.opportunity(60.0, 400.0, c)
    for day in (15.0, 30.0, 60.0):
        made.pay(day, Account.WINBACK, 100.0)
    return made


def test_three_customers_on_paper(three):
    assert measure(three.log(), LOYALTY) == pytest.approx(
        {
            "nps": 100 * (2 - 1) / 3,  # 10 and 9 against 3; C has not answered
            "winback_attempts": 3,
            "winback_customers": 1,
            "winback_rate": 1 / 2,
            "cost_per_winback": 300,
            "second_life_value": 300 * 1.0,  # the only second life that has ended was not renewed
            # At the end of March A pays 1,200 of 4,000 and B, who leaves in the next instant, 600 of 2,400.
            "share_of_wallet": 1800 / 6400,
        },
        rel=1e-12,
    )


def test_their_months(three):
    found = by_month(three.log(), LOYALTY)
    np.testing.assert_allclose(found["nps"], [0.0, 100.0, np.nan])
    assert found["winback_attempts"].tolist() == [2, 0, 1]
    np.testing.assert_allclose(found["winback_rate"], [0.0, 1.0, np.nan])
    # In January A pays 1,200 of 4,000; B and C have left.
    np.testing.assert_allclose(found["share_of_wallet"], [1200 / 4000, 1800 / 6400, 1800 / 6400])


def test_who_comes_back_is_no_new_customer_and_no_new_business(three):
    found = measure(three.log(), ("new_customers", "bookings", "opportunities", "expansion_win_rate", "customers"))
    assert found == pytest.approx(
        {"new_customers": 0, "bookings": 800, "opportunities": 0, "expansion_win_rate": 1, "customers": 2}, nan_ok=True
    )


def test_one_who_was_won_back_and_renews_is_worth_more(three):
    customer = max(row for row, each in enumerate(three.entities) if each[0] == EntityType.CUSTOMER)
    three.events = [row for row in three.events if row[:2] != (90.0, Kind.CHURNED)]
    three.say(90.0, Kind.RENEWED, customer, amount=300.0)
    # Half of the value is renewed, and so for ever.
    found = measure(three.log(), ["second_life_value"])["second_life_value"]
    assert found == pytest.approx(300.0 / (1.0 - F / 2))


def test_a_wallet_must_be_said(three):
    three.terms = dataclasses.replace(three.terms, wallet=None)
    assert "funnel.customers.wallet" in missing(three.log(), ["share_of_wallet"])["share_of_wallet"]
