"""leadflow run: replicate one scenario and say what it comes to."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import RUN_REPLICATIONS
from leadflow.options import (
    Engine,
    EngineOption,
    Json,
    Metrics,
    Quiet,
    Replications,
    Seed,
    StoreDir,
    Workers,
    metric_ids,
)


def run(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|PLAN|SCENARIO", help="A company's folder, a plan, or a scenario file.")
    ],
    seed: Seed = 1,
    replications: Replications = RUN_REPLICATIONS,
    engine: EngineOption = Engine.compiled,
    workers: Workers = None,
    metric: Metrics = None,
    store: StoreDir = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast one scenario: metrics with their ranges.

    Simulates it many times; prints metrics, funnel, months and leakage; saves the run.
    """
    from leadflow.faults import interrupted
    from leadflow.progress import counting, get_ready, watching

    only = metric_ids(metric)
    with watching("reading files and loading the engine", quiet=quiet):
        # Loaded here, though it is first needed when the run is stored, so that Ctrl-C is soon over.
        import_module("pyarrow.parquet")
        from leadflow import api
        from leadflow.answers import Run, Unfinished
        from leadflow.render.page import Page, print_json
        from leadflow.render.run import show_run
        from results.store import Store
        from scenarios.home import home_of

        scenario = api.load_scenario(path)
        shelf = Store(store or home_of(path) / "runs")
    get_ready(engine.value, quiet=quiet)
    with counting(f"simulating {scenario.name}", quiet=quiet) as (progress,):
        try:
            answer = api.run(scenario, replications, seed, engine=engine.value, workers=workers, progress=progress)
        except Unfinished as stop:
            if not isinstance(stop.answer, Run):
                raise
            answer = stop.answer
    stored = shelf.save(scenario, answer.runs, seconds=answer.seconds, asked=replications)
    if json:
        print_json(answer.to_json(only))
    else:
        show_run(Page(), answer, only, stored)
    if len(answer.runs) < replications:
        interrupted(
            f"interrupted: {len(answer.runs)} of {replications} replications were finished (seed {seed}); what they "
            f"say is shown, and kept in {stored}. The same command simulates all {replications}."
        )
