"""How a company stands on a day of a log: the snapshot with which another run may begin on that day."""

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.first_rows import in_order
from sim.log import EntityType, Kind, Log
from sim.seats import AE
from sim.snapshot import CAPTURED, HANDED_OFF, NURTURE, OPEN, OpenCustomer, OpenDeal, OpenLead, OpenRep, Snapshot

__all__ = ["snapshot_of"]

_OF_LEADS = (
    Kind.CAPTURED, Kind.MQL, Kind.NURTURE_ENTER, Kind.HANDED_OFF, Kind.ATTEMPT, Kind.ACCEPTED, Kind.RECYCLED,
    Kind.HELD, Kind.OVERFLOWED, Kind.WITHDRAWN,
)  # fmt: skip


def snapshot_of(log: Log, day: float, periods: Iterable[float] = (), begun: Snapshot | None = None) -> Snapshot:
    """The leads, deals, customers and reps of a simulated log before anything of a day has happened.

    day: counted from the plan's start, of the plan or of its follow-up. periods: days on which quota periods begin;
    what a rep has booked counts from the last of them. begun: what the run itself began with, whose ids and zombies are
    told as they were; what came later is named after its row.

    A log tells less than a run knows, and a snapshot less than a log. Told are leads that wait for their first
    judgement, leads in nurture, and leads handed off that nobody has tried. Leads that are held, with a provider,
    between two attempts, or accepted and without an AE are left out, and so are opportunities to sell more to
    customers, work done in a stage, what a lead has been given back for, a customer's products but its first, its
    satisfaction, and what reps have learnt. Fit and intent are nobody's to see; they are drawn anew.
    """
    return _Standing(log, day, tuple(periods), begun or Snapshot()).snapshot()


