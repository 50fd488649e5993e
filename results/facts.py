"""Facts: what a log says about each lead, opportunity and seat, in a few compiled or vectorised passes.

Everything is computed when first asked for and kept, so a metric pays only for what it reads. An array over
`(entities,)` has one place for every row of the log's entities; "never" and "not of this kind" are NaN.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from results.kept import kept
from results.spans import Bools, Floats, Ints, Span, Spans, sums
from sim.log import NOBODY, Account, BuyersTruth, EntityType, Events, Kind, Log
from sim.series import month_lengths

if TYPE_CHECKING:
    from results.causes import Causes
    from results.customers import Customers
    from results.journeys import Journeys
    from results.leaks import Leaks, Worth
    from results.passages import Passages
    from results.progress import Progress
    from sim.survey import ByKind

__all__ = ["COSTS", "Deals", "Facts", "Lines", "Rows", "Waits"]

COSTS = tuple(account for account in Account if account < Account.BOOKING)
"""The accounts that hold costs; every other account holds value or margin."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Happenings of one kind in the order of time; every column has shape (rows,)."""

    events: Events
    index: Ints
    """Their rows in the events table."""
    time: Floats
    """Days since the window's start."""
    entity: Ints
    """Row in the entities table."""

    def __len__(self) -> int:
        return len(self.index)

    @kept
    def actor(self) -> Ints:
        """The seat that acted."""
        return self.events.actor[self.index].astype(np.int64)

    @kept
    def stage(self) -> Ints:
        """The stage it happened in."""
        return self.events.stage[self.index].astype(np.int64)

    @kept
    def reason(self) -> Ints:
        """Why."""
        return self.events.reason[self.index].astype(np.int64)

    @kept
    def amount(self) -> Floats:
        """Money, or hours where the kind says so."""
        return self.events.amount[self.index]

    def take(self, which: Any) -> "Rows":
        """Some of them: a slice, places or a mask."""
        return Rows(self.events, self.index[which], self.time[which], self.entity[which])

    def within(self, span: Span) -> "Rows":
        """Those inside a span."""
        return self.take(slice(*np.searchsorted(self.time, span)))


class Waits(NamedTuple):
    """(handoffs,) how long each handoff waited for sales development, in the order of handoff."""

    entity: Ints
    handed_off: Floats
    """Day of the handoff."""
    ended: Floats
    """Day of the first attempt or of going cold, whichever came first; NaN = still waiting when the log ends."""
    attempted: Bools
    """Whether an attempt ended the wait."""


class Lines(NamedTuple):
    """(lines,) of one account, in the order of time."""

    row: Ints
    """Row in the ledger."""
    time: Floats
    entity: Ints
    amount: Floats


