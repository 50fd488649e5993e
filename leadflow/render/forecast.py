"""A forecast on a terminal: months by where deals stood, the planner's arithmetic, and the gap between them."""

import datetime as dt
import math

from leadflow.answers import ForecastAnswer
from leadflow.render.components import made_of
from leadflow.render.page import Column, Page
from results.arithmetic import Arithmetic
from results.forecast import CUSTOMERS, NURTURED, ORIGINS, Forecast
from results.gap import Gap
from results.headline import PERCENTILES
from results.numerals import UNKNOWN, label, number, replications, signed
from results.periods import month_name

__all__ = ["show_forecast"]

_TOTAL = "total"

_ROOMY = 100
"""Columns from which the months stand apart with ease."""

_STEPS = {
    "left_out": "not on its list",
    "conversion": "conversion",
    "never_closing": "chance of closing",
    "timing": "won later",
    "queueing": "queueing",
}
"""Short names of the gap's steps; their explanation stands below the table."""


def show_forecast(page: Page, answer: ForecastAnswer) -> None:
    """Bookings where orders have a value, wins always."""
    plan, forecast = answer.scenario.plan, answer.forecast
    months = list(dict.fromkeys(row.month for row in forecast.wins if row.month != _TOTAL))
    page.title(f"{plan.name} - {answer.scenario.name}: forecast")
    page.text(
        f"{months[0]} to {months[-1]}, seen from {plan.start.isoformat()}; "
        f"{replications(forecast.replications, answer.asked)}, seed {answer.seed}, {answer.seconds:.0f} seconds"
    )
    if answer.valued:
        _show_months(page, forecast, "bookings", forecast.currency, plan.start)
    _show_months(page, forecast, "wins", "wins", plan.start)
    sold = forecast.of(origin=ORIGINS[CUSTOMERS]).mean > 0
    page.foot(
        PERCENTILES,
        f"mean = open + in nurture + not yet created{' + customers' if sold else ''}, by where the deal stood on the "
        "first day: open, an opportunity then; in nurture, a known lead without an "
        f"opportunity{_unknown(forecast)}; not yet created, a lead that had still to come."
        f"{' customers: more that is sold to customers, whenever it came up.' if sold else ''}",
        "Means add up over months and origins; percentiles do not.",
    )
    what = "bookings" if answer.valued else "wins"
    page.notes("What the spread is made of", made_of(forecast.components.get(what), what))
    if answer.arithmetic is not None:
        _show_arithmetic(page, answer.arithmetic)
    if answer.gap is not None:
        _show_gap(page, answer.gap)
    page.notes("What to know", answer.warnings)


def _show_months(page: Page, forecast: Forecast, what: str, unit: str, start: dt.date) -> None:
    columns: list[Column] = [("month", "label"), "p10", "p50", "p90", "mean", "open", "in\nnurture", "not yet\ncreated"]
    shown = [name for name in ORIGINS if name != ORIGINS[CUSTOMERS] or forecast.of(what, origin=name).mean > 0]
    columns += shown[CUSTOMERS:]
    months = list(dict.fromkeys(row.month for row in getattr(forecast, what)))
    size = max(forecast.of(what, month).mean for month in months if month != _TOTAL)
    title = f"{label('Bookings', unit, size)}, by month" if what == "bookings" else "Wins (orders won) by month"
    table = page.table(title, columns, gap=1 if page.width < _ROOMY else 2)
    for month in months:
        whole = forecast.of(what, month)
        parts = [forecast.of(what, month, origin).mean for origin in shown]
        numbers = (number(value, unit, size) for value in (whole.p10, whole.p50, whole.p90, whole.mean, *parts))
        if month == _TOTAL:
            table.add_section()
        table.add_row(month_name(month, start), *numbers, style="bold" if month == _TOTAL else "")
    page.show(table)


