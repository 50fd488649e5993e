"""Sampling intervals: the published laws on known numbers, and that they hold what is true as often as they say."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from results import sampling
from results.facts import Facts
from results.metrics.catalogue import CATALOGUE
from results.sampling import garwood
from results.spans import Span, Spans
from sim.log import Kind


def sampled(made, id, *spans):
    log = made.log()
    facts = Facts(log)
    return sampling.sampled(facts, facts, [CATALOGUE[id]], Spans.of(*(spans or (facts.window,))))[id]


def _deals(story, won, lost, value=lambda n: 100.0):
    made = story()
    for n in range(won + lost):
        deal = made.opportunity(1.0, value(n), channel=0)
        if n < won:
            made.win(10.0 + n % 50, deal, value(n))
        else:
            made.say(20.0, Kind.LOST, deal, reason="price", amount=value(n))
    return made


def test_a_share_has_wilson_s_interval(story):
    """3 of 10: (0.3 + 0.19207) / 1.38415 +- 1.95996 sqrt(0.021 + 0.0096036) / 1.38415, by hand .108 to .603."""
    found = sampled(_deals(story, 3, 7), "win_rate")
    assert found.value[0] == 0.3
    assert found.cases[0] == 10
    assert found.few[0]
    low, high = stats.binomtest(3, 10).proportion_ci(method="wilson")
    assert (found.lo95[0], found.hi95[0]) == pytest.approx((low, high), abs=1e-12)
    assert (found.lo95[0], found.hi95[0]) == pytest.approx((0.1078, 0.6032), abs=5e-5)


@pytest.mark.parametrize(("won", "lost"), [(0, 40), (40, 0)])
def test_of_none_and_of_all_the_interval_has_no_other_end(story, won, lost):
    found = sampled(_deals(story, won, lost), "win_rate")
    assert (found.lo95[0] == 0.0) == (won == 0)
    assert (found.hi95[0] == 1.0) == (lost == 0)
    assert found.hi95[0] - found.lo95[0] == pytest.approx(1.95996**2 / (40 + 1.95996**2), rel=1e-4)
    assert not found.few[0]


def test_a_count_has_the_exact_interval_of_a_poisson_mean():
    """Garwood's table: 0 gives 0 to 3.689, 10 gives 4.795 to 18.390."""
    low, high = garwood(np.array([0.0, 10.0]))
    assert low == pytest.approx([0, 4.795], abs=5e-4)
    assert high == pytest.approx([3.689, 18.390], abs=5e-4)


def test_what_is_not_recorded_is_not_known(story):
    made = _deals(story, 3, 7)
    log = dataclasses.replace(made.log(), hidden=None)
    facts = Facts(log)
    id = "lead_to_mql_rate"
    found = sampling.sampled(facts, facts, [CATALOGUE[id]], Spans.of(facts.window))[id]
    assert np.isnan([found.value[0], found.lo95[0], found.hi95[0]]).all()
    assert not found.few[0]


def test_months_have_intervals_of_their_own(story):
    made = _deals(story, 60, 0)
    found = sampled(made, "new_customers", Span(0, 31), Span(31, 90))
    assert found.value.sum() == 60
    assert (found.lo95 < found.value).all()
    assert (found.hi95 > found.value).all()


def _orders(rng, count, sigma=0.8):
    return np.exp(rng.normal(np.log(1000.0), sigma, count))


@pytest.mark.parametrize("id", ["order_value", "bookings"])
def test_half_samples_have_the_known_standard_error(story, id):
    """Of a mean sd / sqrt(n), of a sum of so many orders sqrt(sum of squares); medians: see the test of coverage."""
    values = _orders(np.random.default_rng(7), 1500)
    made = story()
    for value in values:
        made.win(10.0, made.opportunity(1.0, value, channel=0), value)
    known = {"order_value": values.std(ddof=1) / np.sqrt(1500), "bookings": np.sqrt((values**2).sum())}
    found = sampled(made, id)
    # A standard error of 63 halves is itself known to 9 %, one standard error.
    assert found.se[0] == pytest.approx(known[id], rel=0.3)
    assert found.lo95[0] < found.value[0] < found.hi95[0]


def test_what_belongs_to_no_lead_is_given(story):
    """Programme spend does not vary with which leads there are; cost per lead does."""
    from sim.log import Account

    made = story()
    for n in range(400):
        made.lead(n % 90)
    made.lines.append((1.0, int(Account.PROGRAMME), 0, -1, -1, 4000.0))
    found = sampled(made, "cost_per_lead")
    assert found.value[0] == 10.0
    # n leads by chance: the cost of one varies as 1 / sqrt(400) of it.
    assert found.se[0] == pytest.approx(0.5, rel=0.3)


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say(story):
    """400 worlds of a known law, 95 % intervals: 92 to 98.5 % of them hold the truth, three standard errors about 95 %;
    the interval of a count is exact, and so holds it a little too often."""
    rng = np.random.default_rng(11)
    truth = {"win_rate": 0.3, "order_value": 1000 * np.exp(0.8**2 / 2), "order_value_median": 1000.0,
             "new_customers": 60.0}  # fmt: skip
    held = dict.fromkeys(truth, 0)
    for _ in range(400):
        made = story()
        for _ in range(rng.poisson(200)):
            deal, value = made.opportunity(1.0, 0.0, channel=0), float(_orders(rng, 1)[0])
            if rng.random() < 0.3:
                made.win(rng.uniform(2, 80), deal, value)
            else:
                made.say(50.0, Kind.LOST, deal, reason="price")
        for id, true in truth.items():
            found = sampled(made, id)
            held[id] += bool(found.lo95[0] <= true <= found.hi95[0])
    for id, count in held.items():
        assert 0.92 <= count / 400 <= 0.985, (id, count / 400)
