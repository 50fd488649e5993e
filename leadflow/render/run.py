"""A run on a terminal: headline, funnel, leakage, months, where it is stored."""

from collections.abc import Collection
from pathlib import Path

from leadflow.answers import Run
from leadflow.render.components import made_of
from leadflow.render.leakage import show_leakage
from leadflow.render.page import Column, Page
from leadflow.render.parts import show_run_parts
from leadflow.render.views import show_views
from results.headline import PERCENTILES, SECTIONS, STANDARD_ERROR, HeadlineRow, headline, monthly
from results.metrics.catalogue import CATALOGUE
from results.numerals import label, number, replications
from results.periods import month_name

__all__ = ["show_run"]

_APART = "interval: of the mean difference, 95 %; more replications make it narrower."
_ROOMY = 110
"""Columns from which definitions stand in the same table as the numbers."""


def show_run(page: Page, answer: Run, only: Collection[str] | None, stored: Path) -> None:
    """Everything about a run, or only some metrics of it."""
    runs, plan = answer.runs, answer.scenario.plan
    page.title(f"{plan.name} - {runs.scenario}")
    page.text(
        f"{month_name(runs.months[0], plan.start)} to {runs.months[-1]}, {replications(len(runs), answer.asked)}, "
        f"seed {runs.seed}, {answer.seconds:.0f} seconds"
    )
    rows = {row.metric: row for row in headline(runs) if only is None or row.metric in only}
    _show_headline(page, rows)
    if "bookings" in rows:
        page.notes("What the spread is made of", made_of(answer.components("bookings"), "bookings"))
    if only is None:
        _show_target(page, answer)
        _show_funnel(page, rows)
        show_views(page, answer.views, _APART)
        show_leakage(page, answer.leakage, answer.balance, answer.scenario.funnel.stages, runs.currency)
    for metric in runs.monthly_metrics:
        if metric == "bookings" if only is None else metric in only and not answer.parts:
            _show_months(page, answer, metric)
    show_run_parts(page, answer.parts, runs.currency, plan.start)
    page.notes("What to know", runs.warnings)
    page.gap()
    page.text(f"Stored in {stored}")


def _show_headline(page: Page, rows: dict[str, HeadlineRow]) -> None:
    columns: list[Column] = [("metric", "label"), "mean", "p10", "p50", "p90", "error"]
    beside = page.width >= _ROOMY
    table = page.table("What the months come to", [*columns, ("how it is counted", "left")] if beside else columns)
    sections = [(title, [rows[id] for id in ids if id in rows]) for title, ids in SECTIONS]
    placed = {id for _, ids in SECTIONS for id in ids}
    sections.append(("More", [row for id, row in rows.items() if id not in placed]))
    for title, shown in sections:
        if shown:
            table.add_row(title, style="bold")
        for place, row in enumerate(shown, 1):
            numbers = (number(value, row.unit, row.mean) for value in (row.mean, row.p10, row.p50, row.p90, row.se))
            formula = [CATALOGUE[row.metric].formula] if beside else []
            table.add_row(label(row.name, row.unit, row.mean), *numbers, *formula, end_section=place == len(shown))
    page.show(table)
    page.foot(PERCENTILES, STANDARD_ERROR)
    if not beside:
        definitions = page.table("How they are counted", [("metric", "label"), ("formula", "left")])
        for _, shown in sections:
            for row in shown:
                definitions.add_row(row.name, CATALOGUE[row.metric].formula)
        page.show(definitions)
    page.foot("`leadflow metrics ID` gives a metric's full definition and source.")


def _show_target(page: Page, answer: Run) -> None:
    odds = answer.target
    if odds is None:
        return
    page.gap()
    page.text(
        f"Target: bookings of {number(odds.amount)} {answer.runs.currency} by the end of {odds.by}: reached in "
        f"{number(odds.reached, 'share')} of the runs (95 % interval {number(odds.lo95, 'share')} to "
        f"{number(odds.hi95, 'share')}); one run in ten ends below {number(odds.p10)}, half below {number(odds.p50)}."
    )


def _show_funnel(page: Page, rows: dict[str, HeadlineRow]) -> None:
    metrics = [rows[id] for id in dict(SECTIONS)["Funnel"] if id in rows]
    table = page.table("The funnel", [("step", "label"), "mean", ("", "bar"), "rate", ("of it", "left")])
    rates = {
        "mqls": ("lead_to_mql_rate", "MQLs per lead"),
        "sqls": ("mql_to_sql_rate", "SQLs per MQL"),
        "new_customers": ("win_rate", "won of those closed"),
    }
    for row in metrics:
        rate, words = rates.get(row.metric, ("", ""))
        shown = number(rows[rate].mean, "share") if rate in rows else ""
        table.add_row(
            row.name,
            number(row.mean, row.unit),
            page.bar(row.mean, max(each.mean for each in metrics), 20),
            shown,
            words,
        )
    page.show(table)
    page.foot("Rates are of the period: what reached a step in these months per what reached the one before in them.")


def _show_months(page: Page, answer: Run, metric: str) -> None:
    runs, entry = answer.runs, CATALOGUE[metric]
    rows = monthly(runs, metric)
    unit = entry.unit_in(runs.currency)
    most = max(row.mean for row in rows)
    title = f"{label(entry.name, unit, most)}, by month"
    table = page.table(title, [("month", "label"), "mean", "p10", "p50", "p90", "error", ("mean, as a bar", "bar")])
    for row in rows:
        numbers = (number(value, unit, most) for value in (row.mean, row.p10, row.p50, row.p90, row.se))
        table.add_row(month_name(row.month, answer.scenario.plan.start), *numbers, page.bar(row.mean, most, 16))
    page.show(table)
    if not entry.denominator:
        page.foot("The months' means add up to the whole; their percentiles do not, as no run is low in every month.")
