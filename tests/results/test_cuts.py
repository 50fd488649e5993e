"""Cuts: whose lead, opportunity and dollar it is, counted on paper; sums are proved on generated worlds elsewhere."""

import dataclasses

import numpy as np
import pytest

from results.cuts import by_part, cuts, each_part
from results.metrics.catalogue import CATALOGUE
from sim.errors import InputError
from sim.log import Account, EntityType, Kind

SEATS = ("sdr/0", "sdr/1", "ae/0", "ae/1", "am/0")


@pytest.fixture
def teams(story):
    """Two SDRs, two AEs, an account manager.

    lead 0   tried by SDR 1 and then SDR 0, accepted, opened and won by AE 0 (1,000, commission 100)
    lead 1   routed to SDR 0 and never tried
    lead 2   tried by SDR 0, accepted, let lie by AE 1
    deal     AE 1's own find, lost
    upsell   of lead 0's customer by the account manager (300)
    pay      SDR 0 500, AE 1 900, nobody's tools 50
    """
    made = story()
    made.names = dataclasses.replace(made.names, teams=("sdr", "ae", "am"), seats=SEATS)
    for seat in range(5):
        made.selling(seat, (0, 0, 1, 1, 2)[seat], 100.0, 100.0, 100.0)
    leads = [made.lead(day) for day in (1.0, 2.0, 3.0)]
    for lead, seat in ((0, -1), (1, 0), (2, -1)):
        made.say(5.0, Kind.HANDED_OFF, leads[lead], actor=seat)
    made.attempt(6.0, leads[0], 2.0, seat=1)
    made.attempt(7.0, leads[0], 1.0, seat=0)
    made.attempt(6.0, leads[2], 4.0, seat=0)
    for lead, seat in ((0, 1), (2, 0)):
        made.say(8.0, Kind.ACCEPTED, leads[lead], actor=seat)
    made.say(9.0, Kind.NEGLECTED, leads[2], actor=3)
    deal = made.opportunity(10.0, 1000.0, leads[0], 0, 0)
    made.win(20.0, deal, 1000.0, actor=2)
    own = made.opportunity(11.0, 2000.0, channel=1, product=1)
    made.say(30.0, Kind.LOST, own, actor=3, reason="price", amount=2000.0)
    customer = next(n for n, each in enumerate(made.entities) if each[0] == EntityType.CUSTOMER)
    more = made.opportunity(50.0, 300.0, customer, 0, 1)
    made.win(60.0, more, 300.0, customer=False, actor=4)
    made.pay(20.0, Account.BOOKING, 1000.0, 0, entity=deal)
    made.pay(60.0, Account.BOOKING, 300.0, 0, entity=more)
    made.pay(20.0, Account.COMMISSION, 100.0, 0, actor=2, entity=deal)
    made.pay(1.0, Account.BASE_PAY, 500.0, actor=0)
    made.pay(1.0, Account.BASE_PAY, 900.0, actor=3)
    made.pay(1.0, Account.OTHER_COST, 50.0)
    log = made.log()
    owner = np.full(len(log.entities), -1)
    owner[[deal, customer]], owner[own], owner[more] = 2, 3, 4
    return dataclasses.replace(log, entities=dataclasses.replace(log.entities, owner=owner))


def test_an_sdr_has_the_leads_that_he_tried_first(teams):
    """With all that came of them: lead 0 is SDR 1's, though SDR 0 tried it too; lead 1 goes by its route."""
    found = by_part(teams, "rep", ["leads", "sqls", "opportunities", "new_customers", "bookings", "sdr_utilisation"])
    sdrs = {id: {name: values[name] for name in SEATS[:2]} for id, values in found.items()}
    assert sdrs["leads"] == {"sdr/0": 2, "sdr/1": 1}
    assert sdrs["sqls"] == {"sdr/0": 1, "sdr/1": 1}
    assert sdrs["new_customers"] == {"sdr/0": 0, "sdr/1": 1}
    # What the account manager sold to lead 0's customer came of lead 0 too.
    assert sdrs["bookings"] == {"sdr/0": 0, "sdr/1": 1300}
    # Hours are of whoever worked them: 1 + 4 of 300, and 2 of 300.
    assert sdrs["sdr_utilisation"] == pytest.approx({"sdr/0": 5 / 300, "sdr/1": 2 / 300})


def test_another_rep_has_the_opportunities_that_he_owns(teams):
    found = by_part(teams, "rep", ["leads", "opportunities", "win_rate", "bookings", "pursuit_rate"])
    others = {id: {name: values[name] for name in SEATS[2:]} for id, values in found.items()}
    assert others["opportunities"] == {"ae/0": 1, "ae/1": 1, "am/0": 0}
    assert others["leads"] == {"ae/0": 1, "ae/1": 1, "am/0": 0}
    assert others["win_rate"] == pytest.approx({"ae/0": 1, "ae/1": 0, "am/0": np.nan}, nan_ok=True)
    assert others["bookings"] == {"ae/0": 1000, "ae/1": 0, "am/0": 300}
    assert others["pursuit_rate"] == pytest.approx({"ae/0": 1, "ae/1": 0, "am/0": np.nan}, nan_ok=True)


def test_a_dollar_is_of_its_lead_or_of_whom_it_was_paid_for(teams):
    sdrs, aes, _ = cuts(teams, "rep")
    paid = {
        name: facts.log.ledger.amount[facts.log.ledger.account < Account.BOOKING].sum()
        for name, facts in each_part(teams, aes)
    }
    assert paid == {"ae/0": 100, "ae/1": 900, "": 550}
    paid = {
        name: facts.log.ledger.amount[facts.log.ledger.account < Account.BOOKING].sum()
        for name, facts in each_part(teams, sdrs)
    }
    assert paid == {"sdr/0": 500, "sdr/1": 100, "": 950}


def test_products_and_a_metric_that_has_no_part(teams):
    found = by_part(teams, "product", ["opportunities", "bookings", "win_rate"])
    assert found["opportunities"] == {"core": 1, "plus": 1}
    assert found["bookings"] == {"core": 1000, "plus": 300}
    with pytest.raises(InputError) as refused:
        by_part(teams, "product", ["cac", "cost_per_lead", "leads"])
    assert len(refused.value.problems) == 2
    assert "it can by channel, campaign" in str(refused.value)
    assert "it can by month and quarter only" in str(refused.value)
    assert "cac" not in by_part(teams, "product")


def test_every_metric_says_by_what_it_can_be_told_apart():
    for id, entry in CATALOGUE.items():
        spend = Account.PROGRAMME in entry.requires
        assert not (spend and set(entry.cuts) - {"channel", "campaign"}), id
