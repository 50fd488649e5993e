"""The verbs: load a company, simulate it, run it, compare scenarios, calibrate on a history, forecast from today,
divide the credit for what was won."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from leadflow.answers import Attribution, Comparisons, ForecastAnswer, Run, Unfinished
from leadflow.defaults import (
    ATTRIBUTE_REPLICATIONS,
    CHECK_FROM,
    COMPARE_REPLICATIONS,
    FORECAST_REPLICATIONS,
    GAP_REPLICATIONS,
    GAP_WITH_DRAWS,
    RUN_REPLICATIONS,
    told_apart,
)
from results.arithmetic import planners_arithmetic
from results.attribution.table import Credits, attribution, select_models
from results.compare import compare as compare_runs
from results.forecast import forecast as forecast_of
from results.forecast import origins
from results.gap import explain_gap, outcomes
from results.leakage import Lost, balance, leakage, losses
from results.metrics.catalogue import DEFAULTS
from results.metrics.metric import By
from results.parts import Parts, part_rows
from results.ranking import rank
from results.report.details import details, find
from results.runset import MONTHLY, Measured, Measures, RunSet, gather
from results.store import run_digest
from results.together import Together
from results.uncertainty import NO_DRAW
from results.views import viewed, views_of_runs
from results.warm_up import REPLICATIONS, longer_run_in, settling, too_short, under_way
from scenarios.batch import draw_of, live, run_batch, run_batches
from scenarios.company import Company, load, load_scenario
from scenarios.horizon import over
from scenarios.scenario import Scenario
from scenarios.workers import Interrupted, Progress
from sim.errors import InputError, Problem
from sim.horizon import make_horizon
from sim.log import Log
from sim.origins import count_origins
from sim.series import month_starts
from sim.snapshot import Snapshot
from sim.standing import snapshot_of
from sim.tables.pay import make_pay

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from sim.run import EngineName

__all__ = [
    "Company", "Scenario", "attribute", "calibrate", "check_day", "compare", "forecast", "load", "load_scenario",
    "load_scenarios", "run", "simulate", "snapshot",
]  # fmt: skip


def load_scenarios(paths: Sequence[str | Path]) -> list[Scenario]:
    """Several scenarios; InputError with the problems of all of them."""
    problems: list[Problem] = []
    scenarios = []
    for path in paths:
        try:
            scenarios.append(load_scenario(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return scenarios


def simulate(scenario: Scenario, seed: int = 1, replication: int = 0, *, engine: "EngineName" = "compiled") -> Log:
    """One replication of a scenario as an event log: the same log that replication has in a `run` of this seed.

    engine: `compiled`, or `simpy`, the readable authority; both make the same log.
    """
    return live(scenario, seed, replication, engine)


def snapshot(scenario: Scenario, on: dt.date, seed: int = 1, *, engine: "EngineName" = "compiled") -> Snapshot:
    """Who is there before anything of a day has happened, in replication 0 of a scenario: with what another plan may
    begin. Raises InputError for a day outside the plan and its follow-up."""
    check_day(scenario, on)
    log = live(scenario, seed, 0, engine)
    horizon = make_horizon(scenario.plan, 0 if scenario.starts else scenario.root.run_in)
    periods = make_pay(scenario.funnel, scenario.plan, scenario.root, horizon).periods
    return snapshot_of(log, float((on - scenario.plan.start).days), periods.tolist(), scenario.snapshot)


def check_day(scenario: Scenario, on: dt.date) -> None:
    """Raise InputError for a day of which `snapshot` does not tell."""
    plan = scenario.plan
    first, last = plan.start, month_starts(plan.start, plan.months + plan.follow + 1)[-1]
    if not first <= on <= last:
        rule = f"must be between {first} and {last}, the plan and its follow-up"
        raise InputError(Problem("on", rule, on.isoformat()))


def run(
    scenario: Scenario,
    replications: int = RUN_REPLICATIONS,
    seed: int = 1,
    *,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
    metrics: Sequence[str] | None = None,
    by: By | None = None,
    detailed: bool = False,
) -> Run:
    """Replicate a scenario: every metric with its intervals, months, and what was lost where.

    engine: `compiled`, or `simpy`, the readable authority; both make the same logs.
    workers: how many at a time (one a core by default): threads of the compiled engine, processes of SimPy.
    progress: called with (replications done, in all); between two whole numbers stands how far those in hand are.
    metrics: ids of more metrics than the default ones.
    by: tell `metrics`, or some of the default ones, apart by channel, campaign, segment, product, rep, month, quarter.
    detailed: measure what a report tells besides, which takes about as long again.
    Raises InputError for fewer than one replication and for metrics that there are not, or that cannot be told apart
    so, RunError naming the replication that failed. Ctrl-C raises
    `leadflow.answers.Unfinished`, whose `answer` is the run of the replications that were finished.
    """
    began = perf_counter()
    more = tuple(metrics or ())
    measures = Measures.of((*DEFAULTS, *more), dict.fromkeys((*MONTHLY, *more)))
    parts = None if by is None else Parts.of(by, metrics or told_apart(by))

    judged: list[str] = []

    def answer(reduced: Sequence[Any]) -> Run:
        measured: list[Measured] = [one[0] for one in reduced]
        lost: list[Lost] = [one[1] for one in reduced]
        runs = _gathered(scenario, measured, measures, seed, engine, replications, judged)
        return Run(
            scenario=scenario,
            runs=runs,
            leakage=leakage(lost, runs.draw),
            balance=balance(lost, runs.draw),
            seconds=perf_counter() - began,
            digest=run_digest(scenario, len(runs), seed, engine),
            asked=replications,
            views=views_of_runs([one[2] for one in reduced], runs.draw),
            parts=() if parts is None else part_rows(parts.by, [one[3] for one in reduced], runs.draw),
            details=details([one[-1] for one in reduced], runs.draw) if detailed else None,
        )

    asked_for = (*(() if parts is None else (parts,)), *((find,) if detailed else ()))
    reducer = Together((measures, losses, viewed, *asked_for))
    try:
        reduced = run_batch(scenario, replications, seed, reducer, engine=engine, workers=workers, progress=progress)
    except Interrupted as stop:
        raise _unfinished(answer, stop.finished, len(stop.finished), replications) from None
    try:
        judged += _judged(scenario, replications, seed, engine, workers)
    except Interrupted:
        raise _unfinished(answer, reduced, replications, replications) from None
    return answer(reduced)


def compare(
    base: Scenario,
    *others: Scenario,
    replications: int = COMPARE_REPLICATIONS,
    seed: int = 1,
    metrics: Sequence[str] | None = None,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparisons:
    """Compare scenarios with a base on common random numbers, replication by replication.

    metrics: ids, all by default, each of which also ranks the scenarios; engine, workers, progress and Ctrl-C as in
    `run`. Raises InputError for no scenario to compare with, or a metric that there is not.
    """
    if not others:
        raise InputError(Problem("compare", "needs a base and at least one other scenario"))
    began = perf_counter()
    measures = Measures.of(metrics)
    scenarios = (base, *others)

    def answer(reduced: Sequence[Sequence[Measured]]) -> Comparisons:
        runs = [
            _gathered(one, found, measures, seed, engine, replications)
            for one, found in zip(scenarios, reduced, strict=True)
        ]
        return Comparisons(
            base=base.name,
            comparisons=tuple(compare_runs(runs[0], other) for other in runs[1:]),
            rankings=tuple(rank(id, runs[0], runs[1:]) for id in metrics or ()),
            replications=len(runs[0]),
            asked=replications,
            seed=seed,
            engine=engine,
            currency=runs[0].currency,
            seconds=perf_counter() - began,
            warnings=tuple(dict.fromkeys([*_uneven(base, others), *(said for one in runs for said in one.warnings)])),
        )

    try:
        reduced = run_batches(
            scenarios, replications, seed, measures, engine=engine, workers=workers, progress=progress
        )
    except Interrupted as stop:
        raise _unfinished(answer, stop.finished, len(stop.finished[0]), replications) from None
    return answer(reduced)


def forecast(
    scenario: Scenario,
    months: int | None = None,
    *,
    replications: int = FORECAST_REPLICATIONS,
    seed: int = 1,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
    gap_progress: Progress | None = None,
) -> ForecastAnswer:
    """Bookings and wins of the plan's first `months` months (all by default), split by where each deal stands today.

    The forecast begins with the pipeline open at the plan's start where the plan names one, else with the deals that
    the simulated run-in leaves open. Beside it stands the planner's own arithmetic, with the gap between the two taken
    apart by a second, smaller batch without queues (`gap_progress` counts it); engine, workers, progress and Ctrl-C as
    in `run`, and a forecast that was interrupted has no gap.

    Raises InputError for a number of months that the plan cannot fill.
    """
    began = perf_counter()
    world = over(scenario, scenario.plan.months if months is None else months)
    arithmetic = planners_arithmetic(world.funnel, world.plan, world.snapshot, root=world.root)

    judged: list[str] = []

    def answer(reduced: Sequence[Any], explained: bool = False) -> ForecastAnswer:
        count = len(reduced)
        said = [] if explained else [_interrupted(count, replications, "; no gap was taken apart")]
        drawn = np.array(_drawn(world, count))
        found = forecast_of([one[0] for one in reduced], drawn, listed=scenario.listed, structures=world.structures)
        valued = found.of("bookings").p90 > 0 or not found.of("wins").p90 > 0
        bridges = None
        if valued and explained:
            actual = [one[1] for one in reduced]
            pairs = min(replications, GAP_WITH_DRAWS if world.draws is not None else GAP_REPLICATIONS)
            bridges = explain_gap(
                world, actual, seed, arithmetic=arithmetic, replications=pairs, engine=engine, workers=workers,
                progress=gap_progress,
            )  # fmt: skip
        return ForecastAnswer(
            scenario=world,
            forecast=found,
            arithmetic=arithmetic if valued else None,
            gap=bridges,
            asked=replications,
            seed=seed,
            engine=engine,
            seconds=perf_counter() - began,
            warnings=(*said, *judged, *_forecast_warnings(scenario, valued)),
        )

    reducer = Together((origins, outcomes))
    try:
        reduced = run_batch(world, replications, seed, reducer, engine=engine, workers=workers, progress=progress)
    except Interrupted as stop:
        raise _unfinished(answer, stop.finished, len(stop.finished), replications) from None
    try:
        judged += _judged(scenario, replications, seed, engine, workers)
        return answer(reduced, explained=True)
    except Interrupted:
        raise _unfinished(answer, reduced, replications, replications) from None


def attribute(
    scenario: Scenario,
    models: Sequence[str] | None = None,
    *,
    replications: int = ATTRIBUTE_REPLICATIONS,
    seed: int = 1,
    engine: "EngineName" = "compiled",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Divide what a scenario wins of new business among the channels that met the buyers, by each model of attribution.

    models: ids of models, all by default; engine, workers, progress and Ctrl-C as in `run`. Credit is not cause: what a
    channel adds is the difference that a scenario without it makes (`compare`). Raises InputError for a model that
    there is not.
    """
    began = perf_counter()
    chosen = select_models(models)

    def answer(reduced: Sequence[Any]) -> Attribution:
        count = len(reduced)
        said = [] if count == replications else [_interrupted(count, replications)]
        channels = tuple(scenario.funnel.channels)
        return Attribution(
            scenario=scenario,
            rows=attribution(reduced, np.array(_drawn(scenario, count)), chosen, channels),
            currency=scenario.plan.currency,
            replications=count,
            asked=replications,
            seed=seed,
            engine=engine,
            seconds=perf_counter() - began,
            warnings=(*said, *scenario.warnings, *_assumed(scenario)),
        )

    try:
        reduced = run_batch(
            scenario, replications, seed, Credits(chosen), engine=engine, workers=workers, progress=progress
        )
    except Interrupted as stop:
        raise _unfinished(answer, stop.finished, len(stop.finished), replications) from None
    return answer(reduced)


