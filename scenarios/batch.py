"""Batch: the replications of scenarios on common random numbers, each log reduced where it was made.

Replication r uses parameter draw floor(r/2) mod (number of draws) and the random stream (seed, r), the same in every
scenario, so that scenarios pair replication by replication and a draw's ignorance splits from luck.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from scenarios.scenario import Scenario
from scenarios.workers import Progress, map_tasks
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan
from sim.snapshot import Snapshot

__all__ = ["Simulate", "draw_of", "live", "run_batch", "run_batches"]

T = TypeVar("T")


class Simulate(Protocol):
    """The engine's verb, as `sim.run.simulate` has it."""

    def __call__(
        self,
        funnel: Funnel,
        plan: Plan,
        *,
        root: Plan | None = None,
        snapshot: Snapshot | None = None,
        calm: Funnel | None = None,
        seed: int = 1,
        replication: int = 0,
    ) -> Log:
        """One replication's log."""
        ...


def draw_of(scenario: Scenario, replication: int) -> int | None:
    """The parameter draw of a replication: floor(r/2) mod draws; none for a scenario without draws."""
    draws = scenario.draws
    return None if draws is None or not len(draws) else replication // 2 % len(draws)


@dataclass(frozen=True)
class _Task(Generic[T]):
    scenario: Scenario
    replication: int
    seed: int
    reduce: Callable[[Log], T]
    simulate: Simulate | None

    def __str__(self) -> str:
        draw = draw_of(self.scenario, self.replication)
        at = f"scenario {self.scenario.name!r}, replication {self.replication}, seed {self.seed}"
        return at if draw is None else f"{at}, draw {draw}"


def live(scenario: Scenario, seed: int, replication: int, simulate: Simulate | None = None) -> Log:
    """The log of one replication, with its parameter draw; `simulate` takes the place of the engine."""
    if simulate is None:
        # The engine is compiled when imported, so only a process that simulates imports it.
        from sim.run import simulate as engine

        simulate = engine
    draw = draw_of(scenario, replication)
    return simulate(
        scenario.funnel_of_draw(draw),
        scenario.plan,
        root=scenario.root,
        snapshot=scenario.snapshot,
        calm=scenario.calm_of_draw(draw),
        seed=seed,
        replication=replication,
    )


def _run(task: _Task[T]) -> T:
    log = live(task.scenario, task.seed, task.replication, task.simulate)
    return task.reduce(log)


def run_batches(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int,
    reduce: Callable[[Log], T],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    simulate: Simulate | None = None,
) -> list[list[T]]:
    """For each scenario, `reduce(log)` of replications 0 to `replications` - 1, in this order whatever the workers.

    `reduce` runs beside the simulation, so that only its result travels; it and its result must be picklable where
    there are several workers. `simulate` takes the place of the engine. InputError for fewer than one replication;
    RunError names scenario, replication, seed and draw of a task that failed.
    """
    if replications < 1:
        raise InputError(Problem("replications", "must be one or more", str(replications)))
    tasks = [_Task(scenario, r, seed, reduce, simulate) for scenario in scenarios for r in range(replications)]
    results = map_tasks(_run, tasks, workers=workers, progress=progress)
    return [results[first : first + replications] for first in range(0, len(results), replications)]


def run_batch(
    scenario: Scenario,
    replications: int,
    seed: int,
    reduce: Callable[[Log], T],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    simulate: Simulate | None = None,
) -> list[T]:
    """`run_batches` of one scenario."""
    (results,) = run_batches(
        [scenario], replications, seed, reduce, workers=workers, progress=progress, simulate=simulate
    )
    return results
