"""Bookkeeping: the money, the reps' hours, the touches and the surveys of a history, as a log's tables."""

from calendar import monthrange

import numpy as np

from calibration.coding import codes
from calibration.columns import Floats
from calibration.identities import Identities
from calibration.tables import Tables, date_of
from sim.log import NOBODY, Account, Answers, EntityType, Ledger, Names, RepMonths, Touches, Window

__all__ = ["answers_of", "ledger_of", "reps_of", "touches_of"]


def ledger_of(tables: Tables, names: Names, who: Identities, origin: float) -> Ledger:
    """The lines of the books; without books, programme spend at the beginning of its month, and bookings at the win."""
    if len(tables.books):
        return _books(tables, names, who, origin)
    spend, deals = tables.spend, tables.opportunities
    booked = (deals.outcome == "won") & np.isfinite(deals.won_amount)
    time = np.concatenate((spend.month, deals.closed[booked])) - origin
    account = np.repeat([Account.PROGRAMME, Account.BOOKING], [len(spend), int(booked.sum())]).astype(np.int64)
    nobody = np.full(len(time), NOBODY, dtype=np.int64)
    deals_at = who.of(EntityType.OPPORTUNITY, deals.id)[booked]
    entity = np.concatenate((np.full(len(spend), NOBODY, dtype=np.int64), deals_at))
    channel = np.concatenate((codes(spend.channel, names.channels), who.entities.channel[deals_at]))
    actor = np.concatenate((np.full(len(spend), NOBODY, dtype=np.int64), codes(deals.owner, names.seats)[booked]))
    amount = np.concatenate((spend.amount, deals.won_amount[booked]))
    order = np.lexsort((entity, channel, account, time))
    return Ledger(time[order], account[order], channel[order], nobody, actor[order], entity[order], amount[order])


def _books(tables: Tables, names: Names, who: Identities, origin: float) -> Ledger:
    books = tables.books
    numbers = {account.name.lower(): int(account) for account in Account}
    account = np.array([numbers.get(word, NOBODY) for word in books.account], dtype=np.int64)
    entity = who.of_records(books.record, books.id)
    known = np.flatnonzero((account != NOBODY) & np.isfinite(books.at) & np.isfinite(books.amount))
    order = known[np.lexsort((entity[known], account[known], books.at[known]))]
    return Ledger(
        time=books.at[order] - origin,
        account=account[order],
        channel=codes(books.channel, names.channels)[order],
        campaign=codes(books.campaign, names.campaigns)[order],
        actor=codes(books.rep, names.seats)[order],
        entity=entity[order],
        amount=books.amount[order],
    )


def reps_of(tables: Tables, names: Names, window: Window, origin: float) -> RepMonths:
    """What each rep had available in the months of the window; of a month that lies in it in part, that part.

    Without recorded hours every rep on the roster has every month of the window, with hours that are not known (NaN);
    where hours are recorded, a rep without any has one row outside the window, which says only whose team he is in.
    """
    hours, roster = tables.hours, tables.reps
    person = codes(hours.rep, names.seats)
    place = {name: row for row, name in enumerate(roster.name)}
    row = np.array([place.get(name, NOBODY) for name in hours.rep], dtype=np.int64)
    begins, ends, edges = hours.month - origin, np.array(_month_ends(hours.month)) - origin, window.month_edges
    month = np.searchsorted(edges, np.maximum(begins, 0.0), side="right") - 1
    inside = np.minimum(ends, edges[-1]) - np.maximum(begins, 0.0)
    known = np.flatnonzero((inside > 0.0) & (row != NOBODY) & (person != NOBODY))
    row, person = row[known], person[known]
    others = np.setdiff1d(np.array(sorted(place.values()), dtype=np.int64), row)
    months = np.array([NOBODY]) if len(hours) else np.arange(len(edges) - 1)
    more = np.repeat(others, len(months))
    row, person = np.append(row, more), np.append(person, codes(roster.name[more], names.seats))
    return RepMonths(
        seat=person,
        person=person,
        team=codes(roster.team, names.teams)[row],
        hired=roster.hired[row] - origin,
        left=roster.left[row] - origin,
        month=np.append(month[known], np.tile(months, len(others))),
        available_hours=np.append(hours.hours[known] * (inside / (ends - begins))[known], np.full(len(more), np.nan)),
    )


def _month_ends(months: Floats) -> list[float]:
    """The day after the last of each month, of which the first is given."""
    return [day + monthrange(date_of(day).year, date_of(day).month)[1] for day in months.tolist()]


def touches_of(tables: Tables, names: Names, who: Identities, origin: float) -> Touches | None:
    """What prospects saw of marketing; none where that is not recorded."""
    seen = tables.touches
    if seen is None:
        return None
    lead = who.of(EntityType.LEAD, seen.lead)
    known = np.flatnonzero((lead != NOBODY) & np.isfinite(seen.at))
    order = known[np.argsort(seen.at[known], kind="stable")]
    opened, clicked, used = (
        np.where(np.isnan(column), -1.0, column).astype(np.int64)[order]
        for column in (seen.opened, seen.clicked, seen.used)
    )
    channel = codes(seen.channel, names.channels)[order]
    return Touches(seen.at[order] - origin, lead[order], channel, opened, clicked, used)


def answers_of(tables: Tables, names: Names, who: Identities, origin: float) -> Answers | None:
    """What lost buyers said; none where they are not asked."""
    survey = tables.lost_survey
    if survey is None:
        return None
    deal = who.of(EntityType.OPPORTUNITY, survey.opportunity)
    known = np.flatnonzero((deal != NOBODY) & np.isfinite(survey.at))
    return Answers(survey.at[known] - origin, deal[known], codes(survey.reason, names.reasons)[known])
