"""Facts: what a log says about each lead, opportunity and seat, in a few vectorised passes.

Everything is computed when first asked for and kept, so a metric pays only for what it reads. An array over
`(entities,)` has one place for every row of the log's entities; "never" and "not of this kind" are NaN.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOBODY, Account, EntityType, Events, Kind, Log

__all__ = ["COSTS", "Bools", "Facts", "Floats", "Ints", "Rows", "Span", "Waits"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

COSTS = tuple(account for account in Account if account < Account.BOOKING)
"""The accounts that hold costs; every other account holds value or margin."""


class Span(NamedTuple):
    """A stretch of time, begin <= t < end, in days since the window's start."""

    begin: float
    end: float


@dataclass(frozen=True, eq=False)
class Rows:
    """Happenings of one kind in the order of time; every column has shape (rows,)."""

    events: Events
    index: Ints
    """Their rows in the events table."""

    def __len__(self) -> int:
        return len(self.index)

    @cached_property
    def time(self) -> Floats:
        """Days since the window's start."""
        return self.events.time[self.index]

    @cached_property
    def entity(self) -> Ints:
        """Row in the entities table."""
        return self.events.entity[self.index]

    @cached_property
    def actor(self) -> Ints:
        """The seat that acted."""
        return self.events.actor[self.index]

    @cached_property
    def stage(self) -> Ints:
        """The stage it happened in."""
        return self.events.stage[self.index]

    @cached_property
    def reason(self) -> Ints:
        """Why."""
        return self.events.reason[self.index]

    @cached_property
    def amount(self) -> Floats:
        """Money, or hours where the kind says so."""
        return self.events.amount[self.index]

    def within(self, span: Span) -> "Rows":
        """Those inside a span."""
        begin, end = np.searchsorted(self.time, span)
        return Rows(self.events, self.index[begin:end])


