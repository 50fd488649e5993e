"""Plans: what spend and roster say that cannot be, or that is missing."""

from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.tables import Tables, date_of

__all__ = ["plans"]


def plans(tables: Tables) -> Iterator[Finding]:
    """Spend below zero, twice, of no first of a month, or missing between months; reps who leave too early."""
    spend, reps = tables.spend, tables.reps
    for what, count, message, remedy in (
        ("undated_spend", int((~np.isfinite(spend.month)).sum()), "have no month, and are not used", "give its month"),
        ("negative_spend", int((spend.amount < 0).sum()), "are below zero", "book refunds in the month of the spend"),
        ("missing_spend", int(np.isnan(spend.amount).sum()), "have no amount, and are not used", "give it, 0 if none"),
    ):
        if count:
            yield Finding("warning", what, f"{count} rows of spend {message}", "spend", count, remedy)
    dated = np.isfinite(spend.month)
    months = [date_of(day) for day in spend.month[dated]]
    odd = sum(month.day != 1 for month in months)
    if odd:
        message = f"{odd} rows of spend are not dated on the first of a month"
        yield Finding("warning", "spend_not_monthly", message, "spend", odd, "give one row a channel and month")
    rows = [
        (month.year * 12 + month.month, channel) for month, channel in zip(months, spend.channel[dated], strict=True)
    ]
    twice = len(rows) - len(set(rows))
    if twice:
        message = f"{twice} rows of spend are of a channel and month that another row has too; they are added up"
        yield Finding("warning", "spend_twice", message, "spend", twice, "remove them if they are repeats")
    gaps = 0
    for channel in sorted(set(spend.channel)):
        there = sorted({month for month, other in rows if other == channel})
        gaps += there[-1] - there[0] + 1 - len(there) if there else 0
    if gaps:
        message = f"{gaps} months of a channel have no row of spend, between others that have one"
        yield Finding("warning", "spend_gap", message, "spend", gaps, "write 0 where nothing was spent")
    early = int((reps.left < reps.hired).sum())
    if early:
        message = f"{early} reps left before they were hired"
        yield Finding("warning", "left_before_hired", message, "reps", early, "correct their dates")
    repeated = len(reps) - len(set(reps.name))
    if repeated:
        message = f"{repeated} rows of the roster repeat a name"
        yield Finding("warning", "rep_twice", message, "reps", repeated, "name each rep once, or tell them apart")
