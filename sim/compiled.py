"""The compiled engine: the same log as the SimPy engine, event for event, from arrays and compiled functions."""

import math
from collections.abc import Callable

import numpy as np

from sim.arrivals import arrivals
from sim.draws import Tag, child_key, stream_key, text_key
from sim.kernel.buffers import Memory, World
from sim.kernel.deals import warm_start
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
from sim.log import NOBODY, Names
from sim.recorder import Recorded
from sim.reviews import Reviews, Situation
from sim.seats import SDR
from sim.snapshot import Snapshot
from sim.tables import Tables

__all__ = ["run_compiled"]

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
    pause: Callable[[float], None] | None = None,
    flush: Callable[[Recorded], None] | None = None,
    rows: int | None = None,
) -> Recorded:
    """Live through one replication; returns what was recorded.

    pause: called every few hundredths of a second with the day that is reached; it may raise to end the run.
    flush: takes what was recorded so far whenever a buffer of `rows` rows is full, so that a long run's log need not
    fit into memory; what is returned is then the rest.
    """
    stream = stream_key(seed, replication)
    leads = arrivals(tables, stream)
    deals = 0 if snapshot is None else len(snapshot.deals)
    least = 64 + 8 * (len(tables.seats.team) + 1 + deals)
    rows = rows or 8 * len(leads)
    root = tables.run_in or tables
    memory = Memory(
        root,
        options(tables),
        agenda=4096 + least,
        slots=1024 + deals,
        events=max(rows, 1024) + least,
        entities=rows // 4 + least,
    )
    world = World(root, stream, leads)
    if tables.run_in is not None:
        memory.record["until"] = 0.0
    reviews = Reviews(tables)
    memory.record["remembers"], memory.record["throttles"] = int(reviews.remembers), int(reviews.throttles)
    memory.decide(reviews)
    if reviews.days:
        plan_reviews(memory.record, np.array(reviews.days))
    staff(world.record, memory.record, tables.seats.hired, tables.seats.left)
    if snapshot is not None:
        _warm_start(world, memory, snapshot, names)
    _live(world, memory, reviews, pause, flush)
    if tables.run_in is not None:
        world = World(tables, stream, leads)
        memory.record["now"], memory.record["until"] = 0.0, math.inf
        memory.staff(tables)
        # Dividing up a pool writes a row for every open opportunity.
        while memory["written"] + memory["open"] + least > len(memory.arrays["events"]):
            memory.double("events")
        adopt(world.record, memory.record, np.array([tables.sdr_discipline, tables.ae_discipline]), tables.pooled)
        reviews.adopt(tables)
        memory.decide(reviews)
        _live(world, memory, reviews, pause, flush)
    return _recorded(memory)


def _live(
    world: World,
    memory: Memory,
    reviews: Reviews,
    pause: Callable[[float], None] | None,
    flush: Callable[[Recorded], None] | None,
) -> None:
    """Live until these parameters end; full buffers are flushed, or replaced by larger ones."""
    state = memory.record
    while (code := advance(world.record, state, BUDGET)) != ENDED:
        if pause is not None:
            pause(memory["now"])
        if code == PAUSED:
            continue
        if code == REVIEWING:
            _review(memory, reviews)
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


def _warm_start(world: World, memory: Memory, snapshot: Snapshot, names: Names) -> None:
    now = memory["now"]
    rows = sorted(
        (now - deal.age, child_key(text_key(deal.id), int(Tag.SNAPSHOT), 0), k) for k, deal in enumerate(snapshot.deals)
    )
    deals = [snapshot.deals[k] for _, _, k in rows]
    labels = [
        (
            names.channels.index(deal.channel),
            names.segments.index(deal.segment),
            names.products.index(deal.product),
            names.stages.index(deal.stage),
        )
        for deal in deals
    ]
    warm_start(
        world.record,
        memory.record,
        np.array([key for _, key, _ in rows], dtype=np.int64),
        np.array(labels, dtype=np.int64).reshape(-1, 4),
        np.array([created for created, _, _ in rows], dtype=np.float64),
        np.array([np.nan if deal.amount is None else deal.amount for deal in deals], dtype=np.float64),
        np.array([deal.stage_age for deal in deals], dtype=np.float64),
        np.array([deal.zombie for deal in deals], dtype=np.int64),
    )
