"""Compiled passes over a log: its rows by kind, first happenings, what ended each wait for sales development.

They stand in this room and not beside the facts because the compiler's cache is kept for the room as a whole.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.log import Events, Kind

__all__ = ["ByKind", "by_kind", "firsts", "kinds_of", "span_sums", "waits"]

HANDED_OFF, ATTEMPT, WENT_COLD = int(Kind.HANDED_OFF), int(Kind.ATTEMPT), int(Kind.WENT_COLD)

KINDS = 128

BLOCK = 256

_COLUMNS = np.dtype([("time", np.float64), ("entity", np.int32), ("kind", np.int8)])


class ByKind(NamedTuple):
    """The rows of a table, kind by kind, those of one kind in the order they had."""

    edges: NDArray[np.int64]
    """(KINDS + 1,) rows of kind k stand at edges[k]:edges[k + 1]."""
    row: NDArray[np.int64]
    """(rows,) their number in the table."""
    time: NDArray[np.float64]
    """(rows,)"""
    entity: NDArray[np.int64]
    """(rows,)"""

    def of(self, kind: int) -> slice:
        """Where the rows of a kind stand."""
        return slice(int(self.edges[kind]), int(self.edges[kind + 1]))


def kinds_of(events: Events) -> ByKind:
    """The events by kind; found once for a table, and kept with it."""
    known: ByKind | None = events.__dict__.get("_by_kind")
    if known is None:
        known = events.__dict__["_by_kind"] = by_kind(events.time, events.kind, events.entity)
    return known


def by_kind(time: NDArray[np.float64], kind: NDArray[Any], entity: NDArray[Any]) -> ByKind:
    """The rows of three columns, of any width, by kind (below KINDS)."""
    if (kind.dtype, entity.dtype) != (_COLUMNS["kind"], _COLUMNS["entity"]) or kind.strides == (1,):
        # As columns of a table of rows, like those of an engine, so that one compiled function serves every log.
        rows = np.empty(len(time), dtype=_COLUMNS)
        rows["time"], rows["kind"], rows["entity"] = time, kind, entity
        time, kind, entity = rows["time"], rows["kind"], rows["entity"]
    return ByKind(*_by_kind(time, kind, entity))


@compiled
def _by_kind(
    time: NDArray[np.float64], kind: NDArray[np.int8], entity: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """The columns of `ByKind`."""
    edges = np.zeros(KINDS + 1, dtype=np.int64)
    for row in range(len(kind)):
        edges[kind[row] + 1] += 1
    for k in range(KINDS):
        edges[k + 1] += edges[k]
    place = edges[:-1].copy()
    order, who = np.empty(len(kind), dtype=np.int64), np.empty(len(kind), dtype=np.int64)
    day = np.empty(len(kind))
    for row in range(len(kind)):
        to = place[kind[row]]
        place[kind[row]] = to + 1
        order[to], day[to], who[to] = row, time[row], entity[row]
    return edges, order, day, who


@compiled
def firsts(
    time: NDArray[np.float64], entity: NDArray[np.int64], entities: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(entities,) time of each entity's first row, NaN for none; and which rows are somebody's first."""
    day = np.full(entities, math.nan)
    rows = np.empty(len(time), dtype=np.int64)
    found = 0
    for row in range(len(time)):
        if entity[row] >= 0 and math.isnan(day[entity[row]]):
            day[entity[row]] = time[row]
            rows[found] = row
            found += 1
    return day, rows[:found]


@compiled
def waits(
    edges: NDArray[np.int64],
    order: NDArray[np.int64],
    time: NDArray[np.float64],
    entity: NDArray[np.int64],
    entities: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(handoffs,) when the wait of each handoff ended, NaN where it did not, and whether an attempt ended it.

    The arguments are those of `ByKind`. What ends a wait is the lead's next attempt or going cold, unless the lead is
    handed off again before.
    """
    handoff, attempt, cold = edges[HANDED_OFF], edges[ATTEMPT], edges[WENT_COLD]
    handoffs, attempts, colds = edges[HANDED_OFF + 1], edges[ATTEMPT + 1], edges[WENT_COLD + 1]
    first = handoff
    ended, attempted = np.full(handoffs - first, math.nan), np.zeros(handoffs - first, dtype=np.bool_)
    waiting = np.full(entities, -1, dtype=np.int64)
    while attempt < attempts or cold < colds:
        is_attempt = attempt < attempts and (cold == colds or order[attempt] < order[cold])
        row = attempt if is_attempt else cold
        while handoff < handoffs and order[handoff] < order[row]:
            if entity[handoff] >= 0:
                waiting[entity[handoff]] = handoff - first
            handoff += 1
        wait = waiting[entity[row]] if entity[row] >= 0 else -1
        if wait >= 0:
            ended[wait], attempted[wait] = time[row], is_attempt
            waiting[entity[row]] = -1
        attempt += is_attempt
        cold += not is_attempt
    return ended, attempted


@compiled
def span_sums(
    time: NDArray[np.float64], value: NDArray[np.float64], edges: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """(spans,) how many rows lie in each span, how many of their values are known, and the sum of those.

    edges: (2, spans) begin and end, begin <= t < end; time is in order.
    """
    spans = edges.shape[1]
    rows, known, total = np.zeros(spans, np.int64), np.zeros(spans, np.int64), np.zeros(spans)
    for s in range(spans):
        first, last = _place(time, edges[0, s]), _place(time, edges[1, s])
        rows[s] = max(last - first, 0)
        # By blocks, so that the error of a long sum stays that of a short one.
        for start in range(first, last, BLOCK):
            part = 0.0
            for row in range(start, min(start + BLOCK, last)):
                if not math.isnan(value[row]):
                    part += value[row]
                    known[s] += 1
            total[s] += part
    return rows, known, total


@compiled
def _place(time: NDArray[np.float64], t: float) -> int:
    """How many times are before t."""
    low, high = 0, len(time)
    while low < high:
        middle = (low + high) // 2
        if time[middle] < t:
            low = middle + 1
        else:
            high = middle
    return low
