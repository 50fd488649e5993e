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
    edges, row = np.zeros(KINDS + 1, dtype=np.int64), np.empty(len(time), dtype=np.int64)
    found = ByKind(edges, row, np.empty(len(time)), np.empty_like(row))
    _sort_out(time, kind, entity, *found)
    return found


# Compiled functions fill arrays that they are given: those that make their own take twice as long to compile.


@compiled
def _sort_out(
    time: NDArray[np.float64],
    kind: NDArray[np.int8],
    entity: NDArray[np.int32],
    edges: NDArray[np.int64],
    row: NDArray[np.int64],
    day: NDArray[np.float64],
    who: NDArray[np.int64],
) -> None:
    """Fill the columns of `ByKind`."""
    for i in range(len(kind)):
        edges[kind[i]] += 1
    # From counts to where each kind ends, and, placing rows from the last on, to where it begins.
    for k in range(1, KINDS + 1):
        edges[k] += edges[k - 1]
    for i in range(len(kind) - 1, -1, -1):
        to = edges[kind[i]] - 1
        edges[kind[i]] = to
        row[to] = i
        day[to] = time[i]
        who[to] = entity[i]


def firsts(
    time: NDArray[np.float64], entity: NDArray[np.int64], entities: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(entities,) time of each entity's first row, NaN for none; and which rows are somebody's first."""
    day, rows = np.full(entities, math.nan), np.empty(len(time), dtype=np.int64)
    return day, rows[: _firsts(time, entity, day, rows)]


@compiled
def _firsts(
    time: NDArray[np.float64], entity: NDArray[np.int64], day: NDArray[np.float64], rows: NDArray[np.int64]
) -> int:
    found = 0
    for row in range(len(time)):
        who = entity[row]
        if who >= 0 and math.isnan(day[who]):
            day[who] = time[row]
            rows[found] = row
            found += 1
    return found


def waits(kinds: ByKind, entities: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(handoffs,) when the wait of each handoff ended, NaN where it did not, and whether an attempt ended it.

    What ends a wait is the lead's next attempt or going cold, unless the lead is handed off again before.
    """
    handoffs, attempts, colds = (kinds.of(kind) for kind in (Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD))
    ended, attempted = (np.full(handoffs.stop - handoffs.start, fill) for fill in (math.nan, False))
    where = np.array([(each.start, each.stop) for each in (handoffs, attempts, colds)])
    _waits(where, kinds.row, kinds.time, kinds.entity, np.full(entities, -1), ended, attempted)
    return ended, attempted


@compiled
def _waits(
    where: NDArray[np.int64],
    order: NDArray[np.int64],
    time: NDArray[np.float64],
    entity: NDArray[np.int64],
    waiting: NDArray[np.int64],
    ended: NDArray[np.float64],
    attempted: NDArray[np.bool_],
) -> None:
    """where: (3, 2) the rows of handoffs, of attempts and of leads going cold; waiting: (entities,) of -1."""
    handoff, attempt, cold = where[0, 0], where[1, 0], where[2, 0]
    while attempt < where[1, 1] or cold < where[2, 1]:
        is_attempt = attempt < where[1, 1] and (cold == where[2, 1] or order[attempt] < order[cold])
        row = attempt if is_attempt else cold
        while handoff < where[0, 1] and order[handoff] < order[row]:
            if entity[handoff] >= 0:
                waiting[entity[handoff]] = handoff - where[0, 0]
            handoff += 1
        who = entity[row]
        if who >= 0 and waiting[who] >= 0:
            ended[waiting[who]] = time[row]
            attempted[waiting[who]] = is_attempt
            waiting[who] = -1
        if is_attempt:
            attempt += 1
        else:
            cold += 1


def span_sums(
    time: NDArray[np.float64], value: NDArray[np.float64], edges: NDArray[np.float64], strict: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(spans,) how many values of each span are known, and their sum; NaN if strict and one is not known.

    edges: (2, spans) begin and end, begin <= t < end; time is in order.
    """
    first, last = time.searchsorted(edges)
    known, total = np.zeros(len(first), dtype=np.int64), np.zeros(len(first))
    _span_sums(value, first, last, strict, known, total)
    return known, total


@compiled
def _span_sums(
    value: NDArray[np.float64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    strict: bool,
    known: NDArray[np.int64],
    total: NDArray[np.float64],
) -> None:
    for s in range(len(first)):
        # By blocks, so that the error of a long sum stays that of a short one.
        part = 0.0
        for row in range(first[s], last[s]):
            if not math.isnan(value[row]):
                part += value[row]
                known[s] += 1
            if row % BLOCK == 0:
                total[s] += part
                part = 0.0
        total[s] += part
        if strict and known[s] < last[s] - first[s]:
            total[s] = math.nan
