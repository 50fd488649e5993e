"""Overflow: whether SDRs have too much to do, and where a lead goes then."""

import math
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from sim.agenda import Agenda, Queue, Signal
from sim.laws.overflow import PASS, PUSH, backlog, load, overflows, releases, too_full, way
from sim.log import NOBODY, Kind
from sim.reference.subjects import Lead
from sim.reference.team import Note, Team
from sim.reviews import ACCEPTED, JUDGED, QUALIFIED, REJECTED, Reviews, Situation
from sim.tables import NO_LIMIT, Tables

__all__ = ["Overflow"]


class Overflow:
    """Watches the SDRs' backlog."""

    def __init__(self, agenda: Agenda, sdr: Team, world: Tables, note: Note, is_open: Callable[[], bool]):
        self.agenda = agenda
        self.sdr = sdr
        self.note = note
        self.is_open = is_open
        self.on = False
        self.first = math.inf
        """When leads overflowed first."""
        self.held: list[tuple[float, int, int, Signal]] = []
        """Leads that are held, and some that are held no longer; the next to be let go first."""
        self.reviews = Reviews(world)
        self.judged: list[tuple[float, float, int, int]] = []
        """Rows as in `JUDGED`, since the last review."""
        self.terms = (world.run_in or world).overflow
        for n, day in enumerate(self.reviews.days):
            agenda.call_at(day, Queue.REVIEW, 0, n, self._review)

    def adopt(self, tables: Tables) -> None:
        """Policy and levels from now on."""
        self.terms = tables.overflow
        self.reviews.adopt(tables)

    def score(self, lead: Lead) -> None:
        """Score a lead, by what has been learnt about its channel."""
        lead.score = lead.points + float(self.reviews.offsets[lead.channel])

    def qualify(self, lead: Lead) -> None:
        """A lead becomes an MQL."""
        if self.reviews.remembers:
            self.score(lead)
            self.judged.append((self.agenda.now, lead.score, lead.channel, QUALIFIED))

    def hear(self, lead: Lead, accepted: bool) -> None:
        """Sales' verdict on a lead; what nurture made ready says nothing of scores."""
        if self.reviews.remembers and lead.visit == 0:
            self.judged.append((self.agenda.now, lead.points, lead.channel, ACCEPTED if accepted else REJECTED))

    def comes(self, channel: int, depth: float) -> bool:
        """Whether a lead comes at the spend that is left."""
        return not self.reviews.throttles or depth < self.reviews.spent.kept[channel]

    def settle(self) -> None:
        """The teams have been handed their work, and the instant closes: a lead may be held no longer."""
        each = self._look()
        while self.held and self.held[0][-1].triggered:
            heappop(self.held)
        t = self.terms
        if self.held and releases(t.overflow_policy, self.on, self._full(), each, t.overflow_ends):
            self.agenda.close_instant()
            heappop(self.held)[-1].fire(False)

    def way(self, score: float) -> int:
        """Where a lead with a score goes that is to be handed off now."""
        t, now = self.terms, self.agenda.now
        if t.overflow_policy == PUSH and t.queue_limit == NO_LIMIT:
            return PASS
        self._look()
        full = self._full()
        if full:
            self.first = min(self.first, now)
        served = now >= self.first + t.external_start_up
        return way(t.overflow_policy, self.on, full, served, score, self.reviews.cutoff)

    def hold(self, lead: Lead) -> Signal:
        """Hold a lead; the signal fires with whether it leaves."""
        released = Signal(self.agenda)
        heappush(self.held, (-lead.score, lead.id, lead.visit, released))
        return released

    def _full(self) -> bool:
        """Whether the SDRs' queue has no room for a lead handed off now."""
        idle = len(self.sdr.idle) if self.is_open() else 0
        return too_full(sum(self.sdr.line), idle, self.terms.queue_limit)

    def _look(self) -> float:
        """Whether there is overflow now; returns the backlog for each SDR."""
        t, on, hours, each = self.terms, False, 0.0, 0.0
        if t.overflow_policy != PUSH or self.on:
            hours = backlog(np.array(self.sdr.line), t.backlog_hours)
        if t.overflow_policy != PUSH:
            each = load(hours, len(self.sdr.present))
            on = overflows(self.on, each, t.overflow_begins, t.overflow_ends)
        if on != self.on:
            self.on = on
            if on:
                self.first = min(self.first, self.agenda.now)
            self.note(Kind.OVERFLOW_BEGINS if on else Kind.OVERFLOW_ENDS, NOBODY, 0, NOBODY, NOBODY, hours)
        return each

    def _review(self) -> None:
        """Managers decide."""
        now, judged = self.agenda.now, np.array(self.judged, dtype=JUDGED)
        situation = Situation(now, self.on, np.array(self.sdr.line), sorted(self.sdr.present), judged)
        for kind, amount in self.reviews.hold(situation):
            self.note(kind, NOBODY, 0, NOBODY, NOBODY, amount)
        self.judged.clear()