def calibrate(
    history: str | Path,
    source: str = "generic",
    *,
    mapping: str | Path | None = None,
    as_of: dt.date | None = None,
    name: str | None = None,
) -> "Calibration":
    """Fit a funnel to a CRM's tables; `.write(folder)` makes a company of it.

    source: a shipped mapping of columns; mapping: a file that replaces it; as_of: the last day that counts as known,
    the end of the last recorded month by default. Raises InputError with every fault of the files.
    """
    from calibration.calibrate import calibrate as fit
    from calibration.history import read_history

    read = read_history(history, source, mapping, as_of)
    return fit(read) if name is None else fit(read, name)


A = TypeVar("A", Run, Comparisons, ForecastAnswer, Attribution)

_ENOUGH = 2
"""Replications from which on an interrupted answer is worth giving: with one there is no spread to tell."""


def _unfinished(answer: Callable[[Any], A], reduced: Sequence[Any], finished: int, asked: int) -> Unfinished:
    return Unfinished(answer(reduced) if finished >= _ENOUGH else None, finished, asked)


def _gathered(
    scenario: Scenario,
    measured: Sequence[Measured],
    measures: Measures,
    seed: int,
    engine: str,
    asked: int,
    judged: Sequence[str] = (),
) -> RunSet:
    said = [*judged, *scenario.warnings, *_assumed(scenario)]
    if len(measured) < asked:
        said.insert(0, _interrupted(len(measured), asked))
    return gather(
        measured,
        measures,
        scenario=scenario.name,
        seed=seed,
        engine=engine,
        draw=_drawn(scenario, len(measured)),
        draws_available=0 if scenario.draws is None else len(scenario.draws),
        warnings=said,
    )