class Deals(NamedTuple):
    """(opportunities,) when each was opened and closed, and its value."""

    opened: Floats
    closed: Floats
    value: Floats

    def open_at(self, day: float) -> Bools:
        """Those opened before a day and not closed before it."""
        return np.asarray((self.opened < day) & ~(self.closed < day))


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

    @kept
    def months(self) -> tuple[Span, ...]:
        """The counted calendar months."""
        edges = self.log.window.month_edges.tolist()
        return tuple(map(Span, edges[:-1], edges[1:]))

    @property
    def maturity(self) -> float:
        """Days after which most cohorts are judged."""
        return self.log.terms.maturity

    # -- what was recorded -----------------------------------------------------------------------------------------

    def records(self, item: Kind | Account) -> bool:
        """Whether the log can speak about a kind or an account.

        A simulation records everything, so a count of none is a zero. A history records a kind or an account if it
        holds at least one line of it, or says so; of the others nothing is known, and a metric that needs them is not
        defined.
        """
        if self.log.simulated:
            return True
        if item in (self.log.accounts_kept if isinstance(item, Account) else self.log.kinds_kept):
            return True
        these = (self._by_kind if isinstance(item, Kind) else self._by_account).of(item)
        return bool(these.start < these.stop)

    # -- happenings ------------------------------------------------------------------------------------------------

    @kept
    def _by_kind(self) -> "ByKind":
        from sim.survey import kinds_of

        return kinds_of(self.log.events)

    def rows(self, kind: Kind) -> Rows:
        """All happenings of a kind, in the order of time."""
        if kind not in self._kept:
            _, row, time, entity = self._by_kind
            these = self._by_kind.of(kind)
            self._kept[kind] = Rows(self.log.events, row[these], time[these], entity[these])
        rows: Rows = self._kept[kind]
        return rows

    def _firsts(self, kind: Kind) -> tuple[Floats, Rows]:
        if (kind, "first") not in self._kept:
            from sim.survey import firsts

            rows = self.rows(kind)
            day, first = firsts(rows.time, rows.entity, len(self.log.entities))
            self._kept[kind, "first"] = day, rows.take(first)
        found: tuple[Floats, Rows] = self._kept[kind, "first"]
        return found

    def first(self, kind: Kind) -> Floats:
        """(entities,) day of the first happening of a kind to each entity."""
        return self._firsts(kind)[0]

    def first_rows(self, kind: Kind) -> Rows:
        """The happenings of a kind that are an entity's first, in the order of time."""
        return self._firsts(kind)[1]

    def last(self, kind: Kind) -> Floats:
        """(entities,) day of the last happening of a kind to each entity."""
        # Of several values assigned to one place numpy keeps the last.
        rows, days = self.rows(kind), np.full(len(self.log.entities), np.nan)
        days[rows.entity] = rows.time
        return days

    def count(self, kind: Kind, spans: Spans) -> Ints:
        """(spans,) happenings of a kind."""
        return spans.inside(self.rows(kind).time)

    def count_first(self, kind: Kind, spans: Spans) -> Ints:
        """(spans,) entities to which a kind happened for the first time."""
        return spans.inside(self.first_rows(kind).time)

    # -- kinship ---------------------------------------------------------------------------------------------------

    def leads_of(self, entity: Ints) -> Ints:
        """The lead from which each of some entities descends (a lead is its own); `NOBODY` if it has none."""
        entities = self.log.entities
        up = np.array(entity, dtype=np.int64)
        climbing = np.flatnonzero(entities.type[up] != EntityType.LEAD)
        while len(climbing):
            up[climbing] = entities.parent[up[climbing]]
            climbing = climbing[up[climbing] != NOBODY]
            climbing = climbing[entities.type[up[climbing]] != EntityType.LEAD]
        return up

    @kept
    def lead_of(self) -> Ints:
        """(entities,) the lead from which each entity descends (a lead is its own); `NOBODY` if it has none."""
        return self.leads_of(np.arange(len(self.log.entities)))

    @kept
    def won_by_lead(self) -> Rows:
        """The wins that descend from a lead, with the lead as their entity."""
        wins = self.rows(Kind.WON)
        lead = self.leads_of(wins.entity)
        known = lead != NOBODY
        return Rows(wins.events, wins.index[known], wins.time[known], lead[known])

    @kept
    def lead_won(self) -> Floats:
        """(entities,) day on which each lead's first order was won."""
        wins, days = self.won_by_lead, np.full(len(self.log.entities), np.nan)
        days[wins.entity[::-1]] = wins.time[::-1]
        return days

    @kept
    def progress(self) -> "Progress":
        """When each lead came as far as each step."""
        from results.progress import progress

        return progress(self)

    @kept
    def best_prospect(self) -> Floats:
        """(entities,) 1 for a lead of good fit that has a budget and may decide, as far as the world knows of these, 0
        for another; NaN = no lead, or not known."""
        best, truth = self.good_fit.copy(), self.log.truth
        if isinstance(truth, BuyersTruth):
            best[truth.entity] *= truth.budget * truth.authority
        return best

    @kept
    def good_fit(self) -> Floats:
        """(entities,) 1 for a lead of good fit, 0 for one of bad fit; NaN = no lead, or not known."""
        fit = np.full(len(self.log.entities), np.nan)
        if self.log.simulated and self.log.fitted is not None:
            leads, fits = self.log.fitted()
            fit[leads] = fits
        elif (truth := self.log.truth) is not None:
            fit[truth.entity] = truth.fit
        return fit

    # -- opportunities ---------------------------------------------------------------------------------------------

    @kept
    def is_opportunity(self) -> Bools:
        """(entities,) whether the entity is an opportunity."""
        return np.asarray(self.log.entities.type == EntityType.OPPORTUNITY)

    @kept
    def to_customers(self) -> Bools:
        """(entities,) whether the entity is an opportunity to sell more to a customer."""
        return self.log.entities.to_customers

    @kept
    def returning(self) -> Bools:
        """(entities,) whether the entity is an opportunity to win back a customer who has left."""
        from sim.orders import returning

        found = np.zeros(len(self.log.entities), dtype=bool)
        found[returning(self.log.events, self.log.entities)] = True
        return found

    def sales(self, kind: Kind) -> Rows:
        """Happenings of a kind to opportunities of new business: all but those to sell more to customers."""
        rows = self.rows(kind)
        return rows.take(~self.to_customers[rows.entity]) if self.to_customers.any() else rows

    @kept
    def opened(self) -> Floats:
        """(entities,) day on which each opportunity was opened; of one without that event, the day it was created."""
        days = self.first(Kind.OPENED)
        unrecorded = self.is_opportunity & np.isnan(days)
        return np.where(unrecorded, self.log.entities.created, days)

    @kept
    def closed(self) -> Floats:
        """(entities,) day on which each opportunity was won or lost."""
        return np.fmin(self.first(Kind.WON), self.first(Kind.LOST))

    @kept
    def value(self) -> Floats:
        """(entities,) an opportunity's value: as opened, or as closed where that is not recorded. NaN = not known."""
        worth = np.full(len(self.log.entities), np.nan)
        for kind in (Kind.LOST, Kind.WON, Kind.OPENED):
            rows = self.rows(kind)
            known = ~np.isnan(rows.amount)
            worth[rows.entity[known]] = rows.amount[known]
        return worth

    @kept
    def deals(self) -> Deals:
        """The opportunities of new business."""
        which = np.flatnonzero(self.is_opportunity & ~self.to_customers)
        return Deals(self.opened[which], self.closed[which], self.value[which])

    @kept
    def passages(self) -> "Passages":
        """Every entry of a stage with what came of it."""
        from results.passages import passages

        return passages(self)

    @kept
    def causes(self) -> "Causes":
        """Why opportunities of new business were lost, and what is known of it."""
        from results.causes import causes

        return causes(self)

    @kept
    def journeys(self) -> "Journeys":
        """Every order won and every lead lost with the channels that were met before."""
        from results.journeys import journeys

        return journeys(self)

    @kept
    def worth(self) -> "Worth":
        """What an order, and a lead at each step, is worth."""
        from results.leaks import worth

        return worth(self)

    @kept
    def leaks(self) -> "tuple[Leaks, Leaks]":
        """Every lead and every opportunity of new business that was lost."""
        from results.leaks import leaks

        return leaks(self)

    @kept
    def kept_of_orders(self) -> Floats:
        """(entities,) gross margin of each order less the commission on it; NaN where margins are not recorded."""
        left = np.full(len(self.log.entities), 0.0 if self.records(Account.MARGIN) else np.nan)
        for account, sign in ((Account.MARGIN, 1.0), (Account.COMMISSION, -1.0)):
            lines = self.lines(account)
            its = lines.entity != NOBODY
            np.add.at(left, lines.entity[its], sign * lines.amount[its])
        return left

    @kept
    def customers(self) -> "Customers":
        """Every customer with what became of it."""
        from results.customers import customers

        return customers(self)

    @kept
    def new_customer(self) -> Rows:
        """The wins that brought in a customer, other than one who comes back.

        They are the opportunities from which a customer descends. A history that does not tell customers apart has
        none of these; there the first win of each lead counts, and every win of an opportunity without a lead.
        """
        wins, entities = self.sales(Kind.WON), self.log.entities
        of_customer = entities.parent[entities.type == EntityType.CUSTOMER]
        # Customers of other parts of a cut have a type of the other sign (`results.portion`).
        if (np.abs(entities.type) == EntityType.CUSTOMER).any():
            is_first = np.zeros(len(entities), dtype=bool)
            is_first[of_customer[of_customer != NOBODY]] = True
            return wins.take(is_first[wins.entity])
        lead = self.leads_of(wins.entity)
        _, position = np.unique(np.where(lead == NOBODY, -2 - wins.entity, lead), return_index=True)
        return wins.take(np.sort(position))

    # -- the handoff -----------------------------------------------------------------------------------------------

    @kept
    def waits(self) -> Waits:
        """Every handoff with what ended its wait."""
        from sim.survey import waits

        handoffs = self.rows(Kind.HANDED_OFF)
        return Waits(handoffs.entity, handoffs.time, *waits(self._by_kind, len(self.log.entities)))

    def worked(self, days: Floats) -> Floats:
        """(days,) working hours up to each moment, by the calendar that the log's terms hold."""
        from sim.clock import hours_at

        clock = self.log.terms.clock
        if clock is None:
            return np.full(len(days), np.nan)
        return hours_at(clock, days)

    # -- seats -----------------------------------------------------------------------------------------------------

    @kept
    def team_of_seat(self) -> Ints:
        """(seats,) the team of each seat, as index into names.teams."""
        teams = np.full(len(self.log.names.seats), NOBODY, dtype=np.int64)
        teams[self.log.reps.person] = self.log.reps.team
        return teams

    def _team(self, name: str) -> int:
        return self.log.names.teams.index(name) if name in self.log.names.teams else NOBODY - 1

    def in_team(self, seats: Any, team: str) -> Bools:
        """(rows,) whether each seat belongs to a team; nobody belongs to none."""
        # Nobody is -1, which is the place after the seats.
        return np.asarray(np.append(self.team_of_seat == self._team(team), False)[seats])

    def hours(self, team: str, spans: Spans) -> Floats:
        """(spans,) hours of the tasks that a team's reps ended."""
        ends = self.rows(Kind.TASK_END)
        return sums(ends.time, np.where(self.in_team(ends.actor, team), ends.amount, 0.0), spans)

    def available(self, team: str, spans: Spans) -> Floats:
        """(spans,) selling hours that a team's seats had in the counted months that lie within each span."""
        return self._by_months(team, self.log.reps.available_hours, spans)

    def head_months(self, team: str, spans: Spans) -> Floats:
        """(spans,) calendar months for which a team's seats were filled, of the counted months within each span; of one
        that is counted in part, that part."""
        reps, edges = self.log.reps, self.log.window.month_edges
        # A place after the last for what is not counted; a seat that nobody leaves has no day of leaving.
        columns = (edges[:-1], edges[1:], month_lengths(self.log.window.start, edges))
        begin, end, length = (np.append(each, np.nan)[reps.month] for each in columns)
        present = (np.fmin(end, reps.left) - np.fmax(begin, reps.hired)) / length
        return self._by_months(team, np.maximum(present, 0.0), spans)

    def _by_months(self, team: str, amounts: Floats, spans: Spans) -> Floats:
        """(spans,) sum of what each row of the reps' table (seat and month) of a team holds."""
        reps, edges = self.log.reps, self.log.window.month_edges
        months = len(edges) - 1
        counted = (reps.team == self._team(team)) & (reps.month >= 0) & (reps.month < months)
        monthly = np.bincount(reps.month[counted], amounts[counted], months)
        inside = (edges[:-1] >= spans.begin[:, np.newaxis]) & (edges[1:] <= spans.end[:, np.newaxis])
        return np.asarray(self.log.terms.share * np.where(inside, monthly, 0.0).sum(axis=1))

    # -- the ledger ------------------------------------------------------------------------------------------------

    @kept
    def _by_account(self) -> "ByKind":
        from sim.survey import by_kind

        ledger = self.log.ledger
        if (ledger.time[1:] >= ledger.time[:-1]).all():
            return by_kind(ledger.time, ledger.account, ledger.entity)
        by_time = np.argsort(ledger.time, kind="stable")
        found = by_kind(ledger.time[by_time], ledger.account[by_time], ledger.entity[by_time])
        return found._replace(row=by_time[found.row])

    def lines(self, account: Account) -> Lines:
        """The ledger lines of an account."""
        if (account, "lines") not in self._kept:
            _, row, time, entity = self._by_account
            these = self._by_account.of(account)
            self._kept[account, "lines"] = Lines(
                row[these], time[these], entity[these], self.log.ledger.amount[row[these]]
            )
        lines: Lines = self._kept[account, "lines"]
        return lines

    def money(self, accounts: Iterable[Account], spans: Spans, team: str | None = None) -> Floats:
        """(spans,) what some accounts took, of one team's seats if a team is named."""
        total = np.zeros(len(spans.begin))
        for account in accounts:
            total += self._money(account, spans, team)
        return total

    def _money(self, account: Account, spans: Spans, team: str | None) -> Floats:
        # Many metrics ask for the same costs.
        asked = (account, team, spans.edges.tobytes())
        if asked not in self._kept:
            lines = self.lines(account)
            if not len(lines.row):
                return np.zeros(len(spans.begin))
            amount = lines.amount
            if team is not None:
                amount = np.where(self.in_team(self.log.ledger.actor[lines.row], team), amount, 0.0)
            self._kept[asked] = sums(lines.time, amount, spans)
        taken: Floats = self._kept[asked]
        return taken
