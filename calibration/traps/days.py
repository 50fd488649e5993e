"""Days: clean-ups and imports that put many records on one day, months that are missing, and times without a clock."""

from collections.abc import Iterator

import numpy as np

from calibration.columns import Floats
from calibration.findings import Finding
from calibration.tables import Tables, date_of

__all__ = ["days"]

_MANY, _TIMES, _SHARE = 10, 6.0, 0.02
"""A day stands out with so many records, so many times those of a usual day, and such a share of all: choices."""

_QUIET = 14.0
"""Days without a new record that are no gap, as around new year."""


def _crowded(times: Floats) -> list[tuple[int, int]]:
    """(day, records) of the days that stand out."""
    times = times[np.isfinite(times)]
    if not len(times):
        return []
    day, count = np.unique(np.floor(times).astype(np.int64), return_counts=True)
    usual = float(np.median(count))
    out = (count >= _MANY) & (count >= _TIMES * usual) & (count >= _SHARE * len(times))
    return [*zip(day[out].tolist(), count[out].tolist(), strict=True)]


def days(known: Tables) -> Iterator[Finding]:
    """What stands out in the calendar."""
    deals, leads = known.opportunities, known.leads
    for day, count in _crowded(deals.closed[deals.outcome == "lost"]):
        message = f"{count} deals were lost on {date_of(day)}, many times those of a usual day: a clean-up, it seems"
        remedy = "they died earlier, at a time that nobody wrote down; losses look later than they were"
        yield Finding("warning", "bulk_close", message, "opportunities", count, remedy)
    for table, times in (("opportunities", deals.opened), ("leads", leads.captured)):
        for day, count in _crowded(times):
            message = f"{count} {table} begin on {date_of(day)}, many times those of a usual day: an import, it seems"
            remedy = "give them the day on which they really began, or leave them out"
            yield Finding("warning", "bulk_import", message, table, count, remedy)
    begun = np.sort(leads.captured if len(leads) else deals.opened)
    if len(begun) >= 50:
        gaps = np.diff(begun)
        longest = int(np.argmax(gaps))
        if gaps[longest] > max(_QUIET, 10.0 * float(np.quantile(gaps, 0.99))):
            first, last = date_of(begun[longest]), date_of(begun[longest + 1])
            message = f"nothing new is recorded for {gaps[longest]:.0f} days, from {first} to {last}"
            remedy = "if records are missing there, export them: leads look fewer than they were"
            yield Finding("warning", "gap", message, "leads" if len(leads) else "opportunities", 0, remedy)
    for table, what, times in (
        ("leads", "captures", leads.captured),
        ("opportunities", "openings", deals.opened),
        ("opportunities", "closes", deals.closed),
        ("stage_history", "stage entries", known.stage_history.entered),
    ):
        times = times[np.isfinite(times)]
        bare = int((times % 1 == 0).sum())
        if 0 < bare <= 0.5 * len(times):
            message = f"{bare} of {len(times)} {what} have no time of day, and are read as of midnight"
            yield Finding("note", "no_clock", message, table, bare)
