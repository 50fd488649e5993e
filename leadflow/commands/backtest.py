"""leadflow backtest: how well forecasts at past cut-offs foresaw what then happened."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import Force, Json, Quiet, day


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
        date | None,
        typer.Option(
            "--from", parser=day, metavar="DATE", help="First cut-off.", show_default="26 weeks before the last"
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to", parser=day, metavar="DATE", help="Last cut-off.", show_default="the last that can be scored"
        ),
    ] = None,
    segment: Annotated[str | None, typer.Option(metavar="NAME", help="Only this segment.")] = None,
    by: Annotated[
        str | None, typer.Option(metavar="WHAT", help="segment: each with 50 wins or more, forecast by itself.")
    ] = None,
    halves: Annotated[
        bool, typer.Option("--halves", help="Tell the first and the second half of the cut-offs apart.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="How many processes share the cut-offs.", show_default="one a core"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Keep every forecast here as it is made, and the tables; the same command goes on."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page too: forecasts beside what happened.")
    ] = None,
    force: Force = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast at past cut-offs with what was known then, and score by what happened.

    Every method is scored on the same cut-offs; a window that outlasts what the history records is not scored.
    """
    from leadflow.progress import counting, get_ready, watching

    with watching("loading", quiet=quiet):
        from leadflow.backtested import Stopped
        from leadflow.backtesting import backtest as score
        from leadflow.faults import interrupted
        from leadflow.render.backtest import show_backtest
        from leadflow.render.page import Page, print_json
        from sim.errors import InputError, Problem

        if html is not None:
            from leadflow.reporting import check_page

            check_page(html, force=force)
        try:
            horizons = [int(days) for days in horizon.split(",")]
        except ValueError:
            raise InputError(Problem("horizon", "must be whole days", horizon, "such as 30,60,90")) from None
    get_ready("compiled", quiet=quiet)
    stop = None
    with counting("forecasting at past cut-offs", quiet=quiet) as (progress,):
        try:
            found = score(
                history, source, mapping=mapping, targets=target.split(","), horizons=horizons, every=every,
                first=first, last=last,
                segment=segment, by=by, halves=halves, workers=workers, out=out, progress=progress,
            )  # fmt: skip
        except Stopped as stop_at:
            if stop_at.answer is None:
                raise
            found, stop = stop_at.answer, stop_at
    if json:
        print_json(found.to_json())
    else:
        show_backtest(Page(), found, out)
    if html is not None:
        from leadflow.reporting import write_backtest

        said = write_backtest(found, html)
        if not json:
            Page().text(said)
    if stop is not None:
        kept = f", and kept in {out}. The same command goes on." if out else "; with --out it could go on from there."
        interrupted(f"interrupted: {stop}; what they say is shown{kept}")
