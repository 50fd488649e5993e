"""Tables: what stands in each file of the generic format, by its columns."""

import datetime as dt

import numpy as np

from calibration.export.cells import Cells
from sim.log import NOBODY, Account, EntityType, Ints, Kind, Names

__all__ = ["TABLES", "Table"]

Table = dict[str, list[str]]
"""Columns of equal length by their names in the file; none where the log does not record it."""

_TOLD = (Kind.CAPTURED, Kind.OPENED, Kind.WON, Kind.LOST)
"""Kinds that other tables tell wholly."""


def leads(cells: Cells) -> Table:
    """Every lead, with the first time of each of its steps."""
    captured = cells.first(Kind.CAPTURED)
    rows = np.flatnonzero((cells.log.entities.type == EntityType.LEAD) & np.isfinite(captured))
    steps = (
        ("captured_at", Kind.CAPTURED),
        ("mql_at", Kind.MQL),
        ("handed_off_at", Kind.HANDED_OFF),
        ("first_attempt_at", Kind.ATTEMPT),
        ("accepted_at", Kind.ACCEPTED),
    )
    dates = {name: cells.times(cells.first(kind)[rows]) for name, kind in steps}
    referrer = cells.ids(cells.log.entities.parent[rows])
    return {"lead_id": cells.ids(rows), **dates, **_labels(cells, rows), "referred_by": referrer}


def opportunities(cells: Cells) -> Table:
    """New business."""
    return _deals(cells, ~cells.log.entities.to_customers)


def expansions(cells: Cells) -> Table:
    """Opportunities to sell more to customers, and to win back who has left."""
    return _deals(cells, cells.log.entities.to_customers)


def _deals(cells: Cells, which: np.ndarray) -> Table:
    entities, names = cells.log.entities, cells.log.names
    opened, won, lost = (cells.first(kind) for kind in (Kind.OPENED, Kind.WON, Kind.LOST))
    rows = np.flatnonzero((entities.type == EntityType.OPPORTUNITY) & which & np.isfinite(opened))
    parent = entities.parent[rows]
    of = np.append(entities.type, NOBODY)[parent]
    actors = [cells.first_code(kind, "actor")[rows] for kind in (Kind.OPENED, Kind.WON, Kind.LOST)]
    closer = np.where(np.isfinite(won[rows]), actors[1], actors[2])
    stages = [cells.first_code(kind, "stage")[rows] for kind in (Kind.WON, Kind.LOST)]
    closed_in = np.where(stages[0] == NOBODY, stages[1], stages[0])
    closed = np.isfinite(np.fmin(won, lost))[rows]
    outcome = np.where(np.isfinite(won[rows]), "won", np.where(np.isfinite(lost[rows]), "lost", "open"))
    return {
        "opportunity_id": cells.ids(rows),
        "lead_id": cells.ids(np.where(of == EntityType.LEAD, parent, NOBODY)),
        "customer_id": cells.ids(np.where(of == EntityType.CUSTOMER, parent, NOBODY)),
        **_labels(cells, rows),
        "amount": cells.numbers(cells.first(Kind.OPENED, "amount")[rows]),
        "won_amount": cells.numbers(cells.first(Kind.WON, "amount")[rows]),
        "opened_at": cells.times(opened[rows]),
        "closed_at": cells.times(np.fmin(won, lost)[rows]),
        "outcome": outcome.tolist(),
        "loss_reason": cells.labels(cells.first_code(Kind.LOST, "reason")[rows], names.reasons),
        "stage": cells.labels(np.where(closed, closed_in, _last_stage(cells)[rows]), names.stages),
        "opened_by": cells.labels(actors[0], names.seats),
        "closed_by": cells.labels(closer, names.seats),
    }


def _last_stage(cells: Cells) -> Ints:
    """(entities,) the stage entered last."""
    rows = cells.rows(Kind.STAGE_ENTER)
    found = np.full(len(cells.log.entities), NOBODY)
    found[cells.log.events.entity[rows]] = cells.log.events.stage[rows]
    return found


def _labels(cells: Cells, rows: Ints) -> Table:
    """What every entity may have."""
    entities, names = cells.log.entities, cells.log.names
    return {
        "channel": cells.labels(entities.channel[rows], names.channels),
        "campaign": cells.labels(entities.campaign[rows], names.campaigns),
        "segment": cells.labels(entities.segment[rows], names.segments),
        "product": cells.labels(entities.product[rows], names.products),
        "owner": cells.labels(entities.owner[rows], names.seats),
    }


def stage_history(cells: Cells) -> Table:
    """Every entry into a stage by an opportunity of new business."""
    events = cells.log.events
    rows = cells.rows(Kind.STAGE_ENTER)
    rows = rows[~cells.log.entities.to_customers[events.entity[rows]]]
    return {
        "opportunity_id": cells.ids(events.entity[rows]),
        "stage": cells.labels(events.stage[rows], cells.log.names.stages),
        "entered_at": cells.times(events.time[rows]),
        "owner": cells.labels(events.actor[rows], cells.log.names.seats),
        "visit": cells.counts(events.visit[rows]),
    }


def spend(cells: Cells) -> Table:
    """Programme spend added up by calendar month and channel."""
    ledger, start = cells.log.ledger, cells.log.window.start
    total: dict[tuple[str, str], float] = {}
    rows = np.flatnonzero(ledger.account == Account.PROGRAMME)
    channels = cells.labels(ledger.channel[rows], cells.log.names.channels)
    for row, channel in zip(rows.tolist(), channels, strict=True):
        day = (start + dt.timedelta(days=int(np.floor(ledger.time[row])))).replace(day=1)
        key = (day.isoformat(), channel)
        total[key] = total.get(key, 0.0) + float(ledger.amount[row])
    months = sorted(total)
    return {
        "month": [month for month, _ in months],
        "channel": [channel for _, channel in months],
        "amount": [repr(total[key]) for key in months],
    }


