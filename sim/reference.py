"""The SimPy engine: a lead's life, told in order. It is the authority; a faster engine must give the same log.

A lead is captured, judged, perhaps nurtured, handed to an SDR, tried, talked to, accepted, taken by an AE, worked
through the stages of an opportunity, won, and renewed. Every chance is a rule of `sim.rules` on the lead's own draws;
the engine only keeps time and queues.
"""

import math
from collections.abc import Generator
from functools import partial
from typing import Any

from simpy.events import Event

from sim import clock
from sim.agenda import Agenda, Queue
from sim.arrivals import arrivals
from sim.book import Book
from sim.chances import Chances
from sim.draws import Tag, child_key, stream_key, text_key
from sim.log import NOBODY, EntityType, Kind, Names
from sim.recorder import Recorder
from sim.seats import AE, SDR
from sim.snapshot import OpenDeal, Snapshot
from sim.subjects import Lead, Opportunity, Subject
from sim.tables import REASONS, Tables
from sim.team import Task, Team

__all__ = ["Engine"]

Life = Generator[Event, Any, None]

POOR_FIT, UNREACHED, NO_ATTEMPT, NO_AE, STALLED = (REASONS.index(name) for name in REASONS[3:])
# Enum members are slow to pass to compiled functions, so the engine holds them as plain integers.
_CUSTOMER = int(Tag.CUSTOMER)
_OPPORTUNITY = int(Tag.OPPORTUNITY)
_ORDER = int(Tag.ORDER)
_SNAPSHOT = int(Tag.SNAPSHOT)


