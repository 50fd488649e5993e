"""leadflow metrics: the catalogue of metrics."""

from typing import Annotated

import typer

from leadflow.options import Json


def metrics(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One metric; all if none is named.")] = None,
    json: Json = False,
) -> None:
    """List the metrics with definition and formula."""
    from leadflow.render.metrics import show_catalogue, show_metric
    from leadflow.render.page import Page, print_json
    from results.metrics.catalogue import describe

    records = describe(None if id is None else [id])
    if json:
        print_json(records)
    elif id is None:
        show_catalogue(Page(), records)
    else:
        show_metric(Page(), records[0])
