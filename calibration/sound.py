"""Sound: the records of a table that can be used, once each; the others are set aside and counted, or mended openly."""

import dataclasses
from typing import Any

import numpy as np

from calibration.columns import take
from calibration.findings import Finding, Severity
from calibration.tables import Leads, Opportunities

_WARNING: Severity = "warning"
_ERROR: Severity = "error"

__all__ = ["once", "signed", "sound", "sound_leads"]


def once(table: Any, file: str) -> tuple[Any, list[Finding]]:
    """A table with each id once, its first row; rows without an id are set aside."""
    findings = []
    nameless = table.id == ""
    if nameless.any():
        count = int(nameless.sum())
        message = f"{count} rows have no id, and are set aside"
        findings.append(Finding("error", "no_id", message, file, count, "give each its id"))
        table = take(table, ~nameless)
    _, first, which = np.unique(table.id.astype(str), return_index=True, return_inverse=True)
    extra = len(table) - len(first)
    if extra:
        message = f"{extra} rows repeat an id; the first row of each id is used"
        findings.append(Finding("warning", "duplicates", message, file, extra, "remove the repeats"))
        other = np.zeros(len(table), dtype=bool)
        for spec in dataclasses.fields(table):
            column = getattr(table, spec.name)
            other |= (column != column[first[which]]) & ~(
                (column != column) & (column[first[which]] != column[first[which]])
            )
        if other.any():
            count = int(other.sum())
            message = f"{count} rows that repeat an id say something else than its first row, and are not used"
            findings.append(Finding("warning", "conflicting_duplicates", message, file, count, "keep the right row"))
    return take(table, np.sort(first)), findings


def sound_leads(leads: Leads, file: str) -> tuple[Leads, list[Finding]]:
    """The leads with a capture date."""
    leads, findings = once(leads, file)
    undated = ~np.isfinite(leads.captured)
    if undated.any():
        count = int(undated.sum())
        message = f"{count} leads have no capture date and are set aside"
        findings.append(Finding("error", "no_capture_date", message, file, count))
    return take(leads, ~undated), findings


def sound(deals: Opportunities, file: str) -> tuple[Opportunities, list[Finding]]:
    """The deals whose dates make sense; the others are set aside and counted."""
    deals = _same_day(deals)
    undated = ~np.isfinite(deals.opened)
    unclosed = (deals.outcome != "open") & ~np.isfinite(deals.closed)
    early = deals.closed < deals.opened
    early &= deals.outcome != "open"
    findings = [
        Finding(severity, what, f"{int(rows.sum())} {message}, and are set aside", file, int(rows.sum()), remedy)
        for rows, severity, what, message, remedy in (
            (undated, _WARNING, "no_open_date", "opportunities have no opening date", "record when each is opened"),
            (unclosed, _ERROR, "no_close_date", "won or lost opportunities have no close date", "record the date"),
            (early, _ERROR, "impossible_order", "opportunities close before they open", "correct their dates"),
        )
        if rows.any()
    ]
    deals = take(deals, ~(undated | unclosed | early))
    stray = (deals.outcome == "open") & np.isfinite(deals.closed)
    if stray.any():
        message = f"{int(stray.sum())} open opportunities carry a close date, which is read as a wish and not used"
        remedy = "set the outcome of opportunities that are closed"
        findings.append(Finding("warning", "open_with_close_date", message, file, int(stray.sum()), remedy))
        deals = deals.replace(closed=np.where(stray, np.nan, deals.closed))
    return deals, findings


def _same_day(deals: Opportunities) -> Opportunities:
    """Where closes are recorded to the day and openings to the hour, a deal that closes on its first day does so when
    it is opened, and not at the midnight before."""
    closed = deals.closed[np.isfinite(deals.closed)]
    if not len(closed) or np.any(closed % 1 != 0):
        return deals
    return deals.replace(opened=np.where(deals.closed == np.floor(deals.opened), np.floor(deals.opened), deals.opened))


def signed(deals: Opportunities, file: str) -> tuple[Opportunities, list[Finding]]:
    """Where an export has one amount only, that of a won deal is what was signed."""
    if np.isfinite(deals.won_amount).any() or not np.isfinite(deals.amount).any():
        return deals, []
    message = "one amount is recorded for each deal: it is read as signed where won and as expected where open"
    remedy = "with an earlier --as-of, amounts corrected at the close are seen too early; export won_amount apart"
    won = np.where(deals.outcome == "won", deals.amount, np.nan)
    return deals.replace(won_amount=won), [Finding("note", "one_amount", message, file, 0, remedy)]
