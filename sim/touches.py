"""The touches of a replication, told after it: who was touched through which channel, and how warm that made leads.

Touches are functions of a lead's key and of what was spent, so nothing is recorded of them while an engine runs: its
log says when spend was cut and when each lead's life with us ended.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.laws.touches import NONE_FOUND, scan
from sim.log import Entities, EntityType, Events, Kind, Touches
from sim.tables import Tables
from sim.tables.touches import TouchTable
from sim.throttle import Spent, mondays

__all__ = ["Warmth", "touches_of", "warmth_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


NOTHING_TOLD = np.empty((0, 6))
"""Room for no touch of any lead."""

_ROOM = 4_000_000
"""Touches for which room is made before they are counted, at most."""


class Warmth(NamedTuple):
    """(leads,) what touches have added to the mean of each lead's intent, above what is usual."""

    captured: Floats
    """At capture."""
    judged: Floats
    """When marketing first judges it; at capture where it never does."""


def touches_of(tables: Tables, stream: int, events: Events, entities: Entities) -> Touches:
    """All touches of a replication's leads, from before their capture until they leave, buy or are lost."""
    leads = np.flatnonzero(entities.type == EntityType.LEAD)
    captured, ends = entities.created[leads], _closed(tables, events, entities)[leads]
    rates, none = _spent(tables, events).touch_rates, np.zeros((0, 6))
    parts = [none]
    for world, since, until in _worlds(tables):
        begins = np.maximum(captured - world.touch_before, since)
        parts.append(_listed(tables, world, stream, entities.key[leads], begins, np.minimum(ends, until), rates))
    rows = np.concatenate(parts)
    entity, channel = leads[rows[:, 5].astype(np.int64)], rows[:, 1].astype(np.int64)
    order = np.lexsort((channel, entity, rows[:, 0]))
    return Touches(
        time=rows[order, 0],
        entity=entity[order],
        channel=channel[order],
        opened=rows[order, 2].astype(np.int64),
        clicked=rows[order, 3].astype(np.int64),
        action=rows[order, 4].astype(np.int64),
    )


def warmth_of(tables: Tables, stream: int, events: Events, entities: Entities) -> Warmth:
    """How warm each lead is when captured and when judged, by the touches that move intent."""
    leads = np.flatnonzero(entities.type == EntityType.LEAD)
    captured = entities.created[leads]
    judged = np.full(len(entities), np.inf)
    rows = (events.kind == Kind.MQL) | (events.kind == Kind.NURTURE_ENTER)
    np.minimum.at(judged, events.entity[rows], events.time[rows])
    # Who was there when the run began is judged then.
    judged = np.maximum(np.where(np.isinf(judged[leads]), captured, judged[leads]), tables.horizon.begins)
    rates = _spent(tables, events).touch_rates
    out = Warmth(np.zeros(len(leads)), np.zeros(len(leads)))
    for world, since, until in _worlds(tables):
        if world.warms:
            for at, to in zip((captured, judged), out, strict=True):
                here = (at >= since) & (at < until)
                begins = np.maximum(captured[here] - world.touch_before, at[here] - world.touch_memory)
                left = np.empty(len(begins))
                _tell(
                    *(stream, entities.key[leads[here]], begins, at[here], tables.clock.first_day, world.epoch_day),
                    *(rates, world.touch_tops, world.touch_keys, world.touch_effects, world.touch_half_life),
                    *(NONE_FOUND, NOTHING_TOLD, left),
                )
                to[here] = left - world.usual_warmth
    return out


def _worlds(tables: Tables) -> list[tuple[TouchTable, float, float]]:
    """The terms that hold, from when and until when."""
    if tables.run_in is None:
        return [(tables.touch, -math.inf, math.inf)]
    return [(tables.run_in.touch, -math.inf, 0.0), (tables.touch, 0.0, math.inf)]


