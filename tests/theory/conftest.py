"""Ordinary funnels and plans configured into textbook queues."""

from collections.abc import Callable
from typing import Any

import pytest

from sim.funnel import Funnel
from sim.plan import Plan
from sim.units import DAYS_PER_MONTH


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


@pytest.fixture
def world() -> Callable[..., tuple[Funnel, Plan]]:
    return queue_world
