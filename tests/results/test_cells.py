"""Cells of a history: intervals, pooling, places and periods; both views of a rate; what changed and when."""

import dataclasses

import numpy as np
import pytest

from results.cells import cells
from results.changes import changes
from results.facts import Facts
from results.metrics.catalogue import CATALOGUE
from results.periods import months, quarters
from results.places import drawn, places
from results.pooling import pool_means
from results.sampling import Sampled, sampled
from results.spans import Spans
from results.views import view_of_history, viewed, views_of_runs
from sim.errors import InputError
from sim.log import Kind


def _year(story, ends=400.0):
    edges = np.cumsum([0.0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    return story(counted=365.0, ends=ends, edges=edges)


def _deal(made, day, won, channel=0, product=0, lead=None, after=5.0):
    deal = made.opportunity(day, 100.0, -1 if lead is None else lead, channel, product)
    if won:
        made.win(day + after, deal, 100.0)
    else:
        made.say(day + after, Kind.LOST, deal, reason="price", amount=100.0)


@pytest.fixture
def two(story):
    """200 deals: channel `paid` wins 60 of 150, `events` 5 of 10; 40 of no channel win 10."""
    made = story()
    for channel, won, lost in ((0, 60, 90), (1, 5, 5), (-1, 10, 30)):
        for n in range(won + lost):
            _deal(made, 1.0 + n % 60, n < won, channel)
    return made.log()


def test_parts_have_intervals_places_and_pooled_values(two):
    found = {(cell.metric, cell.part): cell for cell in cells(two, "channel", ["win_rate", "opportunities"])}
    paid, events, nowhere = (found["win_rate", name] for name in ("paid", "events", ""))
    assert (paid.value, events.value, nowhere.value) == (0.4, 0.5, 0.25)
    assert (paid.cases, events.cases, nowhere.cases) == (150, 10, 40)
    assert events.few
    assert not paid.few
    # Nobody borrows from what belongs to no channel, nor is it ranked.
    assert nowhere.place is None
    assert np.isnan(nowhere.pooled)
    assert 0.4 < events.pooled < 0.5
    assert events.place.place == 1
    assert (events.place.lo90, events.place.hi90) == (1, 2)
    assert events.place.first + paid.place.first == pytest.approx(1)
    assert 0.6 < events.place.first < 0.85  # P(beta(5.5, 5.5) > beta(60.5, 90.5)) = .74
    count = found["opportunities", "paid"]
    assert (count.value, count.place.place, count.place.first) == (150, 1, 1)
    assert np.isnan(count.pooled)
    assert sum(found["opportunities", name].value for name in ("paid", "events", "")) == 200


def test_months_and_quarters_have_no_places(two):
    found = cells(two, "month", ["opportunities", "win_rate"])
    assert [cell.part for cell in found[:3]] == ["2027-01", "2027-02", "2027-03"]
    assert sum(cell.value for cell in found[:3]) == 200
    assert all(cell.place is None and np.isnan(cell.pooled) for cell in found)
    assert [cell.value for cell in cells(two, "quarter", ["opportunities"])] == [200]
    with pytest.raises(InputError, match="cannot be told apart by channel"):
        cells(two, "channel", ["cac"])


def test_what_a_history_does_not_record_is_left_out(two):
    history = dataclasses.replace(two, hidden=None)
    assert {cell.metric for cell in cells(history, "channel")} == {
        "opportunities", "new_customers", "win_rate", "opportunity_to_win_rate", "sales_cycle", "bookings",
        "new_bookings", "pipeline_value", "velocity",
    }  # fmt: skip


def test_quarters_that_are_counted_in_part_say_so(story):
    made = story(counted=151.0, edges=(0.0, 31.0, 59.0, 90.0, 120.0, 151.0))
    facts = Facts(made.log())
    assert quarters(facts)[0] == ("2027-Q1", "2027-Q2, part")
    assert quarters(facts)[1].edges.tolist() == [[0.0, 90.0], [90.0, 151.0]]
    assert months(facts)[0] == ("2027-01", "2027-02", "2027-03", "2027-04", "2027-05")


def test_places_by_the_metric_s_direction(two):
    entry = CATALOGUE["sales_cycle"]
    draws = np.tile([3.0, 1.0, np.nan, 2.0], (50, 1))
    found = places(draws[0], draws, entry)
    assert found[2] is None
    assert [each.place for each in found if each is not None] == [3, 1, 2]
    assert [each.first for each in found if each is not None] == [0, 1, 0]
    higher = places(draws[0], draws, CATALOGUE["win_rate"])
    assert [each.place for each in higher if each is not None] == [1, 3, 2]
    same = places(np.array([1.0, 1.0]), np.ones((10, 2)), entry)
    assert [(each.place, each.first) for each in same if each is not None] == [(1, 0.5), (1, 0.5)]


def test_draws_are_the_same_every_time(two):
    facts = Facts(two)
    one = sampled(facts, facts, [CATALOGUE["win_rate"]], Spans.of(facts.window))["win_rate"]
    np.testing.assert_array_equal(drawn([one], one.se), drawn([one], one.se))
    assert drawn([one], one.se).mean() == pytest.approx(75 / 200, abs=0.005)


def test_means_drawn_to_each_other():
    """By hand: errors 1 of 10 cases each, values 0 and 4: Q = 8, between = (8 - 1) / (2 - 1) = 7; shares 1 / 8; common
    mean 2."""
    found = pool_means(np.array([0.0, 4.0, np.nan]), np.array([1.0, 1.0, np.nan]), np.array([10, 10, 0]))
    assert found.mean[:2] == pytest.approx([2 / 8, 4 - 2 / 8])
    # 7 / 8 of its own variance, and the common mean's (8 / 2) by the square of the share.
    assert found.se[0] == pytest.approx(np.sqrt(7 / 8 + 4 / 64))
    assert np.isnan(found.mean[2])
    # Means that differ by less than their errors say are one.
    same = pool_means(np.array([1.0, 1.2, 0.9]), np.ones(3), np.full(3, 5)).mean
    assert same == pytest.approx([31 / 30] * 3)
    # One case says nothing of its own error: the others do, and it borrows the most.
    one = pool_means(np.array([90.0, 50.0, 48.0]), np.array([np.nan, 5.0, 5.0]), np.array([1, 25, 25]))
    assert one.own_se == pytest.approx([25, 5, 5])
    assert 48 < one.mean[0] < 60


def test_small_values_do_not_count_as_the_surest():
    """Of six groups of fifteen lognormal amounts of one law the pooled values are right on average."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        amounts = np.exp(rng.normal(0.0, 1.2, (6, 15)))
        means, se = amounts.mean(axis=1), amounts.std(axis=1, ddof=1) / np.sqrt(15)
        found.append(pool_means(means, se, np.full(6, 15)).mean.mean())
    # The standard error of 400 such means of 90 amounts is 1 % of the true mean.
    assert np.mean(found) == pytest.approx(np.exp(1.2**2 / 2), rel=0.04)


def test_what_is_least_known_is_not_first_for_sure(story):
    """One order of 90,000 in one channel, 25 of about 50,000 in the other; and a channel's count of none."""
    made = story()
    made.win(20.0, made.opportunity(1.0, 9e4, channel=1), 9e4)
    for n in range(25):
        made.win(20.0, made.opportunity(1.0, 5e4 + 8000 * (n % 5 - 2), channel=0), 5e4 + 8000 * (n % 5 - 2))
    found = {cell.part: cell for cell in cells(made.log(), "channel", ["order_value"])}
    assert found["events"].pooled < found["events"].value
    none = Sampled(np.zeros(1), np.zeros(1), np.full(1, 3.7), np.zeros(1), np.zeros(1, dtype=np.int64), "count")
    assert drawn([none], none.se).std() > 0.5


def test_a_rate_of_the_period_runs_ahead_while_fewer_leads_come(story):
    """600 leads in January, 60 in February; 60 % become MQLs, four weeks later: in February and March MQLs are many
    against leads, though the rate never changed."""
    made = _year(story, ends=800.0)
    for day, count in ((5.0, 600), (40.0, 60)):
        for n in range(count):
            lead = made.lead(day, 0)
            if n % 10 < 6:
                made.say(day + 28, Kind.MQL, lead)
    made.window = dataclasses.replace(made.window, counted=90.0, month_edges=np.array([0.0, 31, 59, 90]))
    log = dataclasses.replace(made.log(), hidden=None)
    same = {view.period: view for view in view_of_history(log)}["lead_to_mql_rate"]
    assert (same.of_period, same.of_cohort, same.difference) == pytest.approx((0.6, 0.6, 0))
    assert same.verdict == "not distinguishable"
    # From February on the leads of January no longer count, and their MQLs do.
    later = dataclasses.replace(
        log,
        events=dataclasses.replace(log.events, time=log.events.time - 31),
        window=dataclasses.replace(log.window, counted=59.0, ends=769.0, month_edges=np.array([0.0, 28, 59])),
    )
    apart = {view.period: view for view in view_of_history(later)}["lead_to_mql_rate"]
    assert apart.of_period == pytest.approx((360 + 36) / 60)
    assert apart.of_cohort == 0.6
    assert apart.verdict == "differ"
    assert apart.young == 0
    others = [view.verdict for view in view_of_history(log) if view.period != "lead_to_mql_rate"]
    assert "differ" not in others


def test_views_of_replications_are_paired(company):
    one = viewed(company.log())
    two = dataclasses.replace(one, rates=one.rates + np.array([0.1, 0.0]))
    found = views_of_runs([one, two, one, two], np.full(4, -1))[3]
    assert found.difference == pytest.approx(one.rates[3, 0] - one.rates[3, 1] + 0.05)
    assert found.lo95 < found.difference < found.hi95


def _monthly(story, rates, cases):
    made = _year(story)
    for month, (rate, count) in enumerate(zip(rates, cases, strict=True)):
        for n in range(count):
            _deal(made, 3.0 + 30.4 * month, n < round(rate * count), after=1.0)
    return made.log()


def test_a_change_is_found_where_it_is(story):
    log = _monthly(story, [0.3] * 7 + [0.5] * 5, [80] * 12)
    found = changes(log, ("win_rate",))
    assert [(one.metric, one.month) for one in found] == [("win_rate", "2027-08")]
    assert (found[0].before, found[0].after) == pytest.approx((0.3, 0.5))
    assert found[0].p <= 0.01
    assert changes(log, ("opportunities",)) == ()


def test_counts_are_judged_by_the_law_of_counts(story):
    """New customers of a year that never changed: 4 1 6 5 6 7 5 6 6 4 3 8."""
    assert changes(_monthly(story, [1.0] * 12, [4, 1, 6, 5, 6, 7, 5, 6, 6, 4, 3, 8]), ("new_customers",)) == ()


def test_levels_of_amounts_are_plain_means(story):
    made = _year(story)
    for month in range(12):
        for n in range(30):
            value = (100.0 if month < 6 else 300.0) + n % 7
            made.win(4.0 + 30.4 * month, made.opportunity(3.0 + 30.4 * month, value, channel=0), value)
    log = made.log()
    (found,) = changes(log, ("order_value",))
    assert found.month == "2027-07"
    assert (found.before, found.after) == pytest.approx((102.8, 302.8), abs=0.1)
    # Both say the same of a company whose every order is a new customer's.
    assert len(changes(log, ("bookings", "new_bookings"))) == 1


def test_two_changes_of_a_count(story):
    log = _monthly(story, [0.5] * 12, [40] * 4 + [90] * 4 + [40] * 4)
    found = changes(log, ("opportunities",))
    assert [one.month for one in found] == ["2027-05", "2027-09"]
    assert [one.after for one in found] == pytest.approx([90, 40], rel=0.03)


def test_luck_is_no_change(story):
    """Forty years of one rate, and forty of months that differ twice as much as the law says: at a level of 1 % at most
    three of either may be said to have changed (binomial: four or more would come in one of 1,000 such tests)."""
    rng = np.random.default_rng(3)
    said = {"steady": 0, "restless": 0}
    for _ in range(40):
        steady = _monthly(story, rng.binomial(60, 0.4, 12) / 60, [60] * 12)
        said["steady"] += bool(changes(steady, ("win_rate",)))
        restless = _monthly(story, rng.binomial(60, rng.beta(24, 36, 12)) / 60, [60] * 12)
        said["restless"] += bool(changes(restless, ("win_rate",)))
    assert said["steady"] <= 3
    assert said["restless"] <= 3


def test_a_metric_that_is_not_known_has_no_changes(company):
    assert changes(company.log()) == ()
