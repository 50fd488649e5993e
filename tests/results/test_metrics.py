"""Every metric on a company that can be counted on paper, article 001's worked example, and what histories lack."""

import dataclasses

import numpy as np
import pytest

from results.cuts import by_part
from results.facts import COSTS, Facts
from results.metrics.catalogue import CATALOGUE, DEFAULTS, by_month, describe, immature, measure, missing, select
from results.spans import Span, Spans
from sim.errors import InputError
from sim.log import NOBODY, Account, EntityType, Kind, Truth

ON_PAPER = {
    "leads": 5,  # leads 1-5; lead 0 came before the window
    "mqls": 3,  # leads 1, 2, 3
    "sqls": 3,  # leads 0, 1, 3
    "opportunities": 3,  # of leads 0, 1, 3; the orphan was opened before
    "new_customers": 2,  # the orphan's and lead 0's
    "win_rate": 2 / 3,  # two won, lead 1's lost
    "opportunity_to_win_rate": 2 / 3,  # lead 0's after 40 days, lead 3's after 130; the orphan is of another cohort
    "lead_to_customer_rate": 1 / 5,  # lead 3, won 160 days after capture
    "retention_rate": 1 / 2,
    "lead_to_mql_rate": 3 / 5,
    "mql_to_sql_rate": 3 / 3,
    "time_to_first_contact": (0.5 + 0.25 + 4.0) / 3 * 24,  # leads 0, 1, 3
    "handoff_wait": (0.5 + 0.25 + 20.0 + 4.0) / 4,  # and lead 2, cold after 20 days
    "never_contacted_share": 1 / 4,  # lead 2 of leads 0-3
    "sla_compliance": 2 / 4,  # 0 and 1 at the weekend; 2 never, 3 after four working days
    "sales_cycle": (40 + 50) / 2,  # lead 0's deal 40 days, the orphan 50: the median of two
    "sdr_utilisation": (1 + 2 + 1) / 20,  # the attempt on lead 4 ends after the window
    "ae_utilisation": (4 + 2) / 30,
    "quota_attainment": 1000 / (6000 / 12 * 3),  # nobody won the orphan
    "bookings": 500 + 1000,
    "new_bookings": 500 + 1000,
    "cac": (3 * 150 + 12 + 600 + 150 + 900 + 150 + 88) / 2,
    "payback_months": 2350 / ((400 + 800) / 12),
    "cost_per_lead": (450 + 12) / 5,
    "cost_per_mql": (450 + 12) / 3,
    "cost_per_sql": (450 + 12 + 600 + 150) / 3,
    "program_roi": (4000 - 450) / 450,  # of the window's leads only lead 3 was won
    "profit": 1200 - 2350,
    "pipeline_value": 4000,  # lead 3's deal
    "velocity": 1 * (2 / 3) * 750 / 45,
}


def test_every_metric_as_counted_on_paper(company):
    found = measure(company.log())
    assert found.keys() == ON_PAPER.keys()
    assert found == pytest.approx(ON_PAPER, rel=1e-12)


def test_there_are_the_30_ids_of_a_run_and_each_says_what_it_means():
    assert len(DEFAULTS) == 30
    assert set(DEFAULTS) <= set(CATALOGUE)
    for entry in CATALOGUE.values():
        assert entry.definition.endswith(".")
        assert entry.formula
        assert entry.source
        assert entry.better in ("higher", "lower", "neither")
        units = ("leads", "opportunities", "customers", "share", "days", "hours", "months", "EUR", "EUR a day", "times")
        units += ("appointments", "requests", "proposals", "meetings", "products", "points", "touches", "channels")
        assert entry.unit_in("EUR") in units
        is_mean = entry.unit in ("share", "days", "hours") and not entry.formula.startswith("sum of")
        is_mean |= entry.formula.startswith(("median", "90th percentile"))
        assert bool(entry.denominator) == (is_mean or " / " in entry.formula)
    assert {row["id"]: row["needs"] for row in describe() if row["needs"] != "observed"} == {
        "good_fit_share": "truth", "best_prospect_lift": "truth",
        "nurture_true_keep": "truth", "nurture_wasted_keep": "truth", "nurture_true_release": "truth",
        "nurture_missed_release": "truth", "nurture_precision": "truth", "nurture_recall": "truth",
        "good_leakage": "truth", "bad_leakage": "truth", "bad_leakage_share": "truth",
        "email_open_rate": "touches", "email_click_rate": "touches", "time_to_close_from_touch": "touches",
        "marketing_influenced_bookings": "touches", "touches_per_win": "touches", "channels_per_journey": "touches",
        "market_share": "external", "market_growth": "external",
        "coded_cause_error": "truth", "surveyed_cause_error": "truth", "combined_cause_error": "truth",
    }  # fmt: skip
    assert set(describe(["cac"])[0]) >= {"id", "name", "unit", "definition", "formula", "source", "needs", "better"}


