"""A plan that begins within a month: both engines write the same log of generated worlds, whatever else is in them."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from twins import GENERAL, World, each, through_both


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """General worlds without a run-in, begun up to 27 days later."""
    world = draw(GENERAL.filter(lambda each: each["plan"].run_in == 0))
    later = draw(st.sampled_from([1, 13, 27]))
    plan = world["plan"].model_copy(update={"start": world["plan"].start + timedelta(days=later)})
    return world | {"plan": plan}


def compared(world: World) -> None:
    through_both(world, grid=False)


def test_both_engines_write_the_same_log() -> None:
    each(worlds(), 8, compared)


@pytest.mark.slow
def test_both_engines_write_the_same_log_of_many_worlds() -> None:
    each(worlds(), 120, compared, first=100)
