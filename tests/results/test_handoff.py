"""Handoffs, attempts, verdicts and nurture by hand: how leads are tried, judged and let go, what the lost ones cost."""

import dataclasses
import math

import numpy as np
import pytest

from results.cuts import by_part
from results.metrics.catalogue import CATALOGUE, by_month, measure, missing
from sim.log import NOBODY, Account, BuyersTruth, Kind, Truth

HANDOFF = {
    "time_to_first_conversation": (2.0 + 20.1) / 2 * 24,  # leads 1 and 2
    "time_to_first_contact_working": (8 + 2 * 8 + 0 + 9 * 8)
    / 4,  # a Monday, Thursday and Friday, none, Monday to the second Thursday
    # Waits: 1 one day, 2 two and, anew, one, 3 none, 4 from 80 to 90 (tried 91), 5 ten days, 6 none, 7 five days
    "handoff_queue": (1 + 2 + 1 + 0 + 10 + 10 + 0 + 5) / 90,
    "never_contacted_share": 3 / 7,
    "never_contacted_cold_share": 1 / 7,  # 5 of 1-7
    "never_contacted_dropped_share": 2 / 7,  # 6 refused, 7 given back and gone
    "attempts_per_lead": 4 / 8,  # days 11, 22, 31 and 40; lead 2 was handed off twice
    "connect_rate": 2 / 4,  # day 12 and 40; day 60's was the provider's
    "contact_rate": 2 / 3,  # leads 1 and 2; lead 3 never; lead 4 was tried after the window
    "rejection_rate": 1 / 3,  # lead 2's; leads 1 and 8 were accepted
    "unreached_share": 1 / 4,  # lead 3's
    "neglected_share": 1 / 4,  # 9 of 1 (taken on), 8 (cold), 9 (let lie), and an opportunity of 10
    "no_ae_share": 1 / 4,
    "held_leads": 2,
    "external_leads": 1,
    "recycled_leads": 2,
    # MQLs of the window: leads 1, 2, 3 and 4; programme and nurture 400 + 40, so 110 an MQL
    "mismatch_cost": 110 + 3.0 * (600 / 20),  # of lead 2: two hours on day 22 and one on day 40
    "waste_of_poor_quality": 110,  # lead 2
    "waste_of_capacity": 3 * 110,  # leads 5, 6 and 8
    "waste_of_neglect": 110,  # lead 9
}


