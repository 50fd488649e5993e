"""What stays in nurture cost: one line a stay and calendar month."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["stay_lines"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stay_lines(
    begin: Floats,
    who: Ints,
    visit: NDArray[np.int32],
    exit_time: Floats,
    exit_who: Ints,
    exit_visit: NDArray[np.int32],
    channel: NDArray[Any],
    edges: Floats,
    ends: float,
    rate: Floats,
) -> tuple[Floats, Ints, Floats]:
    """(lines,) time, entity and amount of the lines of all stays, in the order of (time, channel, entity).

    begin, who, visit: (stays,) when which lead entered, in the order of (time, entity), and on which visit, which the
    exit shares; a stay without an exit lasts until `ends`. channel: (entities,); edges: (months + 1,) days; rate:
    (months,) money a day. A line is dated where its stay enters the month.
    """
    stays, months = len(begin), len(rate)
    end, previous, latest = np.full(stays, ends), np.empty(stays, dtype=np.int64), np.full(len(channel), -1)
    _pair(who, visit, exit_time, exit_who, exit_visit, end, previous, latest)
    # A stay has a line where it begins, if that is inside a month, and one at each edge at which it is there. `first`
    # is the first edge not before the beginning, so what begins inside a month begins in the month before it.
    first, last = edges.searchsorted(begin), np.minimum(edges.searchsorted(end), months)
    inside = (first > 0) & (first <= months) & (begin < edges[np.minimum(first, months)]) & (end > begin)
    paid = rate != 0.0
    # How many stays are there at each edge: what has begun less what has ended.
    there = last > first
    change = np.bincount(first[there], minlength=months + 1) - np.bincount(last[there], minlength=months + 1)
    at_edge = np.where(paid, np.cumsum(change)[:months], 0)
    within = np.where(paid, np.bincount(first[inside] - 1, minlength=months), 0)
    # Where the next line at the edge of a month goes, and the next one inside it.
    place = np.empty((2, months), dtype=np.int64)
    place[0] = np.cumsum(at_edge + within) - at_edge - within
    place[1] = place[0] + at_edge
    size = int(at_edge.sum() + within.sum())
    time, entity, amount = np.empty(size), np.empty(size, dtype=np.int64), np.empty(size)
    by_channel = np.cumsum(np.bincount(channel[who], minlength=1))
    turn = np.empty(stays, dtype=np.int64)
    _in_turn(channel, latest, previous, by_channel, turn)
    _fill(begin, end, who, first, last, inside, turn, channel, edges, rate, place, time, entity, amount)
    return time, entity, amount


# Compiled functions fill arrays that they are given: those that make their own take twice as long to compile.


@compiled
def _pair(
    who: Ints,
    visit: NDArray[np.int32],
    exit_time: Floats,
    exit_who: Ints,
    exit_visit: NDArray[np.int32],
    end: Floats,
    previous: Ints,
    latest: Ints,
) -> None:
    """Fill the ends of stays; `latest` (entities,) and `previous` (stays,) chain a lead's stays, the last one first."""
    for stay in range(len(who)):
        previous[stay] = latest[who[stay]]
        latest[who[stay]] = stay
    for row in range(len(exit_time)):
        stay = latest[exit_who[row]]
        while stay >= 0 and visit[stay] != exit_visit[row]:
            stay = previous[stay]
        if stay >= 0:
            end[stay] = exit_time[row]


@compiled
def _in_turn(channel: NDArray[Any], latest: Ints, previous: Ints, ends: Ints, turn: Ints) -> None:
    """Fill `turn` with the stays by channel, then by lead; `ends`: where the stays of each channel end."""
    for lead in range(len(latest) - 1, -1, -1):
        stay = latest[lead]
        while stay >= 0:
            ends[channel[lead]] -= 1
            turn[ends[channel[lead]]] = stay
            stay = previous[stay]


@compiled
def _fill(
    begin: Floats,
    end: Floats,
    who: Ints,
    first: Ints,
    last: Ints,
    inside: NDArray[np.bool_],
    turn: Ints,
    channel: NDArray[Any],
    edges: Floats,
    rate: Floats,
    place: Ints,
    time: Floats,
    entity: Ints,
    amount: Floats,
) -> None:
    """Fill the lines of each month from its places on, those at its edge first."""
    for k in range(len(turn)):
        stay = turn[k]
        for month in range(first[stay], last[stay]):
            if rate[month] != 0.0:
                to = place[0, month]
                place[0, month] += 1
                time[to] = edges[month]
                entity[to] = who[stay]
                amount[to] = (min(end[stay], edges[month + 1]) - edges[month]) * rate[month]
    for stay in range(len(begin)):
        month = first[stay] - 1
        if inside[stay] and rate[month] != 0.0:
            to = place[1, month]
            place[1, month] += 1
            # Stays come by time, then by lead; of those that begin at one instant the lower channel goes first.
            while to > place[0, month] and time[to - 1] == begin[stay]:
                if channel[entity[to - 1]] <= channel[who[stay]]:
                    break
                time[to] = time[to - 1]
                entity[to] = entity[to - 1]
                amount[to] = amount[to - 1]
                to -= 1
            time[to] = begin[stay]
            entity[to] = who[stay]
            amount[to] = (min(end[stay], edges[month + 1]) - begin[stay]) * rate[month]
