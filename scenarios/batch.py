"""Batch: the replications of scenarios on common random numbers, each log reduced where it was made.

Replication r uses parameter draw floor(r/2) mod (number of draws) and the random stream (seed, r), the same in every
scenario, so that scenarios pair replication by replication and a draw's ignorance splits from luck.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from scenarios.scenario import Scenario
from scenarios.threads import Watch, map_in_threads
from scenarios.workers import Interrupted, Progress, available_cores, map_tasks
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.log import Log

if TYPE_CHECKING:
    from sim.run import EngineName
    from sim.tables import Tables

__all__ = ["draw_of", "live", "run_batch", "run_batches"]

T = TypeVar("T")


def draw_of(scenario: Scenario, replication: int) -> int | None:
    """The parameter draw of a replication: floor(r/2) mod draws; none for a scenario without draws."""
    draws = scenario.draws
    return None if draws is None or not len(draws) else replication // 2 % len(draws)


@dataclass(frozen=True)
class _Task:
    scenario: Scenario
    replication: int
    seed: int

    def __str__(self) -> str:
        draw = draw_of(self.scenario, self.replication)
        at = f"scenario {self.scenario.name!r}, replication {self.replication}, seed {self.seed}"
        return at if draw is None else f"{at}, draw {draw}"


def live(scenario: Scenario, seed: int, replication: int, engine: "EngineName" = "compiled") -> Log:
    """The log of one replication, with its parameter draw."""
    from sim.run import simulate

    draw = draw_of(scenario, replication)
    return simulate(
        scenario.funnel_of_draw(draw),
        scenario.plan,
        root=scenario.root,
        snapshot=scenario.snapshot,
        calm=scenario.calm_of_draw(draw),
        seed=seed,
        replication=replication,
        engine=engine,
    )


class _Worlds:
    """Funnel and tables of the scenarios' parameter draws: each laid out once, and kept while replications use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[tuple[int, int | None], tuple[Funnel, Tables]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, scenario: Scenario, draw: int | None) -> "tuple[Funnel, Tables]":
        """A scenario's funnel and tables."""
        from sim.tables import make_tables

        key = (id(scenario), draw)
        with self._lock:
            if key not in self._known:
                funnel = scenario.funnel_of_draw(draw)
                tables = make_tables(
                    funnel, scenario.plan, scenario.root, scenario.snapshot, scenario.calm_of_draw(draw)
                )
                self._known[key] = funnel, tables
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]


@dataclass(frozen=True)
class _InThread(Generic[T]):
    """A replication on the compiled engine, which leaves the interpreter to other threads."""

    reduce: Callable[[Log], T]
    worlds: _Worlds

    def __call__(self, task: _Task, watch: Watch) -> T:
        from sim.run import simulate_tables

        scenario = task.scenario
        funnel, tables = self.worlds.of(scenario, draw_of(scenario, task.replication))
        begins, ends = tables.horizon.begins, tables.horizon.ends
        log = simulate_tables(
            funnel,
            scenario.plan,
            scenario.root,
            tables,
            scenario.snapshot,
            task.seed,
            task.replication,
            pause=lambda day: watch((day - begins) / (ends - begins)),
        )
        return self.reduce(log)


@dataclass(frozen=True)
class _InProcess(Generic[T]):
    """A replication on the SimPy engine, in this process or in another."""

    reduce: Callable[[Log], T]

    def __call__(self, task: _Task) -> T:
        return self.reduce(live(task.scenario, task.seed, task.replication, "simpy"))


def run_batches(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int,
    reduce: Callable[[Log], T],
    *,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[list[T]]:
    """For each scenario, `reduce(log)` of replications 0 to `replications` - 1, in this order whatever the workers.

    The compiled engine works in threads, one a core by default, the SimPy engine in processes where that pays. `reduce`
    runs beside the simulation, so that only its result is kept; for the SimPy engine in several processes it and its
    result must be picklable. InputError for fewer than one replication; RunError names scenario, replication, seed and
    draw of a task that failed; Interrupted has, for each scenario, the first replications that all of them finished.
    """
    if replications < 1:
        raise InputError(Problem("replications", "must be one or more", str(replications)))
    # The engine is compiled when imported, so only a process that simulates imports it.
    from sim.warm import warm_up

    tasks = [_Task(scenario, r, seed) for r in range(replications) for scenario in scenarios]
    count = len(scenarios)
    try:
        warm_up(engine)
        if engine == "compiled":
            worlds = _Worlds(count * (1 + (workers or available_cores())))
            results = map_in_threads(_InThread(reduce, worlds), tasks, workers=workers, progress=progress)
        else:
            results = map_tasks(_InProcess(reduce), tasks, workers=workers, progress=progress)
    except Interrupted as stop:
        whole = stop.finished[: len(stop.finished) // count * count]
        raise Interrupted([whole[k::count] for k in range(count)], replications) from None
    return [results[k::count] for k in range(count)]


def run_batch(
    scenario: Scenario,
    replications: int,
    seed: int,
    reduce: Callable[[Log], T],
    *,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[T]:
    """`run_batches` of one scenario."""
    try:
        (results,) = run_batches(
            [scenario], replications, seed, reduce, engine=engine, workers=workers, progress=progress
        )
    except Interrupted as stop:
        (finished,) = stop.finished
        raise Interrupted(finished, stop.total) from None
    return results
