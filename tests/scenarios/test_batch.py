"""Batches: the order of replications, their draws, and that workers change nothing."""

import numpy as np
import pytest

from scenarios.batch import draw_of, run_batch, run_batches
from scenarios.draws import Draws
from scenarios.scenario import Scenario
from sim.errors import InputError, RunError
from sim.funnel import Funnel
from sim.plan import Plan


@pytest.fixture
def scenario():
    funnel = Funnel.model_validate(
        {
            "name": "small",
            "channels": {"paid": {"leads": 30, "spend": 10_000, "segments": {"smb": 1.0}}},
            "segments": {"smb": {"value": 20_000}},
            "products": {"suite": {"mix": 1.0}},
            "stages": {"close": {"time": 20, "effort": 5, "advance": 0.5, "losses": {"price": 1.0}}},
        }
    )
    plan = Plan.model_validate(
        {
            "name": "small plan", "start": "2027-01-01", "months": 2, "run_in": 1, "follow": 1,
            "spend": {"paid": 10_000}, "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}},
        }
    )  # fmt: skip
    return Scenario("base", funnel, plan, plan)


@pytest.fixture
def drawn(scenario):
    """Three draws of the channel's leads: 10, 30 and 60 a month."""
    draws = Draws(("channels.paid.leads",), np.array([[10.0], [30.0], [60.0]]), np.array([30.0]))
    return scenario.replace(name="drawn", draws=draws)


def digest(log):
    return log.digest()


def told(funnel, plan, *, root=None, snapshot=None, calm=None, seed=1, replication=0):
    """In place of the engine: what it was asked for."""
    return (funnel.channels["paid"].leads, plan.name, root.name, snapshot, seed, replication)


def itself(log):
    return log


def broken(funnel, plan, *, root=None, snapshot=None, calm=None, seed=1, replication=0):
    if replication == 3:
        raise IndexError("beyond the last")


def test_two_replications_a_draw_and_round_again(drawn, scenario):
    assert [draw_of(drawn, r) for r in range(8)] == [0, 0, 1, 1, 2, 2, 0, 0]
    assert draw_of(scenario, 5) is None
    asked = run_batch(drawn, 7, 9, itself, simulate=told)
    assert asked == [
        (leads, "small plan", "small plan", None, 9, r) for r, leads in enumerate((10, 10, 30, 30, 60, 60, 10))
    ]


def test_workers_change_nothing(scenario):
    alone = run_batch(scenario, 4, 5, digest, workers=1)
    assert run_batch(scenario, 4, 5, digest, workers=2) == alone
    assert len(set(alone)) == 4
    assert run_batch(scenario, 2, 5, digest) == alone[:2]
    assert run_batch(scenario, 2, 6, digest)[0] != alone[0]


def test_scenarios_come_back_apart_on_the_same_luck(scenario, drawn):
    twin = scenario.replace(name="twin")
    base, same, other = run_batches([scenario, twin, drawn], 2, 5, digest)
    assert base == same
    assert other[0] != base[0]
    assert [len(results) for results in (base, same, other)] == [2, 2, 2]


def test_progress_counts_all_scenarios(scenario):
    seen = []
    run_batches([scenario, scenario], 2, 1, itself, simulate=told, progress=lambda *at: seen.append(at))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_names_scenario_replication_seed_and_draw(drawn, workers):
    with pytest.raises(RunError, match="scenario 'drawn', replication 3, seed 8, draw 1: IndexError: beyond the last"):
        run_batch(drawn, 6, 8, itself, workers=workers, simulate=broken)


def test_no_replications_are_refused(scenario):
    with pytest.raises(InputError, match="one or more"):
        run_batch(scenario, 0, 1, itself)
