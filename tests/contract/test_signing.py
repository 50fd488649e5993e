"""A last stage that is decided day by day: both engines write the same log of generated worlds, whatever else is in
them."""

from typing import Any

import pytest
from hypothesis import strategies as st
from twins import ENGINES, GENERAL, SEED, World, each, same_log

from sim.climate import realised
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.run import simulate_tables
from sim.tables import make_tables

SIGNINGS = st.fixed_dictionaries(
    {
        "pace": st.sampled_from([0.5, 1.0, 3.0]),
        "elasticity": st.sampled_from([0.0, 0.5, 1.0]),
        "load": st.sampled_from([0.05, 1.0]),
        "drift": st.sampled_from([{}, {"slope": 0.1, "wander": 0.3, "fades": 10}]),
        "quarter": st.sampled_from([(1, 1, 1), (0.5, 0.5, 2.0)]),
        "month_end": st.sampled_from([1.0, 2.0]),
        "weekdays": st.sampled_from([(1.0,) * 7, (1, 1, 1, 1, 3, 0, 0)]),
    }
)


def signing(funnel: Funnel, how: dict[str, Any]) -> Funnel:
    """The funnel with a last stage decided day by day, and leads that drift."""
    tree = funnel.model_dump(by_alias=True)
    last = list(tree["stages"])[-1]
    tree["stages"][last]["resolve"] = "at_entry"
    tree["rhythm"], tree["effort"]["pull_forward"] = None, 0.0
    tree["signing"], tree["arrivals"]["drift"] = how, {"slope": -0.1, "wander": 0.2}
    return Funnel.model_validate(tree)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world, how = draw(GENERAL), draw(SIGNINGS)
    return world | {name: signing(world[name], how) for name in ("funnel", "calm") if world.get(name) is not None}


def compared(world: World) -> None:
    tables = realised(make_tables(**world), stream_key(SEED, 0))
    root = world.get("root") or world["plan"]
    logs = [
        simulate_tables(world["funnel"], world["plan"], root, tables, world["snapshot"], SEED, 0, engine)
        for engine in ENGINES
    ]
    same_log(*logs)


def test_both_engines_write_the_same_log() -> None:
    each(worlds(), 16, compared)


@pytest.mark.slow
def test_both_engines_write_the_same_log_of_many_worlds() -> None:
    each(worlds(), 160, compared, first=100)
