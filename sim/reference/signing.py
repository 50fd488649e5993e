"""A last stage that is decided day by day: who is in it, the day's pace, and what they decide."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from sim.agenda import Agenda, Queue, Signal
from sim.laws.selling import spell_of
from sim.laws.signing import UNDECIDED, UNIT, decide, pace_of, wins_today
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
        self.pace = 1.0

    def decides(self, opportunity: Opportunity) -> bool:
        """Whether the stage of an opportunity is decided day by day."""
        tables = self.chances().tables
        return tables.signing.signs and opportunity.stage == tables.sold - 1

    def open_day(self, n: int) -> None:
        """The n-th day begins: its pace follows from who is there, and each of them may decide."""
        day, table, load = math.floor(self.agenda.now), self.chances().tables.signing, 0
        if table.signing_elasticity != 1.0:
            for opportunity, eta, since, _ in self.waiting.values():
                load += int(_wins(self.chances(), opportunity, eta, day, day - since) / UNIT)
        level = float(table.signing_paces[day - table.signing_first])
        self.pace = pace_of(level, load, table.signing_load, table.signing_elasticity)
        for opportunity, eta, since, signal in list(self.waiting.values()):
            told = self._told(opportunity, eta, since)
            if told is not None:
                del self.waiting[opportunity.id]
                signal.fire(told)
        self.agenda.call_at(self.agenda.now + 1.0, Queue.SIGNING, 0, n + 1, partial(self.open_day, n + 1))

    def today(self, opportunity: Opportunity, eta: float, since: int) -> Told | None:
        """What somebody who comes now decides in the rest of today, if anything; at midnight that is still to come:
        the decisions of the day that begins are the last in their instant."""
        return None if self.agenda.now == math.floor(self.agenda.now) else self._told(opportunity, eta, since)

    def _told(self, opportunity: Opportunity, eta: float, since: int) -> Told | None:
        now = self.agenda.now
        return _decides(self.chances(), opportunity, eta, self.pace, now, math.floor(now) - since)

    def wait(self, opportunity: Opportunity, eta: float, since: int) -> Signal:
        """Let somebody wait for the day on which he decides; it fires with what is `Told`."""
        signal = Signal(self.agenda)
        self.waiting[opportunity.id] = (opportunity, eta, since, signal)
        return signal

    def leave(self, opportunity: Opportunity) -> None:
        """Somebody waits no longer, if he did."""
        self.waiting.pop(opportunity.id, None)


def _wins(chances: Chances, opportunity: Opportunity, eta: float, day: int, age: int) -> float:
    """The chance of winning, on a day at the beginning of which the last stage has lasted `age` days."""
    t, stage = chances.tables, opportunity.stage
    return wins_today(
        eta,
        chances.first[stage],
        chances.first[stage + 1],
        t.climate.cause_share[chances.climate_row(opportunity, float(day))],
        t.cause_law,
        chances.laws,
        chances.knots,
        t.signing.signing_alive,
        _stretch(chances, opportunity, float(day)),
        age,
    )


def _decides(chances: Chances, opportunity: Opportunity, eta: float, pace: float, now: float, age: int) -> Told | None:
    """How and when the last stage is left in the rest of a day, if it is."""
    t, stage, day = chances.tables, opportunity.stage, math.floor(now)
    cause, share = decide(
        chances.stream,
        opportunity.key,
        opportunity.visit,
        day - t.signing.signing_first,
        pace,
        eta,
        chances.first[stage],
        chances.first[stage + 1],
        t.climate.cause_share[chances.climate_row(opportunity, now)],
        t.cause_law,
        chances.laws,
        chances.knots,
        t.signing.signing_alive,
        _stretch(chances, opportunity, now),
        age,
    )
    return None if cause == UNDECIDED else (chances.reason[cause], now + share * (day + 1.0 - now))


def _stretch(chances: Chances, opportunity: Opportunity, now: float) -> float:
    """Factor on the times of the last stage's causes."""
    climate = chances.tables.climate
    pace = float(climate.pace[spell_of(climate.since, now), opportunity.stage])
    return chances.segment_time[opportunity.segment] * pace