def test_prospecting_as_counted_on_paper(story):
    """Ten hours in the window, of which six found something; the AE had forty."""
    story = story()
    deal = story.entity(EntityType.OPPORTUNITY, 12.0, channel=1)
    story.say(12.0, Kind.PROSPECTED, deal, actor=1, amount=6.0)
    story.say(12.0, Kind.OPENED, deal, actor=1, amount=500.0)
    for time, hours in ((40.0, 4.0), (95.0, 3.0)):
        story.say(time, Kind.PROSPECTED, NOBODY, actor=1, amount=hours)
    story.selling(1, 1, 20.0, 20.0, 0.0)
    log = story.log()
    ids = ("self_sourced_opportunities", "prospecting_share", "opportunities", "leads")
    assert measure(log, ids) == pytest.approx(dict(zip(ids, (1, 10 / 40, 1, 0), strict=True)))
    assert by_month(log, ids)["prospecting_share"].tolist()[:2] == [6 / 20, 4 / 20]
    assert by_part(log, "channel", ids[:1])[ids[0]] == {"paid": 0, "events": 1}


def test_pursuit_as_counted_on_paper(story):
    """Of three leads that were assigned, one lies; a fourth opportunity is the AE's own."""
    story = story()
    for day in (5.0, 40.0):
        lead = story.lead(day - 1)
        story.opportunity(day, 500.0, parent=lead, channel=0)
    lead = story.lead(6.0, channel=1)
    story.say(7.0, Kind.NEGLECTED, lead, actor=1)
    story.say(7.0, Kind.WITHDRAWN, lead, reason="no_ae")
    story.opportunity(8.0, 500.0)
    log = story.log()
    assert measure(log, ("pursuit_rate",)) == pytest.approx({"pursuit_rate": 2 / 3})
    assert by_month(log, ("pursuit_rate",))["pursuit_rate"].tolist()[:2] == [1 / 2, 1]
    assert by_part(log, "channel", ("pursuit_rate",))["pursuit_rate"] == {"paid": 1, "events": 0}


def test_quality_as_counted_on_paper(company):
    """Leads 1 (accepted) and 2 are of bad fit; SDRs spent an hour after the window on lead 4, whom nobody accepted."""
    leads = np.array([1, 2, 3, 4, 5]) + 3  # after the orphan, its customer and its order
    fit = np.array([0, 0, 1, 1, 1])
    log = dataclasses.replace(company.log(), hidden=Truth(leads, fit, np.zeros(5), np.zeros(5)))
    ids = ("good_fit_share", "wasted_sdr_hours", "order_value")
    assert log.entities.type[leads].tolist() == [EntityType.LEAD] * 5
    assert measure(log, ids) == pytest.approx(dict(zip(ids, (3 / 5, 0, 750), strict=True)))
    assert by_part(log, "channel", ids)["good_fit_share"] == {"paid": 1 / 2, "events": 2 / 3}
    year = Spans.of(Span(0.0, 365.0))
    assert CATALOGUE["wasted_sdr_hours"].values(Facts(log), year).tolist() == [1]
    assert "truth" in missing(company.log(simulated=False), ids)["good_fit_share"]