class Engine:
    """One replication of one world."""

    def __init__(self, tables: Tables, seed: int, replication: int, snapshot: Snapshot | None, names: Names):
        horizon = tables.horizon
        self.world = tables
        self.tables = tables.run_in or tables
        """What holds now: the run-in's until time 0."""
        self.names = names
        self.stream = stream_key(seed, replication)
        self.chances = Chances(self.tables, self.stream)
        before = tables.clock.before
        self.never_closes = bool(before[-1] >= 24.0 * (len(before) - 1))
        self.snapshot = snapshot
        self.recorder = Recorder()
        self.agenda = Agenda(horizon.begins, horizon.ends, self._hand_out)
        self.sdr = Team(self.agenda, self.tables, self._note, SDR, None)
        self.ae = Team(self.agenda, self.tables, self._note, AE, Kind.TASK_START)
        self.book = Book(self.agenda, self.ae, self.tables)

    def run(self) -> Recorder:
        """Live through the horizon; returns what was recorded."""
        if self.tables is not self.world:
            self.agenda.call_at(0.0, Queue.START, 0, 0, self._start)
        self._staff()
        if self.snapshot is not None:
            self._warm_start(self.snapshot)
        self.agenda.process(self._source())
        self._open_day(0)
        self.agenda.live()
        return self.recorder

    # The lead's life

    def _life(self, lead: Lead) -> Life:
        n = 0
        while n < len(self.chances.steps):
            days = self.chances.step(lead, n)
            n += 1
            yield self._after(lead, days)
        lead.score = self.chances.points(lead)
        qualified = self.chances.qualifies(lead)
        while True:
            if not qualified:
                reason = yield from self._nurture(lead)
                if reason:
                    return self._note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, reason)
            self._note(Kind.MQL, lead.id, lead.visit)
            reason = yield from self._develop(lead)
            if not reason:
                break
            if reason == NO_ATTEMPT or lead.recycled >= self.tables.recycles:
                return self._note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, reason)
            lead.recycled += 1
            self._note(Kind.RECYCLED, lead.id, lead.visit, NOBODY, reason)
            qualified = False
        owner = NOBODY if self.tables.pooled else (yield from self._find_owner(lead))
        if owner is None:
            self._note(Kind.WENT_COLD, lead.id, lead.visit, NOBODY, NO_AE)
            return self._note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, NO_AE)
        opportunity = self._open(lead, owner)
        return (yield from self._sell(opportunity))

    def _nurture(self, lead: Lead) -> Generator[Event, Any, int]:
        """A stay in nurture; returns the reason for leaving the funnel, 0 if the lead is ready."""
        lead.visit += 1
        self._note(Kind.NURTURE_ENTER, lead.id, lead.visit)
        days, reason = self.chances.nurture(lead)
        if days > 0.0:
            yield self._after(lead, days)
        lead.intent -= self.tables.intent_decay * days
        self._note(Kind.NURTURE_EXIT, lead.id, lead.visit, NOBODY, reason)
        return reason

    def _develop(self, lead: Lead) -> Generator[Event, Any, int]:
        """Handoff, attempts, conversation, judgement by sales; returns the reason for going back, 0 if accepted."""
        self._note(Kind.HANDED_OFF, lead.id, lead.visit)
        handed_off = self.agenda.now
        m = 1.0
        n = 0
        while True:
            task = Task(self.agenda, lead, None)
            self.sdr.ask(task)
            if n == 0:
                self._lose_patience(lead, task)
            seat = yield task.begun
            if seat is None:
                self._note(Kind.WENT_COLD, lead.id, lead.visit, NOBODY, NO_ATTEMPT)
                return NO_ATTEMPT
            if n == 0:
                m = self.chances.speed_to_lead((self.agenda.now - handed_off) * 24.0)
            self._note(Kind.ATTEMPT, lead.id, lead.visit, seat)
            reached, task.hours = self.chances.attempt(lead, n, m)
            self.sdr.work(task)
            yield task.finished
            if reached:
                return self._judge_by_sales(lead, m, task.seat)
            n += 1
            if n >= self.chances.attempts:
                self._note(Kind.REJECTED, lead.id, lead.visit, NOBODY, UNREACHED)
                return UNREACHED
            yield self._at(lead, self.chances.due(self.agenda.now))

    def _judge_by_sales(self, lead: Lead, m: float, seat: int) -> int:
        self._note(Kind.CONVERSATION, lead.id, lead.visit, seat)
        if self.chances.accepts(lead, m):
            self._note(Kind.ACCEPTED, lead.id, lead.visit, seat)
            return 0
        self._note(Kind.REJECTED, lead.id, lead.visit, seat, POOR_FIT)
        return POOR_FIT

    def _lose_patience(self, lead: Lead, task: Task) -> None:
        """A lead that nobody has tried goes cold when its patience ends."""
        patience = self.chances.patience_for_sdr(lead)

        def expire() -> None:
            if not task.begun.triggered:
                self.sdr.withdraw(task)
                task.begun.fire(None)

        self.agenda.call_at(self.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit, expire)

    def _find_owner(self, lead: Lead) -> Generator[Event, Any, int | None]:
        """Wait for an AE with room; none if the lead goes cold first."""
        taken = self.book.wait(lead.id)
        patience = self.chances.patience_for_ae(lead)

        def expire() -> None:
            if not taken.triggered:
                taken.fire(None)

        self.agenda.call_at(self.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit + 1, expire)
        owner: int | None = yield taken
        return owner

    # The opportunity's life

    def _open(self, lead: Lead, owner: int) -> Opportunity:
        key = child_key(lead.key, _OPPORTUNITY, 0)
        amount = self.chances.value(key, lead.channel, lead.segment, lead.product)
        number = self.recorder.entity(
            key, EntityType.OPPORTUNITY, lead.id, lead.channel, lead.segment, lead.product, owner, self.agenda.now
        )
        opportunity = Opportunity(number, key, lead.channel, lead.segment, lead.product, lead.fit, amount, owner)
        opportunity.score = lead.score
        self.book.take(opportunity)
        self._note(Kind.OPENED, number, 0, owner, NOBODY, amount)
        return opportunity

    def _sell(self, opportunity: Opportunity, left: tuple[int, float] | None = None) -> Life:
        """Pass the stages; `left` is the reason and the days left of a stage that a snapshot found under way."""
        while True:
            eta = self.chances.logit(opportunity)
            task: Task | None = None
            if left is not None:
                # The work of a stage that was under way at the start counts as done.
                (reason, days), left = left, None
                yield self._after(opportunity, days)
            elif self.chances.late[opportunity.stage]:
                entered = self.agenda.now
                self._stage_note(Kind.STAGE_ENTER, opportunity)
                yield self.book.work_on(opportunity, self.chances.hours(opportunity)).finished
                reason, days = self.chances.resolve(opportunity, eta)
                if reason < 0 and not self.chances.survives(opportunity, eta, self.agenda.now - entered):
                    return self._lose(opportunity, STALLED)
                if days > 0.0:
                    yield self._after(opportunity, days)
            else:
                self._stage_note(Kind.STAGE_ENTER, opportunity)
                reason, days = self.chances.resolve(opportunity, eta)
                task = self.book.work_on(opportunity, self.chances.hours(opportunity))
                due = self.agenda.now + days
                yield self._at(opportunity, due)
            if reason >= 0:
                if task is not None:
                    self.ae.withdraw(task)
                return self._lose(opportunity, reason)
            if task is not None:
                if not task.done:
                    yield task.finished
                if not self.chances.survives(opportunity, eta, self.agenda.now - due):
                    return self._lose(opportunity, STALLED)
            opportunity.stage += 1
            opportunity.visit += 1
            if opportunity.stage == len(self.chances.stage_logit):
                return (yield from self._win(opportunity))

    def _lose(self, opportunity: Opportunity, reason: int) -> None:
        self._stage_note(Kind.LOST, opportunity, reason, opportunity.amount)
        self.book.drop(opportunity)

    def _win(self, opportunity: Opportunity) -> Life:
        """First order won: a customer, who renews term by term until it churns."""
        record, now = self.recorder, self.agenda.now
        opportunity.stage -= 1
        self._stage_note(Kind.WON, opportunity, NOBODY, opportunity.amount)
        self.book.drop(opportunity)
        key = child_key(opportunity.key, _CUSTOMER, 0)
        labels = (opportunity.channel, opportunity.segment, opportunity.product, self._seller(opportunity), now)
        customer = Subject(record.entity(key, EntityType.CUSTOMER, opportunity.id, *labels))
        record.entity(child_key(key, _ORDER, 0), EntityType.ORDER, customer.id, *labels)
        term = 0
        while True:
            yield self._after(customer, self.tables.term)
            if not self.chances.renews(key, term, opportunity.fit):
                return self._note(Kind.CHURNED, customer.id, term, NOBODY, NOBODY, opportunity.amount)
            self._note(Kind.RENEWED, customer.id, term, NOBODY, NOBODY, opportunity.amount)
            term += 1

    # What moves the world

    def _source(self) -> Life:
        """Leads come, each the start of a life."""
        record = self.recorder
        come = arrivals(self.world, self.stream)
        for n, (time, channel, key) in enumerate(come[["time", "channel", "key"]].tolist()):
            yield self.agenda.at(time, Queue.ARRIVAL, n, 0)
            segment, product, fit, intent = self.chances.traits(key, channel)
            number = record.entity(key, EntityType.LEAD, NOBODY, channel, segment, product, NOBODY, time)
            lead = Lead(number, key, channel, segment, product, fit, intent)
            self._note(Kind.CAPTURED, number)
            self.agenda.process(self._life(lead))

    def _start(self) -> None:
        """The run-in is over: what the scenario changes acts from now on."""
        self.tables = self.world
        self.chances = Chances(self.world, self.stream)
        for team in (self.sdr, self.ae):
            team.adopt(self.world)
        self._reassign(self.book.adopt(self.world))
        self.agenda.close_instant()

    def _open_day(self, n: int) -> None:
        """Every opening of the calendar lets the teams begin; a calendar that never closes has none but the first."""
        if self._is_open():
            self.agenda.close_instant()
        if not self.never_closes:
            before, first_day, opens, _ = self.tables.clock
            following = clock.next_opening(before, first_day, opens, self.agenda.now)
            self.agenda.call_at(following, Queue.OPENING, 0, n, partial(self._open_day, n + 1))

    def _is_open(self) -> bool:
        before, first_day, opens, closes = self.tables.clock
        return self.never_closes or clock.is_open(before, first_day, opens, closes, self.agenda.now)

    def _hand_out(self) -> None:
        """The instant is exhausted: SDRs first, then new opportunities to AEs, then the AEs' work."""
        if self._is_open():
            self.sdr.dispatch()
            self.book.assign()
            self.ae.dispatch()

    def _staff(self) -> None:
        """Fill the seats of the first day and plan the changes of the others."""
        seats = self.tables.seats
        for seat, (team, hired, left) in enumerate(zip(seats.team, seats.hired, seats.left, strict=True)):
            if hired <= self.agenda.now:
                self._join(seat, team)
            else:
                self.agenda.call_at(float(hired), Queue.HEADS, seat, 0, partial(self._join, seat, team))
            self.agenda.call_at(float(left), Queue.HEADS, seat, 1, partial(self._leave, seat, team))

    def _join(self, seat: int, team: int) -> None:
        self._note(Kind.HIRED, NOBODY, 0, seat)
        if team == SDR:
            return self.sdr.join(seat)
        self.ae.join(seat)
        return self._reassign(self.book.open_for(seat))

    def _leave(self, seat: int, team: int) -> None:
        """A seat is emptied: the task in hand goes back with its remaining hours, opportunities to other AEs."""
        self._note(Kind.LEFT, NOBODY, 0, seat)
        if team == SDR:
            for task in self.sdr.leave(seat):
                self.sdr.ask(task)
            return None
        for task in self.ae.leave(seat):
            if self.tables.pooled:
                self.ae.ask(task)
        return self._reassign(self.book.close_for(seat))

    def _reassign(self, opportunities: list[Opportunity]) -> None:
        for opportunity in opportunities:
            self.book.reassign(opportunity)
            self._note(Kind.REASSIGNED, opportunity.id, 0, opportunity.owner)

    def _warm_start(self, snapshot: Snapshot) -> None:
        """Put the deals open on the start into their stages, with their ages."""
        now = self.agenda.now
        keyed = [(now - deal.age, child_key(text_key(deal.id), _SNAPSHOT, 0), deal) for deal in snapshot.deals]
        for created, key, deal in sorted(keyed, key=lambda row: row[:2]):
            opportunity = self._resume(deal, created, key)
            if deal.zombie:
                left = (-1, math.inf)
            else:
                left = self.chances.resume(opportunity, self.chances.logit(opportunity), deal.stage_age)
            self.agenda.process(self._sell(opportunity, left))

    def _resume(self, deal: OpenDeal, created: float, key: int) -> Opportunity:
        names = self.names
        channel, segment, product = (
            getattr(names, group).index(getattr(deal, group[:-1])) for group in ("channels", "segments", "products")
        )
        owner = self.book.least_loaded()
        amount = deal.amount if deal.amount is not None else self.chances.value(key, channel, segment, product)
        number = self.recorder.entity(key, EntityType.OPPORTUNITY, NOBODY, channel, segment, product, owner, created)
        fit = self.chances.fits(key, channel)
        opportunity = Opportunity(number, key, channel, segment, product, fit, amount, owner)
        opportunity.stage = names.stages.index(deal.stage)
        self.book.take(opportunity)
        self.recorder.event(created, Kind.OPENED, number, 0, owner, NOBODY, NOBODY, amount)
        entered = self.agenda.now - deal.stage_age
        self.recorder.event(entered, Kind.STAGE_ENTER, number, 0, owner, opportunity.stage, NOBODY, 0.0)
        return opportunity

    # Small words

    def _seller(self, opportunity: Opportunity) -> int:
        """Who stands for an opportunity in the log: its owner, or in a pool the rep who last began work on it."""
        return opportunity.seat if self.tables.pooled else opportunity.owner

    def _after(self, subject: Subject, days: float) -> Event:
        subject.waits += 1
        return self.agenda.at(self.agenda.now + days, Queue.WAIT_OVER, subject.id, subject.waits)

    def _at(self, subject: Subject, time: float) -> Event:
        subject.waits += 1
        return self.agenda.at(time, Queue.WAIT_OVER, subject.id, subject.waits)

    def _note(
        self, kind: Kind, entity: int, visit: int = 0, actor: int = NOBODY, reason: int = NOBODY, amount: float = 0.0
    ) -> None:
        self.recorder.event(self.agenda.now, kind, entity, visit, actor, NOBODY, reason, amount)

    def _stage_note(self, kind: Kind, opportunity: Opportunity, reason: int = NOBODY, amount: float = 0.0) -> None:
        self.recorder.event(
            self.agenda.now,
            kind,
            opportunity.id,
            opportunity.visit,
            self._seller(opportunity),
            opportunity.stage,
            reason,
            amount,
        )
