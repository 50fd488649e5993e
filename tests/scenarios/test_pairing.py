"""How much common random numbers are worth on the starter company: +20 % paid search against base, 100 pairs."""

from pathlib import Path

import numpy as np
import pytest

from results.compare import reduction_interval
from results.runset import Measures, gather
from scenarios.batch import run_batches
from scenarios.company import load

STARTER = Path(__file__).parents[2] / "scenarios" / "library" / "starter"


@pytest.mark.slow
def test_pairing_cuts_the_variance_of_a_difference_at_least_nine_times() -> None:
    company = load(STARTER)
    scenarios = [company.scenario("base"), company.scenario("paid-search-plus-20")]
    assert all(scenario.draws is None for scenario in scenarios)
    measures = Measures.of(["bookings"])
    base, other = (
        gather(measured, measures, scenario=scenario.name, seed=1, engine="compiled")
        for measured, scenario in zip(run_batches(scenarios, 100, 1, measures), scenarios, strict=True)
    )
    x, y = base.of("bookings"), other.of("bookings")
    ratio = (x.var(ddof=1) + y.var(ddof=1)) / (y - x).var(ddof=1)
    low, high = reduction_interval(base, other, "bookings", np.random.default_rng(1))
    print(f"variance reduction {ratio:.1f} (95 % bootstrap interval {low:.1f} to {high:.1f}), 100 pairs")
    assert ratio >= 9
