"""Writes a history's tables as the log that a simulation of the same happenings would have made."""

import datetime as dt
import hashlib

import numpy as np
from numpy.typing import NDArray

from calibration.tables import Tables, day_of
from sim.log import NOBODY, Account, Entities, EntityType, Events, Kind, Ledger, Log, Names, RepMonths, Window

__all__ = ["log_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.object_]


def _key(kind: EntityType, name: str) -> int:
    """A stable 64-bit identity of a recorded entity."""
    digest = hashlib.blake2b(f"{kind.name}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _codes(values: Labels, names: tuple[str, ...]) -> Ints:
    place = {name: position for position, name in enumerate(names)}
    return np.array([place.get(value, NOBODY) for value in values], dtype=np.int64)


def _names(*columns: Labels) -> tuple[str, ...]:
    return tuple(sorted({str(value) for column in columns for value in column if value != ""}))


def _edges(first: dt.date, after: dt.date) -> Floats:
    """Days at which the window's calendar months begin, with the window's own two ends."""
    days, month = [0.0], first
    while True:
        month = (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        if month >= after:
            return np.array([*days, float((after - first).days)])
        days.append(float((month - first).days))


def _entities(tables: Tables, names: Names, origin: float) -> tuple[Entities, Ints, Ints]:
    """The entities in order of creation, and the rows of leads and of opportunities in them."""
    leads, deals = tables.leads, tables.opportunities
    count = len(leads) + len(deals)
    kinds = np.repeat([EntityType.LEAD, EntityType.OPPORTUNITY], [len(leads), len(deals)]).astype(np.int64)
    keys = np.array(
        [_key(EntityType.LEAD, str(id)) for id in leads.id]
        + [_key(EntityType.OPPORTUNITY, str(id)) for id in deals.id],
        dtype=np.int64,
    )
    created = np.concatenate((leads.captured, deals.opened)) - origin
    order = np.lexsort((keys, kinds, created))
    row = np.empty(count, dtype=np.int64)
    row[order] = np.arange(count)
    lead_row = dict(zip(leads.id, row[: len(leads)], strict=True))
    parent = np.full(count, NOBODY, dtype=np.int64)
    parent[len(leads) :] = [lead_row.get(lead, NOBODY) if lead else NOBODY for lead in deals.lead]
    nobody = np.full(len(leads), NOBODY, dtype=np.int64)
    channel = np.concatenate((_codes(leads.channel, names.channels), _codes(deals.channel, names.channels)))
    segment = np.concatenate((_codes(leads.segment, names.segments), _codes(deals.segment, names.segments)))
    product = np.concatenate((nobody, _codes(deals.product, names.products)))
    owner = np.concatenate((nobody, _codes(deals.owner, names.seats)))
    entities = Entities(
        id=np.arange(count),
        key=keys[order],
        type=kinds[order],
        parent=parent[order],
        channel=channel[order],
        campaign=np.full(count, NOBODY, dtype=np.int64),
        segment=segment[order],
        product=product[order],
        owner=owner[order],
        created=created[order],
    )
    return entities, row[: len(leads)], row[len(leads) :]


def _events(tables: Tables, names: Names, leads_at: Ints, deals_at: Ints, origin: float) -> Events:
    leads, deals, stages = tables.leads, tables.opportunities, tables.stage_history
    deal_row = dict(zip(deals.id, deals_at, strict=True))
    stage_entity = np.array([deal_row.get(id, NOBODY) for id in stages.opportunity], dtype=np.int64)
    owner = _codes(deals.owner, names.seats)
    won, lost = deals.outcome == "won", deals.outcome == "lost"
    value = deals.won_amount if np.isnan(deals.won_amount[won]).all() else np.nan_to_num(deals.won_amount)
    reason = _codes(deals.reason, names.reasons)
    rows = _Rows()
    rows.add(Kind.CAPTURED, leads.captured, leads_at)
    rows.add(Kind.MQL, leads.mql, leads_at)
    rows.add(Kind.HANDED_OFF, leads.handed_off, leads_at)
    rows.add(Kind.ATTEMPT, leads.first_attempt, leads_at)
    rows.add(Kind.ACCEPTED, leads.accepted, leads_at)
    rows.add(Kind.OPENED, deals.opened, deals_at, actor=owner, amount=deals.amount)
    rows.add(Kind.STAGE_ENTER, stages.entered, stage_entity, stage=_codes(stages.stage, names.stages))
    rows.add(Kind.WON, deals.closed[won], deals_at[won], actor=owner[won], amount=value[won])
    rows.add(
        Kind.LOST, deals.closed[lost], deals_at[lost], actor=owner[lost], reason=reason[lost], amount=deals.amount[lost]
    )
    return rows.events(origin)


class _Rows:
    """Collects happenings and puts them in canonical order."""

    def __init__(self) -> None:
        self.floats: list[tuple[Floats, Floats]] = []
        self.ints: list[tuple[Ints, ...]] = []

    def add(
        self,
        kind: Kind,
        time: Floats,
        entity: Ints,
        *,
        actor: Ints | None = None,
        stage: Ints | None = None,
        reason: Ints | None = None,
        amount: Floats | None = None,
    ) -> None:
        """Happenings of one kind; those without a time or an entity did not happen."""
        known = np.isfinite(time) & (entity != NOBODY)
        nobody = np.full(len(time), NOBODY, dtype=np.int64)
        kinds = np.full(len(time), int(kind), dtype=np.int64)
        columns = (kinds, entity, *(nobody if column is None else column for column in (actor, stage, reason)))
        self.ints.append(tuple(column[known] for column in columns))
        self.floats.append((time[known], (np.zeros(len(time)) if amount is None else amount)[known]))

    def events(self, origin: float) -> Events:
        """The events table; times are counted from `origin`."""
        time, amount = (np.concatenate(column) for column in zip(*self.floats, strict=True))
        kind, entity, actor, stage, reason = (np.concatenate(column) for column in zip(*self.ints, strict=True))
        order = np.lexsort((entity, kind, time))
        return Events(
            time=time[order] - origin,
            kind=kind[order],
            entity=entity[order],
            visit=np.zeros(len(order), dtype=np.int64),
            actor=actor[order],
            stage=stage[order],
            reason=reason[order],
            amount=amount[order],
        )


def _ledger(tables: Tables, names: Names, entities: Entities, deals_at: Ints, origin: float) -> Ledger:
    """Programme spend at the beginning of its month, and bookings at the win."""
    spend, deals = tables.spend, tables.opportunities
    booked = (deals.outcome == "won") & np.isfinite(deals.won_amount)
    time = np.concatenate((spend.month, deals.closed[booked])) - origin
    account = np.repeat([Account.PROGRAMME, Account.BOOKING], [len(spend), int(booked.sum())]).astype(np.int64)
    nobody = np.full(len(time), NOBODY, dtype=np.int64)
    entity = np.concatenate((np.full(len(spend), NOBODY, dtype=np.int64), deals_at[booked]))
    channel = np.concatenate((_codes(spend.channel, names.channels), entities.channel[deals_at[booked]]))
    actor = np.concatenate((np.full(len(spend), NOBODY, dtype=np.int64), _codes(deals.owner, names.seats)[booked]))
    amount = np.concatenate((spend.amount, deals.won_amount[booked]))
    order = np.lexsort((entity, channel, account, time))
    return Ledger(time[order], account[order], channel[order], nobody, actor[order], entity[order], amount[order])


def log_of(
    tables: Tables,
    first: dt.date,
    last: dt.date,
    end: float,
    stage_order: tuple[str, ...],
    currency: str,
    wins_only: bool,
) -> Log:
    """The log of a history whose window runs from the day `first` through the day `last`.

    Times are days since the beginning of `first`; `end` is the cut-off, in days since 1970-01-01. What a CRM does not
    record is absent from the log: contact attempts after the first, tasks, working hours, costs other than programmes.
    """
    leads, deals = tables.leads, tables.opportunities
    names = Names(
        channels=_names(leads.channel, deals.channel, tables.spend.channel),
        segments=_names(leads.segment, deals.segment),
        products=_names(deals.product),
        stages=(*stage_order, *(name for name in _names(tables.stage_history.stage) if name not in stage_order)),
        reasons=_names(deals.reason),
        teams=_names(tables.reps.team),
        seats=_names(tables.reps.name, deals.owner),
    )
    origin = day_of(first)
    entities, leads_at, deals_at = _entities(tables, names, origin)
    starts = [column.min() for column in (leads.captured, deals.opened, tables.spend.month) if len(column)]
    counted = float((last - first).days + 1)
    window = Window(
        start=first,
        counted=counted,
        begins=min(0.0, float(min(starts)) - origin),
        ends=end - origin,
        month_edges=_edges(first, last + dt.timedelta(days=1)),
        currency=currency,
    )
    notes = ["read from a history: costs other than programmes, margins and working hours are not recorded"]
    won = deals.outcome == "won"
    missing = int((won & np.isnan(deals.won_amount)).sum())
    if missing and missing == int(won.sum()):
        notes.append("no signed amount is recorded, so bookings are unknown")
    elif missing:
        notes.append(f"{missing} wins have no signed amount and count as zero bookings")
    if wins_only:
        notes.append("losses are not recorded: a deal that is not won looks open for ever")
    none = np.empty(0, dtype=np.int64)
    return Log(
        events=_events(tables, names, leads_at, deals_at, origin),
        entities=entities,
        ledger=_ledger(tables, names, entities, deals_at, origin),
        reps=RepMonths(none, none, none, np.empty(0), np.empty(0), none, np.empty(0)),
        names=names,
        window=window,
        notes=tuple(notes),
    )
