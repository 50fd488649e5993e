"""D14, D35: what a customer is worth, how many others it brings, and who stays, from simulations of ordinary
configuration."""

from typing import Any

import pytest

from results.metrics.catalogue import measure
from sim.funnel import Funnel
from sim.laws.renewal import surviving
from sim.log import NOBODY, EntityType, Kind
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables
from sim.tables.referral import reproduction

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


@pytest.mark.slow
def test_customers_who_bring_others(judged: Any) -> None:
    """Each lives for one term and brings .18 others on average, a Poisson number: 1 / (1 - .18) for each at first."""
    funnel, plan = a_world(0.0)
    tree = funnel.model_dump(by_alias=True)
    tree["channels"]["all"] |= {"leads": 100, "volume": [{"from": "2028-01-01", "amount": 0}]}
    brings = {"promoter": 0.18, "passive": 0.18, "detractor": 0.18}
    tree["customers"] |= {"term": 365, "referral": {"channel": "all", **brings}}
    funnel = Funnel.model_validate(tree)
    assert reproduction(funnel, plan) == pytest.approx(0.18)
    tables = make_tables(funnel, plan)
    found = []
    for replication in range(REPLICATIONS):
        entities = simulate_tables(funnel, plan, plan, tables, None, 1, replication).entities
        leads = entities.type == EntityType.LEAD
        own = int((leads & (entities.parent == NOBODY)).sum())
        assert leads.sum() > own
        found.append(int((entities.type == EntityType.CUSTOMER).sum()) / own)
    judged("D35", found, 1 / (1 - 0.18), 0.01)


@pytest.mark.slow
def test_customers_age_as_the_law_says(judged: Any) -> None:
    """Of customers whose chances of churning are Beta(1, 2.5), the share that renews twelve times, in the engine."""
    funnel, plan = a_world(0.0)
    tree = funnel.model_dump(by_alias=True)
    tree["channels"]["all"] |= {"leads": 100, "volume": [{"from": "2027-02-01", "amount": 0}]}
    tree["customers"] |= {"term": 30, "ageing": {"alpha": 1.0, "beta": 2.5}}
    funnel = Funnel.model_validate(tree)
    tables = make_tables(funnel, plan)
    found = []
    for replication in range(4 * REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication)
        customers = int((log.entities.type == EntityType.CUSTOMER).sum())
        rows = log.events.visit[log.events.kind == Kind.RENEWED]
        found.append(int((rows == 11).sum()) / customers)
    judged("D14b simulated, share that renews twelve times", found, surviving(1.0, 2.5, 12), 0.02)
