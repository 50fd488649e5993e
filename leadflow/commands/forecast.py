"""leadflow forecast: bookings and wins of the months ahead, from the pipeline open today."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import FORECAST_REPLICATIONS
from leadflow.options import Engine, EngineOption, Json, Quiet, Replications, Seed, Workers


def forecast(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|PLAN|SCENARIO", help="A company's folder, a plan, or a scenario file.")
    ],
    months: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=600,
            metavar="N",
            help="Months from the plan's start, at most 600.",
            show_default="the plan's months",
        ),
    ] = None,
    seed: Seed = 1,
    replications: Replications = FORECAST_REPLICATIONS,
    engine: EngineOption = Engine.compiled,
    workers: Workers = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast bookings and wins by month from today.

    Split by where deals stand today (open, in nurture, not yet created); beside it the planner's own arithmetic, and
    the gap between the two taken apart.
    """
    from leadflow.faults import interrupted
    from leadflow.progress import counting, get_ready, watching

    with watching("reading files and loading the engine", quiet=quiet):
        from leadflow import api
        from leadflow.answers import ForecastAnswer, Unfinished
        from leadflow.render.forecast import show_forecast
        from leadflow.render.page import Page, print_json

        scenario = api.load_scenario(path)
    get_ready(engine.value, quiet=quiet)
    stopped = False
    said = (f"simulating {scenario.name}", "simulating without queues")
    with counting(*said, quiet=quiet) as (progress, gap_progress):
        try:
            answer = api.forecast(
                scenario, months, replications=replications, seed=seed, engine=engine.value, workers=workers,
                progress=progress, gap_progress=gap_progress,
            )  # fmt: skip
        except Unfinished as stop:
            if not isinstance(stop.answer, ForecastAnswer):
                raise
            answer, stopped = stop.answer, True
    if json:
        print_json(answer.to_json())
    else:
        show_forecast(Page(), answer)
    if stopped:
        interrupted(
            f"interrupted: {answer.forecast.replications} of {replications} replications were finished (seed {seed}); "
            "what they say is shown, without the gap. The same command gives the whole answer."
        )
