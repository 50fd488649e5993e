"""Overflow: whether SDRs have too much to do, and where a lead goes then."""

import math
from collections.abc import Callable

import numpy as np

from sim.agenda import Agenda
from sim.laws.overflow import PUSH, backlog, overflows, too_full, way
from sim.log import NOBODY, Kind
from sim.reference.team import Note, Team
from sim.tables import NO_LIMIT, Tables

__all__ = ["Overflow"]


class Overflow:
    """Watches the SDRs' backlog."""

    def __init__(self, agenda: Agenda, sdr: Team, tables: Tables, note: Note, is_open: Callable[[], bool]):
        self.agenda = agenda
        self.sdr = sdr
        self.note = note
        self.is_open = is_open
        self.on = False
        self.first = math.inf
        """When leads overflowed first."""
        self.adopt(tables)

    def adopt(self, tables: Tables) -> None:
        """Policy and levels from now on."""
        self.terms = tables.overflow

    def settle(self) -> None:
        """The teams have been handed their work, and the instant closes."""
        self._look()

    def way(self) -> int:
        """Where a lead handed off now goes: to the SDRs, to the provider, or out."""
        t = self.terms
        if t.overflow_policy == PUSH and t.queue_limit == NO_LIMIT:
            return way(PUSH, False, False, False)
        self._look()
        idle = len(self.sdr.idle) if self.is_open() else 0
        full = too_full(sum(self.sdr.line), idle, t.queue_limit)
        now = self.agenda.now
        if full:
            self.first = min(self.first, now)
        return way(t.overflow_policy, self.on, full, now >= self.first + t.external_start_up)

    def _look(self) -> None:
        """Whether there is overflow now."""
        t, on, hours = self.terms, False, 0.0
        if t.overflow_policy != PUSH or self.on:
            hours = backlog(np.array(self.sdr.line), t.backlog_hours)
        if t.overflow_policy != PUSH:
            on = overflows(self.on, hours, len(self.sdr.present), t.overflow_begins, t.overflow_ends)
        if on == self.on:
            return
        self.on = on
        if on:
            self.first = min(self.first, self.agenda.now)
        self.note(Kind.OVERFLOW_BEGINS if on else Kind.OVERFLOW_ENDS, NOBODY, 0, NOBODY, NOBODY, hours)
