"""D14: what a customer is worth, from simulated renewals, by ordinary configuration."""

from typing import Any

import pytest

from results.metrics.catalogue import measure
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

REPLICATIONS = 40


def a_world(renewal: float) -> tuple[Funnel, Plan]:
    """Every lead is a customer at once, who brings 1,000 a year; a year of leads and thirty more."""
    funnel = Funnel.model_validate(
        {
            "name": "customers",
            "channels": {
                "all": {
                    "leads": 20, "spend": 0, "base_share": 1, "segments": {"any": 1}, "mql_probability": 1,
                    "sql_probability": 1,
                }
            },
            "segments": {"any": {"value": 1000}},
            "products": {"any": {"mix": 1, "margin": 1}},
            "stages": {"open": {"time": 0, "advance": 1, "losses": {"lost": 1}, "delay_penalty": 0}},
            "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
            "sales_development": {
                "contact": [1.0], "attempt_effort": 0, "conversation_effort": 0, "speed_exponent": 0,
                "patience": "never",
            },
            "sdr": {"selling_share": 1, "ramp": 0},
            "ae": {"selling_share": 1, "ramp": 0},
            "ae_patience": "never",
            "customers": {"renewal": renewal, "renewal_fit": 0, "term": 365.25},
        }
    )  # fmt: skip
    plan = Plan.model_validate(
        {
            "name": "customers", "start": "2027-01-01", "months": 12, "calendar": "always", "run_in": 0,
            "follow": 360, "scoring": {"form_fields": 3}, "handoff": {"attempts": 1, "recycles": 0},
            "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, "discount_rate": 0.1,
        }
    )  # fmt: skip
    return funnel, plan


@pytest.mark.slow
def test_worth_of_customers_who_renew_with_85_percent(judged: Any) -> None:
    funnel, plan = a_world(0.85)
    tables = make_tables(funnel, plan)
    ids = ("ltv", "ltv_from_first_renewal")
    found: dict[str, list[float]] = {id: [] for id in ids}
    for replication in range(REPLICATIONS):
        measured = measure(simulate_tables(funnel, plan, plan, tables, None, 1, replication), ids)
        for id in ids:
            found[id].append(measured[id])
    judged("D14 simulated, from the sale on", found["ltv"], 4400.0, 0.01)
    judged("D14 simulated, from the first renewal on", found["ltv_from_first_renewal"], 3400.0, 0.01)
