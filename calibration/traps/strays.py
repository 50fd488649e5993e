"""Stray times: records decades before or months after all others, as an empty date or a slip of the pen make them."""

import dataclasses
import datetime as dt

import numpy as np

from calibration.columns import Floats, take
from calibration.findings import Finding
from calibration.tables import Tables, date_of

__all__ = ["without_strays"]

_FEW = 0.01
"""Share of all times that strays are at most: a choice."""

_LEAST = 50
"""Times below which nothing is called stray."""

_BEFORE, _AFTER = 3650.0, 90.0
"""Days without any record that part strays from the rest, before and after: choices. A deal may well be open for years,
and what is set aside must be beyond doubt; what lies ahead is only not believed."""


def _edge(times: Floats, quiet: float) -> float:
    """The last of the sorted times before a quiet spell that is followed by few; the last of all without one."""
    most = int(_FEW * len(times)) if len(times) >= _LEAST else 0
    for last in range(len(times) - 1 - most, len(times) - 1):
        if times[last + 1] - times[last] > quiet:
            return float(times[last])
    return float(times[-1])


def without_strays(tables: Tables) -> tuple[Tables, dt.date | None, tuple[Finding, ...]]:
    """The tables without records that begin long before all others, the last day that is no stray, and what was found.

    What lies far ahead stays: the cut-off leaves it out. It must not be taken for the history's end, though.
    """
    leads, deals = tables.leads, tables.opportunities
    begun = np.concatenate((leads.captured, deals.opened))
    begun = np.sort(begun[np.isfinite(begun)])
    columns = (leads.captured, deals.opened, deals.closed, tables.stage_history.entered, tables.activities.at)
    times = np.concatenate(columns)
    times = np.sort(times[np.isfinite(times)])
    if not len(times):
        return tables, None, ()
    findings = []
    first = -_edge(-begun[::-1], _BEFORE) if len(begun) else -np.inf
    old = int((begun < first).sum())
    if old:
        message = f"{old} leads or opportunities begin ten years or more before all others, and are set aside"
        remedy = "correct their dates: an empty date of a spreadsheet reads 1899 or 1970"
        findings.append(Finding("error", "ancient_dates", message, "", old, remedy))
        tables = dataclasses.replace(
            tables, leads=take(leads, leads.captured >= first), opportunities=take(deals, deals.opened >= first)
        )
    last = _edge(times, _AFTER)
    late = int((times > last).sum())
    if late:
        message = f"{late} times lie months after all others, which end on {date_of(last)}; they are not believed"
        remedy = "correct them: what is dated after the cut-off is not known"
        findings.append(Finding("error", "future_dates", message, "", late, remedy))
    return tables, date_of(last), tuple(findings)
