"""leadflow compare: scenarios against a base, on common random numbers."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import COMPARE_REPLICATIONS
from leadflow.options import Engine, EngineOption, Json, Metrics, Quiet, Replications, Seed, Workers, metric_ids


def compare(
    base: Annotated[
        Path, typer.Argument(metavar="BASE", help="What to compare with: a company's folder (its plan), or a file.")
    ],
    others: Annotated[
        list[Path],
        typer.Argument(
            metavar="OTHER ...",
            help="Scenario files, plans or folders; names of the company's scenarios, also with * in them; or all.",
        ),
    ],
    seed: Seed = 1,
    replications: Replications = COMPARE_REPLICATIONS,
    engine: EngineOption = Engine.compiled,
    workers: Workers = None,
    metric: Metrics = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare scenarios with a base: differences, verdicts.

    All run on the same random numbers, so that differences are of the scenarios and not of luck; each has its interval,
    the probability that it is better, and a verdict: better, worse or not distinguishable. With one metric and several
    scenarios, these are ranked by it in one table.
    """
    from leadflow.faults import interrupted
    from leadflow.progress import counting, get_ready, watching

    only = metric_ids(metric)
    with watching("reading files and loading the engine", quiet=quiet):
        from leadflow import api
        from leadflow.answers import Comparisons, Unfinished
        from leadflow.render.compare import show_comparisons
        from leadflow.render.page import Page, print_json
        from scenarios.choice import chosen

        scenarios = api.load_scenarios([base, *chosen(base, others)])
    get_ready(engine.value, quiet=quiet)
    with counting(f"simulating {len(scenarios)} scenarios", quiet=quiet) as (progress,):
        try:
            answer = api.compare(
                *scenarios, replications=replications, seed=seed, metrics=only, engine=engine.value, workers=workers,
                progress=progress,
            )  # fmt: skip
        except Unfinished as stop:
            if not isinstance(stop.answer, Comparisons):
                raise
            answer = stop.answer
    if json:
        print_json(answer.to_json())
    else:
        show_comparisons(Page(), answer)
    if answer.replications < replications:
        interrupted(
            f"interrupted: {answer.replications} of {replications} replications of each scenario were finished (seed "
            f"{seed}); what they say is shown. The same command simulates all {replications}."
        )
