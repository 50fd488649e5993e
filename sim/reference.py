"""The SimPy engine: a lead's life, told in order. It is the authority; a faster engine must give the same log.

A lead is captured, judged, perhaps nurtured, handed to an SDR, tried, talked to, accepted, taken by an AE, worked
through the stages of an opportunity, won, and renewed. Every chance is a rule of `sim.rules` on the lead's own draws;
the engine only keeps time and queues.
"""

from collections.abc import Generator
from functools import partial
from typing import Any

from simpy.events import Event

from sim import clock, rules
from sim.agenda import Agenda, Queue
from sim.arrivals import arrivals
from sim.book import Book
from sim.draws import Purpose, Tag, child_key, stream_key, text_key, turn
from sim.laws.outcomes import speed_to_lead
from sim.log import NOBODY, EntityType, Kind, Names
from sim.recorder import Recorder
from sim.seats import AE, SDR
from sim.snapshot import OpenDeal, Snapshot
from sim.subjects import Lead, Opportunity, Subject
from sim.tables import REASONS, Tables
from sim.team import Task, Team

__all__ = ["Engine"]

Life = Generator[Event, Any, None]

UNSUBSCRIBED, RELEASED, POOR_FIT, UNREACHED, NO_ATTEMPT, NO_AE, STALLED = (REASONS.index(name) for name in REASONS[1:])
# Enum members are slow to pass to compiled functions, so the engine holds them as plain integers.
_AE_PATIENCE = int(Purpose.AE_PATIENCE)
_CUSTOMER = int(Tag.CUSTOMER)
_OPPORTUNITY = int(Tag.OPPORTUNITY)
_ORDER = int(Tag.ORDER)
_PRODUCT = int(Purpose.PRODUCT)
_SDR_PATIENCE = int(Purpose.SDR_PATIENCE)
_SEGMENT = int(Purpose.SEGMENT)
_SNAPSHOT = int(Tag.SNAPSHOT)
_STAGE_EFFORT = int(Purpose.STAGE_EFFORT)
_STEP = int(Purpose.STEP)
_NURTURE_REASON = {rules.READY: 0, rules.UNSUBSCRIBED: UNSUBSCRIBED, rules.RELEASED: RELEASED}