@pytest.fixture
def ten(story):
    """Ten leads, of paid; day 3 is a Monday, day 10 and 31 too, work is from nine to five.

    lead 1   MQL and handed off 10, tried 11, talked with 12, accepted 12, opened 13
    lead 2   MQL and handed off 20, tried 22 (2 h), handed off again 39, tried 40 (1 h): talked with, rejected, gone
    lead 3   MQL and handed off 31, tried 31, unreached 33, given back 33
    lead 4   MQL and handed off 80, tried 91
    lead 5   handed off 50, cold and gone 60
    lead 6   handed off 55, refused by a full queue
    lead 7   handed off 60, given back 65, gone from nurture 70
    lead 8   sent to the provider, talked with 60, accepted 60, cold and gone for want of an AE 65
    lead 9   let lie 70, gone 70; held back twice before
    lead 10  an opportunity of its own accord, 72
    """
    made = story(ends=130.0)
    leads = [NOBODY, *(made.lead(1.0) for _ in range(10))]
    for which, *days in ((1, 10), (2, 20), (3, 31), (4, 80)):
        made.say(days[0], Kind.MQL, leads[which])
    for which, day in ((1, 10), (2, 20), (2, 39), (3, 31), (4, 80), (5, 50), (6, 55), (7, 60)):
        made.say(day, Kind.HANDED_OFF, leads[which])
    for which, day, hours in ((1, 11, 1), (2, 22, 2), (3, 31, 1), (2, 40, 1), (4, 91, 1)):
        made.attempt(day, leads[which], hours)
    for which, day in ((1, 12), (2, 40.1), (8, 60)):
        made.say(day, Kind.CONVERSATION, leads[which])
    for which, day in ((1, 12), (8, 60)):
        made.say(day, Kind.ACCEPTED, leads[which])
    made.opportunity(13, 100.0, leads[1], 0)
    made.opportunity(72, 100.0, leads[10], 0)
    made.say(40.1, Kind.REJECTED, leads[2], reason="poor_fit")
    made.say(40.1, Kind.WITHDRAWN, leads[2], reason="poor_fit")
    made.say(33, Kind.REJECTED, leads[3], reason="unreached")
    for which, day in ((3, 33), (7, 65)):
        made.say(day, Kind.RECYCLED, leads[which], reason="unreached")
    for which, day, reason in ((5, 60, "no_attempt"), (8, 65, "no_ae")):
        made.say(day, Kind.WENT_COLD, leads[which], reason=reason)
        made.say(day, Kind.WITHDRAWN, leads[which], reason=reason)
    made.say(55, Kind.WITHDRAWN, leads[6], reason="queue_full")
    made.say(70, Kind.WITHDRAWN, leads[7], reason="unsubscribed", visit=1)
    made.say(60, Kind.OVERFLOWED, leads[8], amount=30.0)
    for day in (30, 40):
        made.say(day, Kind.HELD, leads[9])
    made.say(70, Kind.NEGLECTED, leads[9], actor=1)
    made.say(70, Kind.WITHDRAWN, leads[9], reason="no_ae")
    made.pay(5, Account.PROGRAMME, 400.0, channel=0)
    made.pay(5, Account.NURTURE, 40.0, channel=0, entity=leads[3])
    made.pay(5, Account.BASE_PAY, 600.0, actor=0)
    made.selling(0, 0, 10.0, 5.0, 5.0)
    return made


def test_ten_leads_on_paper(ten):
    assert measure(ten.log(), HANDOFF) == pytest.approx(HANDOFF, rel=1e-12)


def test_their_months_and_channels(ten):
    months = by_month(ten.log(), HANDOFF)
    np.testing.assert_allclose(months["handoff_queue"], [3 / 31, (1 + 9) / 28, (1 + 5 + 10) / 31])
    np.testing.assert_allclose(months["rejection_rate"], [0, 1, 0])
    np.testing.assert_allclose(months["contact_rate"], [1, 0, np.nan])
    channels = by_part(ten.log(), "channel", [id for id in HANDOFF if "channel" in CATALOGUE[id].cuts])
    assert channels["recycled_leads"] == {"paid": 2, "events": 0}
    assert channels["waste_of_capacity"]["paid"] == pytest.approx(3 * 110)
    assert math.isnan(channels["waste_of_capacity"]["events"])


def test_a_history_says_what_it_lacks(ten):
    why = missing(ten.log(simulated=False), HANDOFF)
    assert set(why) == {"time_to_first_contact_working"}
    assert why["time_to_first_contact_working"] == "the log does not record when reps work (plan.calendar)"
    ten.events = [row for row in ten.events if row[1] not in (Kind.CONVERSATION, Kind.NEGLECTED)]
    assert {"connect_rate", "contact_rate", "neglected_share", "waste_of_neglect"} < set(
        missing(ten.log(simulated=False), HANDOFF)
    )


NURTURE = {
    "nurture_true_keep": 30,  # lead 0
    "nurture_wasted_keep": 20 + 5,  # leads 1 and 4
    "nurture_true_release": 10,  # lead 2
    "nurture_missed_release": 7,  # lead 3
    "nurture_precision": 1 / 2,  # lead 0 of 0 and 1
    "nurture_recall": 1 / 2,  # lead 0 of 0 and 3
    "cost_per_saved_customer": 72 / 1,  # lead 0's; the orphan was never nurtured
    "good_leakage": 3,  # leads 1 and 2, and lead 4's opportunity
    "bad_leakage": 1,  # lead 3
    "bad_leakage_share": 1 / 4,
}