class Waits(NamedTuple):
    """(handoffs,) how long each handoff waited for sales development, in the order of handoff."""

    entity: Ints
    handed_off: Floats
    """Day of the handoff."""
    ended: Floats
    """Day of the first attempt or of going cold, whichever came first; NaN = still waiting when the log ends."""
    attempted: Bools
    """Whether an attempt ended the wait."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What one log says; built from the log alone, so it holds for a simulated world and for a CRM's history."""

    log: Log
    _kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    # -- time ------------------------------------------------------------------------------------------------------

    @property
    def window(self) -> Span:
        """The counted time."""
        return Span(0.0, self.log.window.counted)

    @cached_property
    def months(self) -> tuple[Span, ...]:
        """The counted calendar months."""
        edges = self.log.window.month_edges.tolist()
        return tuple(map(Span, edges[:-1], edges[1:]))

    # -- what was recorded -----------------------------------------------------------------------------------------

    @cached_property
    def recorded(self) -> frozenset[Kind | Account]:
        """The kinds and accounts that the log can speak about.

        A simulation records everything, so a count of none is a zero. A history records a kind or an account if it
        holds at least one line of it; of the others nothing is known, and a metric that needs them is not defined.
        """
        if self.log.truth is not None:
            return frozenset((*Kind, *Account))
        kinds = frozenset(np.unique(self.log.events.kind).tolist())
        accounts = frozenset(np.unique(self.log.ledger.account).tolist())
        return frozenset(
            (*(kind for kind in Kind if kind in kinds), *(account for account in Account if account in accounts))
        )

    # -- happenings ------------------------------------------------------------------------------------------------

    @cached_property
    def _by_kind(self) -> tuple[Ints, Ints]:
        # Kinds are below 128, so one byte is enough and the stable sort is a linear radix sort.
        kinds = self.log.events.kind.astype(np.int8)
        order = np.argsort(kinds, kind="stable")
        return order, np.searchsorted(kinds[order], np.arange(129)).astype(np.int64)

    def rows(self, kind: Kind) -> Rows:
        """All happenings of a kind, in the order of time."""
        if kind not in self._kept:
            order, edges = self._by_kind
            self._kept[kind] = Rows(self.log.events, order[edges[kind] : edges[kind + 1]])
        rows: Rows = self._kept[kind]
        return rows

    def first(self, kind: Kind) -> Floats:
        """(entities,) day of the first happening of a kind to each entity."""
        return self._at(kind, "first", slice(None, None, -1))

    def last(self, kind: Kind) -> Floats:
        """(entities,) day of the last happening of a kind to each entity."""
        return self._at(kind, "last", slice(None))

    def _at(self, kind: Kind, which: str, direction: slice) -> Floats:
        if (kind, which) not in self._kept:
            # Of several values assigned to one place numpy keeps the last, hence the direction of the rows.
            rows, days = self.rows(kind), np.full(len(self.log.entities), np.nan)
            days[rows.entity[direction]] = rows.time[direction]
            self._kept[kind, which] = days
        result: Floats = self._kept[kind, which]
        return result

    def count(self, kind: Kind, span: Span) -> int:
        """Happenings of a kind in a span."""
        begin, end = np.searchsorted(self.rows(kind).time, span)
        return int(end - begin)

    def count_first(self, kind: Kind, span: Span) -> int:
        """Entities to which a kind happened for the first time in a span."""
        if (kind, "sorted") not in self._kept:
            days = self.first(kind)
            self._kept[kind, "sorted"] = np.sort(days[~np.isnan(days)])
        begin, end = np.searchsorted(self._kept[kind, "sorted"], span)
        return int(end - begin)

    # -- kinship ---------------------------------------------------------------------------------------------------

    @cached_property
    def lead_of(self) -> Ints:
        """(entities,) the lead from which each entity descends (a lead is its own); `NOBODY` if it has none."""
        entities = self.log.entities
        own = np.arange(len(entities))
        is_lead = entities.type == EntityType.LEAD
        up = np.where(is_lead | (entities.parent == NOBODY), own, entities.parent)
        while not np.array_equal(higher := up[up], up):
            up = higher
        return np.where(is_lead[up], up, NOBODY) if len(own) else up

    @cached_property
    def lead_won(self) -> Floats:
        """(entities,) day on which each lead's first order was won."""
        rows, days = self.rows(Kind.WON), np.full(len(self.log.entities), np.nan)
        lead = self.lead_of[rows.entity]
        known = (lead != NOBODY)[::-1]
        days[lead[::-1][known]] = rows.time[::-1][known]
        return days

    # -- opportunities ---------------------------------------------------------------------------------------------

    @cached_property
    def is_opportunity(self) -> Bools:
        """(entities,) whether the entity is an opportunity."""
        return np.asarray(self.log.entities.type == EntityType.OPPORTUNITY)

    @cached_property
    def opened(self) -> Floats:
        """(entities,) day on which each opportunity was opened; of one without that event, the day it was created."""
        days = self.first(Kind.OPENED)
        unrecorded = self.is_opportunity & np.isnan(days)
        return np.where(unrecorded, self.log.entities.created, days)

    @cached_property
    def closed(self) -> Floats:
        """(entities,) day on which each opportunity was won or lost."""
        return np.fmin(self.first(Kind.WON), self.first(Kind.LOST))

    @cached_property
    def value(self) -> Floats:
        """(entities,) an opportunity's value: as opened, or as closed where that is not recorded. NaN = not known."""
        worth = np.full(len(self.log.entities), np.nan)
        for kind in (Kind.LOST, Kind.WON, Kind.OPENED):
            rows = self.rows(kind)
            known = ~np.isnan(rows.amount)
            worth[rows.entity[known]] = rows.amount[known]
        return worth

    @cached_property
    def new_customer(self) -> Rows:
        """The wins that brought in a customer.

        They are the opportunities from which a customer descends. A history that does not tell customers apart has
        none of these; there the first win of each lead counts, and every win of an opportunity without a lead.
        """
        wins, entities = self.rows(Kind.WON), self.log.entities
        of_customer = entities.parent[entities.type == EntityType.CUSTOMER]
        if len(of_customer):
            is_first = np.zeros(len(entities), dtype=bool)
            is_first[of_customer[of_customer != NOBODY]] = True
            first = is_first[wins.entity]
        else:
            lead = self.lead_of[wins.entity]
            _, position = np.unique(np.where(lead == NOBODY, -2 - wins.entity, lead), return_index=True)
            first = np.zeros(len(wins), dtype=bool)
            first[position] = True
        return Rows(wins.events, wins.index[first])

    # -- the handoff -----------------------------------------------------------------------------------------------

    @cached_property
    def waits(self) -> Waits:
        """Every handoff with what ended its wait."""
        handoffs, attempts, colds = map(self.rows, (Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD))
        index = np.sort(np.concatenate((handoffs.index, attempts.index, colds.index)))
        events = self.log.events
        index = index[np.argsort(events.entity[index], kind="stable")]
        kind, entity, time = events.kind[index], events.entity[index], events.time[index]
        # Rows of an entity now stand together in their order; what follows a handoff is what ended its wait.
        at = np.flatnonzero(kind == Kind.HANDED_OFF)
        after = np.minimum(at + 1, len(index) - 1)
        ended = (after > at) & (entity[after] == entity[at]) & (kind[after] != Kind.HANDED_OFF)
        order = np.argsort(index[at], kind="stable")
        at, after, ended = at[order], after[order], ended[order]
        return Waits(entity[at], time[at], np.where(ended, time[after], np.nan), ended & (kind[after] == Kind.ATTEMPT))

    # -- seats -----------------------------------------------------------------------------------------------------

    @cached_property
    def team_of_seat(self) -> Ints:
        """(seats,) the team of each seat, as index into names.teams."""
        teams = np.full(len(self.log.names.seats), NOBODY, dtype=np.int64)
        teams[self.log.reps.seat] = self.log.reps.team
        return teams

    def _team(self, name: str) -> int:
        return self.log.names.teams.index(name) if name in self.log.names.teams else NOBODY - 1

    def in_team(self, seats: Ints, team: str) -> Bools:
        """(rows,) whether each seat belongs to a team; nobody belongs to none."""
        if not len(self.team_of_seat):
            return np.zeros(len(seats), dtype=bool)
        return np.asarray((seats != NOBODY) & (self.team_of_seat[seats] == self._team(team)))

    def hours(self, team: str, span: Span) -> float:
        """Hours of the tasks that a team's reps ended in a span."""
        ends = self.rows(Kind.TASK_END).within(span)
        return float(ends.amount[self.in_team(ends.actor, team)].sum())

    def available(self, team: str, span: Span) -> float:
        """Selling hours that a team's seats had in the counted months that lie within a span."""
        reps, edges = self.log.reps, self.log.window.month_edges
        inside = np.append((edges[:-1] >= span.begin) & (edges[1:] <= span.end), False)
        month = np.where((reps.month >= 0) & (reps.month < len(edges) - 1), reps.month, -1)
        return float(reps.available_hours[inside[month] & (reps.team == self._team(team))].sum())

    # -- the ledger ------------------------------------------------------------------------------------------------

    @cached_property
    def _by_account(self) -> tuple[Ints, Ints]:
        ledger = self.log.ledger
        order = np.lexsort((ledger.time, ledger.account))
        return order, np.searchsorted(ledger.account[order], np.arange(129)).astype(np.int64)

    def lines(self, account: Account, span: Span) -> Ints:
        """(lines,) the ledger rows of an account in a span."""
        order, edges = self._by_account
        rows = order[edges[account] : edges[account + 1]]
        if (account, "time") not in self._kept:
            self._kept[account, "time"] = self.log.ledger.time[rows]
        begin, end = np.searchsorted(self._kept[account, "time"], span)
        return rows[begin:end]

    def money(self, accounts: Iterable[Account], span: Span, team: str | None = None) -> float:
        """What some accounts took in a span, of one team's seats if a team is named."""
        total = 0.0
        for account in accounts:
            rows = self.lines(account, span)
            if team is not None:
                rows = rows[self.in_team(self.log.ledger.actor[rows], team)]
            total += float(self.log.ledger.amount[rows].sum())
        return total
