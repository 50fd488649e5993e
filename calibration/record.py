"""Writes a history's tables as the log that a simulation of the same happenings would have made."""

import datetime as dt

import numpy as np

from calibration.agreed import agreed
from calibration.bookkeeping import answers_of, ledger_of, reps_of, touches_of
from calibration.coding import names_of
from calibration.columns import Floats
from calibration.identities import identities
from calibration.tables import Tables, day_of
from calibration.timeline import timeline
from sim.funnel import Funnel
from sim.log import Account, Kind, Log, Terms, Window
from sim.plan import Plan

__all__ = ["log_of"]


_COSTS = [account.name.lower() for account in Account if account < Account.BOOKING]


def _edges(first: dt.date, after: dt.date) -> Floats:
    """Days at which the window's calendar months begin, with the window's own two ends."""
    days, month = [0.0], first
    while True:
        month = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        if month >= after:
            return np.array([*days, float((after - first).days)])
        days.append(float((month - first).days))


def _window(tables: Tables, first: dt.date, last: dt.date, end: float, currency: str) -> Window:
    leads, deals, books = tables.leads, tables.opportunities, tables.books
    # Records may reach further back than the books; what was spent is known from its first line on.
    spent = books.at[np.isin(books.account.astype(str), _COSTS)]
    known = (spent,) if len(spent) else (leads.captured, deals.opened, tables.spend.month)
    starts = [column.min() for column in known if len(column)]
    origin = day_of(first)
    return Window(
        start=first,
        counted=float((last - first).days + 1),
        begins=min(0.0, float(min(starts)) - origin),
        ends=end - origin,
        month_edges=_edges(first, last + dt.timedelta(days=1)),
        currency=currency,
    )


def log_of(
    tables: Tables,
    first: dt.date,
    last: dt.date,
    end: float,
    stage_order: tuple[str, ...],
    currency: str,
    wins_only: bool,
    terms: tuple[Funnel, Plan] | None = None,
) -> Log:
    """The log of a history whose window runs from the day `first` through the day `last`.

    Times are days since the beginning of `first`; `end` is the cut-off, in days since 1970-01-01. What a CRM does not
    record is absent from the log: most record few activities, no working hours, and of costs only programmes. `terms`:
    the company whose agreements (service level, calendar, quotas, ...) metrics judge by.
    """
    names, window = names_of(tables, stage_order), _window(tables, first, last, end, currency)
    origin = day_of(first)
    who = identities(tables, names, origin)
    listed = {field: set(tables.picklists.value[tables.picklists.field == field]) for field in ("activity", "account")}
    return Log(
        events=timeline(tables, names, who, origin),
        entities=who.entities,
        ledger=ledger_of(tables, names, who, origin),
        reps=reps_of(tables, names, window, origin),
        names=names,
        window=window,
        terms=Terms() if terms is None else agreed(*terms, names, window),
        touched=touches_of(tables, names, who, origin),
        answers=answers_of(tables, names, who, origin),
        kinds_kept=frozenset(kind for kind in Kind if kind.name.lower() in listed["activity"]),
        accounts_kept=frozenset(account for account in Account if account.name.lower() in listed["account"]),
        notes=_notes(tables, wins_only),
    )


def _notes(tables: Tables, wins_only: bool) -> tuple[str, ...]:
    """What a reader of the log must know of what the history does not record."""
    absent = [
        what
        for what, table in (("costs other than programmes, margins", tables.books), ("working hours", tables.hours))
        if not len(table)
    ]
    notes = [f"read from a history: {' and '.join(absent)} are not recorded"] if absent else []
    deals = tables.opportunities
    won = deals.outcome == "won"
    missing = int((won & np.isnan(deals.won_amount)).sum())
    if missing and missing == int(won.sum()):
        notes.append("no signed amount is recorded, so bookings are unknown")
    elif missing:
        notes.append(f"{missing} wins have no signed amount and count as zero bookings")
    if wins_only:
        notes.append("losses are not recorded: a deal that is not won looks open for ever")
    return tuple(notes)
