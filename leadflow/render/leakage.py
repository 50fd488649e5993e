"""Leakage on a terminal: what became of the potential, what was lost by cause and point, and how often."""

import math
from collections.abc import Iterable, Sequence

from leadflow.render.page import Column, Page
from results.leakage import LOST_OR_OPEN, BalanceRow, LeakageRow
from results.matrix import NO_SUM, ROUGHLY, by_fit, matrix, of_the_potential, who_acts
from results.numerals import label, number
from sim.log import MATURITY

__all__ = ["show_leakage"]

_LEAKS = 12
"""Leakage points, and causes, shown."""


def show_leakage(
    page: Page,
    rows: Sequence[LeakageRow],
    balance: Sequence[BalanceRow],
    stages: Iterable[str],
    currency: str,
    *,
    matures: float | None = None,
) -> None:
    """Everything about what a run lost, its stages in their order; or a history whose leads are judged at an age of
    `matures` days."""
    _show_balance(page, balance, currency, MATURITY if matures is None else matures)
    _show_matrix(page, [row for row in rows if row.what in ("lead", "opportunity")], stages, currency)
    _show_points(page, rows, currency, of_history=matures is not None)


def _show_balance(page: Page, rows: Sequence[BalanceRow], currency: str, days: float) -> None:
    """Potential = won + lost + open."""
    most = max((row.revenue for row in rows if math.isfinite(row.revenue)), default=math.nan)
    columns: list[Column] = [("of the potential", "label"), "number"]
    columns += [label(name, currency, most) for name in ("revenue", "roughly", "profit")]
    table = page.table("What became of the potential", columns)
    for row in rows:
        amounts = (number(value, currency, most) for value in (row.revenue, row.rough, row.profit))
        table.add_row(row.part, number(row.count, "leads"), *amounts)
    page.show(table)
    page.foot(of_the_potential(days))
    if any(row.part == LOST_OR_OPEN for row in rows):
        page.foot("Which leads are lost is not recorded: they stand with those that are still open.")


def _show_matrix(page: Page, rows: Sequence[LeakageRow], stages: Iterable[str], currency: str) -> None:
    """Revenue lost, causes by points."""
    lost = matrix(rows, stages)
    if not lost.causes:
        return
    most = lost.whole
    columns: list[Column] = [("because", "label"), *lost.points, "all"]
    title = f"Revenue lost{', roughly' if lost.roughly else ''}, by cause and point"
    table = page.table(label(title, currency, most), columns, gap=1)
    for cause, cells, its in zip(lost.causes, lost.revenue, lost.by_cause, strict=True):
        shown = (number(each, currency, most) if each else "" for each in cells)
        table.add_row(_words(cause), *shown, number(its, currency, most))
    sums = (number(each, currency, most) for each in lost.by_point)
    table.add_row("all", *sums, number(most, currency, most))
    page.show(table)
    if lost.roughly:
        page.foot(ROUGHLY)
    page.foot(*who_acts(rows, lost.causes))
    page.foot(*by_fit(lost, currency))
    page.foot(NO_SUM)


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def _show_points(page: Page, rows: Sequence[LeakageRow], currency: str, *, of_history: bool) -> None:
    """How often, by point and cause."""
    for what, title, point in (
        ("lead", "Where leads are lost", "lost in"),
        ("opportunity", "Where opportunities are lost", "lost at stage"),
        ("sale to a customer", "Where sales to customers are lost", "lost at stage"),
        ("customer", "Why customers leave", "lost"),
    ):
        lost = [row for row in rows if row.what == what]
        if not lost:
            continue
        numbers = ("number", "low", "high") if of_history else ("mean", "p10", "p90")
        columns: list[Column] = [(point, "label"), ("because", "label"), *numbers]
        if what != "lead":
            columns.append(f"value, {currency}")
        table = page.table(title, columns)
        for row in lost[:_LEAKS]:
            spread = (row.lo95, row.hi95) if of_history else (row.p10, row.p90)
            counts = (number(value, "leads", row.count) for value in (row.count, *spread))
            value = [number(row.value)] if what != "lead" else []
            table.add_row(row.point, _words(row.reason), *counts, *value)
        page.show(table)
        rest = len(lost[_LEAKS:])
        said = f"The {_LEAKS} largest of {_LEAKS + rest} points; `--json` has them all. " if rest else ""
        if what == "lead":
            page.foot(f"{said}Leads that left for good in these months, by the last step they had reached.")
        elif what == "customer":
            page.foot(f"{said}Customers who did not renew in these months, and what they paid a year.")
        else:
            page.foot(f"{said}Lost in these months, and the first-year value that they would have had.")
