"""D26: a year's bookings as a compound Poisson sum, by its characteristic function and by ordinary configuration."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.funnel import Funnel
from sim.log import Kind
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

RATE, MEDIAN, SIGMA = 48, 30_000.0, 0.9
"""Orders a year of 365 days, and what one is worth."""
GOAL = 2e6
PERCENTS = (10, 20, 50, 80, 90)
REPLICATIONS, YEARS = 200, 50

Floats = NDArray[np.float64]


def distribution(step: float, cells: int) -> tuple[Floats, Floats]:
    """Totals, and the probability of at most each: orders rounded to a grid, their number Poisson, by FFT."""
    edges = np.concatenate(([0.0], (np.arange(cells) + 0.5) * step))
    order = np.diff(stats.lognorm.cdf(edges, SIGMA, scale=MEDIAN))
    total = np.fft.irfft(np.exp(RATE * (np.fft.rfft(order) - 1.0)), cells)
    return np.arange(cells) * step, np.cumsum(total)


def quantiles(step: float = 500.0) -> list[float]:
    totals, below = distribution(step, 2**15)
    return [float(totals[np.searchsorted(below, percent / 100)]) for percent in PERCENTS]


MEAN = RATE * MEDIAN * math.exp(SIGMA**2 / 2)
VARIANCE = RATE * MEDIAN**2 * math.exp(2 * SIGMA**2)


def test_a_years_bookings_by_their_characteristic_function(stated: Any) -> None:
    stated("D26 mean", "2,158,995.60", MEAN)
    stated("D26 standard deviation", "467,218.90", math.sqrt(VARIANCE))
    totals, below = distribution(500.0, 2**15)
    weight = np.diff(below, prepend=0.0)
    assert float(weight @ totals) == pytest.approx(MEAN, rel=1e-4)
    for percent, exact, found in zip(
        PERCENTS, ("1,590,500", "1,762,000", "2,124,000", "2,534,000", "2,771,000"), quantiles(), strict=True
    ):
        stated(f"D26 p{percent}", exact, found)
    reached = 1 - float(below[np.searchsorted(totals, GOAL) - 1])
    stated("D26 chance of 2,000,000 or more", "0.609247", reached)
    # A finer grid says the same to a hundred dollars.
    totals, below = distribution(50.0, 2**18)
    fine = [float(totals[np.searchsorted(below, percent / 100)]) for percent in PERCENTS]
    assert fine == pytest.approx(quantiles(), abs=550)


def a_world() -> tuple[Funnel, Plan]:
    """Every lead is a customer at once; fifty years and a little more."""
    funnel = Funnel.model_validate(
        {
            "name": "orders",
            "channels": {
                "all": {
                    "leads": RATE / 12 * 365.25 / 365, "spend": 0, "base_share": 1, "segments": {"any": 1},
                    "mql_probability": 1, "sql_probability": 1,
                }
            },
            "segments": {"any": {"value": {"law": "lognormal", "median": MEDIAN, "sigma": SIGMA}}},
            "products": {"any": {"mix": 1}},
            "stages": {"open": {"time": 0, "advance": 1, "losses": {"lost": 1}, "delay_penalty": 0}},
            "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
            "sales_development": {
                "contact": [1.0], "attempt_effort": 0, "conversation_effort": 0, "speed_exponent": 0,
                "patience": "never",
            },
            "sdr": {"selling_share": 1, "ramp": 0},
            "ae": {"selling_share": 1, "ramp": 0},
            "ae_patience": "never",
        }
    )  # fmt: skip
    plan = Plan.model_validate(
        {
            "name": "orders", "start": "2027-01-01", "months": 12 * YEARS, "calendar": "always", "run_in": 0,
            "follow": 0, "scoring": {"form_fields": 3}, "handoff": {"attempts": 1, "recycles": 0},
            "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}},
        }
    )  # fmt: skip
    return funnel, plan


@pytest.mark.slow
def test_ten_thousand_years_of_bookings(judged: Any) -> None:
    """Spans of 365 days of fifty years, and two hundred replications of them; quantiles of five replications each."""
    funnel, plan = a_world()
    tables = make_tables(funnel, plan)
    years = np.empty((REPLICATIONS, YEARS))
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication)
        won = log.events.kind == Kind.WON
        year = (log.events.time[won] // 365).astype(np.int64)
        years[replication] = np.bincount(year, weights=log.events.amount[won], minlength=YEARS + 1)[:YEARS]
    judged("D26 mean of simulated years", years.mean(axis=1).tolist(), MEAN, 0.005)
    judged("D26 variance of simulated years", ((years - MEAN) ** 2).mean(axis=1).tolist(), VARIANCE, 0.02)
    judged("D26 years of 2,000,000 or more", (years >= GOAL).mean(axis=1).tolist(), 0.609247, 0.02)
    found = np.percentile(years.reshape(REPLICATIONS // 5, -1), PERCENTS, axis=1, method="median_unbiased")
    for percent, samples, exact in zip(PERCENTS, found.tolist(), quantiles(), strict=True):
        judged(f"D26 p{percent} of simulated years", samples, exact, 0.02)
