"""What every life of a replication shares: what holds now, who keeps time, who works, and what is written down."""

import math
from collections.abc import Callable, Generator
from typing import Any

from simpy.events import Event

from sim import clock
from sim.agenda import Agenda, Queue
from sim.draws import stream_key
from sim.laws.routing import NOT_ROUTED
from sim.laws.touches import NONE_FOUND, sale_logit, scan
from sim.log import NOBODY, Kind, Names
from sim.recorder import Recorder
from sim.reference.book import Book
from sim.reference.chances import Chances
from sim.reference.market import Pool
from sim.reference.overflow import Overflow
from sim.reference.pursuit import Pursuit
from sim.reference.quotas import Quotas
from sim.reference.routing import Router
from sim.reference.signing import Signings
from sim.reference.subjects import Lead, Opportunity, Prospect, Subject
from sim.reference.team import Task, Team
from sim.seats import AE, AM, SDR
from sim.tables import Tables

__all__ = ["Life", "Scene"]

Life = Generator[Event, Any, None]


def _nothing() -> None:
    """Nothing is done."""


class Scene:
    """One replication of one world, at the current time."""

    def __init__(self, tables: Tables, seed: int, replication: int, names: Names):
        horizon = tables.horizon
        self.world = tables
        self.tables = tables.run_in or tables
        """What holds now: the run-in's until time 0."""
        self.names = names
        self.stream = stream_key(seed, replication)
        self.chances = Chances(self.tables, self.stream)
        before = tables.clock.before
        self.never_closes = bool(before[-1] >= 24.0 * (len(before) - 1))
        self.recorder = Recorder()
        self.agenda = Agenda(horizon.begins, horizon.ends, self._hand_out)
        self.sdr = Team(self.agenda, self.tables, self.chances, self.note, SDR, None)
        self.ae = Team(self.agenda, self.tables, self.chances, self.note, AE, Kind.TASK_START)
        self.to_sdrs = Router(self.tables, self.stream, self.sdr)
        self.book = Book(self.agenda, self.ae, Router(self.tables, self.stream, self.ae), self.tables)
        self.am = Team(self.agenda, self.tables, self.chances, self.note, AM, Kind.TASK_START)
        managers = Router(self.tables, self.stream, self.am)
        self.accounts = Book(self.agenda, self.am, managers, self.tables, managed=True)
        """The account managers'."""
        self.quotas = Quotas(self.agenda, self.ae, self.note, self.tables)
        self.pursuit = Pursuit(self.agenda, self.quotas, self.stream, tables, self.tables)
        self.overflow = Overflow(self.agenda, self.sdr, self.world, self.note, self.is_open)
        self.pool = Pool(self)
        self.signings = Signings(self.agenda, lambda: self.chances)
        self.leftover: Callable[[], None] = _nothing
        """What is done once all work is handed out."""

    def adopt(self) -> list[Opportunity]:
        """The run-in is over: what the scenario changes acts from now on; returns what a pool must divide up."""
        self.tables = self.world
        self.chances = Chances(self.world, self.stream)
        for team in (self.sdr, self.ae, self.am):
            team.adopt(self.world, self.chances)
        self.to_sdrs.adopt(self.world)
        if self.to_sdrs.routing == NOT_ROUTED:
            self.sdr.pool()
        self.quotas.adopt(self.world)
        self.pursuit.adopt(self.world)
        self.overflow.adopt(self.world)
        self.accounts.adopt(self.world)
        return self.book.adopt(self.world)

    def book_of(self, opportunity: Opportunity) -> Book:
        """The book in which an opportunity stands: the account managers', or the AEs'."""
        return self.accounts if opportunity.managed else self.book

    @property
    def until(self) -> float:
        """Until when what holds now does."""
        return math.inf if self.tables is self.world else 0.0

    def is_open(self) -> bool:
        """Whether the calendar is open."""
        before, first_day, opens, closes = self.tables.clock
        return self.never_closes or clock.is_open(before, first_day, opens, closes, self.agenda.now)

    def _hand_out(self) -> None:
        """The instant is exhausted: SDRs first, new opportunities to AEs, AEs' work, account managers', then none."""
        if self.is_open():
            self.sdr.dispatch()
            self.book.assign()
            self.ae.dispatch()
            self.am.dispatch()
            self.leftover()
        self.overflow.settle()

    def sdr_for(self, lead: Lead) -> int:
        """The SDR to whom a lead is routed; nobody if it waits for all, or there is none."""
        if self.to_sdrs.routing == NOT_ROUTED:
            return NOBODY
        return self.to_sdrs.choose(lead, self.sdr.present, self.sdr.load)

    def other_sdr(self, but: int) -> int:
        """The SDR present, but for one, who has the least to do; nobody where leads are not routed."""
        if self.to_sdrs.routing == NOT_ROUTED:
            return NOBODY
        return min(self.sdr.present - {but}, key=lambda seat: (self.sdr.load(seat), seat), default=NOBODY)

    def line_up(self, lead: Lead, task: Task) -> None:
        """Let a lead wait for its SDR; for all where leads are not routed, or its own has left."""
        if self.to_sdrs.routing == NOT_ROUTED or lead.owner not in self.sdr.present:
            lead.owner = NOBODY
        task.owner = lead.owner
        self.sdr.ask(task)

    def after(self, subject: Subject, days: float) -> Event:
        """An event of a buyer, some days from now."""
        return self.at(subject, self.agenda.now + days)

    def at(self, subject: Subject, time: float) -> Event:
        """An event of a buyer at a time."""
        subject.waits += 1
        return self.agenda.at(time, Queue.WAIT_OVER, subject.id, subject.waits)

    def seller(self, opportunity: Opportunity) -> int:
        """Who stands for an opportunity in the log: its owner, or in a pool the rep who last began work on it."""
        return opportunity.seat if opportunity.managed or self.tables.pooled else opportunity.owner

    def closing(self, opportunity: Opportunity) -> float:
        """Log-odds of advancing that whoever sells an opportunity adds."""
        return self.ae.ability(self.seller(opportunity))

    def intent(self, lead: Lead) -> float:
        """The mean of a lead's intent now."""
        return lead.intent + self._warmth(lead.prospect) if self.tables.touch.warms else lead.intent

    def covered(self, opportunity: Opportunity, eta: float) -> float:
        """Log-odds of advancing, with what marketing that goes on in the sale adds."""
        t = self.tables.touch
        if t.air_cover != 0.0 and opportunity.prospect:
            eta += t.air_cover * self._warmth(opportunity.prospect)
        if t.attends:
            now = self.agenda.now
            eta += sale_logit(opportunity.opened, now, t.sale_touch, t.sale_touch_before, t.touch_half_life)
        return eta

    def _warmth(self, prospect: Prospect | None) -> float:
        """What touches have added to an intent, above what is usual at capture."""
        assert prospect is not None
        t, now = self.tables.touch, self.agenda.now
        _, warmth, _, _ = scan(
            self.stream,
            prospect.key,
            max(prospect.captured - t.touch_before, now - t.touch_memory),
            now,
            self.tables.clock.first_day,
            t.epoch_day,
            self.overflow.reviews.spent.touch_rates,
            t.touch_tops,
            t.touch_keys,
            t.touch_effects,
            t.touch_half_life,
            NONE_FOUND,
        )
        return warmth - t.usual_warmth

    def note(
        self, kind: Kind, entity: int, visit: int = 0, actor: int = NOBODY, reason: int = NOBODY, amount: float = 0.0
    ) -> None:
        """Write down what happens now."""
        self.recorder.event(self.agenda.now, kind, entity, visit, actor, NOBODY, reason, amount)

    def stage_note(self, kind: Kind, opportunity: Opportunity, reason: int = NOBODY, amount: float = 0.0) -> None:
        """Write down what happens now to an opportunity in its stage."""
        self.recorder.event(
            self.agenda.now,
            kind,
            opportunity.id,
            opportunity.visit,
            self.seller(opportunity),
            opportunity.stage,
            reason,
            amount,
        )
