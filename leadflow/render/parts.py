"""Parts of a run on a terminal: metrics by channel, campaign, segment, product, rep, month or quarter."""

import datetime as dt
from collections.abc import Sequence

from leadflow.render.page import Column, Page
from results.cells import NOWHERE
from results.metrics.catalogue import CATALOGUE
from results.numerals import UNKNOWN, label, number
from results.parts import PartRow
from results.periods import month_name

__all__ = ["show_run_parts"]

_PLACE = (
    "place: by the mean, the best first; in brackets the places between which a part lies in nine of ten replications, "
    "that is, in nine of ten such years."
)


def show_run_parts(page: Page, rows: Sequence[PartRow], currency: str, start: dt.date) -> None:
    """One table a metric and team; one sentence where there are no parts of this kind. start: of the plan."""
    if rows and all(row.part == NOWHERE for row in rows):
        page.gap()
        page.text(f"There are no {rows[0].by}s.")
        return
    for metric, team in dict.fromkeys((row.metric, row.team) for row in rows):
        _show(page, [row for row in rows if (row.metric, row.team) == (metric, team)], currency, start)
    if any(row.place is not None for row in rows):
        page.foot(_PLACE)
    if any(row.part == NOWHERE for row in rows):
        page.foot("(none): what belongs to no part, so that counts add up to the whole.")


def _show(page: Page, its: Sequence[PartRow], currency: str, start: dt.date) -> None:
    entry = CATALOGUE[its[0].metric]
    unit = entry.unit_in(currency)
    size = max((abs(row.mean) for row in its if row.mean == row.mean), default=0.0)
    placed = any(row.place is not None for row in its)
    columns: list[Column] = [(its[0].team or its[0].by, "label"), "mean", "p10", "p50", "p90", "error"]
    table = page.table(label(entry.name, unit, size), [*columns, ("place", "label") if placed else ("", "bar")])
    ordered = sorted(its, key=lambda row: (row.place is None, 0 if row.place is None else row.place.place))
    for row in ordered if placed else its:
        numbers = (number(value, unit, size) for value in (row.mean, row.p10, row.p50, row.p90, row.se))
        last = _place(row) if placed else page.bar(row.mean, size, 16)
        name = month_name(row.part, start) if row.by == "month" else row.part or "(none)"
        table.add_row(name, *numbers, last)
    page.show(table)
    page.foot(f"{entry.name}: {entry.formula}.")


def _place(row: PartRow) -> str:
    if row.place is None:
        return UNKNOWN
    low, high = row.place.lo90, row.place.hi90
    return f"{row.place.place} ({low} to {high})" if low != high else f"{row.place.place}"
