"""Both engines give the same log, event for event, on generated worlds."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from worlds import scenarios

from sim.run import simulate

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def same_log(world) -> None:  # type: ignore[no-untyped-def]
    logs = [simulate(**world, seed=8, engine=engine) for engine in ("simpy", "compiled")]
    for table in ("events", "entities", "ledger", "reps", "truth"):
        ours, theirs = (getattr(log, table).columns() for log in logs)
        for name in ours:
            assert np.array_equal(ours[name], theirs[name], equal_nan=True), f"{table}.{name} differs"
    assert logs[0].digest() == logs[1].digest()


@settings(max_examples=100, **QUIET)
@given(world=scenarios())
def test_the_ordered_logs_are_identical(world):  # type: ignore[no-untyped-def]
    same_log(world)


@pytest.mark.slow
@settings(max_examples=200, **QUIET)
@given(world=scenarios())
def test_the_ordered_logs_are_identical_in_a_long_run(world):  # type: ignore[no-untyped-def]
    same_log(world)
