"""Batches: the order of replications, their draws, and that workers change nothing."""

import itertools

import numpy as np
import pytest

import sim.tables
from scenarios.batch import draw_of, live, run_batch, run_batches
from scenarios.draws import Draws
from scenarios.scenario import Scenario
from scenarios.workers import Interrupted
from sim.errors import InputError, RunError
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables


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


def few(log):
    """Fails on the busiest of the three draws, that of replications 4 and 5."""
    if len(log.entities) > 150:
        raise IndexError("too many")
    return len(log.entities)


ENGINES = ("compiled", "simpy")


def test_two_replications_a_draw_and_round_again(drawn, scenario):
    assert [draw_of(drawn, r) for r in range(8)] == [0, 0, 1, 1, 2, 2, 0, 0]
    assert draw_of(scenario, 5) is None


def test_replication_r_is_the_log_of_its_draw_and_of_its_stream(drawn, scenario):
    apart = [simulate(drawn.funnel_of_draw(r // 2 % 3), drawn.plan, seed=9, replication=r).digest() for r in range(7)]
    assert run_batch(drawn, 7, 9, digest, workers=1) == apart
    assert [live(drawn, 9, r).digest() for r in (0, 5)] == [apart[0], apart[5]]


def test_threads_processes_and_engines_give_the_same_logs(drawn):
    alone = run_batch(drawn, 7, 5, digest, workers=1)
    assert len(set(alone)) == 7
    for engine, workers in (("compiled", None), ("compiled", 2), ("compiled", 4), ("simpy", 1), ("simpy", 2)):
        assert run_batch(drawn, 7, 5, digest, engine=engine, workers=workers) == alone, (engine, workers)
    assert run_batch(drawn, 2, 5, digest) == alone[:2]
    assert run_batch(drawn, 2, 6, digest)[0] != alone[0]


def test_scenarios_come_back_apart_on_the_same_luck(scenario, drawn):
    twin = scenario.replace(name="twin")
    base, same, other = run_batches([scenario, twin, drawn], 2, 5, digest)
    assert base == same
    assert other[0] != base[0]
    assert [len(results) for results in (base, same, other)] == [2, 2, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_progress_counts_all_scenarios(scenario, engine):
    seen = []
    run_batches([scenario, scenario], 2, 1, digest, engine=engine, workers=1, progress=lambda *at: seen.append(at))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_names_scenario_replication_seed_and_draw(drawn, workers, engine):
    with pytest.raises(RunError, match="scenario 'drawn', replication 4, seed 8, draw 2: IndexError: too many"):
        run_batch(drawn, 6, 8, few, workers=workers, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupt_hands_over_replications_that_all_scenarios_finished(scenario, engine):
    """The eighth log, replication 3 of the second scenario, is when the interrupt comes."""
    made = itertools.count(1)

    def reduce(log):
        if next(made) == 8:
            raise KeyboardInterrupt
        return log.digest()

    twin = scenario.replace(name="twin")
    with pytest.raises(Interrupted) as stopped:
        run_batches([scenario, twin], 6, 5, reduce, engine=engine, workers=1)
    whole = run_batch(scenario, 3, 5, digest)
    assert stopped.value.finished == [whole, whole]
    assert stopped.value.total == 6


def test_a_world_is_laid_out_once_a_draw(drawn, monkeypatch):
    made = []

    def counted(funnel, *others):
        made.append(funnel.channels["paid"].leads)
        return make_tables(funnel, *others)

    monkeypatch.setattr(sim.tables, "make_tables", counted)
    run_batch(drawn, 6, 5, digest, workers=2)
    assert made == [10, 30, 60]
    made.clear()
    run_batches([drawn, drawn.replace(name="twin")], 4, 5, digest, workers=1)
    assert sorted(made) == [10, 10, 30, 30]


def test_no_replications_are_refused(scenario):
    with pytest.raises(InputError, match="one or more"):
        run_batch(scenario, 0, 1, digest)
