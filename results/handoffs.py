"""Handoffs: what became of each lead that marketing passed on, told apart by the visit in which it happened."""

from typing import TYPE_CHECKING

import numpy as np

from results.nearest import nearest
from results.spans import Bools, Floats, Ints
from sim.log import Kind

if TYPE_CHECKING:
    from results.facts import Facts, Rows

__all__ = ["before", "left_queue", "of_reason", "waits_for_ae"]

_ENDS = (Kind.ATTEMPT, Kind.WENT_COLD, Kind.RECYCLED, Kind.WITHDRAWN)


def before(rows: "Rows", others: "Rows") -> Floats:
    """(rows,) day of the last of some others at or before each happening in the same visit; NaN = none."""
    place = nearest(_visits(rows), rows.time, _visits(others), others.time, before=True)
    days: Floats = np.append(others.time, np.nan)[place]
    return days


def left_queue(facts: "Facts") -> Floats:
    """(handoffs,) day on which each lead handed off waited no longer: tried, cold, given back, gone, or handed off
    anew; NaN = it waits when the log ends. In the order of `facts.rows(Kind.HANDED_OFF)`."""
    handed, found = facts.rows(Kind.HANDED_OFF), [facts.rows(kind) for kind in _ENDS]
    times = np.concatenate([each.time for each in found])
    others = np.concatenate([_visits(each) for each in found])
    place = nearest(_visits(handed), handed.time, others, times, before=False)
    ended = np.append(times, np.nan)[place]
    order = np.lexsort((handed.time, handed.entity))
    again = np.full(len(handed), np.nan)
    follows = np.flatnonzero(handed.entity[order][1:] == handed.entity[order][:-1])
    again[order[follows]] = handed.time[order[follows + 1]]
    return np.asarray(np.fmin(ended, again))


def waits_for_ae(facts: "Facts", cold: "Rows") -> Bools:
    """(rows,) whether each lead that went cold had been accepted and waited for an AE; the others waited for an SDR."""
    accepted, handed = (before(cold, facts.rows(kind)) for kind in (Kind.ACCEPTED, Kind.HANDED_OFF))
    return ~np.isnan(accepted) & ~(handed > accepted)


def of_reason(rows: "Rows", names: tuple[str, ...], reason: str) -> Bools:
    """(rows,) whether each happening has a reason."""
    return np.asarray(rows.reason == names.index(reason)) if reason in names else np.zeros(len(rows), dtype=bool)


def _visits(rows: "Rows") -> Ints:
    """(rows,) one number for an entity and the visit of it; a history does not tell visits apart."""
    # Visits are below 2^24.
    return (rows.entity.astype(np.int64) << 24) | (rows.events.visit[rows.index].astype(np.int64) & 0xFFFFFF)
