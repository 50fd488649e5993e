"""Our share of the market and its growth, by hand."""

import dataclasses

import numpy as np
import pytest

from results.metrics.catalogue import by_month, measure, missing
from sim.log import EntityType

SHARE, GROWTH = "market_share", "market_growth"
YEAR = 365.25


def a_log(made, market, segments):
    """The log of a story whose customers are of these segments, in a market of these spends."""
    made.terms = dataclasses.replace(made.terms, term=YEAR, market=market)
    log = made.log()
    customers = np.flatnonzero(log.entities.type == EntityType.CUSTOMER)
    segment = np.full(len(log.entities), -1)
    segment[customers] = segments
    return dataclasses.replace(log, entities=dataclasses.replace(log.entities, segment=segment))


@pytest.fixture
def two(story):
    """Contracts of a year, ninety days from January to March: 1,000 from day 0, 500 from day 45."""
    made = story()
    for day, value in ((0.0, 1000.0), (45.0, 500.0)):
        made.win(day, made.opportunity(day, value), value)
    return made


def test_a_share_of_a_market_that_does_not_grow(two):
    """Both in a market of 100,000 a year; or the first alone, where nothing is known of the other's segment."""
    both, one = (a_log(two, ((100_000.0, 1.0), (np.nan, 1.0)), segments) for segments in ([0, 0], [0, 1]))
    earned = 1000 * 90 + 500 * 45
    assert measure(both, [SHARE])[SHARE] == pytest.approx(earned / (100_000 * 90))
    assert measure(one, [SHARE])[SHARE] == pytest.approx(0.01)
    months = by_month(both, [SHARE])[SHARE]
    assert months.tolist() == pytest.approx([0.01, (1000 * 28 + 500 * 14) / 2_800_000, 0.015])


def test_a_market_that_grows_comes_to_its_spend_in_the_first_year(two):
    """21 % a year: 50,000 from day 0 to day 365.25, and of it (1.21^x - 1) / .21 until x."""
    log = a_log(two, ((np.nan, 1.0), (50_000.0, 1.21)), [1, 0])
    spent = 50_000 * (1.21 ** (90 / YEAR) - 1) / 0.21
    assert measure(log, [SHARE])[SHARE] == pytest.approx(1000 * 90 / YEAR / spent)


def test_growth_from_the_first_year_to_the_last(story):
    """Three years, of which the last is two after the first; half of the market grows and half does not."""
    edges = np.cumsum([0, *([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 3)]).astype(float)
    log = a_log(story(1095.0, 1200.0, edges), ((1000.0, 1.21), (1000.0, 1.0)), [])
    year = 365 / YEAR
    first = (1.21**year - 1) / 0.21 + year
    last = (1.21 ** (3 * year) - 1.21 ** (2 * year)) / 0.21 + year
    assert measure(log, [GROWTH])[GROWTH] == pytest.approx(last / first - 1)
    assert measure(log, [SHARE])[SHARE] == 0.0


def test_what_is_spent_must_be_said(two):
    assert "funnel.market.*.spend" in missing(a_log(two, ((np.nan, 1.0),), [0, 0]), [SHARE])[SHARE]
    assert "24 whole months" in missing(a_log(two, ((1000.0, 1.0),), [0, 0]), [GROWTH])[GROWTH]
