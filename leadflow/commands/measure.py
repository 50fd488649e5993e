"""leadflow measure: what a company's own history says, by the metrics of a run."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import ByOption, Json, Metrics, Quiet, day, metric_ids


def measure(
    history: Annotated[
        str,
        typer.Argument(
            metavar="HISTORY",
            help="Folder of the CRM's tables, one file of opportunities, a workbook, or a database's SQLAlchemy URL.",
        ),
    ],
    by: ByOption = None,
    metric: Metrics = None,
    source: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Format of the tables: generic, hubspot, salesforce, pipedrive, maven or olist."
        ),
    ] = "generic",
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A mapping.yaml of your own columns, in place of --source.")
    ] = None,
    first: Annotated[
        date | None,
        typer.Option("--from", parser=day, metavar="DATE", help="First day.", show_default="a year before the last"),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=day, metavar="DATE", help="Last day.", show_default="that of --as-of"),
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
    plan: Annotated[
        Path | None,
        typer.Option(metavar="DIR|PLAN", help="The company whose service level, quotas and calendar it is judged by."),
    ] = None,
    matures: Annotated[
        float,
        typer.Option(min=1.0, metavar="DAYS", help="Age at which a cohort of leads or opportunities is judged."),
    ] = 365.0,
    prospects: Annotated[
        bool,
        typer.Option(
            "--prospects",
            help="Who buys and who leaks away, against all: lift tables, shown alone, or after the parts of --by.",
        ),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what a history says: metrics with intervals, rates in both views, leakage, changes.

    The same definitions as of a run, computed from what a CRM recorded; with --by part by part, ranked, and drawn
    towards one another where little is known of one.
    """
    from leadflow.progress import watching

    ids = metric_ids(metric)
    with watching("loading", quiet=quiet) as show:
        from leadflow.measured import measure as measure_history
        from leadflow.render.measure import show_measurement
        from leadflow.render.page import Page, print_json

        show("reading and measuring the history")
        found = measure_history(
            history, source, mapping=mapping, as_of=as_of, first=first, last=last,
            by=None if by is None else by.value, metrics=ids, matures=matures, prospects=prospects,
            plan=plan,
        )  # fmt: skip
    if json:
        print_json(found.to_json())
    else:
        show_measurement(Page(), found)
