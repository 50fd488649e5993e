"""leadflow run: replicate one scenario and say what it comes to."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import RUN_REPLICATIONS
from leadflow.options import (
    ByOption,
    Engine,
    EngineOption,
    Force,
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
    by: ByOption = None,
    store: StoreDir = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a report of the run too, as a page.")
    ] = None,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast one scenario: metrics with their ranges.

    Simulates it many times; prints metrics, funnel, months and leakage; saves the run.
    """
    from leadflow.running import end_if_unfinished, run_and_store

    only = metric_ids(metric)
    if html is not None:
        from leadflow.reporting import check_page

        check_page(html, force=force)
    answer, stored = run_and_store(
        path, replications, seed, engine=engine.value, workers=workers, store=store, quiet=quiet,
        metrics=only, by=None if by is None else by.value, detailed=html is not None,
    )  # fmt: skip
    from leadflow.render.page import Page, print_json
    from leadflow.render.run import show_run

    page = Page()
    if json:
        print_json(answer.to_json(only))
    else:
        show_run(page, answer, only, stored)
    if html is not None:
        from leadflow.reporting import write_page

        said = write_page(stored, html)
        if not json:
            page.text(said)
    end_if_unfinished(answer, stored)
