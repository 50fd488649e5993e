"""leadflow report: a run as one page that can be sent, opened without a network, and printed."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import RUN_REPLICATIONS
from leadflow.options import LARGEST, EngineOfNew, Force, Quiet, Workers


def report(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|DIR|PLAN|SCENARIO",
            help="A stored run (its folder, its name or the beginning of it), or what to run: a company's folder, a "
            "plan, or a scenario file.",
        ),
    ],
    html: Annotated[Path, typer.Option("--html", metavar="FILE", help="The page to write.")],
    force: Force = False,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=LARGEST, metavar="N", help="Seed of the random numbers, of a new run.", show_default="1"
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="How many times to simulate, of a new run.", show_default=f"{RUN_REPLICATIONS}"
        ),
    ] = None,
    engine: EngineOfNew = None,
    workers: Workers = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="DIR",
            help="Folder of runs: where a stored one is looked for by name, and where a new one goes.",
            show_default="runs/ here, and runs/ in the company's folder",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the report of a run: one HTML file that holds everything.

    Charts and tables of what is booked, the funnel, channels, leakage and 25 metrics. Of a stored run it takes what was
    stored; of a plan or a scenario it simulates a run, and stores it.
    """
    from leadflow.progress import watching
    from leadflow.reporting import check_page, write_page
    from leadflow.running import end_if_unfinished, run_and_store

    with watching("reading files", quiet=quiet):
        from leadflow.render.page import Page
        from results.stored import stored_run

        check_page(html, force=force)
        new = {"--seed": seed, "--replications": replications, "--engine": engine, "--workers": workers}
        stored = stored_run(run, store, new)
    answer = None
    if stored is None:
        answer, stored = run_and_store(
            Path(run),
            RUN_REPLICATIONS if replications is None else replications,
            1 if seed is None else seed,
            engine="compiled" if engine is None else engine.value, workers=workers, store=store, quiet=quiet,
            detailed=True,
        )  # fmt: skip
    with watching("drawing", quiet=quiet):
        said = write_page(stored, html)
    Page().text(said)
    if answer is not None:
        end_if_unfinished(answer, stored)
