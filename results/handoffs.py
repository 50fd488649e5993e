"""Handoffs: what came before and after each happening to a lead, told apart by the visit in which it happened."""

from typing import TYPE_CHECKING

import numpy as np

from results.nearest import nearest
from results.spans import Bools, Floats, Ints
from sim.log import Kind

if TYPE_CHECKING:
    from results.facts import Facts, Rows

__all__ = ["after", "before", "of_reason", "until", "verdicts_against", "waits_for_ae"]

_UNREACHED = "unreached"


def before(rows: "Rows", others: "Rows") -> Floats:
    """(rows,) day of the last of some others at or before each happening in the same visit; NaN = none."""
    place = nearest(_visits(rows), rows.time, _visits(others), others.time, before=True)
    days: Floats = np.append(others.time, np.nan)[place]
    return days


def after(rows: "Rows", others: "Rows") -> Floats:
    """(rows,) day of the first of some others at or after each happening in the same visit; NaN = none."""
    place = nearest(_visits(rows), rows.time, _visits(others), others.time, before=False)
    days: Floats = np.append(others.time, np.nan)[place]
    return days


def until(facts: "Facts", rows: "Rows", *ends: Kind) -> Floats:
    """(rows,) day of the first of some kinds at or after each happening in the same visit, or of the next such
    happening to the same entity, if that comes first; NaN = neither."""
    ended = np.full(len(rows), np.nan)
    for kind in ends:
        ended = np.fmin(ended, after(rows, facts.rows(kind)))
    order = np.lexsort((rows.time, rows.entity))
    again = np.full(len(rows), np.nan)
    follows = np.flatnonzero(rows.entity[order][1:] == rows.entity[order][:-1])
    again[order[follows]] = rows.time[order[follows + 1]]
    return np.asarray(np.fmin(ended, again))


def waits_for_ae(facts: "Facts", cold: "Rows") -> Bools:
    """(rows,) whether each lead that went cold had been accepted and waited for an AE; the others waited for an SDR."""
    accepted, handed = (before(cold, facts.rows(kind)) for kind in (Kind.ACCEPTED, Kind.HANDED_OFF))
    return ~np.isnan(accepted) & ~(handed > accepted)


def verdicts_against(facts: "Facts") -> "Rows":
    """Rejections on judgement: not those of leads that were not reached."""
    rows = facts.rows(Kind.REJECTED)
    return rows.take(~of_reason(rows, facts.log.names.reasons, _UNREACHED))


def of_reason(rows: "Rows", names: tuple[str, ...], reason: str) -> Bools:
    """(rows,) whether each happening has a reason."""
    return np.asarray(rows.reason == names.index(reason)) if reason in names else np.zeros(len(rows), dtype=bool)


def _visits(rows: "Rows") -> Ints:
    """(rows,) one number for an entity and the visit of it; a history does not tell visits apart."""
    # Visits are below 2^24.
    return (rows.entity.astype(np.int64) << 24) | (rows.events.visit[rows.index].astype(np.int64) & 0xFFFFFF)
