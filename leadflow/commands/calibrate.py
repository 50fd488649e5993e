"""leadflow calibrate: fit a company to a CRM's history."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import Json, Quiet, day


def calibrate(
    history: Annotated[
        str,
        typer.Argument(
            metavar="HISTORY",
            help="Folder of the CRM's tables, one file of opportunities, a workbook, or a database's SQLAlchemy URL.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder that becomes the company.")],
    source: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Format of the tables: generic, hubspot, salesforce, pipedrive, maven or olist."
        ),
    ] = "generic",
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A mapping.yaml of your own columns, in place of --source.")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DATE",
            help="Last day that counts as known.",
            show_default="the end of the last recorded month",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The company's name.", show_default="the name of --out")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a page too: the fitted funnel beside the record, month by month."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the page of --html if it is there already.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit a company to a CRM's history.

    Prints the data's quality, fits, diagnostics and what was assumed; writes funnel, posterior draws, plan and the
    pipeline open on the last known day.
    """
    from leadflow.progress import counting, get_ready, watching

    with watching("loading", quiet=quiet) as show:
        from calibration.calibrate import calibrate as fit
        from calibration.destination import check_destination
        from calibration.goodness import goodness
        from calibration.history import read_history
        from leadflow.render.calibrate import calibration_json, show_calibration
        from leadflow.render.page import Page, print_json

        if html is not None:
            from leadflow.reporting import check_page

            check_page(html, force=force)
        check_destination(out, history)
        show("reading and fitting the history")
        read = read_history(history, source, mapping, as_of)
        found = fit(read, name or out.resolve().name)
        checks = goodness(read)
        files = found.write(out)
    if html is not None:
        from leadflow.reporting import write_calibration

        get_ready("compiled", quiet=quiet)
        with counting("simulating the months that are known", quiet=quiet) as (progress,):
            files = (*files, write_calibration(read, found, checks, html, progress))
    if json:
        print_json(calibration_json(found, checks, files))
    else:
        show_calibration(Page(), found, checks, out, files)
