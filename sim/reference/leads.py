"""A lead's life, told in order: captured, judged, nurtured, handed to an SDR, tried, talked to, accepted."""

from collections.abc import Generator
from typing import Any

from simpy.events import Event

from sim.agenda import Queue
from sim.laws.overflow import KEEP, REFUSE, SEND
from sim.log import NOBODY, EntityType, Kind
from sim.reference.behaviour import Behaviour
from sim.reference.deals import DealLife
from sim.reference.scene import Life, Scene
from sim.reference.subjects import Lead, Prospect
from sim.reference.team import Task
from sim.tables import ESCALATE, NOTHING, REASONS, RECYCLE

__all__ = ["LeadLife"]

UNREACHED, NO_ATTEMPT, NO_AE, SLA_BREACH, LOST_IN_TRANSIT = (
    REASONS.index(name) for name in ("unreached", "no_attempt", "no_ae", "sla_breach", "lost_in_transit")
)
READY, UNSUBSCRIBED, QUEUE_FULL, NEGLECTED = (
    REASONS.index(name) for name in ("ready", "unsubscribed", "queue_full", "neglected")
)
FINAL = (UNSUBSCRIBED, NO_ATTEMPT, LOST_IN_TRANSIT, QUEUE_FULL)
"""Reasons for which a lead is not recycled."""


