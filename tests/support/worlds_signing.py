"""What generated worlds draw of a last stage that is decided day by day, and of leads whose level drifts."""

from typing import Any

from hypothesis import strategies as st
from twins import GENERAL, World

from sim.funnel import Funnel

__all__ = ["SIGNED"]

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


def _signing(funnel: Funnel, how: dict[str, Any]) -> Funnel:
    """The funnel with a last stage decided day by day, and leads that drift."""
    tree = funnel.model_dump(by_alias=True)
    last = list(tree["stages"])[-1]
    tree["stages"][last]["resolve"] = "at_entry"
    tree["rhythm"], tree["effort"]["pull_forward"] = None, 0.0
    tree["signing"], tree["arrivals"]["drift"] = how, {"slope": -0.1, "wander": 0.2}
    return Funnel.model_validate(tree)


@st.composite
def _worlds(draw: st.DrawFn) -> World:
    world, how = draw(GENERAL), draw(SIGNINGS)
    return world | {name: _signing(world[name], how) for name in ("funnel", "calm") if world.get(name) is not None}


SIGNED: st.SearchStrategy[World] = _worlds()
"""General worlds with such a last stage."""