class _Standing:
    """What has happened to whom until a day."""

    def __init__(self, log: Log, day: float, periods: tuple[float, ...], begun: Snapshot):
        self.log, self.day, self.periods = log, day, periods
        begins = log.window.begins
        nouns = (*begun.deals, *begun.leads, *begun.customers)
        self.known: dict[int, Any] = {key: noun for _, key, noun in in_order(nouns, begins)}
        """What the run began with, by key."""
        self.rows = np.flatnonzero((log.events.time < day) | (self._stands() if day <= begins else False))

    def _stands(self) -> NDArray[np.bool_]:
        """(events,) which rows of the first instant tell how it stood, and not what happened at it."""
        events, begins = self.log.events, self.log.window.begins
        there = np.append(self.log.entities.created <= begins, True)[events.entity] & (events.time <= begins)
        # Who waits no longer than that for its judgement is judged at it.
        judged = [key for key, noun in self.known.items() if getattr(noun, "state", None) in (CAPTURED, OPEN)]
        there &= (events.time < begins) | ~np.isin(np.append(self.log.entities.key, 0)[events.entity], judged)
        first = there & (events.visit == 0) & np.isin(events.kind, _BEGINNINGS)
        handed = events.entity[first & (events.kind == Kind.MQL)]
        stays = there & (events.kind == Kind.NURTURE_ENTER) & (events.visit == 1)
        customers = [key for key, noun in self.known.items() if isinstance(noun, OpenCustomer)]
        ordered = there & (events.kind == Kind.WON)
        ordered &= np.isin(np.append(self.log.entities.key, 0)[events.entity], customers)
        return np.asarray(first | ordered | (stays & ~np.isin(events.entity, handed)))

    def _last(self, *kinds: Kind) -> NDArray[np.int64]:
        """(entities,) the last row of some kinds, -1 where there is none."""
        events = self.log.events
        rows = self.rows[np.isin(events.kind[self.rows], kinds) & (events.entity[self.rows] >= 0)]
        out = np.full(len(self.log.entities), -1)
        np.maximum.at(out, events.entity[rows], rows)
        return out

    def _who(self, kind: EntityType) -> list[int]:
        """Entities of a type that there were, in their order."""
        entities = self.log.entities
        limit = self.day if self.day > self.log.window.begins else math.nextafter(self.day, math.inf)
        found: list[int] = np.flatnonzero((entities.type == kind) & (entities.created < limit)).tolist()
        return found

    def _labels(self, entity: int, *groups: str) -> dict[str, str]:
        names, entities = self.log.names, self.log.entities
        return {group: getattr(names, f"{group}s")[getattr(entities, group)[entity]] for group in groups}

    def _id(self, entity: int, what: str) -> str:
        noun = self.known.get(int(self.log.entities.key[entity]))
        return noun.id if noun is not None else f"{what} {entity}"

    @cached_property
    def _present(self) -> dict[int, str]:
        """The seat of everybody who is there, as the plan of a run that begins now names it."""
        reps, day, place, out = self.log.reps, self.day, [0] * len(self.log.names.teams), {}
        persons, first = np.unique(reps.person, return_index=True)
        held = set()
        for person, row in zip(persons.tolist(), first.tolist(), strict=True):
            seat = self.log.names.seats[person].partition(",")[0]
            if day == self.log.window.begins and seat in held:
                # Who follows somebody who leaves at the first instant comes after it.
                continue
            held.add(seat)
            hired, team = float(reps.hired[row]), int(reps.team[row])
            if (hired < day or day == self.log.window.begins >= hired) and day <= float(reps.left[row]):
                place[team] += 1
                out[person] = f"{self.log.names.teams[team]} {place[team]}"
        return out

    def snapshot(self) -> Snapshot:
        return Snapshot(tuple(self._deals()), tuple(self._leads()), tuple(self._customers()), tuple(self._reps()))

    def _deals(self) -> Iterable[OpenDeal]:
        events, entities, more = self.log.events, self.log.entities, self.log.entities.to_customers
        opened, closed = self._last(Kind.OPENED), self._last(Kind.WON, Kind.LOST)
        entered, owned = self._last(Kind.STAGE_ENTER), self._last(Kind.OPENED, Kind.REASSIGNED)
        for entity in self._who(EntityType.OPPORTUNITY):
            if more[entity] or closed[entity] >= 0 or entered[entity] < 0:
                continue
            noun = self.known.get(int(entities.key[entity]))
            yield OpenDeal(
                id=self._id(entity, "opportunity"),
                **self._labels(entity, "channel", "segment", "product"),
                stage=self.log.names.stages[events.stage[entered[entity]]],
                amount=float(events.amount[opened[entity]]),
                age=self.day - float(entities.created[entity]),
                stage_age=self.day - float(events.time[entered[entity]]),
                zombie=isinstance(noun, OpenDeal) and noun.zombie,
                owner=self._present.get(int(events.actor[owned[entity]])),
            )

    def _leads(self) -> Iterable[OpenLead]:
        events, entities = self.log.events, self.log.entities
        last, entered = self._last(*_OF_LEADS), self._last(Kind.NURTURE_ENTER)
        for entity in self._who(EntityType.LEAD):
            row = int(last[entity])
            # A lead that is given back enters nurture at that instant.
            row = int(entered[entity]) if events.kind[row] == Kind.RECYCLED else row
            state = _STATES.get(int(events.kind[row]))
            if state is None:
                continue
            yield OpenLead(
                id=self._id(entity, "lead"),
                **self._labels(entity, "channel", "segment"),
                state=state,
                age=self.day - float(entities.created[entity]),
                state_age=self.day - float(events.time[row]),
            )

    def _customers(self) -> Iterable[OpenCustomer]:
        events, entities, term = self.log.events, self.log.entities, self.log.terms.term
        assert term is not None
        won, left, renewed = self._last(Kind.WON), self._last(Kind.CHURNED), self._last(Kind.RENEWED)
        rows = self.rows[events.kind[self.rows] == Kind.EXPANDED]
        grown = np.bincount(events.entity[rows], events.amount[rows], len(entities))
        for entity in self._who(EntityType.CUSTOMER):
            deal, row = int(entities.parent[entity]), int(renewed[entity])
            # Whose deal is won at the first instant was no customer before it.
            if left[entity] >= 0 or won[deal] < 0:
                continue
            since = float(entities.created[entity] if row < 0 else events.time[row])
            yield OpenCustomer(
                id=self._id(deal, "customer"),
                **self._labels(entity, "channel", "segment", "product"),
                amount=float(events.amount[won[deal]] + grown[entity]),
                since=self.day - float(events.time[won[deal]]),
                renews_in=since + term - self.day,
                owner=self._present.get(int(entities.owner[entity])),
            )

    def _reps(self) -> Iterable[OpenRep]:
        """Those who have a past that the log tells: who has been there from its beginning is established."""
        reps, events, first_day = self.log.reps, self.log.events, self.log.window.begins
        begins = max([time for time in self.periods if time <= self.day], default=first_day)
        inside = self.rows[np.isin(events.kind[self.rows], (Kind.WON, Kind.HIRED))]
        inside = inside[events.time[inside] >= begins]
        booked = np.bincount(events.actor[inside] + 1, events.amount[inside], len(self.log.names.seats) + 1)[1:]
        hired = dict(zip(reps.person.tolist(), reps.hired.tolist(), strict=True))
        team = dict(zip(reps.person.tolist(), reps.team.tolist(), strict=True))
        for person, name in self._present.items():
            brings = float(booked[person]) if team[person] == AE else 0.0
            if hired[person] != first_day or brings > 0.0:
                tenure = self.day - hired[person] if hired[person] != first_day else _LONG
                yield OpenRep(name, tenure, brings)


_STATES = {int(Kind.CAPTURED): CAPTURED, int(Kind.NURTURE_ENTER): NURTURE, int(Kind.HANDED_OFF): HANDED_OFF}
_BEGINNINGS = (Kind.HIRED, Kind.CAPTURED, Kind.MQL, Kind.HANDED_OFF, Kind.OPENED, Kind.STAGE_ENTER)
_LONG = 3_650.0
"""Days of tenure of those who were established when the run began."""