def _show_arithmetic(page: Page, sums: Arithmetic) -> None:
    page.gap()
    page.title("The planner's own arithmetic")
    page.text("What a spreadsheet makes of the same plan, without age, delay, queues or luck.")
    money = sums.currency
    if sums.open is not None:
        table = page.table(
            "Open pipeline: amount x close ratio",
            [("stage", "label"), "deals", f"amount, {money}", "close ratio", f"expected, {money}"],
        )
        for stage in sums.open:
            table.add_row(
                stage.stage, number(stage.deals, "leads", 1000), number(stage.amount, size=1000),
                number(stage.close_ratio, "share"), number(stage.expected, size=1000),
            )  # fmt: skip
        table.add_section()
        table.add_row(_TOTAL, "", "", "", number(sums.open_bookings, size=1000), style="bold")
        page.show(table)
    table = page.table(
        "New business: leads x opportunities per lead x close ratio x value",
        [("channel", "label"), "leads", "opps/lead", "close ratio", f"value, {money}", f"expected, {money}"],
    )
    for row in sums.new:
        table.add_row(
            row.channel, number(math.fsum(row.leads), "leads", 1000), number(row.opportunity_rate, "share"),
            number(row.close_ratio, "share"), number(row.value, size=1000), number(row.expected, size=1000),
        )  # fmt: skip
    table.add_section()
    table.add_row(_TOTAL, "", "", "", "", number(sums.new_bookings, size=1000), style="bold")
    page.show(table)
    page.foot("close ratio: won / (won + lost) of the deals that close. value: mean first-year value of a won order.")
    capacity = sums.capacity
    if capacity is not None:
        table = page.table(
            "Capacity: AEs x quota x ramp x attainment",
            ["AEs, first month", "last month", "quota, a year", "attainment", f"capacity, {money}"],
        )
        ends = (f"{capacity.heads[k]} ({capacity.ramp[k]:.0%} ramped)" for k in (0, -1))
        table.add_row(
            *ends, number(capacity.quota), number(capacity.attainment, "share"), number(capacity.expected, size=1000)
        )
        page.show(table)
    page.notes("What the arithmetic takes for granted", sums.assumptions)


def _show_gap(page: Page, gap: Gap) -> None:
    whole = gap.of(_TOTAL)
    sold = gap.of(ORIGINS[CUSTOMERS]).simulated > 0
    shown = [name for name in ORIGINS if name != ORIGINS[CUSTOMERS] or sold]
    parts = [gap.of(name) for name in shown]
    table = page.table(
        f"From the arithmetic to the simulation, {gap.currency}",
        [("", "label"), "all", "error", "open", "in\nnurture", "not yet\ncreated", *shown[CUSTOMERS:]],
    )
    table.add_row(
        "the planner's arithmetic", number(whole.arithmetic, size=1000), "",
        *(number(bridge.arithmetic, size=1000) for bridge in parts), style="bold", end_section=True,
    )  # fmt: skip
    for step in whole.steps:
        table.add_row(
            _STEPS[step.id], _taken(step.amount), number(step.se, size=1000),
            *(_taken(next((own.amount for own in bridge.steps if own.id == step.id), math.nan)) for bridge in parts),
        )  # fmt: skip
    table.add_section()
    table.add_row(
        "simulated mean", number(whole.simulated, size=1000), number(whole.se, size=1000),
        *(number(bridge.simulated, size=1000) for bridge in parts), style="bold",
    )  # fmt: skip
    page.show(table)
    page.foot(*(f"{_STEPS[step.id]}: {step.label}." for step in whole.steps))
    page.foot(
        f"Each line changes one thing on the same random numbers ({gap.paired} paired replications) and is what it "
        "adds (+) or takes away (-); error: its Monte Carlo standard error."
    )
    if sold:
        page.foot("What is sold to customers is on none of the planner's lists, and counts as such.")
    if gap.zombies or gap.dormant > 0:
        page.foot(
            f"Of the deals open at the start, {number(gap.zombies, 'leads', 1000)} are zombies, too old to close "
            f"({number(gap.zombie_amount, size=1000)} {gap.currency}), and {number(gap.dormant, 'leads')} more "
            f"will never close in the mean ({number(gap.dormant_amount, size=1000)} {gap.currency}).",
        )


def _unknown(forecast: Forecast) -> str:
    return f" ({UNKNOWN}: not in this forecast)" if math.isnan(forecast.of(origin=ORIGINS[NURTURED]).mean) else ""


def _taken(amount: float) -> str:
    """A step as what it adds to the arithmetic; a step is stored as what the arithmetic has too much."""
    return signed(-amount, size=1000) if math.isfinite(amount) else UNKNOWN
