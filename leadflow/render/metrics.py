"""The catalogue of metrics on a terminal."""

from collections.abc import Mapping, Sequence

from leadflow.render.page import Page
from results.grouping import GROUPS

__all__ = ["show_catalogue", "show_metric"]


def show_catalogue(page: Page, records: Sequence[Mapping[str, str]]) -> None:
    """Every metric: id, unit, which direction is better, and the formula; then which answer the 25 of four funnels."""
    table = page.table("Metrics", [("id", "label"), ("unit", "left"), ("better", "left"), ("formula", "left")])
    for record in records:
        table.add_row(record["id"], record["unit"], record["better"], record["formula"])
    page.show(table)
    page.foot(
        "unit `money` is the plan's currency. `leadflow metrics ID` gives one metric's full definition and source."
    )
    groups = page.table("The 25 metrics of four funnels", [("metric", "label"), ("answered by", "left")])
    for group in GROUPS:
        groups.add_row(group.title, style="bold")
        for line in group.lines:
            groups.add_row(f"{line.number:>2} {line.name}", ", ".join(line.metrics))
    page.show(groups)
    page.foot("A report (`leadflow report`) shows them in these groups.")


def show_metric(page: Page, record: Mapping[str, str]) -> None:
    """One metric in full."""
    table = page.table(f"{record['name']} ({record['id']})", [("", "left"), ("", "left")])
    table.show_header = False
    for name in ("definition", "formula", "denominator", "unit", "better", "needs", "source"):
        if record[name]:
            table.add_row(name, record[name])
    page.show(table)
