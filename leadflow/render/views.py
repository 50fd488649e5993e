"""Views on a terminal: each rate of the period beside the same rate of a matured cohort."""

from collections.abc import Sequence

from leadflow.render.page import Column, Page
from results.metrics.catalogue import CATALOGUE
from results.numerals import interval, number, signed
from results.views import View
from sim.log import MATURITY

__all__ = ["show_views"]


def show_views(page: Page, views: Sequence[View], meaning: str, days: float = MATURITY) -> None:
    """Both views of every rate that has both; `meaning` says what the interval is of, `days` the age of a cohort."""
    known = [view for view in views if view.verdict != "not known"]
    if not known:
        return
    columns: list[Column] = [("rate", "label"), "period", "cohort", "apart", "95 % interval", ("they", "label")]
    table = page.table("Two views of a rate", columns, gap=1)
    for view in known:
        table.add_row(
            CATALOGUE[view.period].name.removesuffix(" to date"),
            number(view.of_period, "share"),
            number(view.of_cohort, "share"),
            signed(view.difference, "share", fine=max(abs(view.difference), 0.01)),
            interval(view.lo95, view.hi95, "share", view.difference, max(abs(view.difference), 0.01)),
            {"differ": "differ"}.get(view.verdict, "may agree"),
        )
    page.show(table)
    young = [f"{CATALOGUE[view.cohort].name} ({number(view.young, 'share')})" for view in known if view.young]
    page.foot(
        "Period: what happened in these days over what else happened in them. Cohort: of the leads (or opportunities) "
        f"of these days themselves, once {days:g} days old. A period rate runs ahead or behind while volumes change.",
        meaning,
        *([f"Too young to judge, and left out of the cohort: {', '.join(young)}."] if young else []),
    )