def _interrupted(finished: int, asked: int, more: str = "") -> str:
    return f"interrupted: these are the first {finished} of {asked} replications{more}"


def _drawn(scenario: Scenario, replications: int) -> list[int]:
    """The parameter draw of each replication."""
    drawn = (draw_of(scenario, replication) for replication in range(replications))
    return [NO_DRAW if draw is None else draw for draw in drawn]


def _judged(scenario: Scenario, replications: int, seed: int, engine: "EngineName", workers: int | None) -> list[str]:
    """What is to be said of a scenario's run-in, where it has one that is to be checked."""
    run_in = scenario.root.run_in
    if scenario.starts or not (scenario.plan.run_in_check and run_in) or replications < CHECK_FROM:
        return []
    series = run_batch(longer_run_in(scenario), REPLICATIONS, seed, under_way, engine=engine, workers=workers)
    said = too_short(settling(series, run_in), run_in)
    return [] if said is None else [said]


def _assumed(scenario: Scenario) -> list[str]:
    """What the funnel rests on, in one sentence, and that parameters are taken for certain where they are."""
    counts = count_origins(scenario.funnel)
    said = [f"the funnel's numbers: {counts['fitted']} fitted to history, {counts['prior']} priors (published figures "
            f"or stated choices), {counts['neutral']} neutral (no effect)"]  # fmt: skip
    if scenario.draws is None:
        said.append("no posterior draws: the funnel is taken as known, so the ranges show luck and not ignorance")
    if scenario.stress:
        said.append(
            f"the funnel is changed too (a stress test, not a decision): {', '.join(p for p, _ in scenario.stress)}"
        )
    return said


def _uneven(base: Scenario, others: Sequence[Scenario]) -> list[str]:
    """What is to be said of scenarios that count other months than the base."""
    odd = [other for other in others if (other.plan.months, other.plan.start) != (base.plan.months, base.plan.start)]
    return [
        f"{other.name} counts {other.plan.months} months from {other.plan.start}, the base {base.plan.months} from "
        f"{base.plan.start}: sums over the window cannot be compared"
        for other in odd
    ]


def _forecast_warnings(scenario: Scenario, valued: bool) -> list[str]:
    said = [*scenario.warnings, *_assumed(scenario)]
    if not valued:
        said.append("bookings cannot be forecast: history records no order values, so only wins are given")
    if scenario.listed:
        said.append(
            "the start is the list of open opportunities: leads known by then that are not yet opportunities are not "
            "in this forecast, so where leads take months to become opportunities, months 2 to 4 and the total read low"
        )
    elif not scenario.starts:
        said.append("the plan names no open pipeline: `open` are the deals that the simulated run-in leaves open")
    return said