def test_months_are_the_same_definitions_over_a_shorter_time(company):
    found = by_month(
        company.log(), ("leads", "mqls", "bookings", "win_rate", "pipeline_value", "sdr_utilisation", "cac")
    )
    assert found["leads"].tolist() == [2, 2, 1]
    assert found["mqls"].tolist() == [2, 0, 1]
    assert found["bookings"].tolist() == [500, 1000, 0]
    np.testing.assert_allclose(found["win_rate"], [0.5, 1.0, np.nan])
    # January ends with lead 0's deal open, February with none, March with lead 3's.
    assert found["pipeline_value"].tolist() == [1000, 0, 4000]
    np.testing.assert_allclose(found["sdr_utilisation"], [3 / 4, 0, 1 / 10])
    np.testing.assert_allclose(found["cac"], [(150 + 600 + 150 + 900 + 88) / 1, (150 + 12 + 150) / 1, np.nan])


def test_months_add_up_to_the_window(company):
    log = company.log()
    whole = measure(log)
    for id, months in by_month(log).items():
        if not CATALOGUE[id].denominator and id != "pipeline_value":
            assert months.sum() == pytest.approx(whole[id], rel=1e-12), id


def test_channels_add_up_to_the_whole(company):
    log = company.log()
    whole, cuts = measure(log), by_part(log, "channel")
    assert cuts["leads"] == {"paid": 2, "events": 3, "": 0}
    assert cuts["bookings"] == {"paid": 1000, "events": 0, "": 500}
    assert cuts["pipeline_value"] == {"paid": 0, "events": 4000, "": 0}
    assert cuts["win_rate"]["paid"] == 0.5
    assert cuts["handoff_wait"]["events"] == pytest.approx(12.0)
    assert cuts["program_roi"]["events"] == pytest.approx((4000 - 150) / 150)
    for id, parts in cuts.items():
        if not CATALOGUE[id].denominator:
            assert sum(parts.values()) == pytest.approx(whole[id], rel=1e-12), id
    assert "cac" not in cuts
    with pytest.raises(InputError, match="cannot be told apart by channel"):
        by_part(log, "channel", ["cac"])


def test_reported_costs_are_the_ledger(company):
    log = company.log()
    inside = (log.ledger.time >= 0) & (log.ledger.time < 90)
    cost = sum(
        amount
        for account, amount in zip(log.ledger.account[inside], log.ledger.amount[inside], strict=True)
        if account < Account.BOOKING
    )
    found = measure(log)
    assert cost == 2350
    assert found["cac"] * found["new_customers"] == pytest.approx(cost, rel=1e-12)
    assert Facts(log).money((Account.BOOKING,), Spans.of(Span(0, 90))).tolist() == [found["bookings"]]
    earned = {Account.BOOKING, Account.MARGIN, Account.RENEWAL, Account.RENEWAL_MARGIN, Account.COLLECTION}
    assert set(COSTS) | earned == set(Account)


def test_article_001_gives_50_20_and_10_percent(story, stated):
    """1,000 MQLs, 500 SQLs, 100 customers: 50 %, 20 %, 10 %; 90 % drop off, 500 before SQL and 400 after."""
    from results.leakage import losses

    made = story()
    for n in range(1000):
        lead = made.lead(1.0)
        made.say(1.0, Kind.MQL, lead)
        if n >= 500:
            made.say(5.0, Kind.WITHDRAWN, lead, reason="poor_fit")
            continue
        made.say(5.0, Kind.ACCEPTED, lead)
        deal = made.opportunity(6.0, 1000.0, lead, 0)
        if n < 100:
            made.win(40.0, deal, 1000.0)
        else:
            made.say(40.0, Kind.LOST, deal, stage=1, reason="price", amount=1000.0)
    log = made.log()
    found = measure(log)
    assert (found["mqls"], found["sqls"], found["new_customers"]) == (1000, 500, 100)
    assert found["win_rate"] == found["opportunity_to_win_rate"]
    stated("D10 MQL to SQL", "0.5", found["mql_to_sql_rate"], within=1e-12)
    stated("D10 SQL to customer", "0.2", found["win_rate"], within=1e-12)
    stated("D10 lead to customer", "0.1", found["lead_to_customer_rate"], within=1e-12)
    stated("D10 drop off", "0.9", 1 - found["lead_to_customer_rate"], within=1e-12)
    lost = losses(log)
    assert dict(zip(lost.points, lost.sums[:, 0], strict=True)) == {
        ("lead", "capture", "poor_fit"): 500,
        ("opportunity", "close", "price"): 400,
    }


