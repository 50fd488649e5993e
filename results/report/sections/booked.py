"""Section of bookings: how they spread over the runs, against the target, and month by month."""

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np

from results.headline import PERCENTILES, STANDARD_ERROR, monthly
from results.metrics.catalogue import CATALOGUE
from results.numerals import label, number
from results.periods import month_name
from results.report.charts import bookings_by_month, bookings_of_runs
from results.report.nouns import Number, Row, Section, Table, columns, sized
from results.runset import RunSet
from results.target import TargetOdds

__all__ = ["bookings", "by_month"]


def bookings(runs: RunSet, odds: TargetOdds | None) -> Iterator[Section]:
    """How bookings spread over the runs, by the target's month if there is a target; nothing if none are known."""
    if "bookings" not in runs.monthly_metrics:
        return
    months = len(runs.months) if odds is None else runs.months.index(odds.by) + 1
    totals = runs.of_month("bookings")[:, :months].sum(axis=1)
    totals = totals[~np.isnan(totals)]
    if not len(totals):
        return
    p10, p50, p90 = np.quantile(totals, (0.1, 0.5, 0.9)).tolist()
    marks = (("p10", p10), ("p50", p50), ("p90", p90))
    until = runs.months[months - 1]
    said = [
        f"The one run books {number(p50)} {runs.currency} by the end of {until}; it takes more runs to say within "
        "which limits."
        if len(totals) == 1
        else f"Half of the {len(totals)} runs book more than {number(p50)} {runs.currency} by the end of {until}; four "
        f"in five book between {number(p10)} and {number(p90)}."
    ]
    if odds is not None:
        said.append(
            f"The target of {number(odds.amount)} {runs.currency} is reached in {number(odds.reached, 'share')} of "
            f"them; so many runs tell the odds to within {number(odds.lo95, 'share')} to {number(odds.hi95, 'share')} "
            "(95 % interval)."
        )
    spread = (("least", float(totals.min())), *marks, ("most", float(totals.max())), ("mean", float(totals.mean())))
    rows = [Row((name, Number(value))) for name, value in spread]
    yield Section(
        "bookings",
        "What will be booked",
        tuple(said),
        bookings_of_runs(totals, marks, None if odds is None else odds.amount, runs.currency),
        "Each bar counts the runs whose bookings lie in its range"
        + (". " if odds is None else "; dark bars reach the target. ")
        + PERCENTILES,
        behind=(Table(f"Bookings by the end of {until}, over runs", columns("", runs.currency), tuple(rows)),),
    )


def by_month(runs: RunSet, start: dt.date) -> Iterator[Section]:
    """Bookings by month, and other metrics by month below them; start: of the plan."""
    if "bookings" not in runs.monthly_metrics:
        return
    rows = monthly(runs)
    most = max((row.p90 for row in rows if math.isfinite(row.p90)), default=math.nan)
    bookings = Table(
        label("Bookings, by month", runs.currency, most),
        columns("month", "mean", "p10", "p50", "p90", "error"),
        tuple(
            Row(
                (
                    month_name(row.month, start),
                    *sized((row.mean, row.p10, row.p50, row.p90, row.se), runs.currency, most),
                )
            )
            for row in rows
        ),
        (
            "The months' means add up to the whole; their percentiles do not, as no run is low in every month.",
            STANDARD_ERROR,
        ),
    )
    others = [id for id in runs.monthly_metrics if id != "bookings"]
    by_month = {id: monthly(runs, id) for id in others}
    sizes = {id: max((abs(row.mean) for row in by_month[id] if math.isfinite(row.mean)), default=0.0) for id in others}
    units = {id: CATALOGUE[id].unit_in(runs.currency) for id in others}
    rest = Table(
        "Other metrics by month, means",
        columns("month", *(label(CATALOGUE[id].name, units[id], sizes[id]) for id in others)),
        tuple(
            Row((month_name(month, start), *(Number(by_month[id][place].mean, units[id], sizes[id]) for id in others)))
            for place, month in enumerate(runs.months)
        ),
    )
    yield Section(
        "months",
        "Month by month",
        chart=bookings_by_month(rows, runs.currency),
        legend="The line is the median of the runs. In four runs of five a month's bookings lie in the band (p10 to "
        "p90); a single run moves up and down in it.",
        behind=(bookings, rest) if others else (bookings,),
    )
