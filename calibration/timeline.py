"""Timeline: what happened to the records of a history, as a log's events in canonical order."""

from typing import Any

import numpy as np

from calibration.coding import codes
from calibration.columns import Floats, Labels
from calibration.identities import Identities
from calibration.tables import Opportunities, StageHistory, Tables
from sim.log import NOBODY, EntityType, Events, Ints, Kind, Names

__all__ = ["timeline"]

_DATES = (
    (Kind.MQL, "mql"),
    (Kind.HANDED_OFF, "handed_off"),
    (Kind.ATTEMPT, "first_attempt"),
    (Kind.ACCEPTED, "accepted"),
)
"""Kinds of which leads have a date, that of the first; a kind that the activities hold is taken from there."""


def timeline(tables: Tables, names: Names, who: Identities, origin: float) -> Events:
    """The events; times are counted from `origin`."""
    leads, stages, acts = tables.leads, tables.stage_history, tables.activities
    rows = _Rows()
    leads_at = who.of(EntityType.LEAD, leads.id)
    rows.add(Kind.CAPTURED, leads.captured, leads_at)
    told = set(acts.activity)
    for kind, column in _DATES:
        if kind.name.lower() not in told:
            rows.add(kind, getattr(leads, column), leads_at)
    for deals in (tables.opportunities, tables.expansions):
        _deals(rows, deals, _stage_of(deals, stages), names, who.of(EntityType.OPPORTUNITY, deals.id))
    rows.add(
        Kind.STAGE_ENTER,
        stages.entered,
        who.of(EntityType.OPPORTUNITY, stages.opportunity),
        actor=codes(stages.owner, names.seats),
        stage=codes(stages.stage, names.stages),
        visit=stages.visit,
    )
    numbers = {kind.name.lower(): int(kind) for kind in Kind}
    # What concerns nobody (a rep who is hired) has no record; what names a record that is not there is left out.
    place = who.of_records(acts.record, acts.id)
    rows.put(
        np.array([numbers.get(word, NOBODY) for word in acts.activity], dtype=np.int64),
        np.where((place == NOBODY) & (acts.id != ""), np.nan, acts.at),
        place,
        actor=codes(acts.rep, names.seats),
        stage=codes(acts.stage, names.stages),
        reason=codes(acts.reason, names.reasons),
        amount=acts.amount,
        visit=acts.visit,
    )
    return rows.events(origin)


def _stage_of(deals: Opportunities, stages: StageHistory) -> Labels:
    """(opportunities,) the stage in which each was closed: as recorded, or else the last that it entered before."""
    in_time = np.argsort(stages.entered, kind="stable")
    closed = dict(zip(deals.id, deals.closed, strict=True))
    last = {
        deal: stage
        for deal, stage, day in zip(
            stages.opportunity[in_time], stages.stage[in_time], stages.entered[in_time], strict=True
        )
        if day <= closed.get(deal, -np.inf)
    }
    return np.array([own or last.get(deal, "") for deal, own in zip(deals.id, deals.stage, strict=True)], dtype=object)


def _deals(rows: "_Rows", deals: Opportunities, stages: Labels, names: Names, place: Ints) -> None:
    won, lost = deals.outcome == "won", deals.outcome == "lost"
    value = deals.won_amount if np.isnan(deals.won_amount[won]).all() else np.nan_to_num(deals.won_amount)
    # Where it is not recorded at all, the owner is taken for who did it.
    opener, closer = (
        codes(by if (by != "").any() else deals.owner, names.seats) for by in (deals.opened_by, deals.closed_by)
    )
    reason, stage = codes(deals.reason, names.reasons), codes(stages, names.stages)
    rows.add(Kind.OPENED, deals.opened, place, actor=opener, amount=deals.amount)
    rows.add(Kind.WON, deals.closed[won], place[won], actor=closer[won], stage=stage[won], amount=value[won])
    rows.add(
        Kind.LOST, deals.closed[lost], place[lost], actor=closer[lost], stage=stage[lost], reason=reason[lost],
        amount=deals.amount[lost],
    )  # fmt: skip


class _Rows:
    """Collects happenings and puts them in canonical order."""

    def __init__(self) -> None:
        self.floats: list[tuple[Floats, Floats]] = []
        self.ints: list[tuple[Ints, ...]] = []

    def add(self, kind: Kind, time: Floats, entity: Ints, **columns: Any) -> None:
        """Happenings of one kind to records, with columns of `put`; those without a record did not happen."""
        self.put(np.full(len(time), int(kind)), np.where(entity == NOBODY, np.nan, time), entity, **columns)

    def put(
        self,
        kind: Ints,
        time: Floats,
        entity: Ints,
        *,
        actor: Ints | None = None,
        stage: Ints | None = None,
        reason: Ints | None = None,
        amount: Floats | None = None,
        visit: Floats | None = None,
    ) -> None:
        """Happenings; those without a time or a kind did not happen."""
        known = np.isfinite(time) & (kind != NOBODY)
        nobody = np.full(len(time), NOBODY, dtype=np.int64)
        turn = np.zeros(len(time)) if visit is None else np.nan_to_num(visit)
        columns = (kind, entity, *(nobody if column is None else column for column in (actor, stage, reason)), turn)
        self.ints.append(tuple(column[known].astype(np.int64) for column in columns))
        self.floats.append((time[known], (np.zeros(len(time)) if amount is None else amount)[known]))

    def events(self, origin: float) -> Events:
        """The events table; times are counted from `origin`."""
        time, amount = (np.concatenate(column) for column in zip(*self.floats, strict=True))
        kind, entity, actor, stage, reason, visit = (np.concatenate(column) for column in zip(*self.ints, strict=True))
        order = np.lexsort((entity, kind, time))
        return Events(
            time=time[order] - origin,
            kind=kind[order],
            entity=entity[order],
            visit=visit[order],
            actor=actor[order],
            stage=stage[order],
            reason=reason[order],
            amount=amount[order],
        )