def test_a_zero_denominator_is_not_defined_and_never_zero(story):
    made = story()
    made.lead(1.0)
    log = made.log()
    found, why = measure(log), missing(log)
    for id, value in found.items():
        if CATALOGUE[id].denominator and id not in ("lead_to_mql_rate", "lead_to_customer_rate", "cost_per_lead"):
            assert np.isnan(value), id
            assert CATALOGUE[id].denominator in why[id]
        else:
            assert value == (1 if id == "leads" else 0), id


def test_a_history_without_handoffs_and_costs_says_what_is_missing(story):
    """A CRM that holds deals only: what it does not record is not defined, and not zero."""
    made = story(ends=90.0)
    for time, closes, won in ((-20.0, 10.0, True), (5.0, 30.0, False), (20.0, 60.0, True), (50.0, None, None)):
        deal = made.opportunity(time, np.nan if closes is None else 100.0)
        if won:
            made.win(closes, deal, 100.0, customer=False)
        elif won is False:
            made.say(closes, Kind.LOST, deal, stage=1, reason="price", amount=0.0)
    log = made.log(simulated=False)
    found, why = measure(log), missing(log)
    defined = {id: value for id, value in found.items() if not np.isnan(value)}
    assert defined == {
        "opportunities": 3, "new_customers": 2, "bookings": 200, "new_bookings": 200, "win_rate": 2 / 3,
        "sales_cycle": 35, "velocity": 1 * (2 / 3) * 100 / 35,
    }  # fmt: skip
    assert set(why) == set(found) - set(defined)
    assert why["leads"] == "the log does not record events of kind captured"
    assert "handed_off, events of kind attempt" in why["handoff_wait"]
    assert "a service level of the handoff (handoff.sla)" in why["sla_compliance"]
    assert "selling hours of team sdr" in why["cost_per_sql"] or "programme" in why["cost_per_sql"]
    assert "amounts" in why["pipeline_value"]
    assert "365 days before the log ends" in why["opportunity_to_win_rate"]
    # The same tables from a simulation: everything is recorded, so nothing handed off is a true zero.
    assert measure(made.log())["leads"] == 0


def test_cohorts_that_are_too_young_are_left_out_and_said(story):
    made = story(ends=365.0 + 31.0)
    for time, wins in ((5.0, 100.0), (6.0, 6.0 + 365.5), (40.0, 60.0), (80.0, None)):
        lead = made.lead(time)
        if wins is not None:
            made.win(wins, made.opportunity(time + 1, 100.0, lead, 0), 100.0)
    for time in (15.0, 45.0, 75.0):
        made.pay(time, Account.PROGRAMME, 40.0, channel=0)
    log = made.log()
    found = measure(log)
    # Only January's leads are a year old: one of two was won within 365 days.
    assert found["lead_to_customer_rate"] == 0.5
    assert found["program_roi"] == pytest.approx((100 - 40) / 40)
    assert immature(log)["lead_to_customer_rate"] == 0.5
    young = dataclasses.replace(log, window=dataclasses.replace(log.window, ends=200.0))
    assert np.isnan(measure(young)["lead_to_customer_rate"])
    assert np.isnan(measure(young)["program_roi"])
    assert immature(young)["program_roi"] == 1.0


def test_leads_that_still_wait_count_neither_way(story):
    made = story()
    for first in (1.0, 2.0, 3.0):
        made.say(first, Kind.HANDED_OFF, made.lead(first))
    made.attempt(2.0, 0, 1.0)
    made.say(9.0, Kind.WENT_COLD, 1, reason="no_attempt")
    log = made.log()
    assert measure(log)["never_contacted_share"] == 1 / 2
    assert measure(log)["handoff_wait"] == (1.0 + 7.0) / 2
    # A history that records no leads going cold cannot tell who waits.
    del made.events[-1]
    assert measure(made.log(simulated=False))["never_contacted_share"] == 2 / 3


def test_a_lead_handed_off_twice_waits_twice_and_is_one_lead(story):
    made = story()
    lead = made.lead(1.0)
    for handoff, attempt in ((1.0, 2.0), (20.0, 24.0)):
        made.say(handoff, Kind.HANDED_OFF, lead)
        made.attempt(attempt, lead, 1.0)
        made.attempt(attempt + 0.5, lead, 1.0)
    log = made.log()
    assert measure(log)["handoff_wait"] == (1.0 + 4.0) / 2
    assert measure(log)["time_to_first_contact"] == 24.0
    assert measure(log)["never_contacted_share"] == 0.0


