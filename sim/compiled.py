"""The compiled engine: the same log as the SimPy engine, event for event, from arrays and compiled functions.

A run may stop before anything of a day happens; all of its state is then in two records, the arrays to which they point
and what reviews decided, so it can be written down and taken up again.
"""

import math
from collections.abc import Callable

import numpy as np

from sim.arrivals import arrivals
from sim.checkpoint import Checkpoint, rows_of, world_digest
from sim.draws import stream_key
from sim.kernel.begin import begin_with, room_for
from sim.kernel.buffers import Memory, World
from sim.kernel.heads import adopt, plan_reviews, staff
from sim.kernel.loop import (
    AGENDA_FULL,
    ENDED,
    ENTITIES_FULL,
    EVENTS_FULL,
    JUDGED_FULL,
    PAUSED,
    REVIEWING,
    SLOTS_FULL,
    advance,
    options,
)
from sim.kernel.saved import restore, written_down
from sim.kernel.shocks import plan_shocks
from sim.log import NOBODY, Names
from sim.recorder import Recorded
from sim.reviews import Reviews, Situation
from sim.seats import SDR
from sim.snapshot import Snapshot
from sim.tables import Tables

__all__ = ["run_compiled", "stop_compiled"]

_BUFFER = {
    EVENTS_FULL: "events",
    ENTITIES_FULL: "entities",
    AGENDA_FULL: "agenda",
    SLOTS_FULL: "slots",
    JUDGED_FULL: "judged",
}

BUDGET = 1 << 18
"""Happenings between two looks at the keyboard: some hundredths of a second."""


def run_compiled(
    tables: Tables,
    seed: int,
    replication: int,
    snapshot: Snapshot | None,
    names: Names,
    *,
    since: Checkpoint | None = None,
    pause: Callable[[float], None] | None = None,
    flush: Callable[[Recorded], None] | None = None,
    rows: int | None = None,
) -> Recorded:
    """Live through one replication; returns what was recorded.

    since: from where to go on, in place of the beginning; it must be of this world (`Checkpoint.check`), seed and
    replication. pause: called every few hundredths of a second with the day that is reached; it may raise to end the
    run. flush: takes what was recorded so far whenever a buffer of `rows` rows is full, so that a long run's log need
    not fit into memory; what is returned is then the rest.
    """
    life = _Life(tables, seed, replication, snapshot, names, since, rows)
    life.live(math.inf, pause, flush)
    return life.recorded()


def stop_compiled(
    tables: Tables,
    seed: int,
    replication: int,
    snapshot: Snapshot | None,
    names: Names,
    day: float,
    *,
    since: Checkpoint | None = None,
    pause: Callable[[float], None] | None = None,
) -> Checkpoint:
    """Live through one replication until anything of a day would happen; the day must be one of the run's."""
    life = _Life(tables, seed, replication, snapshot, names, since)
    life.live(day, pause)
    return Checkpoint(
        world=world_digest(tables, snapshot, names),
        seed=seed,
        replication=replication,
        day=day,
        phase="plan" if life.holds is tables else "run-in",
        rows=rows_of(life.recorded()),
        engine="compiled",
        state=written_down(life.memory, life.reviews),
    )


