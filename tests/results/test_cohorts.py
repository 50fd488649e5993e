"""Stage rates of the same leads at the same age, and how long they take, as counted on paper."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_leads import quantile

from results.cuts import by_part
from results.metrics.catalogue import by_month, immature, measure, missing
from results.metrics.lead_times import conversion_quantile
from sim.log import Kind, Touches

ON_PAPER = {
    "mql_events": 4,  # leads 1 (twice), 2, 3; lead 0's was before the window, lead 5's after it
    "lead_to_mql_rate_cohort": 4 / 6,  # leads 1, 2, 3 and 4, who is sold to without; 5 after more than 365 days
    "mql_to_sql_rate_cohort": 3 / 4,  # 2, 3, 4
    "sql_to_opportunity_rate_cohort": 2 / 3,  # 3, 4
    "opportunity_to_customer_rate_cohort": 1 / 2,  # 3; 4 was won after 366 days
    "drop_off_rate": 5 / 6,
    "drop_off_before_mql": 2 / 6,  # 5, 6
    "drop_off_before_sql": 1 / 6,  # 1
    "drop_off_before_opportunity": 1 / 6,  # 2
    "drop_off_before_customer": 1 / 6,  # 4
    "lead_to_customer_rate": 1 / 6,
    "lead_to_customer_rate_to_date": 1 / 6,  # 3, on day 85
    "sql_to_opportunity_rate": 3 / 2,  # 0, 3 and 4 opened, 2 and 3 accepted
    "mql_to_customer_rate": 1 / 3,  # 3 of 1, 2, 3
    "sql_to_customer_rate": 1 / 2,  # 3 of 2, 3
    "time_to_mql": 4,  # after 2 (lead 2), 4 (lead 1), 10 (lead 3)
    "time_to_mql_p90": 10,
    "time_to_sql": 8,  # after 8 (lead 2) and 20 (lead 3): half of two is one
    "time_to_sql_p90": 20,
    "time_to_opportunity": 19,  # after 19 (lead 4) and 25 (lead 3)
    "time_to_opportunity_p90": 25,
    "time_to_close": 65,
    "time_to_close_p90": 65,
}


@pytest.fixture
def seven(story):
    """Seven leads, observed until day 500.

    lead 0   captured -20, MQL -18, won 30 after an opportunity of 5: of another cohort
    lead 1   paid, captured 1, MQL 5, recycled, MQL 50, never accepted
    lead 2   paid, captured 2, MQL 4, accepted 10, given back
    lead 3   events, captured 20, MQL 30, accepted 40, opened 45, won 85
    lead 4   events, captured 31, opened 50 without more ado, won 397
    lead 5   paid, captured 3, MQL 400
    lead 6   events, captured 60, withdrawn 70
    """
    made = story(ends=500.0)
    leads = [made.lead(day, ch) for day, ch in ((-20, 0), (1, 0), (2, 0), (20, 1), (31, 1), (3, 0), (60, 1))]
    for which, day in ((0, -18), (1, 5), (1, 50), (2, 4), (3, 30), (5, 400)):
        made.say(day, Kind.MQL, leads[which])
    for which, day in ((2, 10), (3, 40)):
        made.say(day, Kind.ACCEPTED, leads[which])
    made.say(70, Kind.WITHDRAWN, leads[6], reason="unsubscribed")
    for which, opened, won in ((0, 5, 30), (3, 45, 85), (4, 50, 397)):
        made.win(won, made.opportunity(opened, 100.0, leads[which], 1), 100.0)
    return made


def test_seven_leads_on_paper(seven):
    assert measure(seven.log(), ON_PAPER) == pytest.approx(ON_PAPER, rel=1e-12)


def test_their_months_and_channels(seven):
    months = by_month(seven.log(), ON_PAPER)
    np.testing.assert_allclose(months["lead_to_mql_rate_cohort"], [3 / 4, 1, 0])
    np.testing.assert_allclose(months["opportunity_to_customer_rate_cohort"], [1, 0, np.nan])
    np.testing.assert_allclose(months["lead_to_customer_rate_to_date"], [0, 0, 0])
    np.testing.assert_allclose(months["time_to_mql"], [4, np.nan, np.nan])
    channels = by_part(seven.log(), "channel", ON_PAPER)
    assert channels["drop_off_before_sql"] == pytest.approx({"paid": 1 / 3, "events": 0})
    assert channels["time_to_mql"]["events"] == 10


def test_article_001_by_cohorts(story):
    """1,000 MQLs, 500 SQLs, 100 customers: 50 %, 20 %, 10 %; 90 % drop off, of it 500 before SQL and 400 after."""
    made = story()
    for n in range(1000):
        lead = made.lead(1.0)
        made.say(1.0, Kind.MQL, lead)
        if n < 500:
            made.say(5.0, Kind.ACCEPTED, lead)
            deal = made.opportunity(6.0, 1000.0, lead, 0)
            if n < 100:
                made.win(40.0, deal, 1000.0)
    ids = (
        "lead_to_mql_rate_cohort", "mql_to_sql_rate_cohort", "sql_to_opportunity_rate_cohort",
        "opportunity_to_customer_rate_cohort", "lead_to_customer_rate", "mql_to_customer_rate", "sql_to_customer_rate",
        "drop_off_rate", "drop_off_before_mql", "drop_off_before_sql", "drop_off_before_opportunity",
        "drop_off_before_customer", "lead_to_customer_rate_to_date",
    )  # fmt: skip
    values = (1, 0.5, 1, 0.2, 0.1, 0.1, 0.2, 0.9, 0, 0.5, 0, 0.4, 0.1)
    assert measure(made.log(), ids) == pytest.approx(dict(zip(ids, values, strict=True)))


def test_young_leads_are_left_out_of_rates_and_counted_in_times(story):
    """Observed until day 386: leads of day 1 and 2 are a year old, those of day 60 are not."""
    made = story(ends=386.0)
    for captured, after in ((1.0, 30.0), (2.0, None), (60.0, 10.0), (60.0, None)):
        lead = made.lead(captured)
        if after is not None:
            made.say(captured + after, Kind.MQL, lead)
    ids = ("lead_to_mql_rate_cohort", "drop_off_before_mql", "time_to_mql", "time_to_mql_p90")
    # One of four by day 10, one of the three that may still come by day 30: 1/4, then 1 - 3/4 x 2/3 = 1/2.
    assert measure(made.log(), ids) == pytest.approx(dict(zip(ids, (0.5, 0.5, 10, 30), strict=True)))
    assert immature(made.log(), ids) == dict.fromkeys(ids[:2], 0.5)
    # Of the last month nobody was observed for a year.
    np.testing.assert_array_equal(by_month(made.log(), ids)["time_to_mql"], [30, np.nan, np.nan])
    young = dataclasses.replace(made.log(), window=dataclasses.replace(made.window, ends=300.0))
    assert all(math.isnan(value) for value in measure(young, ids).values())
    assert "365 days" in missing(young, ids)["time_to_mql"]


def test_from_the_first_touch(seven):
    """Lead 3 saw something thirty days before its capture on 20, and something later; it was won on 85."""
    who = seven.entities.index(next(row for row in seven.entities if row[3] == 20))
    nobody = np.full(3, -1)
    touches = Touches(np.array([-10.0, 5.0, 30.0]), np.full(3, who), nobody, nobody, nobody, nobody)
    ids = ["time_to_close_from_touch"]
    assert measure(dataclasses.replace(seven.log(), touched=touches), ids)[ids[0]] == 85 + 10
    assert measure(seven.log(), ids)[ids[0]] == 85 - 20
    assert "touches of marketing" in missing(seven.log(simulated=False), ids)[ids[0]]


def test_a_history_says_what_it_lacks(seven):
    seven.events = [row for row in seven.events if row[1] != Kind.ACCEPTED]
    why = missing(seven.log(simulated=False), ON_PAPER)
    assert set(why) == {
        "mql_to_sql_rate_cohort", "sql_to_opportunity_rate_cohort", "drop_off_before_sql", "sql_to_opportunity_rate",
        "drop_off_before_opportunity", "sql_to_customer_rate", "time_to_sql", "time_to_sql_p90",
    }  # fmt: skip


def test_where_nobody_comes_nothing_is_said(story):
    made = story()
    made.lead(1.0)
    found = measure(made.log(), ON_PAPER)
    zeros = {id for id, value in found.items() if value == 0}
    assert zeros == {
        "mql_events", "lead_to_mql_rate_cohort", "lead_to_customer_rate", "lead_to_customer_rate_to_date",
        "drop_off_before_sql", "drop_off_before_opportunity", "drop_off_before_customer",
    }  # fmt: skip
    assert {id for id, value in found.items() if value == 1} == {"drop_off_rate", "drop_off_before_mql"}


@given(
    cases=st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-1, 400)), st.sampled_from([5, 100, 364, 365, 366, 500])),
        max_size=12,
    ),
    q=st.sampled_from([0.1, 0.5, 0.9]),
)
def test_the_product_limit_is_that_of_a_loop(cases, q):
    """Ages in whole days, so that conversions meet one another and the ends of observation."""
    known = [(math.inf if day is None or day > seen else float(day), float(seen)) for day, seen in cases]
    days, observed = np.array(known, dtype=float).reshape(-1, 2).T
    found = conversion_quantile(np.where(np.isinf(days), np.nan, days), observed, q, 365.0)
    assert found == pytest.approx(quantile(known, q), nan_ok=True)


@pytest.mark.parametrize("count", [1, 2, 3, 10, 101])
def test_without_censoring_it_is_the_quantile_of_the_sample(count):
    days = np.random.default_rng(count).uniform(0, 300, count)
    seen = np.full(count, 400.0)
    for q in (0.5, 0.9):
        assert conversion_quantile(days, seen, q, 365.0) == np.quantile(days, q, method="inverted_cdf")
