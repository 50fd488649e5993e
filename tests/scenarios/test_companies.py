"""`enterprise` and `small_business`: within what is published, and what-ifs that can be told from luck."""

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leadflow import compare, load
from results.runset import Measures
from results.uncertainty import estimate
from results.warm_up import REPLICATIONS, longer_run_in, settling, too_short, under_way
from scenarios.batch import run_batch

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"

ENTERPRISE = {
    "win_rate": (0.12, 0.25, "about one in five of large deals (salesmotion.io: 21 % of all opportunities)"),
    "sales_cycle": (180, 300, "six to nine months, and more above 100k"),
    "order_value": (200e3, 450e3, "choice"),
    "meetings_per_win": (5, 10, "choice"),
    "quota_attainment": (0.5, 1.1, "choice"),
    "retention_rate": (0.90, 0.98, "logo churn below 10 % a year (eaglerockcfo.com)"),
    "new_customers": (18, 40, "few"),
    "payback_months": (12, 30, "longer than the 18 of all software (digitalapplied.com)"),
}
SMALL_BUSINESS = {
    "win_rate": (0.25, 0.40, "choice"),
    "sales_cycle": (10, 30, "two or three weeks"),
    "order_value": (1000, 2500, "choice"),
    "retention_rate": (0.50, 0.75, "3 to 7 % of customers lost a month"),
    "time_to_first_contact": (2, 20, "fresh leads first"),
    "sdr_utilisation": (0.45, 0.85, "choice"),
    "ae_utilisation": (0.45, 0.85, "choice"),
    "payback_months": (12, 30, "choice"),
}
"""Metrics of the base with bounds, and where these are from."""

WHAT_IFS = (
    ("enterprise", "base", "best-ae-leaves", "bookings", -1),
    ("enterprise", "base", "biggest-deal-lost", "bookings", -1),
    ("enterprise", "base", "best-ae-takes-it-along", "bookings", -1),
    ("enterprise", "base", "rival-strikes", "new_customers", -1),
    ("enterprise", "base", "no-account-sales", "expansion_bookings", -1),
    ("enterprise", "base", "no-account-sales", "new_customers", 1),
    ("enterprise", "base", "one-more-ae", "new_customers", 1),
    ("enterprise", "best-ae-leaves", "best-ae-leaves-one-more-ae", "bookings", 1),
    ("small_business", "base", "spend-plus-50", "customers", 1),
    ("small_business", "base", "spend-plus-50", "operating_profit", -1),
    ("small_business", "base", "market-without-end", "leads", 1),
    ("small_business", "base", "market-without-end", "operating_profit", 1),
    ("small_business", "base", "care", "retention_rate", 1),
    ("small_business", "base", "care", "customers", 1),
    ("small_business", "base", "no-referrals", "new_customers", -1),
    ("small_business", "base", "no-win-back", "customers", -1),
    ("small_business", "base", "round-robin", "time_to_first_contact", 1),
)
"""Company, base, scenario, metric, and the sign of the difference."""

COUNTS = {"enterprise": 120, "small_business": 30}
"""Replications: where few deals decide, more are needed."""


@cache
def base(name: str, metrics: tuple[str, ...]) -> Any:
    """(replications, metrics) of a company's plan."""
    found = run_batch(load(LIBRARY / name).scenario(), COUNTS[name], 1, Measures.of(metrics, ()))
    return np.array([one.values for one in found])


@cache
def found(name: str, against: str) -> dict[str, Any]:
    """Every scenario that is compared with one of them, by name."""
    company = load(LIBRARY / name)
    tried = list(dict.fromkeys(row[2] for row in WHAT_IFS if row[:2] == (name, against)))
    metrics = list(dict.fromkeys(row[3] for row in WHAT_IFS if row[:2] == (name, against)))
    worlds = [company.scenario(each) for each in tried]
    answer = compare(company.scenario(against), *worlds, replications=COUNTS[name], metrics=metrics)
    return dict(zip(tried, answer.comparisons, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "bands"), [("enterprise", ENTERPRISE), ("small_business", SMALL_BUSINESS)])
def test_a_company_lies_in_its_bands(name: str, bands: dict[str, tuple[float, float, str]]) -> None:
    values, outside = base(name, tuple(bands)), {}
    for place, (metric, (low, high, _)) in enumerate(bands.items()):
        level = estimate(values[:, place], np.full(len(values), -1))
        print(name, metric, level.mean, level.lo95, level.hi95)
        if not low <= level.lo95 <= level.hi95 <= high:
            outside[metric] = level
    assert not outside


@pytest.mark.slow
@pytest.mark.parametrize(("name", "against", "scenario", "metric", "sign"), WHAT_IFS)
def test_a_what_if_can_be_told_from_luck(name: str, against: str, scenario: str, metric: str, sign: int) -> None:
    difference = found(name, against)[scenario].of(metric).difference
    print(scenario, metric, difference.mean, difference.lo95, difference.hi95)
    assert sign * difference.lo95 > 0
    assert sign * difference.hi95 > 0


@pytest.mark.slow
def test_a_few_deals_make_the_year_of_an_enterprise_and_none_that_of_small_business() -> None:
    """One run's bookings of another: the coefficient of variation is that of a few large orders, or of many small."""
    spread = {}
    for name in COUNTS:
        booked = base(name, ("bookings",))[:, 0]
        spread[name] = float(booked.std(ddof=1) / booked.mean())
    print(spread)
    assert spread["enterprise"] > 0.25
    assert spread["small_business"] < 0.2


@pytest.mark.slow
def test_spend_brings_fewer_leads_where_the_market_is_taken() -> None:
    """The same half as much again, with and without an end of the market, pair by pair."""
    company = load(LIBRARY / "small_business")
    names = ("base", "spend-plus-50", "market-without-end", "market-without-end-spend-plus-50")
    measures = Measures.of(["leads"], ())
    counted = [
        np.array([one.values[0] for one in run_batch(company.scenario(name), 20, 1, measures)]) for name in names
    ]
    shares = counted[1] / counted[0] - 1.0, counted[3] / counted[2] - 1.0
    difference = shares[0] - shares[1]
    print([share.mean() for share in shares])
    assert difference.mean() + 2.1 * difference.std(ddof=1) / math.sqrt(len(difference)) < 0.0


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(COUNTS))
def test_the_run_in_is_long_enough(name: str) -> None:
    scenario = load(LIBRARY / name).scenario()
    series = run_batch(longer_run_in(scenario), REPLICATIONS, 1, under_way)
    assert too_short(settling(series, scenario.root.run_in), scenario.root.run_in) is None