def test_nurture_on_paper(story):
    """Five leads in nurture from day 1 on; leads 0 and 3 fit.

    lead 0   30 dollars, ready 20, won 60
    lead 1   20 dollars, unsubscribed 30
    lead 2   10 dollars, released 40
    lead 3   7 dollars, released 40
    lead 4   5 dollars, in nurture to the end; an opportunity of it, with touches of 9 dollars, lost 50
    orphan   won 70, lost another 71: nobody knows who could buy
    """
    made = story(ends=130.0)
    leads = [made.lead(0.5, which % 2) for which in range(5)]
    for lead, dollars in zip(leads, (30, 20, 10, 7, 5), strict=True):
        made.say(1, Kind.NURTURE_ENTER, lead)
        made.pay(1, Account.NURTURE, dollars, entity=lead, channel=lead % 2)
        made.pay(95, Account.NURTURE, 100.0, entity=lead, channel=lead % 2)
    made.say(20, Kind.NURTURE_EXIT, leads[0], reason="poor_fit")
    for which, day, reason in ((1, 30, "unsubscribed"), (2, 40, "released"), (3, 40, "released")):
        made.say(day, Kind.NURTURE_EXIT, leads[which], reason=reason)
        made.say(day, Kind.WITHDRAWN, leads[which], reason=reason)
    made.win(60, made.opportunity(30, 100.0, leads[0], 0), 100.0)
    lost = made.opportunity(30, 100.0, leads[4], 0)
    made.pay(31, Account.NURTURE, 9.0, entity=lost)
    made.say(50, Kind.LOST, lost, reason="price", amount=100.0)
    made.win(70, made.opportunity(30, 100.0), 100.0)
    made.say(71, Kind.LOST, made.opportunity(30, 100.0), reason="price", amount=100.0)
    who, fits = np.array(leads), np.array([1, 0, 0, 1, 0])
    log = dataclasses.replace(made.log(), hidden=Truth(who, fits, np.zeros(5), np.zeros(5)))
    assert measure(log, NURTURE) == pytest.approx(NURTURE)
    assert by_month(log, NURTURE)["nurture_true_keep"].tolist() == [30, 0, 0]
    assert by_part(log, "channel", ["nurture_wasted_keep"])["nurture_wasted_keep"] == {"paid": 5, "events": 20}
    # Who fits and has no budget cannot buy.
    poor = BuyersTruth(who, fits, np.zeros(5), np.zeros(5), np.array([0, 1, 1, 1, 1]), np.ones(5, dtype=np.int64))
    found = measure(dataclasses.replace(log, hidden=poor), NURTURE)
    assert (found["nurture_true_keep"], found["nurture_wasted_keep"], found["nurture_precision"]) == (0, 55, 0)
    history = missing(made.log(simulated=False), NURTURE)
    assert set(history) == set(NURTURE) - {"cost_per_saved_customer"}
    assert "truth" in history["nurture_recall"]


def test_where_nothing_is_handed_off_nothing_is_said(story):
    made = story()
    made.lead(1.0)
    for id, value in measure(made.log(), (*HANDOFF, *NURTURE)).items():
        nothing = not CATALOGUE[id].denominator or id == "handoff_queue"
        assert value == 0 if nothing else math.isnan(value), id


def test_what_marketing_owes(company):
    """Two MQLs a month promised: two came in January (leads 1 and 2), none in February, one in March (lead 3)."""
    log = dataclasses.replace(company.log(), terms=dataclasses.replace(company.log().terms, promised=2.0))
    assert measure(log, ["mql_promise_kept", "mql_shortfall"]) == {
        "mql_promise_kept": pytest.approx(1 / 3), "mql_shortfall": 3,
    }  # fmt: skip
    months = by_month(log, ["mql_promise_kept", "mql_shortfall"])
    assert months["mql_promise_kept"].tolist() == [1, 0, 0]
    assert months["mql_shortfall"].tolist() == [0, 2, 1]
    why = missing(company.log(), ["mql_promise_kept"])["mql_promise_kept"]
    assert why.endswith("how many MQLs marketing owes a month (targets.mqls)")
