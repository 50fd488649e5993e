"""Leakage on a terminal: what became of the potential, what was lost by cause and point, and how often."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from leadflow.render.page import Column, Page
from results.leakage import UNKNOWN, BalanceRow, LeakageRow
from results.leaks import STEPS
from results.numbers import label, number

__all__ = ["show_leakage"]

_LEAKS = 12
"""Leakage points, and causes, shown."""

_SHORT = dict(zip(STEPS[-1:] + STEPS[:-1], ("capture", "nurture", "SDRs", "no AE yet"), strict=True))
"""Steps of a lead, in their order, as headings."""


def show_leakage(
    page: Page,
    rows: Sequence[LeakageRow],
    balance: Sequence[BalanceRow],
    stages: Iterable[str],
    currency: str,
    *,
    of_history: bool = False,
) -> None:
    """Everything about what a run, or a history, lost; its stages in their order."""
    _show_balance(page, balance, currency)
    _show_matrix(page, [row for row in rows if row.what in ("lead", "opportunity")], stages, currency)
    _show_points(page, rows, currency, of_history=of_history)


def _show_balance(page: Page, rows: Sequence[BalanceRow], currency: str) -> None:
    """Potential = won + lost + open."""
    most = max((row.revenue for row in rows if math.isfinite(row.revenue)), default=math.nan)
    columns: list[Column] = [("of the potential", "label"), "number"]
    columns += [label(name, currency, most) for name in ("revenue", "roughly", "profit")]
    table = page.table("What became of the potential", columns)
    for row in rows:
        amounts = (number(value, currency, most) for value in (row.revenue, row.rough, row.profit))
        table.add_row(row.part, number(row.count, "leads"), *amounts)
    page.show(table)
    page.foot(
        "Leads and opportunities of new business that were in play in these months, where they stood at the end. An "
        "opportunity has its value; a lead that never became one has the mean value of its segment's opportunities "
        "times the odds of being won within 365 days for leads that came as far as it did (not known where none is so "
        "old). Roughly: every order at the average of those won. Profit: gross margin less commission.",
    )


def _show_matrix(page: Page, rows: Sequence[LeakageRow], stages: Iterable[str], currency: str) -> None:
    """Revenue lost, causes by points."""
    roughly = not any(math.isfinite(row.revenue) for row in rows)
    rows = [replace(row, revenue=row.rough) for row in rows] if roughly else rows
    lost_at = {row.point for row in rows}
    points = [point for point in (*_SHORT, *stages, UNKNOWN) if point in lost_at]
    causes = sorted({row.reason for row in rows}, key=lambda cause: (cause == UNKNOWN, -_revenue(rows, cause)))
    if not causes:
        return
    most = _revenue(rows)
    columns: list[Column] = [("because", "label"), *(_SHORT.get(point, point) for point in points), "all"]
    title = f"Revenue lost{', roughly' if roughly else ''}, by cause and point"
    table = page.table(label(title, currency, most), columns, gap=1)
    for cause in causes:
        its = [row for row in rows if row.reason == cause]
        cells = (_revenue([row for row in its if row.point == point]) for point in points)
        table.add_row(_words(cause), *(number(each, currency, most) if each else "" for each in cells),
                      number(_revenue(its), currency, most))  # fmt: skip
    sums = (_revenue([row for row in rows if row.point == point]) for point in points)
    table.add_row("all", *(number(each, currency, most) for each in sums), number(most, currency, most))
    page.show(table)
    if roughly:
        page.foot("Roughly: what lost opportunities were worth is not recorded; each is at the average of those won.")
    page.foot(*_who_acts(rows, causes))
    page.foot(*_by_fit(rows, currency, most))
    page.foot(
        "It is no sum that could be had: closing one leak sends those it saves to the same reps, and on to the next "
        "leak. What closing it would bring is the difference that a scenario makes (`leadflow compare`)."
    )


def _who_acts(rows: Sequence[LeakageRow], causes: Sequence[str]) -> Iterable[str]:
    """Who can act on which causes, and which gap between marketing and sales others are."""
    for words, of in (("Who can act", "acts"), ("Gaps between marketing and sales", "gap")):
        named = {row.reason: getattr(row, of).replace("_", " ") for row in rows if getattr(row, of)}
        whose = dict.fromkeys(named[cause] for cause in causes if cause in named)
        each = (f"{who} ({', '.join(_words(c) for c in causes if named.get(c) == who)})" for who in whose)
        if whose:
            yield f"{words}: {'; '.join(each)}."


def _by_fit(rows: Sequence[LeakageRow], currency: str, most: float) -> Iterable[str]:
    """Good and bad leakage apart, where fit is known."""
    good, bad = (
        math.fsum(getattr(row, fit) for row in rows if math.isfinite(getattr(row, fit)))
        for fit in ("good_fit", "bad_fit")
    )
    if not good and not bad:
        return
    said = (
        f"Of it {number(good, currency, most)} was lost with leads of good fit (bad leakage) and "
        f"{number(bad, currency, most)} with leads of bad fit (good leakage: it is right to let them go)"
    )
    # Of what AEs found themselves there is no lead.
    rest = most - good - bad
    yield (
        f"{said}, {number(rest, currency, most)} with opportunities that came of no lead."
        if rest > 1e-9 * most
        else f"{said}."
    )


def _revenue(rows: Iterable[LeakageRow], cause: str | None = None) -> float:
    """Sum of what is known."""
    of_cause = (row.revenue for row in rows if cause is None or row.reason == cause)
    return math.fsum(value for value in of_cause if math.isfinite(value))


def _words(reason: str) -> str:
    return reason.replace("_", " ")


def _show_points(page: Page, rows: Sequence[LeakageRow], currency: str, *, of_history: bool) -> None:
    """How often, by point and cause."""
    for what, title, point in (
        ("lead", "Where leads are lost", "lost in"),
        ("opportunity", "Where opportunities are lost", "lost at stage"),
        ("sale to a customer", "Where sales to customers are lost", "lost at stage"),
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
        else:
            page.foot(f"{said}Lost in these months, and the first-year value that they would have had.")
