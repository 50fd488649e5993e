"""The catalogue of metrics on a terminal."""

from collections.abc import Mapping, Sequence

from leadflow.render.page import Page

__all__ = ["show_catalogue", "show_metric"]


def show_catalogue(page: Page, records: Sequence[Mapping[str, str]]) -> None:
    """Every metric: id, unit, which direction is better, and the formula."""
    table = page.table("Metrics", [("id", "label"), ("unit", "left"), ("better", "left"), ("formula", "left")])
    for record in records:
        table.add_row(record["id"], record["unit"], record["better"], record["formula"])
    page.show(table)
    page.foot(
        "unit `money` is the plan's currency. `leadflow metrics ID` gives one metric's full definition and source."
    )


def show_metric(page: Page, record: Mapping[str, str]) -> None:
    """One metric in full."""
    table = page.table(f"{record['name']} ({record['id']})", [("", "left"), ("", "left")])
    table.show_header = False
    for name in ("definition", "formula", "denominator", "unit", "better", "needs", "source"):
        if record[name]:
            table.add_row(name, record[name])
    page.show(table)
