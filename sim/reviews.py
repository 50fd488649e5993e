"""Reviews: what managers decide on fixed days from what they then know; both engines ask here.

An engine keeps records of the leads' scores (`JUDGED`), stops at a review, and goes on with what was decided.
"""

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.horizon import Horizon
from sim.laws.overflow import HOLD, THROTTLE, backlog
from sim.log import Kind
from sim.rates import weekly_level, weeks_of
from sim.rules import effort_done
from sim.tables import Tables

__all__ = ["JUDGED", "Review", "Reviews", "Situation", "cutoff"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = NDArray[Any]

JUDGED = np.dtype([("time", np.float64), ("score", np.float64)])
"""A lead becomes an MQL."""

SPAN = 28.0
"""Days that a review looks back and ahead."""


class Review(IntEnum):
    """What is looked at; the order at one instant."""

    WEEK = 0


class Situation(NamedTuple):
    """What is known at a review."""

    now: float
    overflowing: bool
    line: Ints
    """(most attempts,) leads that wait for an SDR, by attempt."""
    sdrs: Sequence[int]
    """Those present."""
    judged: Records
    """(judged,) of `JUDGED`, in the order of time, as far back as is looked."""


class Reviews:
    """The reviews of one replication and what they decided last."""

    def __init__(self, tables: Tables):
        worlds = [world for world in (tables, tables.run_in) if world is not None]
        self.remembers = any(_learns(world) for world in worlds)
        """Whether leads' scores are kept."""
        self.throttles = tables.overflow.throttles
        """Whether spend may be cut."""
        self.begins = tables.horizon.begins
        self.days = _mondays(tables.horizon) if self.remembers or self.throttles else []
        """When reviews are held."""
        self.cutoff = -math.inf
        """Score below which leads are held while there is overflow."""
        channels, weeks = tables.spending.weekly.shape
        self.spent = np.ones(weeks)
        """(W,) share of the planned spend that is spent."""
        self.kept = np.ones(channels)
        """(C,) this week's rate as a share of the rate at the planned spend."""
        self.adopt(tables.run_in or tables)

    def adopt(self, tables: Tables) -> None:
        """Terms from now on; what reviews decided stays where they go on."""
        self.tables = tables
        fixed = tables.overflow.cutoff
        if not math.isnan(fixed):
            self.cutoff = fixed
        elif not _learns(tables):
            self.cutoff = -math.inf
        if tables.run_in is not None:
            self._respond(self._week(0.0))

    def hold(self, now: Situation) -> list[tuple[Kind, float]]:
        """Decide; returns what is to be written down: kinds and amounts."""
        decided = []
        if _learns(self.tables):
            self.cutoff = self._cutoff(now)
        if self.throttles:
            week, terms = self._week(now.now), self.tables.overflow
            if terms.overflow_policy == THROTTLE and now.overflowing and terms.throttle_cut > 0.0:
                self.spent[week] = 1.0 - terms.throttle_cut
                decided.append((Kind.THROTTLED, float(self.spent[week])))
            self._respond(week)
        return decided

    def _week(self, day: float) -> int:
        start, begins = self.tables.horizon.start, int(self.begins)
        first, now = weeks_of(start, begins, 1)[0], weeks_of(start, math.floor(day), 1)[0]
        return int(now - first)

    def _respond(self, week: int) -> None:
        """Rates follow the spend, with the same carry-over and saturation as planned spend's."""
        if (self.spent[: week + 1] == 1.0).all():
            return
        weekly, steady, curves = self.tables.spending
        for channel, curve in enumerate(curves):
            planned, real = (
                float(weekly_level(curve, spend, float(steady[channel]))[week])
                for spend in (weekly[channel, : week + 1], weekly[channel, : week + 1] * self.spent[: week + 1])
            )
            self.kept[channel] = real / planned if planned > 0.0 else 1.0

    def _cutoff(self, now: Situation) -> float:
        t = self.tables
        span = min(SPAN, now.now - self.begins)
        clock = (t.clock.before, t.clock.first_day, t.clock.opens, t.clock.closes, now.now, now.now + span)
        hours = 0.0
        for seat in now.sdrs:
            hours += effort_done(*clock, float(t.seat_share[seat]), float(t.seat_ramp[seat]), float(t.seat_hired[seat]))
        scores = now.judged["score"][now.judged["time"] > now.now - span]
        return cutoff(scores, t.overflow.cadence_hours, hours - backlog(now.line, t.overflow.backlog_hours))

    def forgotten(self, judged: Records, now: float) -> int:
        """How many of the oldest records no later review looks at."""
        return int(np.searchsorted(judged["time"], now + 7.0 - SPAN, side="right"))


def cutoff(scores: Floats, hours: float, capacity: float) -> float:
    """The score that as many leads reach as `capacity` hours are enough for, at `hours` a lead: infinite if for none,
    minus infinite if for all."""
    if hours * len(scores) <= capacity:
        return -math.inf
    enough = max(math.floor(capacity / hours), 0)
    return math.inf if enough == 0 else float(np.sort(scores)[-enough])


def _learns(tables: Tables) -> bool:
    """Whether reviews set the cutoff."""
    return tables.overflow.overflow_policy == HOLD and math.isnan(tables.overflow.cutoff)


def _mondays(horizon: Horizon) -> list[float]:
    """The beginnings of weeks inside a horizon."""
    first = math.floor(horizon.begins) + 1
    first += (1 - horizon.start.toordinal() - first) % 7
    return [float(day) for day in range(first, math.ceil(horizon.ends), 7)]
