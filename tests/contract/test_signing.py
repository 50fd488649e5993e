"""A last stage that is decided day by day: both engines write the same log of generated worlds, whatever else is in
them."""

import pytest
from twins import ENGINES, SEED, World, each, same_log
from worlds_signing import SIGNED

from sim.climate import realised
from sim.draws import stream_key
from sim.run import simulate_tables
from sim.tables import make_tables


def compared(world: World) -> None:
    tables = realised(make_tables(**world), stream_key(SEED, 0))
    root = world.get("root") or world["plan"]
    logs = [
        simulate_tables(world["funnel"], world["plan"], root, tables, world["snapshot"], SEED, 0, engine)
        for engine in ENGINES
    ]
    same_log(*logs)


def test_both_engines_write_the_same_log() -> None:
    each(SIGNED, 16, compared)


@pytest.mark.slow
def test_both_engines_write_the_same_log_of_many_worlds() -> None:
    each(SIGNED, 160, compared, first=100)