def _spent(tables: Tables, events: Events) -> Spent:
    """What was spent, read back from the weeks whose spend was cut."""
    rows = events.kind == Kind.THROTTLED
    cuts = dict(zip(events.time[rows].tolist(), events.amount[rows].tolist(), strict=True))
    spent = Spent(tables)
    reviews = frozenset(mondays(tables.horizon))
    for day in sorted(reviews | {0.0}) if cuts else ():
        if day == 0.0 and tables.run_in is not None:
            spent.respond(tables, day)
        if day in reviews:
            if day in cuts:
                spent.share[spent.week(day)] = cuts[day]
            spent.respond(tables.run_in if day < 0.0 and tables.run_in is not None else tables, day)
    return spent


def _closed(tables: Tables, events: Events, entities: Entities) -> Floats:
    """(entities,) when a lead's life with us ended: it left, or what became of it was won, or lost for good; the run's
    end where nothing of it happened."""

    def last(who: Ints, rows: NDArray[np.bool_]) -> Floats:
        out = np.full(len(entities), -np.inf)
        np.maximum.at(out, who[who >= 0], events.time[rows][who >= 0])
        return out

    left, back, sold = (events.kind == kind for kind in (Kind.WITHDRAWN, Kind.RECYCLED, Kind.WON))
    sold |= events.kind == Kind.LOST
    closed = last(entities.parent[events.entity[sold]], sold)
    # Whose opportunity was lost may come back at that instant.
    closed[last(events.entity[back], back) >= closed] = -np.inf
    closed = np.maximum(closed, last(events.entity[left], left))
    return np.where(np.isinf(closed), tables.horizon.ends, closed)


def _listed(
    tables: Tables, world: TouchTable, stream: int, keys: Ints, begins: Floats, ends: Floats, rates: Floats
) -> Floats:
    """(touches, 6) the columns of `scan`, and whose row of `keys` it is."""
    # Twice the work where there is too little room: a tenth more than if all channels were at their peak.
    weeks = np.maximum(ends - begins, 0.0) / 7.0
    peak = float(world.touch_tops.max(axis=1, initial=0.0).sum())
    room = min(int(1.1 * peak * weeks.sum()) + 1024, _ROOM)
    most = int(2.0 * peak * weeks.max(initial=0.0)) + 64
    while True:
        out = np.empty((room, 6))
        size, found = _tell(
            *(stream, keys, begins, ends, tables.clock.first_day, world.epoch_day, rates, world.touch_tops),
            *(
                world.touch_keys,
                world.touch_terms,
                world.touch_half_life,
                np.empty((most, 5)),
                out,
                np.empty(len(keys)),
            ),
        )
        if size <= room and found <= most:
            return out[:size]
        room, most = max(room, size), max(most, found)


@compiled
def _tell(
    stream: int,
    keys: Ints,
    begins: Floats,
    ends: Floats,
    first_day: int,
    epoch_day: int,
    rates: Floats,
    tops: Floats,
    channel_keys: Ints,
    terms: Floats,
    half_life: float,
    listed: Floats,
    out: Floats,
    left: Floats,
) -> tuple[int, int]:
    """Fill `out` with the touches of leads and (leads,) `left` with how warm they are at their `ends`; returns how many
    touches there are, and how many a single lead has.

    listed: room for one lead's. What finds no room is only counted.
    """
    size, most = 0, 0
    for lead in range(len(keys)):
        left[lead] = 0.0
        if begins[lead] >= ends[lead]:
            continue
        count, left[lead], _, _ = scan(
            stream,
            keys[lead],
            begins[lead],
            ends[lead],
            first_day,
            epoch_day,
            rates,
            tops,
            channel_keys,
            terms,
            half_life,
            listed,
        )
        most = max(most, count)
        for row in range(count):
            if size < len(out) and row < len(listed):
                for column in range(5):
                    out[size, column] = listed[row, column]
                out[size, 5] = lead
            size += 1
    return size, most
