"""leadflow attribute: what was won, divided among the channels that met the buyers."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import ATTRIBUTE_REPLICATIONS
from leadflow.options import Engine, EngineOption, Json, Quiet, Replications, Seed, Workers


def attribute(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|PLAN|SCENARIO", help="A company's folder, a plan, or a scenario file.")
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="ID",
            help="Only this model, with its intervals: first, lead_creation, last, linear, time_decay, u_shaped, "
            "w_shaped, markov or shapley; may be repeated.",
        ),
    ] = None,
    seed: Seed = 1,
    replications: Replications = ATTRIBUTE_REPLICATIONS,
    engine: EngineOption = Engine.compiled,
    workers: Workers = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Divide the value of new business won among channels.

    By every usual model of attribution, side by side: they differ, and none of them says what would be lost without a
    channel. That is what `leadflow compare` is for.
    """
    from leadflow.faults import interrupted
    from leadflow.progress import counting, get_ready, watching

    with watching("reading files and loading the engine", quiet=quiet):
        from leadflow import api
        from leadflow.answers import Attribution, Unfinished
        from leadflow.render.attribution import show_attribution
        from leadflow.render.page import Page, print_json
        from results.attribution.table import select_models

        models = select_models(model or None)
        scenario = api.load_scenario(path)
    get_ready(engine.value, quiet=quiet)
    with counting(f"simulating {scenario.name}", quiet=quiet) as (progress,):
        try:
            answer = api.attribute(
                scenario, models, replications=replications, seed=seed, engine=engine.value, workers=workers,
                progress=progress,
            )  # fmt: skip
        except Unfinished as stop:
            if not isinstance(stop.answer, Attribution):
                raise
            answer = stop.answer
    if json:
        print_json(answer.to_json())
    else:
        show_attribution(Page(), answer, each=model is not None)
    if answer.replications < replications:
        interrupted(
            f"interrupted: {answer.replications} of {replications} replications were finished (seed {seed}); what they "
            f"say is shown. The same command simulates all {replications}."
        )
