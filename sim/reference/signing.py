"""A last stage that is decided day by day: who is in it, the day's pace, and what they decide."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sim.agenda import Agenda, Queue, Signal
from sim.laws.signing import NOT_YET, UNIT, pace_of
from sim.reference.chances import Chances
from sim.reference.subjects import Opportunity

__all__ = ["Signings", "Told", "Undecided"]


class Undecided(NamedTuple):
    """A last stage under way: its log-odds, and the day on which it was entered."""

    eta: float
    since: int


Told = tuple[int, float]
"""How the stage is left (as of `Chances.resolve`), and when."""


class Signings:
    """Who waits in the last stage, with his log-odds and the day on which he came there."""

    def __init__(self, agenda: Agenda, chances: Callable[[], Chances]):
        self.agenda, self.chances = agenda, chances
        self.waiting: dict[int, tuple[Opportunity, float, int, Signal]] = {}
        self.pace = NOT_YET

    def open_day(self, n: int) -> None:
        """The n-th day begins: its pace follows from who is there, and each of them may decide."""
        day, chances, load = math.floor(self.agenda.now), self.chances(), 0
        if chances.tables.signing.signing_elasticity != 1.0:
            for opportunity, eta, since, _ in self.waiting.values():
                load += int(chances.wins_today(opportunity, eta, day, day - since) / UNIT)
        table = chances.tables.signing
        level = float(table.signing_paces[day - table.signing_first])
        self.pace = pace_of(level, load, table.signing_load, table.signing_elasticity)
        for opportunity, eta, since, signal in list(self.waiting.values()):
            told = self.today(opportunity, eta, since)
            if told is not None:
                del self.waiting[opportunity.id]
                signal.fire(told)
        self.agenda.call_at(self.agenda.now + 1.0, Queue.SIGNING, 0, n + 1, partial(self.open_day, n + 1))

    def today(self, opportunity: Opportunity, eta: float, since: int) -> Told | None:
        """What is decided in the rest of today, if anything is."""
        now = self.agenda.now
        if self.pace == NOT_YET:
            return None
        return self.chances().decides(opportunity, eta, self.pace, now, math.floor(now) - since)

    def wait(self, opportunity: Opportunity, eta: float, since: int) -> Signal:
        """Let somebody wait for the day on which he decides; it fires with what is `Told`."""
        signal = Signal(self.agenda)
        self.waiting[opportunity.id] = (opportunity, eta, since, signal)
        return signal

    def leave(self, opportunity: Opportunity) -> None:
        """Somebody waits no longer, if he did."""
        self.waiting.pop(opportunity.id, None)