def test_expansion_orders_are_bookings_and_bring_no_new_customer(story):
    made = story()
    first = made.opportunity(1.0, 100.0, made.lead(0.0), 0)
    made.win(10.0, first, 100.0)
    customer = len(made.entities) - 2
    made.win(30.0, made.opportunity(20.0, 40.0, customer, 0), 40.0, customer=False)
    found = measure(made.log())
    assert (found["bookings"], found["new_bookings"], found["new_customers"]) == (140, 100, 1)
    assert Facts(made.log()).lead_of.tolist() == [0, 0, 0, 0, 0]


def test_without_customers_a_leads_first_win_counts(story):
    made = story()
    lead = made.lead(0.0)
    for opened, value in ((1.0, 100.0), (2.0, 40.0)):
        made.win(opened + 10, made.opportunity(opened, value, lead, 0), value, customer=False)
    made.win(12.0, made.opportunity(3.0, 7.0), 7.0, customer=False)
    found = measure(made.log(simulated=False))
    assert (found["new_customers"], found["new_bookings"], found["bookings"]) == (2, 107, 147)


def test_unknown_ids_are_all_refused_at_once_with_a_suggestion():
    with pytest.raises(InputError) as refused:
        select(["bokings", "leads", "what"])
    assert len(refused.value.problems) == 2
    assert "did you mean bookings?" in str(refused.value)


def test_a_log_in_which_nothing_happened(story):
    log = story().log()
    found = measure(log)
    assert all(value == 0 for id, value in found.items() if not CATALOGUE[id].denominator)
    assert all(np.isnan(value) for id, value in found.items() if CATALOGUE[id].denominator)
    assert all((months == 0).all() or np.isnan(months).all() for months in by_month(log).values())
    assert set(by_part(log, "channel")["leads"]) == {"paid", "events"}
    assert immature(log) == {}


def test_what_closes_at_the_last_instant_is_still_open_at_the_windows_end(story):
    """Windows are half open: day 90 is the first instant after the three months."""
    made = story()
    made.opportunity(5.0, 100.0)
    made.win(90.0, made.opportunity(6.0, 20.0), 20.0)
    made.win(89.9, made.opportunity(7.0, 3.0), 3.0)
    made.opportunity(90.0, 1000.0)
    found = measure(made.log(), ("pipeline_value", "new_customers"))
    assert (found["pipeline_value"], found["new_customers"]) == (120, 1)


def test_payback_of_45k_at_40k_and_78_percent_is_17_months(story, stated):
    """CAC 45,000, a new customer of 40,000 a year at 78 % margin: 45,000 / 2,600 a month."""
    made = story()
    for time in (10.0, 50.0):
        deal = made.opportunity(time, 40_000.0, made.lead(time), 0)
        made.win(time + 5, deal, 40_000.0)
        made.pay(time + 5, Account.MARGIN, 0.78 * 40_000, entity=deal)
        made.pay(time, Account.PROGRAMME, 30_000.0)
        made.pay(time, Account.BASE_PAY, 15_000.0, actor=1)
    # An expansion pays no new customer's cost back, and a margin that belongs to nobody is nobody's.
    more = made.opportunity(60.0, 9_000.0, len(made.entities) - 2, 0)
    made.win(61.0, more, 9_000.0, customer=False)
    made.pay(61.0, Account.MARGIN, 9_000.0, entity=more)
    made.pay(61.0, Account.MARGIN, 5_000.0)
    found = measure(made.log())
    assert found["cac"] == 45_000
    stated("D31 payback, months", "17.30769231", found["payback_months"])


def test_velocity_of_120_deals_at_22_percent_of_38k_in_84_days(story, stated):
    made = story()
    for n in range(100):
        deal = made.opportunity(1.0, 38_000.0)
        if n < 22:
            made.win(85.0, deal, 38_000.0)
        else:
            made.say(40.0, Kind.LOST, deal, stage=1, reason="price", amount=38_000.0)
    for _ in range(120):
        made.opportunity(30.0, 1.0)
    found = measure(made.log())
    stated("D32 bookings a day", "11942.857143", found["velocity"])
    parts = found["win_rate"] * found["bookings"] / 22 / found["sales_cycle"]
    assert found["velocity"] == pytest.approx(120 * parts, rel=1e-12)


