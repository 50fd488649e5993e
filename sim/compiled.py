"""The compiled engine: the same log as the SimPy engine, event for event, from arrays and compiled functions."""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrivals import arrivals
from sim.draws import Tag, child_key, stream_key, text_key
from sim.kernel.layout import ENTITIES, EVENTS, Parameters, State, empty_state, parameters
from sim.kernel.loop import ENDED, ENTITIES_FULL, EVENTS_FULL, HEAP_FULL, PAUSED, advance, staff, warm_start
from sim.log import Names
from sim.recorder import ENTITY, EVENT, Recorded
from sim.snapshot import Snapshot
from sim.tables import Tables

__all__ = ["run_compiled"]

N = TypeVar("N", np.float64, np.int64)

BUDGET = 1 << 20
"""Happenings between two looks at the clock and the keyboard."""


def run_compiled(tables: Tables, seed: int, replication: int, snapshot: Snapshot | None, names: Names) -> Recorded:
    """Live through one replication; returns what was recorded."""
    stream = stream_key(seed, replication)
    come = arrivals(tables, stream)
    worlds = [(tables, math.inf)] if tables.run_in is None else [(tables.run_in, 0.0), (tables, math.inf)]
    phases = [(parameters(world, stream, (come.time, come.channel, come.key)), until) for world, until in worlds]
    deals = 0 if snapshot is None else len(snapshot.deals)
    room = 64 + 8 * (len(tables.seats.team) + deals)
    s = empty_state(
        len(tables.seats.team),
        tables.horizon.begins,
        slots=1024 + deals,
        heap=4096 + room,
        rows=max(8 * len(come.time), 4096) + room,
    )
    first = phases[0][0]
    staff(first, s, tables.seats.hired, tables.seats.left)
    if snapshot is not None:
        _warm_start(first, s, snapshot, names)
    for p, until in phases:
        while (code := advance(p, s, until, BUDGET)) != ENDED:
            if code != PAUSED:
                s = _grown(s, code)
    rows, born = int(s.counters[EVENTS]), int(s.counters[ENTITIES])
    events, entities = np.empty(rows, dtype=EVENT), np.zeros(born, dtype=ENTITY)
    events["time"], events["amount"] = s.event_floats[:rows].T
    for column, name in enumerate(("kind", "entity", "visit", "actor", "stage", "reason")):
        events[name] = s.events[:rows, column]
    for column, name in enumerate(("key", "type", "parent", "channel", "segment", "product", "owner")):
        entities[name] = s.entities[:born, column]
    entities["created"] = s.created[:born]
    return Recorded(events, entities)


def _grown(s: State, code: int) -> State:
    """The state with the full buffer doubled."""
    if code == EVENTS_FULL:
        return s._replace(events=_doubled(s.events), event_floats=_doubled(s.event_floats))
    if code == ENTITIES_FULL:
        return s._replace(entities=_doubled(s.entities), created=_doubled(s.created))
    if code == HEAP_FULL:
        return s._replace(
            heap_time=_doubled(s.heap_time), heap_rank=_doubled(s.heap_rank), heap_slot=_doubled(s.heap_slot)
        )
    return s._replace(ints=_doubled(s.ints), floats=_doubled(s.floats))


def _doubled(array: NDArray[N]) -> NDArray[N]:
    out = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    out[: len(array)] = array
    return out


def _warm_start(p: Parameters, s: State, snapshot: Snapshot, names: Names) -> None:
    now = float(s.now[0])
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
        p,
        s,
        np.array([key for _, key, _ in rows], dtype=np.int64),
        np.array(labels, dtype=np.int64).reshape(-1, 4),
        np.array([created for created, _, _ in rows], dtype=np.float64),
        np.array([np.nan if deal.amount is None else deal.amount for deal in deals], dtype=np.float64),
        np.array([deal.stage_age for deal in deals], dtype=np.float64),
        np.array([deal.zombie for deal in deals], dtype=np.int64),
    )