class _Life:
    """One replication under way."""

    def __init__(
        self,
        tables: Tables,
        seed: int,
        replication: int,
        snapshot: Snapshot | None,
        names: Names,
        since: Checkpoint | None,
        rows: int | None = None,
    ):
        self.tables = tables
        self.stream = stream_key(seed, replication)
        self.leads = arrivals(tables, self.stream)
        opened = room_for(snapshot, (tables.run_in or tables).term)
        self.least = 64 + 8 * (len(tables.seats.team) + 1) + opened
        rows = rows or 8 * len(self.leads)
        known = None if since is None else since.state
        past = known is not None and since is not None and since.phase == "plan"
        self.holds = tables if past or tables.run_in is None else tables.run_in
        """The parameters that hold now."""
        self.memory = Memory(
            tables.run_in or tables,
            options(tables),
            agenda=4096 + self.least,
            slots=1024 + opened,
            events=max(rows, 1024) + self.least,
            entities=rows // 4 + self.least,
        )
        self.world = World(self.holds, self.stream, self.leads)
        self.reviews = Reviews(tables)
        if known is not None:
            restore(self.memory, self.reviews, known)
            self.reviews.tables = self.holds
            self.memory.decide(self.reviews)
            return
        self._begin(snapshot, names)
        if since is not None:
            self.live(since.day)
            since.compare(rows_of(self.recorded()))

    def _begin(self, snapshot: Snapshot | None, names: Names) -> None:
        memory, reviews = self.memory, self.reviews
        memory.record["remembers"], memory.record["throttles"] = int(reviews.remembers), int(reviews.throttles)
        memory.decide(reviews)
        if reviews.days:
            plan_reviews(memory.record, np.array(reviews.days))
        if len(self.tables.shocks.shock_day):
            plan_shocks(memory.record, self.tables.shocks.shock_day)
        staff(self.world.record, memory.record, self.tables.seats.hired, self.tables.seats.left)
        if snapshot is not None:
            # Customers look as far ahead as these parameters hold.
            memory.record["until"] = math.inf if self.holds is self.tables else 0.0
            begin_with(self.world, memory, snapshot, names, self.holds)

    def recorded(self) -> Recorded:
        """The rows that are not flushed."""
        return _recorded(self.memory)

    def live(
        self,
        until: float,
        pause: Callable[[float], None] | None = None,
        flush: Callable[[Recorded], None] | None = None,
    ) -> None:
        """Go on until anything at `until` would happen; the run-in's parameters end before day 0."""
        if self.holds is not self.tables:
            self.memory.record["until"] = 0.0
            self._live(min(until, 0.0), pause, flush)
            if until <= 0.0:
                return
            self._adopt()
        self._live(until, pause, flush)

    def _adopt(self) -> None:
        """The plan's parameters hold from now on."""
        tables, memory = self.tables, self.memory
        self.holds, self.world = tables, World(tables, self.stream, self.leads)
        memory.record["now"], memory.record["until"] = 0.0, math.inf
        memory.staff(tables)
        # Dividing up a pool writes a row for every open opportunity.
        while memory["written"] + memory["open"] + self.least > len(memory.arrays["events"]):
            memory.double("events")
        disciplines = np.array([tables.sdr_discipline, tables.ae_discipline, tables.am_discipline])
        adopt(self.world.record, memory.record, disciplines, tables.pooled)
        self.reviews.adopt(tables)
        memory.decide(self.reviews)

    def _live(
        self,
        until: float,
        pause: Callable[[float], None] | None,
        flush: Callable[[Recorded], None] | None,
    ) -> None:
        """The same while these parameters hold; full buffers are flushed, or replaced by larger ones."""
        memory, state = self.memory, self.memory.record
        if until <= memory["now"]:
            return
        state["stop"] = until
        while (code := advance(self.world.record, state, BUDGET)) != ENDED:
            if pause is not None:
                pause(memory["now"])
            if code == PAUSED:
                continue
            if code == REVIEWING:
                _review(memory, self.reviews)
                continue
            if flush is not None and code in (EVENTS_FULL, ENTITIES_FULL) and memory["written"] > 0:
                flush(_recorded(memory))
                state["written"], state["entered"] = 0, 0
            else:
                memory.double(_BUFFER[code])


def _review(memory: Memory, reviews: Reviews) -> None:
    """Managers decide, and the engine goes on with what they decided."""
    state, judged, seats = memory.record, memory.arrays["judged"], memory.arrays["seats"]
    now, kept = memory["now"], int(memory["judgements"])
    present = np.flatnonzero((seats["team"] == SDR) & (seats["present"] == 1)).tolist()
    on = bool(memory["overflowing"])
    for kind, amount in reviews.hold(Situation(now, on, memory.arrays["line"], present, judged[:kept])):
        row = int(memory["written"])
        memory.arrays["events"][row] = (now, amount, NOBODY, NOBODY, 0, NOBODY, int(kind), NOBODY)
        state["written"] = row + 1
    memory.decide(reviews)
    state["reviewing"], state["judgements"] = 0, 0


def _recorded(memory: Memory) -> Recorded:
    return Recorded(
        memory.arrays["events"][: int(memory["written"])], memory.arrays["entities"][: int(memory["entered"])]
    )