def test_the_sla_counts_working_hours_from_the_first_handoff(story):
    """Day 3 is a Monday, day 7 a Friday; work is from nine to five and the promise is eight hours."""
    made = story(ends=20.5)
    for handed, tried in (
        (3 + 9 / 24, 3 + 17 / 24),  # Monday nine to five: eight hours to the second
        (3 + 9 / 24, 4 + 9.01 / 24),  # a little more
        (7 + 16 / 24, 10 + 16 / 24),  # Friday four to Monday four: one hour and seven
        (8.0, 10 + 17 / 24),  # over the weekend
        (8.0, 11 + 9.5 / 24),  # half an hour too late
    ):
        lead = made.lead(1.0)
        made.say(handed, Kind.HANDED_OFF, lead)
        made.attempt(tried, lead, 0.1)
    assert measure(made.log())["sla_compliance"] == 3 / 5
    # Handed off again and reached at once: the first handoff is what counts.
    made.say(12.0, Kind.HANDED_OFF, 4)
    made.attempt(12.0, 4, 0.1)
    assert measure(made.log())["sla_compliance"] == 3 / 5
    # Never attempted. The log ends on day 20 at noon, a Thursday: since Wednesday noon eight hours, since one seven.
    made.say(19.5 + 1 / 24, Kind.HANDED_OFF, made.lead(1.0))
    assert measure(made.log())["sla_compliance"] == 3 / 5
    made.say(19.4, Kind.HANDED_OFF, made.lead(1.0))
    assert measure(made.log())["sla_compliance"] == 3 / 6
    # Gone before the hours were over: nobody will ever call.
    gone = made.lead(1.0)
    made.say(20.4, Kind.HANDED_OFF, gone)
    made.say(20.45, Kind.WENT_COLD, gone, reason="no_attempt")
    assert measure(made.log())["sla_compliance"] == 3 / 7
    made.terms = dataclasses.replace(made.terms, sla=None)
    assert np.isnan(measure(made.log())["sla_compliance"])
    assert "handoff.sla" in missing(made.log())["sla_compliance"]


def test_quota_is_prorated_by_the_days_a_seat_was_filled(story):
    """6,000 a year: 500 a month; one AE from the first day, one for half of February, one who left in January."""
    made = story()
    made.names = dataclasses.replace(made.names, seats=("sdr/0", "ae/0", "ae/1", "ae/2"))
    made.selling(0, 0, 1.0, 1.0, 1.0)
    made.selling(1, 1, 1.0, 1.0, 1.0)
    made.selling(2, 1, 1.0, 1.0, 1.0, hired=31.0, left=45.0)
    made.selling(3, 1, 1.0, 1.0, 1.0, hired=-50.0, left=15.5)
    for seat, value in ((1, 600.0), (2, 300.0), (0, 70.0)):
        made.win(40.0, made.opportunity(5.0, value), value, actor=seat)
    log = made.log()
    assert measure(log)["quota_attainment"] == pytest.approx(900 / (500 * (3 + 14 / 28 + 15.5 / 31)))
    np.testing.assert_allclose(
        by_month(log, ["quota_attainment"])["quota_attainment"], [0, 900 / (500 * 1.5), 0], rtol=1e-12
    )
    made.terms = dataclasses.replace(made.terms, quotas=(None, None))
    assert missing(made.log())["quota_attainment"] == "the log does not record a quota of team ae"


def test_retention_counts_renewals_due_in_the_month(story):
    made = story()
    who = made.entity(EntityType.CUSTOMER, 0.0)
    for time, kind in ((5.0, Kind.RENEWED), (6.0, Kind.RENEWED), (7.0, Kind.CHURNED), (40.0, Kind.CHURNED)):
        made.say(time, kind, who, amount=10.0)
    log = made.log()
    assert measure(log)["retention_rate"] == 2 / 4
    np.testing.assert_array_equal(by_month(log, ["retention_rate"])["retention_rate"], [2 / 3, 0, np.nan])