def reps(cells: Cells) -> Table:
    """Who sells; a day only for who came or left while it was recorded."""
    table, names, window = cells.log.reps, cells.log.names, cells.log.window
    person, row = np.unique(table.person, return_index=True)
    hired, left = table.hired[row], table.left[row]
    return {
        "name": cells.labels(person, names.seats),
        "team": cells.labels(table.team[row], names.teams),
        "hired_at": cells.times(np.where(hired > window.begins, hired, np.nan)),
        "left_at": cells.times(np.where(left < window.counted, left, np.nan)),
    }


def activities(cells: Cells) -> Table:
    """Whatever else happened, to leads, opportunities, customers and reps."""
    events, names = cells.log.events, cells.log.names
    elsewhere = (events.kind == Kind.STAGE_ENTER) & ~np.append(cells.log.entities.to_customers, True)[events.entity]
    rows = np.flatnonzero(~np.isin(events.kind, _TOLD) & ~elsewhere)
    words = {int(kind): kind.name.lower() for kind in Kind}
    return {
        "at": cells.times(events.time[rows]),
        "activity": [words[kind] for kind in events.kind[rows].tolist()],
        "record": cells.records(events.entity[rows]),
        "record_id": cells.ids(events.entity[rows]),
        "rep": cells.labels(events.actor[rows], names.seats),
        "stage": cells.labels(events.stage[rows], names.stages),
        "visit": cells.counts(events.visit[rows]),
        "reason": cells.labels(events.reason[rows], names.reasons),
        "amount": cells.numbers(events.amount[rows]),
    }


def customers(cells: Cells) -> Table:
    """Every customer, and what it ordered first."""
    entities = cells.log.entities
    rows = np.flatnonzero(entities.type == EntityType.CUSTOMER)
    first, since = cells.ids(entities.parent[rows]), cells.times(entities.created[rows])
    return {"customer_id": cells.ids(rows), "opportunity_id": first, **_labels(cells, rows), "since": since}


def orders(cells: Cells) -> Table:
    """Every order of a customer, the first among them."""
    entities = cells.log.entities
    rows = np.flatnonzero(entities.type == EntityType.ORDER)
    whose, when = cells.ids(entities.parent[rows]), cells.times(entities.created[rows])
    return {"order_id": cells.ids(rows), "customer_id": whose, **_labels(cells, rows), "ordered_at": when}


def books(cells: Cells) -> Table:
    """Every dollar."""
    ledger, names = cells.log.ledger, cells.log.names
    words = {int(account): account.name.lower() for account in Account}
    return {
        "at": cells.times(ledger.time),
        "account": [words[account] for account in ledger.account.tolist()],
        "channel": cells.labels(ledger.channel, names.channels),
        "campaign": cells.labels(ledger.campaign, names.campaigns),
        "rep": cells.labels(ledger.actor, names.seats),
        "record": cells.records(ledger.entity),
        "record_id": cells.ids(ledger.entity),
        "amount": cells.numbers(ledger.amount),
    }


def hours(cells: Cells) -> Table:
    """The selling hours of every rep in the months of the window."""
    table = cells.log.reps
    edges = cells.log.window.month_edges
    rows = np.flatnonzero((table.month >= 0) & (table.month < len(edges) - 1))
    return {
        "rep": cells.labels(table.person[rows], cells.log.names.seats),
        "month": [moment[:10] for moment in cells.times(edges[table.month[rows]])],
        "hours": cells.numbers(table.available_hours[rows]),
    }


def touches(cells: Cells) -> Table:
    """What leads saw of marketing."""
    table = cells.log.touches
    if table is None:
        return {}
    return {
        "at": cells.times(table.time),
        "lead_id": cells.ids(table.entity),
        "channel": cells.labels(table.channel, cells.log.names.channels),
        "opened": cells.marks(table.opened),
        "clicked": cells.marks(table.clicked),
        "used": cells.marks(table.action),
    }


def lost_survey(cells: Cells) -> Table:
    """Lost buyers who were asked why."""
    found = cells.log.answers
    if found is None:
        return {}
    return {
        "opportunity_id": cells.ids(found.entity),
        "asked_at": cells.times(found.time),
        "reason_told": cells.labels(found.reason, cells.log.names.reasons),
    }


_FIELDS = {
    "channel": "channels",
    "campaign": "campaigns",
    "segment": "segments",
    "product": "products",
    "stage": "stages",
    "reason": "reasons",
    "team": "teams",
    "rep": "seats",
}


def picklists(cells: Cells) -> Table:
    """The values of every field, and what is recorded whenever it happens."""
    names: Names = cells.log.names
    values = [(field, value) for field, column in _FIELDS.items() for value in getattr(names, column)]
    values += [("activity", kind.name.lower()) for kind in sorted(cells.log.kinds_kept)]
    values += [("account", account.name.lower()) for account in sorted(cells.log.accounts_kept)]
    return {"field": [field for field, _ in values], "value": [value for _, value in values]}


TABLES = {
    "leads.csv": leads,
    "opportunities.csv": opportunities,
    "stage_history.csv": stage_history,
    "spend.csv": spend,
    "reps.csv": reps,
    "activities.csv": activities,
    "customers.csv": customers,
    "orders.csv": orders,
    "expansion_opportunities.csv": expansions,
    "ledger.csv": books,
    "rep_hours.csv": hours,
    "touches.csv": touches,
    "lost_survey.csv": lost_survey,
    "picklists.csv": picklists,
}
"""By file, what writes its table of a log that was cut off."""