class Engine:
    """One replication of one world."""

    def __init__(self, tables: Tables, seed: int, replication: int, snapshot: Snapshot | None, names: Names):
        horizon = tables.horizon
        self.world = tables
        self.tables = tables.run_in or tables
        """What holds now: the run-in's until time 0."""
        self.names = names
        self.stream = stream_key(seed, replication)
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
        self.agenda.run()
        return self.recorder

    # The lead's life

    def _life(self, lead: Lead) -> Life:
        n = 0
        while n < len(self.tables.steps):
            t = self.tables
            days = rules.delay(self.stream, lead.key, _STEP, turn(0, n), t.laws, t.knots, t.steps[n])
            n += 1
            yield self._after(lead, days)
        t = self.tables
        lead.score = rules.points(
            self.stream,
            lead.key,
            t.score_separation,
            t.score_intent,
            lead.fit,
            lead.intent,
            t.laws,
            t.knots,
            t.channel_score[lead.channel],
        )
        qualified = rules.qualifies(self.stream, lead.key, t.channel_mql[lead.channel], lead.score, t.score_threshold)
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
        t = self.tables
        lead.visit += 1
        self._note(Kind.NURTURE_ENTER, lead.id, lead.visit)
        ready = t.ready_good if lead.fit else t.ready_bad
        days, outcome = rules.nurture(self.stream, lead.key, lead.visit, ready, t.unsubscribe, t.release_after)
        if days > 0.0:
            yield self._after(lead, days)
        lead.intent -= self.tables.intent_decay * days
        reason = _NURTURE_REASON[outcome]
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
            t = self.tables
            if n == 0:
                m = speed_to_lead((self.agenda.now - handed_off) * 24.0, t.speed_exponent, t.speed_scale)
            self._note(Kind.ATTEMPT, lead.id, lead.visit, seat)
            reached, task.hours = rules.attempt(
                self.stream,
                lead.key,
                lead.visit,
                n,
                t.contact,
                m,
                t.laws,
                t.knots,
                t.attempt_law,
                t.conversation_law,
            )
            self.sdr.work(task)
            yield task.finished
            if reached:
                return self._judge_by_sales(lead, m, task.seat)
            n += 1
            t = self.tables
            if n >= len(t.contact):
                self._note(Kind.REJECTED, lead.id, lead.visit, NOBODY, UNREACHED)
                return UNREACHED
            before, first_day, opens, closes = t.clock
            yield self._at(lead, rules.due(before, first_day, opens, closes, self.agenda.now, t.spacing))

    def _judge_by_sales(self, lead: Lead, m: float, seat: int) -> int:
        t = self.tables
        self._note(Kind.CONVERSATION, lead.id, lead.visit, seat)
        accepted = rules.accepts(
            self.stream,
            lead.key,
            lead.visit,
            t.channel_sql[lead.channel],
            t.accept_good if lead.fit else t.accept_bad,
            m,
            t.accept_intent,
            lead.intent,
        )
        if accepted:
            self._note(Kind.ACCEPTED, lead.id, lead.visit, seat)
            return 0
        self._note(Kind.REJECTED, lead.id, lead.visit, seat, POOR_FIT)
        return POOR_FIT

    def _lose_patience(self, lead: Lead, task: Task) -> None:
        """A lead that nobody has tried goes cold when its patience ends."""
        t = self.tables
        patience = rules.delay(
            self.stream, lead.key, _SDR_PATIENCE, turn(lead.visit, 0), t.laws, t.knots, t.sdr_patience
        )

        def expire() -> None:
            if not task.begun.triggered:
                self.sdr.withdraw(task)
                task.begun.fire(None)

        self.agenda.call_at(self.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit, expire)

    def _find_owner(self, lead: Lead) -> Generator[Event, Any, int | None]:
        """Wait for an AE with room; none if the lead goes cold first."""
        t = self.tables
        taken = self.book.wait(lead.id)
        patience = rules.delay(self.stream, lead.key, _AE_PATIENCE, turn(lead.visit, 0), t.laws, t.knots, t.ae_patience)

        def expire() -> None:
            if not taken.triggered:
                taken.fire(None)

        self.agenda.call_at(self.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit + 1, expire)
        owner: int | None = yield taken
        return owner

    # The opportunity's life

    def _open(self, lead: Lead, owner: int) -> Opportunity:
        key = child_key(lead.key, _OPPORTUNITY, 0)
        amount = self._value(key, lead.channel, lead.segment, lead.product)
        number = self.recorder.entity(
            key, EntityType.OPPORTUNITY, lead.id, lead.channel, lead.segment, lead.product, owner, self.agenda.now
        )
        opportunity = Opportunity(number, key, lead.channel, lead.segment, lead.product, lead.fit, amount, owner)
        opportunity.score = lead.score
        self.book.take(opportunity)
        self._note(Kind.OPENED, number, 0, owner, NOBODY, amount)
        return opportunity

    def _value(self, key: int, channel: int, segment: int, product: int) -> float:
        t = self.tables
        laws = (t.channel_value[channel], t.product_value[product], t.segment_value[segment])
        law = next(int(law) for law in laws if law >= 0)
        return float(rules.value(self.stream, key, t.laws, t.knots, law, t.product_price[product]))

    def _sell(self, opportunity: Opportunity, left: tuple[int, float] | None = None) -> Life:
        """Pass the stages; `left` is the reason and the days left of a stage that a snapshot found under way."""
        while True:
            eta = self._advance_logit(opportunity)
            task: Task | None = None
            if left is not None:
                # The work of a stage that was under way at the start counts as done.
                (reason, days), left = left, None
                yield self._after(opportunity, days)
            elif self.tables.stage_late[opportunity.stage]:
                entered = self.agenda.now
                self._stage_note(Kind.STAGE_ENTER, opportunity)
                yield self._work_on(opportunity).finished
                reason, days = self._resolve(opportunity, eta)
                if reason < 0 and not self._survives(opportunity, eta, self.agenda.now - entered):
                    return self._lose(opportunity, STALLED)
                if days > 0.0:
                    yield self._after(opportunity, days)
            else:
                self._stage_note(Kind.STAGE_ENTER, opportunity)
                reason, days = self._resolve(opportunity, eta)
                task = self._work_on(opportunity)
                due = self.agenda.now + days
                yield self._at(opportunity, due)
            if reason >= 0:
                if task is not None:
                    self.ae.withdraw(task)
                return self._lose(opportunity, reason)
            if task is not None:
                if not task.done:
                    yield task.finished
                if not self._survives(opportunity, eta, self.agenda.now - due):
                    return self._lose(opportunity, STALLED)
            opportunity.stage += 1
            opportunity.visit += 1
            if opportunity.stage == len(self.tables.stage_logit):
                return (yield from self._win(opportunity))

    def _resolve(self, opportunity: Opportunity, eta: float) -> tuple[int, float]:
        """How and when the stage is left: (reason of loss or -1, days)."""
        t, stage = self.tables, opportunity.stage
        cause, days = rules.resolve(
            self.stream,
            opportunity.key,
            opportunity.visit,
            eta,
            t.stage_first[stage],
            t.stage_first[stage + 1],
            t.cause_share,
            t.cause_law,
            t.laws,
            t.knots,
            t.segment_time[opportunity.segment],
        )
        return int(t.cause_reason[cause]), days

    def _survives(self, opportunity: Opportunity, eta: float, delay: float) -> bool:
        """Whether an advance survives the delay that the reps' work added."""
        penalty = self.tables.stage_penalty[opportunity.stage]
        return bool(rules.survives(self.stream, opportunity.key, opportunity.visit, eta, penalty, delay))

    def _advance_logit(self, opportunity: Opportunity) -> float:
        t = self.tables
        eta = float(t.stage_logit[opportunity.stage] + t.segment_logit[opportunity.segment])
        return eta if opportunity.fit else eta + t.bad_fit_logit

    def _work_on(self, opportunity: Opportunity) -> Task:
        t = self.tables
        hours = rules.delay(
            self.stream,
            opportunity.key,
            _STAGE_EFFORT,
            turn(opportunity.visit, 0),
            t.laws,
            t.knots,
            t.stage_effort[opportunity.stage],
        )
        return self.book.work_on(opportunity, hours * float(t.segment_effort[opportunity.segment]))

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
            t = self.tables
            eta = t.renewal_logit + (t.renewal_fit if opportunity.fit else 0.0)
            if not rules.renews(self.stream, key, term, eta):
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
            t = self.tables
            segment = rules.category(self.stream, key, _SEGMENT, t.channel_segments[channel])
            product = rules.category(self.stream, key, _PRODUCT, t.product_mix)
            number = record.entity(key, EntityType.LEAD, NOBODY, channel, segment, product, NOBODY, time)
            fit = rules.fits(self.stream, key, t.channel_fit[channel])
            lead = Lead(number, key, channel, segment, product, fit, float(t.channel_intent[channel]))
            self._note(Kind.CAPTURED, number)
            self.agenda.process(self._life(lead))

    def _start(self) -> None:
        """The run-in is over: what the scenario changes acts from now on."""
        self.tables = self.world
        for team in (self.sdr, self.ae):
            team.adopt(self.world)
        self._reassign(self.book.adopt(self.world))

    def _open_day(self, n: int) -> None:
        """Every opening of the calendar lets the teams begin; a calendar that never closes has none but the first."""
        before, first_day, opens, closes = self.tables.clock
        now = self.agenda.now
        if clock.is_open(before, first_day, opens, closes, now):
            self.agenda.close_instant()
        if before[-1] < 24.0 * (len(before) - 1):
            following = clock.next_opening(before, first_day, opens, now)
            self.agenda.call_at(following, Queue.OPENING, 0, n, partial(self._open_day, n + 1))

    def _hand_out(self) -> None:
        """The instant is exhausted: SDRs first, then new opportunities to AEs, then the AEs' work."""
        before, first_day, opens, closes = self.tables.clock
        if clock.is_open(before, first_day, opens, closes, self.agenda.now):
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
        t, now = self.tables, self.agenda.now
        keyed = [(now - deal.age, child_key(text_key(deal.id), _SNAPSHOT, 0), deal) for deal in snapshot.deals]
        for created, key, deal in sorted(keyed, key=lambda row: row[:2]):
            opportunity = self._resume(deal, created, key)
            first, last = (int(t.stage_first[opportunity.stage + k]) for k in (0, 1))
            if deal.zombie:
                left = (int(t.cause_reason[first]), float("inf"))
            else:
                cause, days = rules.resume(
                    self.stream,
                    key,
                    self._advance_logit(opportunity),
                    first,
                    last,
                    t.cause_share,
                    t.cause_law,
                    t.laws,
                    t.knots,
                    t.segment_time[opportunity.segment],
                    deal.stage_age,
                )
                left = (int(t.cause_reason[cause]), days)
            self.agenda.process(self._sell(opportunity, left))

    def _resume(self, deal: OpenDeal, created: float, key: int) -> Opportunity:
        names = self.names
        channel, segment, product = (
            getattr(names, group).index(getattr(deal, group[:-1])) for group in ("channels", "segments", "products")
        )
        owner = self.book.least_loaded()
        amount = deal.amount if deal.amount is not None else self._value(key, channel, segment, product)
        number = self.recorder.entity(key, EntityType.OPPORTUNITY, NOBODY, channel, segment, product, owner, created)
        fit = rules.fits(self.stream, key, self.tables.channel_fit[channel])
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
        return self._at(subject, self.agenda.now + days)

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
