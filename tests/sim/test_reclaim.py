"""Leads of lost opportunities: how often they return to nurture, after which causes, and what they become."""

from collections import Counter
from typing import Any

from sim.checks import check_pair
from sim.draws import Tag, child_key
from sim.funnel import Funnel
from sim.log import EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate


def funnel() -> Funnel:
    """Leads who all become opportunities, which are all lost after five days, and who are ready again after weeks."""
    every = {"segments": {"any": 1}, "mql_probability": 1, "sql_probability": 1}
    stage = {"time": 5, "advance": 0, "losses": {"price": 0.5, "silence": 0.5}}
    return Funnel.model_validate(
        {
            "name": "returns",
            "channels": {"all": {"leads": 30, "spend": 0, "base_share": 1, **every}},
            "segments": {"any": {"value": 1000}},
            "products": {"any": {"mix": 1}},
            "stages": {"only": stage},
            "nurture": {"ready_good": 3, "ready_bad": 3, "unsubscribe": 0, "unsubscribe_per_touch": 0},
            "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
        }
    )


def plan(recycles: int, **nurture: Any) -> Plan:
    """Two months, followed for a year."""
    tree: dict[str, Any] = {"name": "returns", "start": "2027-01-01", "months": 2, "run_in": 0, "follow": 12}
    tree |= {"teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, "calendar": "always"}
    return Plan.model_validate(tree | {"handoff": {"attempts": 1, "recycles": recycles}, "nurture": nurture})


def lives(recycles: int, engine: EngineName = "compiled", **nurture: Any) -> Log:
    """A log of early leads, all of whose opportunities are over."""
    return simulate(funnel(), plan(recycles, **nurture), seed=4, engine=engine)


def opportunities(log: Log) -> Counter[int]:
    """How many there are of each lead of the plan's first month."""
    entities = log.entities
    early = set((entities.created < 31).nonzero()[0].tolist())
    deals = entities.type == EntityType.OPPORTUNITY
    return Counter(parent for parent in entities.parent[deals].tolist() if parent in early)


def test_a_lead_returns_as_often_as_it_may_and_each_opportunity_is_its_next_child() -> None:
    log = lives(2, reclaim=1, reclaim_causes=["price", "silence"])
    assert set(opportunities(log).values()) == {3}
    entities, count = log.entities, Counter[int]()
    for entity in (entities.type == EntityType.OPPORTUNITY).nonzero()[0].tolist():
        lead = int(entities.parent[entity])
        assert entities.key[entity] == child_key(int(entities.key[lead]), int(Tag.OPPORTUNITY), count[lead])
        count[lead] += 1
    back = log.events.kind == Kind.RECYCLED
    lost = log.events.kind == Kind.LOST
    assert set(log.events.time[back]) <= set(log.events.time[lost])
    assert (entities.type[log.events.entity[back]] == EntityType.LEAD).all()
    slow = lives(2, "simpy", reclaim=1, reclaim_causes=["price", "silence"])
    assert slow.digest() == log.digest()


def test_only_after_its_causes_and_by_its_share() -> None:
    log = lives(100, reclaim=1, reclaim_causes=["price"])
    events, reasons = log.events, log.names.reasons
    assert {reasons[reason] for reason in events.reason[events.kind == Kind.RECYCLED]} == {"price"}
    # A lead is lost to silence in the end, so the number of its opportunities is geometric with mean 2.
    counts = opportunities(log).values()
    assert 1.5 < sum(counts) / len(counts) < 2.6
    assert set(opportunities(lives(2)).values()) == {1}
    assert set(opportunities(lives(0, reclaim=1, reclaim_causes=["price", "silence"])).values()) == {1}


def test_a_cause_that_no_stage_knows_is_refused() -> None:
    (problem,) = check_pair(funnel(), plan(1, reclaim_causes=["prize"]))
    assert problem.where == "plan.nurture.reclaim_causes.0"
    assert "price" in (problem.remedy or "")
