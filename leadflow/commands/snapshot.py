"""leadflow snapshot: who is there on a day of a simulated plan, as files with which another plan may begin."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import Engine, EngineOption, Quiet, Seed, day


def snapshot(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|PLAN|SCENARIO", help="A company's folder, a plan, or a scenario file.")
    ],
    on: Annotated[
        date,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="A day of the plan or its follow-up; what happens on it is not told.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new or empty folder for the files.")],
    seed: Seed = 1,
    engine: EngineOption = Engine.compiled,
    quiet: Quiet = False,
) -> None:
    """Write leads, opportunities, customers and reps as they stand on a day of one simulated replication.

    Says which lines of another plan let it begin with them.
    """
    from leadflow.folders import check_new
    from leadflow.progress import get_ready, watching

    check_new(out)
    with watching("reading files and loading the engine", quiet=quiet):
        from leadflow import api
        from leadflow.render.snapshot import show_snapshot
        from scenarios.home import home_of
        from scenarios.snapshot_csv import write_snapshot

        scenario = api.load_scenario(path)
    api.check_day(scenario, on)
    get_ready(engine.value, quiet=quiet)
    found = api.snapshot(scenario, on, seed, engine=engine.value)
    write_snapshot(found, on, out)
    show_snapshot(scenario, found, on, out, home_of(path))
