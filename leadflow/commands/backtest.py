"""leadflow backtest: how well forecasts at past cut-offs foresaw what then happened."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import Json, Quiet

_DAY = ["%Y-%m-%d"]


def backtest(
    history: Annotated[
        str,
        typer.Argument(
            metavar="HISTORY",
            help="Folder of the CRM's tables, one file of opportunities, a workbook, or a database's SQLAlchemy URL.",
        ),
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Format of the tables: generic, hubspot, salesforce, pipedrive, maven or olist."
        ),
    ] = "generic",
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A mapping.yaml of your own columns, in place of --source.")
    ] = None,
    target: Annotated[
        str, typer.Option(metavar="IDS", help="wins, bookings, open_pipeline_wins, pipeline; joined by commas.")
    ] = "wins",
    horizon: Annotated[
        str, typer.Option(metavar="DAYS", help="Lengths of the windows, joined by commas.")
    ] = "30,60,90",
    every: Annotated[str, typer.Option(metavar="STEP", help="day, week, fortnight or month.")] = "week",
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=_DAY, metavar="DATE", help="First cut-off.", show_default="26 weeks before the last"
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=_DAY, metavar="DATE", help="Last cut-off.", show_default="the last that can be scored"
        ),
    ] = None,
    segment: Annotated[str | None, typer.Option(metavar="NAME", help="Only this segment.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast at past cut-offs with what was known then, and score by what happened.

    Every method is scored on the same cut-offs; a window that outlasts what the history records is not scored.
    """
    from leadflow.progress import watching

    with watching("loading", quiet=quiet) as show:
        from leadflow.backtesting import backtest as score
        from leadflow.render.backtest import show_backtest
        from leadflow.render.page import Page, print_json
        from sim.errors import InputError, Problem

        try:
            horizons = [int(days) for days in horizon.split(",")]
        except ValueError:
            raise InputError(Problem("horizon", "must be whole days", horizon, "such as 30,60,90")) from None
        found = score(
            history, source, mapping=mapping, targets=target.split(","), horizons=horizons, every=every,
            first=None if first is None else first.date(), last=None if last is None else last.date(),
            segment=segment, progress=lambda done, asked: show(f"cut-off {done} of {asked}"),
        )  # fmt: skip
    if json:
        print_json(found.to_json())
    else:
        show_backtest(Page(), found)
