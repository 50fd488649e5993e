"""The cut-off: a history with everything taken out that nobody could know on a date."""

import dataclasses
import datetime as dt

import numpy as np
from numpy.typing import NDArray

from calibration.columns import take
from calibration.findings import Finding
from calibration.tables import Opportunities, Tables, date_of, day_of

__all__ = ["known_on", "last_recorded"]


def last_recorded(tables: Tables) -> dt.date | None:
    """The date of the last recorded happening."""
    times = [
        tables.leads.captured,
        tables.opportunities.opened,
        tables.opportunities.closed,
        tables.stage_history.entered,
        tables.activities.at,
    ]
    finite = np.concatenate([column[np.isfinite(column)] for column in times])
    return date_of(float(finite.max())) if len(finite) else None


def _hide(column: NDArray[np.float64], end: float) -> NDArray[np.float64]:
    return np.where(column < end, column, np.nan)


def _open_at(deals: Opportunities, end: float, closed_means_won: bool) -> tuple[Opportunities, NDArray[np.bool_]]:
    """The opportunities opened before a moment, as they were known then; and which of them were closed only later, or
    never."""
    deals = take(deals, deals.opened < end)
    later = ~(deals.closed < end)
    return deals.replace(
        closed=_hide(deals.closed, end),
        outcome=np.where(later, "open", deals.outcome).astype(object),
        won_amount=np.where(later, np.nan, deals.won_amount),
        reason=np.where(later, "", deals.reason).astype(object),
        owner=np.where(later & closed_means_won, "", deals.owner).astype(object),
        closed_by=np.where(later, "", deals.closed_by).astype(object),
        stage=np.where(later, "", deals.stage).astype(object),
    ), later


def known_on(tables: Tables, as_of: dt.date, closed_means_won: bool) -> tuple[Tables, tuple[Finding, ...]]:
    """The tables as known at the end of `as_of`, and what had to be set aside.

    A deal that closes later is open, its signed amount, its reason and (where the export names an owner only at the
    win) its owner are unknown.
    """
    end = day_of(as_of) + 1.0
    leads = take(tables.leads, tables.leads.captured < end)
    leads = leads.replace(
        mql=_hide(leads.mql, end),
        handed_off=_hide(leads.handed_off, end),
        first_attempt=_hide(leads.first_attempt, end),
        accepted=_hide(leads.accepted, end),
    )
    deals, later = _open_at(tables.opportunities, end, closed_means_won)
    stages = take(tables.stage_history, tables.stage_history.entered < end)
    spend = take(tables.spend, tables.spend.month < end)
    reps = take(tables.reps, ~(tables.reps.hired >= end))
    reps = reps.replace(left=_hide(reps.left, end))
    known = dataclasses.replace(
        tables,
        leads=leads,
        opportunities=deals,
        stage_history=stages,
        spend=spend,
        reps=reps,
        expansions=_open_at(tables.expansions, end, closed_means_won)[0],
        activities=take(tables.activities, tables.activities.at < end),
        customers=take(tables.customers, tables.customers.since < end),
        orders=take(tables.orders, tables.orders.ordered < end),
        books=take(tables.books, tables.books.at < end),
        hours=take(tables.hours, tables.hours.month < end),
        touches=None if tables.touches is None else take(tables.touches, tables.touches.at < end),
        lost_survey=None if tables.lost_survey is None else take(tables.lost_survey, tables.lost_survey.at < end),
    )
    hidden = (len(tables.leads) - len(leads)) + (len(tables.opportunities) - len(deals))
    reopened = int(
        (later & np.isin(take(tables.opportunities, tables.opportunities.opened < end).outcome, ["won", "lost"])).sum()
    )
    findings = []
    if hidden or reopened:
        findings.append(
            Finding(
                "note",
                "cut_off",
                f"nothing after {as_of} is used: {hidden} later rows are left out "
                f"and {reopened} deals that closed later count as open",
                count=hidden + reopened,
            )
        )
    return known, tuple(findings)
