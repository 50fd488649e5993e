"""A log read back as work and waiting: who worked on what from when to when, what waited for whom, who owned what.

Nothing here calls an engine; patience, due times and hours are taken from the rules and the keyed draws.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from feedback_rules import Feedback
from numpy.typing import NDArray
from selling_rules import climate_at, in_rhythm

from sim import rules
from sim.clock import is_open, worked_hours
from sim.draws import Purpose, stream_key, turn, uniform
from sim.laws.delays import survival, upper_quantile
from sim.laws.routing import NOT_ROUTED
from sim.log import NOBODY, EntityType, Kind, Log
from sim.seats import AE, AM, SDR
from sim.tables import ESCALATE, Tables

NEVER = float("inf")


@dataclass(frozen=True)
class Work:
    """A rep works on an entity in one piece; `ends` is infinite if the run ends first, `hours` then too."""

    seat: int
    entity: int
    visit: int
    begins: float
    ends: float
    hours: float


@dataclass(frozen=True)
class Wait:
    """A task waits for one holder (a seat, or nobody: the whole team) from `since` until work begins or it is gone.

    `first` is when it was asked for first; `works` tells whether it ends in work by `seat`.
    """

    team: int
    holder: int
    entity: int
    visit: int
    first: float
    since: float
    until: float
    works: bool
    seat: int
    tries: int = 0
    """Attempts before it on this visit."""


@dataclass(frozen=True)
class Row:
    """A row of the event log."""

    time: float
    kind: int
    entity: int
    visit: int
    actor: int
    stage: int
    reason: int
    amount: float


class Happenings:
    """A replication's log with the tables that it was made from."""

    def __init__(self, tables: Tables, log: Log, seed: int, replication: int = 0):
        self.tables = tables
        self.log = log
        self.stream = stream_key(seed, replication)
        self.ends = tables.horizon.ends
        columns = log.events.columns().values()
        self.rows = [Row(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
        self.by: dict[tuple[int, int, int], list[Row]] = {}
        """Rows by (kind, entity, visit), in order of time."""
        for row in self.rows:
            self.by.setdefault((row.kind, row.entity, row.visit), []).append(row)
        self.type = log.entities.type.tolist()
        self.parent = log.entities.parent.tolist()
        self.lead = [each if each >= 0 and self.type[each] == EntityType.LEAD else NOBODY for each in self.parent]
        """The lead that each opportunity was."""
        self.key = log.entities.key.tolist()
        self.created = log.entities.created.tolist()

    def of(self, kind: Kind, entity: int, visit: int) -> list[Row]:
        """Rows of one kind to one entity in one visit."""
        return self.by.get((kind, entity, visit), [])

    def of_kind(self, *kinds: Kind) -> list[Row]:
        """Rows of some kinds, in order of time."""
        return [row for row in self.rows if row.kind in kinds]

    def of_entities(self, *kinds: Kind) -> dict[int, list[Row]]:
        """Rows of some kinds by entity, in order of time."""
        out: dict[int, list[Row]] = defaultdict(list)
        for row in self.of_kind(*kinds):
            out[row.entity].append(row)
        return out

    @cached_property
    def standing(self) -> set[int]:
        """Who was there when the run began."""
        begins = self.tables.horizon.begins
        return {entity for entity, created in enumerate(self.created) if created < begins}

    def past(self, row: Row) -> bool:
        """Whether a row tells of what was before the run began, or how it stood then."""
        if row.entity not in self.standing or row.time > self.tables.horizon.begins:
            return False
        if row.kind == Kind.NURTURE_ENTER:
            return row.visit == 1 and not self.of(Kind.MQL, row.entity, 0)
        if row.kind == Kind.MQL and row.visit == 0:
            # Who waited for its judgement until now may be held, or handed off later.
            return any(handed.time == row.time for handed in self.of(Kind.HANDED_OFF, row.entity, 0))
        if row.kind in (Kind.WON, Kind.RENEWED, Kind.OPENED):
            return row.entity in self.at_start or self.type[row.entity] == EntityType.CUSTOMER
        return row.visit == 0 and row.kind in (Kind.CAPTURED, Kind.MQL, Kind.HANDED_OFF, Kind.STAGE_ENTER)

    @cached_property
    def more_sales(self) -> dict[int, list[int]]:
        """By customer, the opportunities to sell it more or to win it back."""
        out: dict[int, list[int]] = defaultdict(list)
        for deal in sorted(self.to_customers):
            out[self.parent[deal]].append(deal)
        return out

    def at(self, time: float) -> Tables:
        """The tables that hold at a time."""
        return self.tables.run_in if time < 0.0 and self.tables.run_in is not None else self.tables

    def open_at(self, time: float) -> bool:
        """Whether teams work at a time."""
        return bool(is_open(*self.tables.clock, time))

    @cached_property
    def sdrs_stay(self) -> bool:
        """Whether no SDR leaves or goes on leave, so that no attempt is taken up again (which leaves no row)."""
        seats = self.tables.seats
        return not np.isfinite(seats.left[seats.team == SDR]).any() and not (seats.team[seats.away] == SDR).any()

    @cached_property
    def found(self) -> set[int]:
        """The opportunities that AEs found themselves."""
        return {row.entity for row in self.of_kind(Kind.PROSPECTED)} - {NOBODY}

    @cached_property
    def accepted_for(self) -> dict[int, Row]:
        """By opportunity, the acceptance that its lead became it by: a lead may be accepted, and become one, again."""
        accepted: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.of_kind(Kind.ACCEPTED), key=lambda row: row.visit):
            accepted[row.entity].append(row)
        out = {}
        for entity, kind in enumerate(self.type):
            if kind == EntityType.OPPORTUNITY and self.lead[entity] != NOBODY:
                out[entity] = accepted[self.lead[entity]].pop(0)
        return out

    @cached_property
    def to_customers(self) -> set[int]:
        """The opportunities to sell more to customers."""
        deals = {entity for entity, kind in enumerate(self.type) if kind == EntityType.OPPORTUNITY}
        return {entity for entity in deals if self.parent[entity] != NOBODY and self.lead[entity] == NOBODY}

    @cached_property
    def expansions(self) -> set[int]:
        """Those of them that are sold to who is a customer, and not to who was one."""
        left = {row.entity: row.time for row in self.of_kind(Kind.CHURNED)}
        return {deal for deal in self.to_customers if not self.created[deal] > left.get(self.parent[deal], math.inf)}

    @cached_property
    def managed(self) -> set[int]:
        """Those that account managers work."""
        return {deal for deal in self.to_customers if self.at(self.created[deal]).managed}

    def pooled(self, entity: int, time: float) -> bool:
        """Whether an opportunity has no owner at a time, and whoever is free works it."""
        return entity in self.managed or self.at(time).pooled

    @cached_property
    def at_start(self) -> set[int]:
        """The opportunities that were open at the start."""
        deals = {entity for entity, kind in enumerate(self.type) if kind == EntityType.OPPORTUNITY}
        return {entity for entity in deals if self.parent[entity] == NOBODY} - self.found

    @cached_property
    def struck(self) -> set[int]:
        """The opportunities that are lost because a shock befalls the company."""
        shocks = {row.reason for row in self.of_kind(Kind.SHOCK)}
        return {row.entity for row in self.of_kind(Kind.LOST) if row.reason in shocks}

    @cached_property
    def closed(self) -> dict[int, float]:
        """When each opportunity is won or lost."""
        return {row.entity: row.time for row in self.of_kind(Kind.WON, Kind.LOST)}

    @cached_property
    def owners(self) -> dict[int, list[tuple[float, int]]]:
        """(time, owner) of each opportunity, nobody while AEs are a pool; several at one instant in their order."""
        out: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for row in self.of_kind(Kind.OPENED):
            out[row.entity].append((row.time, row.actor))
        for row in self.of_kind(Kind.REASSIGNED):
            if self.type[row.entity] != EntityType.OPPORTUNITY:
                continue
            out[row.entity].append((row.time, row.actor))
        if not self.at(-1.0).pooled and self.tables.pooled:
            for entity, pieces in out.items():
                if entity not in self.managed and pieces[0][0] < 0.0 <= self.closed.get(entity, NEVER):
                    pieces.append((0.0, NOBODY))
        return out

    def owner(self, entity: int, time: float) -> int:
        """Who owns an opportunity when an instant's changes of headcount are over."""
        return [owner for since, owner in self.owners[entity] if since <= time][-1]

    @cached_property
    def sales(self) -> dict[int, list[tuple[float, float]]]:
        """(time, amount) of what each rep has won."""
        out: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for row in self.of_kind(Kind.WON):
            out[row.actor].append((row.time, row.amount))
        return out

    def quota_period(self, time: float) -> int:
        """Number of the quota period in which a time lies."""
        return int(np.searchsorted(self.tables.pay.periods, time, side="right")) - 1

    def booked(self, seat: int, period: int, until: float) -> float:
        """What a rep has won in a quota period until a time, that included."""
        begins, ends = self.tables.pay.periods[period : period + 2]
        brought = float(self.tables.seats.booked[seat]) if period == 0 else 0.0
        return brought + sum(amount for time, amount in self.sales[seat] if begins <= time < ends and time <= until)

    def quota(self, seat: int, period: int) -> tuple[float, float, float]:
        """(quota, begin, end) of a rep in a period: for the days of the period on which he is there; infinite if
        none."""
        pay, seats = self.tables.pay, self.tables.seats
        begins, ends = pay.periods[period : period + 2].tolist()
        first, last = max(begins, float(seats.hired[seat])), min(ends, float(seats.left[seat]))
        if last <= first:
            return NEVER, first, last
        return float(pay.period_quota[period]) * (last - first) / (ends - begins), first, last

    def effort(self, seat: int, time: float) -> tuple[float, float]:
        """(factor by the rate, factor by the pace) of an AE in a task that he begins at a time."""
        pay, period = self.at(time).pay, self.quota_period(time)
        booked, (quota, first, last) = self.booked(seat, period, time), self.quota(seat, period)
        known = quota < NEVER
        rate, pace = pay.marketing_rate, 1.0
        for above, times in pay.bands.tolist():
            if known and booked >= above * quota:
                rate = pay.marketing_rate * times
        if known and pay.cap < NEVER and booked >= pay.cap * quota:
            rate = 0.0
        if known and last - time < (last - first) * (1.0 / 3.0):
            if booked < 0.6 * quota * (time - first) / (last - first):
                pace = pay.give_up
            elif 0.8 * quota <= booked < quota:
                pace = pay.near_quota
        if pay.reference_rate > 0:
            return min(max((rate / pay.reference_rate) ** pay.elasticity, 0.5), 1.5), pace
        return 1.0, pace

    def closes(self) -> Iterator[tuple[Row, float, float]]:
        """(order won, when its buyer would have advanced, when he was to do so), the rep's work apart.

        Left out is what was in its last stage before the start, and what is sold to customers.
        """
        for won in self.of_kind(Kind.WON):
            if self.past(won):
                continue
            entered = self.of(Kind.STAGE_ENTER, won.entity, won.visit - 1)[0]
            if won.entity in self.to_customers or (entered.visit == 0 and self.parent[won.entity] == NOBODY):
                continue
            t, stage = self.at(entered.time), won.stage
            since = entered.time
            if t.stage_late[stage]:
                since = self.of(Kind.TASK_END, won.entity, entered.visit)[-1].time
                t = self.at(since)
            key: Any = self.key[won.entity]
            segment = self.log.entities.segment[won.entity]
            causes = (int(t.stage_first[stage]), int(t.stage_first[stage + 1]), t.cause_share, t.cause_law)
            factor = float(t.segment_time[segment]) * climate_at(t, since).pace[stage]
            # Who won has advanced, whatever the odds were.
            _, days = rules.resolve(self.stream, key, entered.visit, NEVER, *causes, t.laws, t.knots, factor)
            # A law that never ends, in a segment that takes no time, is no number; an engine takes it as no time.
            due = in_rhythm(t, since, days if days > 0.0 else 0.0)
            yield won, due, self._pulled(t, key, entered.visit, since, due)

    def _pulled(self, t: Tables, key: Any, visit: int, now: float, due: float) -> float:
        ended = [edge for edge in t.pay.periods.tolist() if now < edge <= due < edge + t.pay.pull_reach]
        first, second = (uniform(self.stream, key, int(Purpose.PULL_FORWARD), turn(visit, use)) for use in range(2))
        if not ended or first >= t.pay.pull_forward:
            return due
        begins = max(ended[-1] - t.pay.pull_span, now)
        return float(begins + second * (ended[-1] - begins))

    @cached_property
    def work(self) -> list[Work]:
        """All work whose beginning is in the log."""
        starts: dict[tuple[int, int], list[Row]] = defaultdict(list)
        ends: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.kind in (Kind.TASK_START, Kind.ATTEMPT):
                starts[row.entity, row.visit].append(row)
            elif row.kind == Kind.TASK_END:
                ends[row.entity, row.visit].append(row)
        out = []
        for code, begun in starts.items():
            left = list(ends[code])
            for row in begun:
                # Tasks of one entity follow each other; what a later SDR took up again has no beginning of its own.
                end = next((end for end in left if end.time >= row.time and end.actor == row.actor), None)
                if end is not None:
                    del left[: left.index(end) + 1]
                    broken_off = row.kind == Kind.ATTEMPT and (end.actor, end.time) in self.paused_at
                    while broken_off and left:
                        again = left.pop(0)
                        broken_off = (again.actor, again.time) in self.paused_at
                done = (NEVER, NEVER) if end is None else (end.time, end.amount)
                out.append(Work(row.actor, row.entity, row.visit, row.time, *done))
        return out

    @cached_property
    def left_at(self) -> set[tuple[int, float]]:
        """(seat, time) at which seats are emptied."""
        return {(row.actor, row.time) for row in self.of_kind(Kind.LEFT)}

    @cached_property
    def lost_in_transit(self) -> set[Row]:
        """The handoffs of leads that never reached sales development."""
        lost = {
            (row.entity, row.visit)
            for row in self.of_kind(Kind.WITHDRAWN)
            if row.reason == self._reason("lost_in_transit")
        }
        return {row for row in self.of_kind(Kind.HANDED_OFF) if (row.entity, row.visit) in lost}

    @cached_property
    def paused_at(self) -> set[tuple[int, float]]:
        """(seat, time) at which a task in hand is broken off because its rep goes."""
        return self.left_at | {(row.actor, row.time) for row in self.of_kind(Kind.AWAY)}

    @cached_property
    def away(self) -> dict[int, list[tuple[float, float]]]:
        """By seat, the (begin, end) of its absences."""
        out: dict[int, list[tuple[float, float]]] = defaultdict(list)
        seats = self.tables.seats
        for seat, begin, end in zip(seats.away, seats.away_from, seats.away_until, strict=True):
            out[int(seat)].append((float(begin), float(end)))
        return out

    def is_away(self, seat: int, time: float) -> bool:
        """Whether a rep is on leave."""
        return any(begin <= time < end for begin, end in self.away[seat])

    def there(self, team: int, time: float) -> NDArray[np.bool_]:
        """(seats,) who of a team is present at a time, when the instant's comings and goings are over."""
        seats = self.tables.seats
        out = (seats.team == team) & (seats.hired <= time) & (seats.left > time)
        out[seats.away[(seats.away_from <= time) & (time < seats.away_until)]] = False
        return np.asarray(out)

    def hired(self, seat: int, time: float) -> float:
        """Working hours from which a rep's ramp counts at a time: those of his first day and of his leave since."""
        clock = self.tables.clock
        lost = [
            worked_hours(*clock, end) - worked_hours(*clock, begin) for begin, end in self.away[seat] if end <= time
        ]
        return float(self.at(time).seat_hired[seat]) + sum(lost)

    @cached_property
    def ends_of(self) -> dict[int, list[Row]]:
        """By seat, the ends of its finished tasks."""
        out: dict[int, list[Row]] = defaultdict(list)
        for row in self.of_kind(Kind.TASK_END):
            if (row.actor, row.time) not in self.paused_at and not self._withdrawn(row):
                out[row.actor].append(row)
        return out

    def _withdrawn(self, end: Row) -> bool:
        """Whether a task ended because its opportunity was lost, and not because its hours were done."""
        lost = self.of(Kind.LOST, end.entity, end.visit)
        if not lost or lost[0].time != end.time:
            return False
        (entered,) = self.of(Kind.STAGE_ENTER, end.entity, end.visit)
        done = sum(each.amount for each in self.of(Kind.TASK_END, end.entity, end.visit))
        # Shocks come before work is done at their instant, even if all hours have been.
        if end.entity in self.struck:
            return True
        return not self.at(entered.time).stage_late[entered.stage] and done < self.need(entered) - 1e-6

    def need(self, entered: Row) -> float:
        """Hours of work of a stage that was entered."""
        t, law = self.at(entered.time), int(self.at(entered.time).stage_effort[entered.stage])
        key, purpose = self.key[entered.entity], int(Purpose.STAGE_EFFORT)
        hours = rules.delay(self.stream, key, purpose, turn(entered.visit, 0), t.laws, t.knots, law)
        hours *= float(t.segment_effort[self.log.entities.segment[entered.entity]])
        coding = t.people.am_coding if entered.entity in self.managed else t.people.ae_coding
        return hours * climate_at(t, entered.time).ease[entered.stage] + coding

    @cached_property
    def fit(self) -> dict[int, bool]:
        """Whether each lead, and what it became, has good fit."""
        truth = self.log.truth
        assert truth is not None
        out = dict(zip(truth.entity.tolist(), (truth.fit == 1).tolist(), strict=True))
        for entity, kind in enumerate(self.type):
            if kind in (EntityType.OPPORTUNITY, EntityType.CUSTOMER):
                out[entity] = out[self.parent[entity]] if self.parent[entity] != NOBODY else self._own_fit(entity)
        return out

    def _own_fit(self, entity: int) -> bool:
        """Whether an opportunity that came of no lead has good fit."""
        t = self.at(max(self.created[entity], self.tables.horizon.begins))
        share = float(t.channel_fit[self.log.entities.channel[entity]])
        return bool(rules.fits(self.stream, self.key[entity], share))

    @cached_property
    def sdr_waits(self) -> list[Wait]:
        """What waits for an SDR: untried leads and follow-ups. Only where SDRs stay."""
        assert self.sdrs_stay
        out = []
        for handed in self.of_kind(Kind.HANDED_OFF):
            if handed in self.lost_in_transit:
                continue
            code = (handed.entity, handed.visit)
            if self.refused(*code):
                continue
            tries = self.of(Kind.ATTEMPT, *code)
            cold = [row for row in self.of(Kind.WENT_COLD, *code) if row.reason == self._reason("no_attempt")]
            gone = min((row.time for row in [*cold, *self.sent_back(*code)]), default=NEVER)
            ends = [row.time for row in self.of(Kind.TASK_END, *code)]
            since = [handed.time]
            over = bool(self.of(Kind.CONVERSATION, *code) or self.of(Kind.REJECTED, *code))
            for k, end in enumerate(ends):
                if k + 1 < len(ends) or not over:
                    due = rules.due(*self.tables.clock, end, self.at(end).spacing)
                    since += [due] if due < self.ends else []
            for k, begun in enumerate(since):
                works = k < len(tries)
                until = tries[k].time if works else (gone if k == 0 else NEVER)
                seat = tries[k].actor if works else NOBODY
                pieces = [(time, holder) for time, holder in self.sdrs_of(handed) if begun < time <= until]
                before = [holder for time, holder in self.sdrs_of(handed) if time <= begun][-1]
                edges = [(begun, before), *pieces]
                for n, (start, holder) in enumerate(edges):
                    last = n + 1 == len(edges)
                    stop = until if last else edges[n + 1][0]
                    out.append(Wait(SDR, holder, *code, begun, start, stop, works and last, seat, k))
        return out

    def sdrs_of(self, handed: Row) -> list[tuple[float, int]]:
        """(time, SDR) for whom a lead handed off waits from then on, with its follow-ups; only where SDRs stay."""
        out = [(handed.time, handed.actor)]
        out += [(row.time, row.actor) for row in self.of(Kind.REASSIGNED, handed.entity, handed.visit)]
        if handed.time < 0.0 and self.at(0.0).handoff.sdr_routing == NOT_ROUTED:
            out = [row for row in out if row[0] < 0.0]
            out += [(0.0, NOBODY)] if out[-1][1] != NOBODY else []
        return out

    def urgent(self, entity: int, visit: int, time: float) -> bool:
        """Whether a lead past its service level has been put before all others."""
        rows = self.of(Kind.BREACHED, entity, visit)[:1]
        return any(row.time <= time and self.at(row.time).handoff.breach == ESCALATE for row in rows)

    def sent_back(self, entity: int, visit: int) -> list[Row]:
        """A lead's return to nurture because its service level was breached."""
        return [row for row in self.of(Kind.RECYCLED, entity, visit) if row.reason == self._reason("sla_breach")]

    @cached_property
    def deal_waits(self) -> list[Wait]:
        """What waits for an AE or an account manager, cut where it passes to another."""
        out = []
        for entered in self.of_kind(Kind.STAGE_ENTER):
            code = (entered.entity, entered.visit)
            if entered.visit == 0 and entered.entity in self.at_start:
                continue  # under way at the start: its work counts as done
            starts, ends = self.of(Kind.TASK_START, *code), self.of(Kind.TASK_END, *code)
            gone = min(self.closed.get(entered.entity, NEVER), self._left_stage(entered))
            since = [entered.time, *(end.time for end in ends if (end.actor, end.time) in self.paused_at)]
            for k, begun in enumerate(since):
                works = k < len(starts)
                until = starts[k].time if works else gone
                seat = starts[k].actor if works else NOBODY
                pieces = [(time, owner) for time, owner in self.owners[entered.entity] if begun < time <= until]
                edges = [(begun, self.owner(entered.entity, begun)), *pieces]
                for n, (start, holder) in enumerate(edges):
                    last = n + 1 == len(edges)
                    stop = until if last else edges[n + 1][0]
                    team = AM if entered.entity in self.managed else AE
                    out.append(Wait(team, holder, *code, entered.time, start, stop, works and last, seat))
        return out

    @cached_property
    def overflow(self) -> list[tuple[float, float]]:
        """When overflow begins and ends; infinite for an end that does not come."""
        begins = [row.time for row in self.of_kind(Kind.OVERFLOW_BEGINS)]
        ends = [row.time for row in self.of_kind(Kind.OVERFLOW_ENDS)]
        assert len(ends) in (len(begins), len(begins) - 1)
        return list(zip(begins, [*ends, NEVER][: len(begins)], strict=True))

    def refused(self, entity: int, visit: int) -> bool:
        """Whether the SDRs' queue had no room for a lead handed off."""
        return any(row.reason == self._reason("queue_full") for row in self.of(Kind.WITHDRAWN, entity, visit))

    def _left_stage(self, entered: Row) -> float:
        return min((row.time for row in self.of(Kind.STAGE_ENTER, entered.entity, entered.visit + 1)), default=NEVER)

    def _reason(self, name: str) -> int:
        return self.log.names.reasons.index(name)

    @cached_property
    def scores(self) -> dict[int, float]:
        """Score of every lead and of the opportunity that it became; 0 where there was no lead."""
        truth = self.log.truth
        assert truth is not None
        out = dict(zip(truth.entity.tolist(), truth.score.tolist(), strict=True))
        for entity, kind in enumerate(self.type):
            if kind == EntityType.OPPORTUNITY:
                out[entity] = out.get(self.parent[entity], 0.0)
        return out

    @cached_property
    def feedback(self) -> Feedback:
        """What marketing has learnt from sales."""
        return Feedback(self)

    def patience(self, row: Row, purpose: Purpose) -> float:
        """When the patience ends that began with a row."""
        t = self.at(row.time)
        law = t.sdr_patience if purpose == Purpose.SDR_PATIENCE else t.ae_patience
        key: Any = self.key[row.entity]
        if self.past(row):
            # Of those who have waited as long.
            waited, u = self.tables.horizon.begins - row.time, uniform(self.stream, key, int(purpose), turn(0, 0))
            alive = survival(t.laws, t.knots, law, waited)
            longest = upper_quantile(t.laws, t.knots, law, (1.0 - u) * alive) if alive > 0.0 else waited
            return self.tables.horizon.begins + max(longest - waited, 0.0)
        return row.time + rules.delay(self.stream, key, int(purpose), turn(row.visit, 0), t.laws, t.knots, law)
