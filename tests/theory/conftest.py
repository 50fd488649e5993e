"""Ordinary funnels and plans configured into textbook queues, and the rule by which a simulated row is judged."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.funnel import Funnel
from sim.plan import Plan
from sim.units import DAYS_PER_MONTH

REPLICATIONS = 40
ROWS_JUDGED = 60


def queue_world(
    per_day: float, servers: int, effort: Any, months: int, run_in: int, stage_time: Any = 0.0
) -> tuple[Funnel, Plan]:
    """Poisson leads to a pool of SDRs round the clock, then one stage of an opportunity that takes no work."""
    funnel = Funnel.model_validate(
        {
            "name": "queue",
            "channels": {
                "all": {
                    "leads": per_day * DAYS_PER_MONTH,
                    "spend": 0,
                    "base_share": 1,
                    "segments": {"any": 1},
                    "mql_probability": 1,
                    "sql_probability": 1,
                }
            },
            "segments": {"any": {"value": 1}},
            "products": {"any": {"mix": 1}},
            "stages": {"open": {"time": stage_time, "advance": 0, "losses": {"over": 1}, "delay_penalty": 0}},
            "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
            "sales_development": {
                "contact": [1.0],
                "attempt_effort": effort,
                "conversation_effort": 0,
                "speed_exponent": 0,
                "patience": "never",
            },
            "sdr": {"selling_share": 1, "ramp": 0},
            "ae": {"selling_share": 1, "ramp": 0},
            "ae_patience": "never",
        }
    )
    plan = Plan.model_validate(
        {
            "name": "queue",
            "start": "2027-01-01",
            "months": months,
            "calendar": "always",
            "scoring": {"form_fields": 3},
            "handoff": {"attempts": 1, "recycles": 0},
            "teams": {"sdr": {"headcount": servers}, "ae": {"headcount": 1}},
            "run_in": run_in,
            "follow": 0,
        }
    )
    return funnel, plan


def judge(name: str, samples: list[float], exact: float, most_error: float) -> None:
    """A row holds if its mean is within t(1 - .0005/60; n - 1) standard errors, and its error is small enough."""
    values = np.array(samples)
    se = float(values.std(ddof=1) / np.sqrt(len(values)))
    limit = float(stats.t.ppf(1 - 0.0005 / ROWS_JUDGED, len(values) - 1))
    mean = float(values.mean())
    report = f"{name}: exact {exact:.6g}, simulated {mean:.6g}, se {se:.3g} ({se / exact:.2%}), n {len(values)}"
    print(report)
    assert se <= most_error * exact, f"too little power: {report}"
    assert abs(mean - exact) <= limit * se, report


@pytest.fixture
def world() -> Callable[..., tuple[Funnel, Plan]]:
    return queue_world


@pytest.fixture
def judged() -> Callable[[str, list[float], float, float], None]:
    return judge