class LeadLife:
    """How a lead lives, until it leaves the funnel or becomes an opportunity."""

    def __init__(self, scene: Scene, deals: DealLife):
        self.scene = scene
        self.deals = deals
        self.behaviour = Behaviour(scene)

    def be_born(self, key: int, channel: int, source: int, parent: int = NOBODY) -> None:
        """A lead is captured; source: its channel or a campaign; parent: the customer who brings it, if one does."""
        segment, product, fit, intent = self.scene.chances.traits(key, channel, source)
        number = self.scene.recorder.entity(
            key, EntityType.LEAD, parent, channel, segment, product, NOBODY, self.scene.agenda.now
        )
        lead = Lead(number, key, channel, segment, product, fit, intent)
        self.scene.chances.know(lead)
        lead.prospect = Prospect(key, self.scene.agenda.now)
        self.scene.note(Kind.CAPTURED, number)
        life = self._life(lead) if parent == NOBODY else self._brought(lead)
        self.scene.agenda.process(self.scene.pool.hold(segment, life))

    def _brought(self, lead: Lead) -> Life:
        """The life of a lead that a customer brings begins at that instant, after what else happens to customers."""
        yield self.scene.after(lead, 0.0)
        yield from self._life(lead)

    def _life(self, lead: Lead, n: int = 0) -> Life:
        """The life of a lead from its delays on; n: those that are over."""
        while n < len(self.scene.chances.steps):
            days = self.scene.chances.step(lead, n)
            n += 1
            yield self.scene.after(lead, days)
        lead.points = self.scene.chances.points(lead, self.scene.intent(lead))
        self.scene.overflow.score(lead)
        qualified = self.scene.chances.qualifies(lead, self.scene.overflow.reviews.threshold)
        qualified = qualified and self.behaviour.suffices(lead)
        yield from self._pass(lead, qualified)

    def be_judged(self, lead: Lead, days: float) -> Life:
        """The life of a lead that waits for its first judgement when the run begins, for some more days."""
        over = len(self.scene.chances.steps)
        yield self.scene.after(lead, days)
        yield from self._life(lead, over)

    def wait_on(self, lead: Lead, task: Task) -> Life:
        """The life of a lead that waits for its first attempt when the run begins."""
        reason = yield from self._try(lead, task)
        if (yield from self._given_back(lead, reason)):
            yield from self._pass(lead, False)

    def stay_on(self, lead: Lead, stayed: float) -> Life:
        """The life of a lead that has been in nurture for some days when the run begins."""
        lead.visit = 1
        lead.intent -= self.scene.tables.intent_decay * stayed
        # Nothing happens before the run has begun.
        yield self.scene.after(lead, 0.0)
        reason = yield from self._stay(lead, *self.scene.chances.nurture(lead, stayed))
        if reason:
            return self.scene.note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, reason)
        yield from self._pass(lead, True)

    def _pass(self, lead: Lead, qualified: bool) -> Life:
        """From marketing to sales, and back as often as sales gives the lead back."""
        while True:
            if not qualified:
                reason = yield from self._nurture(lead)
                if reason:
                    return self.scene.note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, reason)
            self.scene.note(Kind.MQL, lead.id, lead.visit)
            self.scene.overflow.qualify(lead)
            lead.delayed = self.scene.chances.delay(lead)
            if lead.delayed > 0.0:
                yield self.scene.after(lead, lead.delayed)
            reason = yield from self._divert(lead)
            if not (yield from self._given_back(lead, reason)):
                return
            qualified = False

    def _given_back(self, lead: Lead, reason: int) -> Generator[Event, Any, bool]:
        """What becomes of a lead that sales has accepted, or (for some reason) not; whether it is nurtured again."""
        if reason:
            if reason in FINAL or not (reason == SLA_BREACH or self.scene.chances.goes_back(lead)):
                self.scene.note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, reason)
                return False
        else:
            lost = yield from self._sell(lead)
            if lost is None:
                return False
            reason = lost
        lead.recycled += 1
        self.scene.note(Kind.RECYCLED, lead.id, lead.visit, NOBODY, reason)
        return True

    def _sell(self, lead: Lead) -> Generator[Event, Any, int | None]:
        """An accepted lead is sold to; returns why its opportunity was lost, if that brings it back to nurture."""
        owner = NOBODY if self.scene.tables.pooled else (yield from self._find_owner(lead))
        if owner is None:
            self.scene.note(Kind.WENT_COLD, lead.id, lead.visit, NOBODY, NO_AE)
            self.scene.note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, NO_AE)
            return None
        if not self.scene.pursuit.wants(lead, owner):
            self.scene.note(Kind.NEGLECTED, lead.id, lead.visit, owner)
            self.scene.note(Kind.WITHDRAWN, lead.id, lead.visit, NOBODY, NEGLECTED)
            return None
        opportunity = self.deals.open(lead, owner)
        lost = yield from self.deals.sell(opportunity)
        if lost is None or not self.scene.chances.comes_back(lead, opportunity, lost):
            return None
        return lost

    def _nurture(self, lead: Lead) -> Generator[Event, Any, int]:
        """A stay in nurture; returns the reason for leaving the funnel, 0 if the lead is ready."""
        lead.visit += 1
        self.scene.note(Kind.NURTURE_ENTER, lead.id, lead.visit)
        days, reason = self.scene.chances.nurture(lead)
        return (yield from self._stay(lead, days, reason))

    def _stay(self, lead: Lead, days: float, reason: int) -> Generator[Event, Any, int]:
        """So many days in nurture, unless what a lead does ends them; returns the reason as `_nurture` does."""
        # Whom sales has given back comes again when it is ready.
        if days > 0.0 and self.scene.tables.scoring.looks and lead.recycled == 0:
            used = yield from self.behaviour.watched(lead, days)
            days, reason = (days, reason) if used is None else (used, READY)
        elif days > 0.0:
            yield self.scene.after(lead, days)
        lead.intent -= self.scene.tables.intent_decay * days
        self.scene.note(Kind.NURTURE_EXIT, lead.id, lead.visit, NOBODY, reason)
        return reason

    def _divert(self, lead: Lead) -> Generator[Event, Any, int]:
        """To the SDRs, back to nurture, to the external provider, or out; returns the reason for going back, 0 if
        accepted."""
        way = self.scene.overflow.way(lead.score)
        if way == KEEP and (yield from self._hold(lead)):
            return UNSUBSCRIBED
        if way == SEND:
            return (yield from self._send_out(lead))
        if way == REFUSE:
            self.scene.note(Kind.HANDED_OFF, lead.id, lead.visit)
            return QUEUE_FULL
        return (yield from self._develop(lead))

    def _hold(self, lead: Lead) -> Generator[Event, Any, bool]:
        """A lead is held back until there is room for it; returns whether it unsubscribes first."""
        agenda = self.scene.agenda
        since = agenda.now
        self.scene.note(Kind.HELD, lead.id, lead.visit)
        days, gone = self.scene.chances.held(lead)
        released = self.scene.overflow.hold(lead)

        def expire() -> None:
            if not released.triggered:
                released.fire(gone)

        lead.waits += 1
        agenda.call_at(since + days, Queue.WAIT_OVER, lead.id, lead.waits, expire)
        unsubscribes: bool = yield released
        lead.intent -= self.scene.tables.intent_decay * (agenda.now - since)
        return unsubscribes

    def _send_out(self, lead: Lead) -> Generator[Event, Any, int]:
        """The provider tries a lead, for a fee; returns the reason for going back, 0 if accepted."""
        chances = self.scene.chances
        self.scene.note(Kind.OVERFLOWED, lead.id, lead.visit, NOBODY, NOBODY, chances.tables.overflow.external_fee)
        days = chances.days_outside(lead)
        m = chances.speed_to_lead((lead.delayed + days) * 24.0)
        yield self.scene.after(lead, days)
        # By now other rules may hold.
        chances = self.scene.chances
        if chances.reached_outside(lead, m):
            return self._judge_by_sales(lead, m, NOBODY, chances.tables.overflow.external_quality)
        self.scene.note(Kind.REJECTED, lead.id, lead.visit, NOBODY, UNREACHED)
        return UNREACHED

    def _develop(self, lead: Lead) -> Generator[Event, Any, int]:
        """Handoff, attempts, conversation, judgement by sales; returns the reason for going back, 0 if accepted."""
        if not self.scene.chances.arrives(lead):
            self.scene.note(Kind.HANDED_OFF, lead.id, lead.visit)
            return LOST_IN_TRANSIT
        return (yield from self._try(lead, self.hand_over(lead)))

    def hand_over(self, lead: Lead, waited: float | None = None) -> Task:
        """A lead is routed and lines up for its first attempt; waited: since so many days, when the run begins."""
        handed_off = self.scene.agenda.now - (waited or 0.0)
        lead.owner = self.scene.sdr_for(lead)
        handoff = (Kind.HANDED_OFF, lead.id, lead.visit, lead.owner, NOBODY, NOBODY, 0.0)
        self.scene.recorder.event(handed_off, *handoff)
        lead.passed = 0
        task = Task(self.scene.agenda, lead, None, 0)
        task.since = handed_off
        self.scene.line_up(lead, task)
        self._lose_patience(lead, task, waited)
        self._promise(lead, task)
        return task

    def _try(self, lead: Lead, task: Task) -> Generator[Event, Any, int]:
        """Attempts, of which the first is waited for; returns as `_develop` does."""
        m, n, handed_off = 1.0, 0, task.since
        while True:
            seat = yield task.begun
            if seat is None:
                if task.gone_for == NO_ATTEMPT:
                    self.scene.note(Kind.WENT_COLD, lead.id, lead.visit, NOBODY, NO_ATTEMPT)
                return task.gone_for
            lead.urgent = False
            if n == 0:
                self.scene.sdr.tried[seat] += 1
                waited = self.scene.agenda.now - handed_off + lead.delayed
                m = self.scene.chances.speed_to_lead(waited * 24.0)
            self.scene.note(Kind.ATTEMPT, lead.id, lead.visit, seat)
            reached, task.hours = self.scene.chances.attempt(lead, n, m, self.scene.sdr.ability(seat))
            self.scene.sdr.work(task)
            yield task.finished
            if reached:
                return self._judge_by_sales(lead, m, task.seat)
            n = lead.passed = n + 1
            if n >= self.scene.chances.attempts:
                self.scene.note(Kind.REJECTED, lead.id, lead.visit, NOBODY, UNREACHED)
                return UNREACHED
            yield self.scene.at(lead, self.scene.chances.due(self.scene.agenda.now))
            task = Task(self.scene.agenda, lead, None, n)
            self.scene.line_up(lead, task)

    def _judge_by_sales(self, lead: Lead, m: float, seat: int, quality: float = 1.0) -> int:
        self.scene.note(Kind.CONVERSATION, lead.id, lead.visit, seat)
        intent = self.scene.intent(lead)
        ready = self.scene.chances.is_ready(lead, intent)
        if ready and self.scene.tables.buyers.asks:
            self.scene.note(Kind.SALES_READY, lead.id, lead.visit, seat)
        accepted = self.scene.chances.accepts(lead, intent, m, quality, ready)
        self.scene.overflow.hear(lead, accepted)
        if accepted:
            self.scene.note(Kind.ACCEPTED, lead.id, lead.visit, seat)
            if seat != NOBODY:
                self.scene.sdr.succeeded[seat] += 1
            return 0
        reason = self.scene.chances.rejection(lead)
        self.scene.note(Kind.REJECTED, lead.id, lead.visit, seat, reason)
        return reason

    def _lose_patience(self, lead: Lead, task: Task, waited: float | None) -> None:
        """A lead that nobody has tried goes cold when its patience ends."""
        chances = self.scene.chances
        patience = chances.patience_for_sdr(lead) if waited is None else chances.patience_left(lead, waited)

        def expire() -> None:
            if not task.begun.triggered:
                self._take_back(task, NO_ATTEMPT)

        self.scene.agenda.call_at(self.scene.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit, expire)

    def _take_back(self, task: Task, reason: int) -> None:
        """Nobody will try a lead that waits."""
        self.scene.sdr.withdraw(task)
        task.gone_for = reason
        task.begun.fire(None)

    def _promise(self, lead: Lead, task: Task) -> None:
        """What the plan says happens to a lead that nobody has tried within its service level."""

        def end() -> None:
            breach = self.scene.tables.handoff.breach
            if task.begun.triggered or breach == NOTHING:
                return
            self.scene.note(Kind.BREACHED, lead.id, lead.visit, task.owner)
            if breach == ESCALATE:
                lead.urgent = True
                self.scene.sdr.pass_on(task, task.owner)
            elif breach == RECYCLE:
                if lead.recycled < self.scene.tables.handoff.recycles:
                    # It may be back at this very instant, and would stand in the queue twice.
                    self.scene.sdr.remove(task)
                    self._take_back(task, SLA_BREACH)
            else:
                self._pass_on(lead, task)

        if self.scene.tables.handoff.breach != NOTHING:
            # Who has waited since before the run began is late at its beginning at the earliest.
            due = max(self.scene.chances.promised(task.since), self.scene.agenda.now)
            self.scene.agenda.call_at(due, Queue.SLA, lead.id, lead.visit, end)

    def _pass_on(self, lead: Lead, task: Task) -> None:
        """A lead passes to another SDR, if there is one and leads are routed."""
        seat = self.scene.other_sdr(task.owner)
        if seat != NOBODY:
            lead.owner = seat
            self.scene.sdr.pass_on(task, seat)
            self.scene.note(Kind.REASSIGNED, lead.id, lead.visit, seat)

    def _find_owner(self, lead: Lead) -> Generator[Event, Any, int | None]:
        """Wait for an AE with room; none if the lead goes cold first."""
        taken = self.scene.book.wait(lead)
        patience = self.scene.chances.patience_for_ae(lead)

        def expire() -> None:
            if not taken.triggered:
                taken.fire(None)

        self.scene.agenda.call_at(self.scene.agenda.now + patience, Queue.PATIENCE, lead.id, 2 * lead.visit + 1, expire)
        owner: int | None = yield taken
        return owner
