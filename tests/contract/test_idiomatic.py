"""The engines' log, sorted, is that of an ordinary SimPy model written without their machinery.

Rows are compared by the keys of their entities, floats bit by bit, on worlds in which no two happenings tie.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from idiomatic import Idiomatic
from numpy.typing import NDArray
from plain_worlds import plain_worlds

from scenarios.company import load
from sim.funnel import Funnel
from sim.log import NOBODY, Kind
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.tables import REASONS, make_tables

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "funnel"
ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")
QUIET: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}

OUT_OF_REACH = {Kind.LEFT, Kind.REASSIGNED, Kind.AWAY, Kind.BACK}
OUT_OF_REACH |= {Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS, Kind.THROTTLED, Kind.HELD, Kind.OVERFLOWED, Kind.RETRAINED}
OUT_OF_REACH |= {Kind.BREACHED, Kind.QUOTA_RESET, Kind.NEGLECTED, Kind.PROSPECTED, Kind.SALES_READY}
OUT_OF_REACH |= {
    Kind.EXPANDED,
    Kind.REFERRED,
    Kind.WON_BACK,
    Kind.SURVEYED,
    Kind.MATERIAL,
    Kind.RFP,
    Kind.APPOINTMENT,
    Kind.MEETING,
    Kind.PROPOSAL,
    Kind.PRESENTATION,
    Kind.SHOCK,
}
"""What needs changes of headcount, shocks, or terms of overflow, of service levels, quotas and AEs' own choices."""


def sorted_rows(columns: tuple[NDArray[Any], ...]) -> list[NDArray[Any]]:
    """Columns sorted by their rows, the first column first."""
    order = np.lexsort(columns[::-1])
    return [column[order] for column in columns]


def same_rows(funnel: Funnel, plan: Plan, engine: EngineName, seed: int) -> set[tuple[int, int]]:
    """Compare the logs of one replication; returns the (kind, reason) pairs that happened."""
    ours = simulate(funnel, plan, seed=seed, engine=engine)
    theirs = Idiomatic(make_tables(funnel, plan), seed, 0).run()
    events, entities = ours.events, ours.entities
    key_of = np.append(entities.key, NOBODY)
    mine = sorted_rows(
        (
            events.time,
            events.kind,
            key_of[events.entity],
            events.visit,
            events.actor,
            events.stage,
            events.reason,
            events.amount,
        )
    )
    time, amount, key, actor, visit, reason, kind, stage = _columns(theirs.events, (0, 1), 8)
    its = sorted_rows((time, kind, key, visit, actor, stage, reason, amount))
    names = ("time", "kind", "key", "visit", "actor", "stage", "reason", "amount")
    _same(mine, its, names)
    mine = sorted_rows(
        (
            entities.key,
            entities.created,
            key_of[entities.parent],
            entities.owner,
            entities.channel,
            entities.segment,
            entities.product,
            entities.type,
        )
    )
    its = sorted_rows(_columns(theirs.entities, (1,), 8))
    _same(mine, its, ("key", "created", "parent", "owner", "channel", "segment", "product", "type"))
    return set(zip(events.kind.tolist(), events.reason.tolist(), strict=True))


def _columns(rows: list[Any], floats: tuple[int, ...], width: int) -> tuple[NDArray[Any], ...]:
    columns = zip(*rows, strict=True) if rows else [()] * width
    return tuple(np.array(c, dtype=np.float64 if i in floats else np.int64) for i, c in enumerate(columns))


def _same(ours: list[NDArray[Any]], theirs: list[NDArray[Any]], names: tuple[str, ...]) -> None:
    shared = min(len(ours[0]), len(theirs[0]))
    differ = np.zeros(shared, dtype=bool)
    for mine, its in zip(ours, theirs, strict=True):
        differ |= mine[:shared] != its[:shared]
    first = int(np.argmax(differ)) if differ.any() else shared
    assert first == shared, f"row {first} of {shared} is the first that differs: " + ", ".join(
        f"{name} {mine[first]} and {its[first]}" for name, mine, its in zip(names, ours, theirs, strict=True)
    )
    assert len(ours[0]) == len(theirs[0])


def compare(engine: EngineName, examples: int) -> set[tuple[int, int]]:
    """Compare on generated worlds; returns what happened in any of them."""
    seen: set[tuple[int, int]] = set()

    @settings(max_examples=examples, **QUIET)
    @given(world=plain_worlds())
    def every(world: tuple[Funnel, Plan]) -> None:
        seen.update(same_rows(*world, engine, seed=5))

    every()
    return seen


@pytest.mark.parametrize("engine", ENGINES)
def test_generated_worlds(engine: EngineName) -> None:
    compare(engine, 30)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_generated_worlds_in_a_long_run(engine: EngineName) -> None:
    seen = compare(engine, 300)
    # What never happened would not have been compared.
    assert {kind for kind, _ in seen} == set(Kind) - OUT_OF_REACH
    reasons = {reason for kind, reason in seen if kind in (Kind.WITHDRAWN, Kind.LOST)}
    assert reasons >= {REASONS.index(r) for r in REASONS[:8] if r not in ("ready", "no_ae")}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_benchmark_funnel(engine: EngineName) -> None:
    base = load(BENCHMARK).scenario("base")
    tree = base.funnel.model_dump(by_alias=True)
    for channel in tree["channels"].values():
        channel["leads"] /= 10
    tree["sdr"]["selling_share"] = tree["ae"]["selling_share"] = 0.1
    same_rows(Funnel.model_validate(tree), base.plan, engine, seed=1)
