"""A market of so many accounts: who comes to it, by hand and by its law; what it may not say."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.checks import check_funnel
from sim.funnel import Funnel
from sim.laws.market import comes, free_share
from sim.log import EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate, simulate_tables
from sim.tables import make_tables

ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")


def a_world(market: dict[str, Any], leads: float = 40, steps: Any = (), **fields: Any) -> tuple[Funnel, Plan]:
    """Leads of two segments who wait for `steps`, are sold to for a month, and stay for a term or two."""
    channel = {"leads": leads, "spend": 0, "base_share": 1, "mql_probability": 1, "sql_probability": 1}
    funnel: dict[str, Any] = {
        "name": "market",
        "channels": {"all": channel | {"segments": {"small": 0.75, "large": 0.25}}},
        "segments": {"small": {"value": 1000}, "large": {"value": 5000}},
        "products": {"any": {"mix": 1}},
        "stages": {"open": {"time": "30 days", "advance": 0.5, "losses": {"lost": 1}}},
        "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
        "nurture": {"steps": steps},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
        "customers": {"renewal": 0.5, "term": 60},
        "market": market,
    }
    plan = {
        "name": "market", "start": "2027-01-01", "months": 12, "run_in": 0, "follow": 0, "calendar": "always",
        "scoring": {"form_fields": 3},
        "handoff": {"attempts": 1, "recycles": 0}, "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}},
    }  # fmt: skip
    return Funnel.model_validate(funnel | fields), Plan.model_validate(plan)


def leads_of(log: Log, segment: str) -> list[float]:
    """When leads of a segment are captured."""
    entities = log.entities
    mine = (entities.type == EntityType.LEAD) & (entities.segment == log.names.segments.index(segment))
    return sorted(entities.created[mine].tolist())


def test_the_share_that_is_left_by_hand() -> None:
    assert [free_share(taken, 8.0) for taken in (0, 2, 8, 10)] == [1.0, 0.75, 0.0, -0.25]
    assert free_share(5, math.inf) == 1.0
    assert [comes(depth, 0.5, 2, 8.0) for depth in (0.3, 0.37, 0.38)] == [True, True, False]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_market_of_one_account_has_one_at_a_time(engine: EngineName) -> None:
    """It comes, is sold to, leaves when it is lost or does not renew, and comes again."""
    log = simulate(*a_world({"small": {"accounts": 1}}), seed=2, engine=engine)
    small = leads_of(log, "small")
    assert len(small) > 2
    ends = {
        int(entity): float(time)
        for time, kind, entity in zip(log.events.time, log.events.kind, log.events.entity, strict=True)
        if kind in (Kind.LOST, Kind.CHURNED)
    }
    parent = log.entities.parent.tolist()

    def gone(lead: int) -> float:
        (deal,) = [entity for entity, its in enumerate(parent) if its == lead]
        customers = [entity for entity, its in enumerate(parent) if its == deal]
        return ends.get(customers[0] if customers else deal, math.inf)

    segment = log.entities.segment.tolist()
    kinds = log.entities.type.tolist()
    mine = [each for each in range(len(parent)) if kinds[each] == EntityType.LEAD and segment[each] == 0]
    for lead, following in pairwise(mine):
        assert gone(lead) <= log.entities.created[following]
    # The other segment is without end.
    assert len(leads_of(log, "large")) > 80
    assert leads_of(log, "large") == leads_of(simulate(*a_world({}), seed=2, engine=engine), "large")


def test_a_market_fills_as_its_law_says() -> None:
    """Where nobody leaves, each of M accounts comes by itself at rate / M: Binomial(M, 1 - e^(-rate t / M)) have."""
    size, leads = 60, 4.0
    funnel, plan = a_world({"small": {"accounts": size}}, leads=leads, steps=[5000])
    tables = make_tables(funnel, plan)
    days = float(tables.horizon.counted)
    chance = -math.expm1(-0.75 * leads / (365.25 / 12) * days / size)
    found = [
        len(leads_of(simulate_tables(funnel, plan, plan, tables, None, 1, replication), "small"))
        for replication in range(400)
    ]
    law = stats.binom(size, chance)
    edges = [law.ppf(q) for q in np.linspace(0, 1, 9)]
    observed = np.histogram(found, bins=[-1, *(edge + 0.5 for edge in edges[1:-1]), size + 1])[0]
    expected = 400 * np.diff([0.0, *(law.cdf(edge) for edge in edges[1:-1]), 1.0])
    assert stats.chisquare(observed, expected).pvalue > 1e-4
    assert np.var(found) == pytest.approx(law.var(), rel=0.4)


def test_a_market_far_above_what_is_taken_changes_little() -> None:
    """Of leads at most the share stays away that is ever taken; all the others are the same."""
    free = simulate(*a_world({}), seed=4)
    pooled = simulate(*a_world({"small": {"accounts": 50_000}, "large": {"accounts": 50_000}}), seed=4)
    keys = [set(log.entities.key[log.entities.type == EntityType.LEAD].tolist()) for log in (free, pooled)]
    assert keys[1] <= keys[0]
    assert len(keys[0] - keys[1]) <= 0.02 * len(keys[0])


def test_more_accounts_are_more_leads() -> None:
    few, many, all_of_them = (
        np.mean([len(leads_of(simulate(*a_world(terms), seed=seed), "small")) for seed in range(5)])
        for terms in ({"small": {"accounts": 20}}, {"small": {"accounts": 100}}, {})
    )
    assert few < 0.5 * many
    assert many < all_of_them


def test_a_market_is_of_a_segment() -> None:
    funnel, _ = a_world({"smal": {"accounts": 10}})
    (problem,) = check_funnel(funnel)
    assert (problem.where, problem.remedy) == ("funnel.market.smal", "did you mean small?")
