"""Reviews: what managers decide on fixed days from what they then know; both engines ask here.

An engine writes down what is judged (`JUDGED`), stops at a review, and goes on with what was decided.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.feedback import Lesson, learn, retrained
from sim.laws.overflow import HOLD, THROTTLE, backlog
from sim.log import Kind
from sim.rules import effort_done
from sim.tables import Tables
from sim.throttle import Spent, mondays

__all__ = ["ACCEPTED", "JUDGED", "QUALIFIED", "REJECTED", "Reviews", "Situation", "cutoff"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = NDArray[Any]

REJECTED, ACCEPTED, QUALIFIED = range(3)

JUDGED = np.dtype([("time", np.float64), ("score", np.float64), ("channel", np.int64), ("verdict", np.int64)])
"""A lead becomes an MQL (`QUALIFIED`), or sales has talked to one that was an MQL at once; the latter with the score
before any feedback."""

SPAN = 28.0
"""Days that a review looks back and ahead."""


class Situation(NamedTuple):
    """What is known at a review."""

    now: float
    overflowing: bool
    line: Ints
    """(most attempts,) leads that wait for an SDR, by attempt."""
    sdrs: Sequence[int]
    """Those present."""
    judged: Records
    """(judged,) of `JUDGED` since the last review, in the order of time."""


class Reviews:
    """The reviews of one replication and what they decided last."""

    def __init__(self, tables: Tables):
        worlds = [world for world in (tables, tables.run_in) if world is not None]
        holds, learns = any(_fills(world) for world in worlds), any(world.scoring.learns for world in worlds)
        self.remembers = holds or learns
        """Whether it is written down what is judged."""
        self.throttles = tables.overflow.throttles
        """Whether spend may be cut."""
        self.begins = tables.horizon.begins
        self.mondays = frozenset(mondays(tables.horizon) if holds or self.throttles else ())
        self.firsts = frozenset(tables.horizon.edges[1:-1].tolist() if learns else ())
        self.days = sorted(self.mondays | self.firsts)
        """When reviews are held: on Mondays, on the first of a month, or both."""
        self.cutoff = -math.inf
        """Score below which leads are held while there is overflow."""
        channels = len(tables.channel_key)
        self.tables = tables.run_in or tables
        """What holds now."""
        self.threshold = self.tables.score_threshold
        """Score above which a lead is an MQL."""
        self.offsets = np.zeros(channels)
        """(C,) points by which a channel's leads score higher."""
        self.mqls = np.empty(0, dtype=JUDGED)
        """Those at which the next review may look."""
        self.verdicts = np.empty(0, dtype=JUDGED)
        """All that sales has said."""
        self.lesson = Lesson(0.0, 0.0, np.zeros(channels))
        """What was learnt last."""
        self.spent = Spent(tables)
        self.adopt(self.tables)

    def adopt(self, tables: Tables) -> None:
        """Terms from now on; what reviews decided stays where they go on."""
        scoring = tables.scoring
        # A threshold that the plan changes is where feedback begins anew.
        if not scoring.learns or tables.score_threshold != self.tables.score_threshold:
            self.threshold = tables.score_threshold
        if not scoring.learns:
            self.offsets = np.zeros(len(self.offsets))
        self.tables = tables
        fixed = tables.overflow.cutoff
        if not math.isnan(fixed):
            self.cutoff = fixed
        elif not _fills(tables):
            self.cutoff = -math.inf
        if tables.run_in is not None:
            self.spent.respond(tables, 0.0)

    def hold(self, now: Situation) -> list[tuple[Kind, float]]:
        """Decide; returns what is to be written down: kinds and amounts."""
        self._hear(now)
        decided = []
        if now.now in self.mondays and _fills(self.tables):
            self.cutoff = self._cutoff(now)
        if now.now in self.mondays and self.throttles:
            week, terms = self.spent.week(now.now), self.tables.overflow
            if terms.overflow_policy == THROTTLE and now.overflowing and terms.throttle_cut > 0.0:
                self.spent.share[week] = 1.0 - terms.throttle_cut
                decided.append((Kind.THROTTLED, float(self.spent.share[week])))
            self.spent.respond(self.tables, now.now)
        if now.now in self.firsts and self.tables.scoring.learns and self._retrain(now.now):
            decided.append((Kind.RETRAINED, self.threshold))
        return decided

    def _hear(self, now: Situation) -> None:
        """Keep what was judged since the last review, as far as a later one may look at it."""
        # Of one instant's rows any order is as good, but every engine's must be the same.
        columns = tuple(now.judged[name] for name in ("score", "channel", "verdict", "time"))
        rows = now.judged[np.lexsort(columns)]
        mqls = np.concatenate((self.mqls, rows[rows["verdict"] == QUALIFIED]))
        self.mqls = mqls[mqls["time"] > now.now - SPAN]
        if self.firsts:
            self.verdicts = np.concatenate((self.verdicts, rows[rows["verdict"] != QUALIFIED]))

    def _retrain(self, now: float) -> bool:
        """Set threshold and channels' points by the verdicts that are known; returns whether they tell anything."""
        terms = self.tables.scoring
        known = self.verdicts[: np.searchsorted(self.verdicts["time"], now - terms.delay, side="right")]
        accepted = (known["verdict"] == ACCEPTED).astype(np.float64)
        if len(known) < terms.outcomes or accepted.min() == accepted.max():
            return False
        scores, channels = np.ascontiguousarray(known["score"]), np.ascontiguousarray(known["channel"])
        self.lesson = learn(scores, channels, accepted, self.lesson)
        new = retrained(self.lesson, self.threshold, terms.acceptable)
        if new is not None:
            self.threshold, self.offsets = new
        return new is not None

    def _cutoff(self, now: Situation) -> float:
        t = self.tables
        span = min(SPAN, now.now - self.begins)
        clock = (t.clock.before, t.clock.first_day, t.clock.opens, t.clock.closes, now.now, now.now + span)
        hours = 0.0
        for seat in now.sdrs:
            hours += effort_done(*clock, float(t.seat_share[seat]), float(t.seat_ramp[seat]), float(t.seat_hired[seat]))
        scores = self.mqls["score"][self.mqls["time"] > now.now - span]
        return cutoff(scores, t.overflow.cadence_hours, hours - backlog(now.line, t.overflow.backlog_hours))


def cutoff(scores: Floats, hours: float, capacity: float) -> float:
    """The score that as many leads reach as `capacity` hours are enough for, at `hours` a lead: infinite if for none,
    minus infinite if for all."""
    if hours * len(scores) <= capacity:
        return -math.inf
    enough = max(math.floor(capacity / hours), 0)
    return math.inf if enough == 0 else float(np.sort(scores)[-enough])


def _fills(tables: Tables) -> bool:
    """Whether reviews set the cutoff."""
    return tables.overflow.overflow_policy == HOLD and math.isnan(tables.overflow.cutoff)
