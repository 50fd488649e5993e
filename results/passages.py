"""Passages: every entry of a stage of a first sale with what came of it."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from results.nearest import nearest
from results.spans import Bools, Floats, Ints
from sim.log import Kind

if TYPE_CHECKING:
    from results.facts import Facts, Rows

__all__ = ["Passages", "passages"]


class Passages(NamedTuple):
    """(entries of a stage,) in the order of time."""

    entered: Floats
    left: Floats
    """When the next stage was entered, this one again, or the opportunity closed; NaN = it is still there."""
    advanced: Bools
    """Whether it went on to a later stage, or was won."""
    place: Ints
    """Number of the opportunity, the stage and the entry of it: what happens in a passage has the same."""

    def of(self, rows: "Rows") -> Ints:
        """(rows,) the passage in which each happening lies; -1 where there is none."""
        return nearest(_place(rows), rows.time, self.place, self.entered, before=True)


def passages(facts: "Facts") -> Passages:
    """The passages of a log."""
    enters = facts.sales(Kind.STAGE_ENTER)
    ends = [facts.sales(kind) for kind in (Kind.WON, Kind.LOST)]
    index = np.concatenate((enters.index, *(rows.index for rows in ends)))
    entity = np.concatenate((enters.entity, *(rows.entity for rows in ends)))
    time = np.concatenate((enters.time, *(rows.time for rows in ends)))
    # What is won is beyond every stage, what is lost before.
    beyond = [np.full(len(rows), where) for rows, where in zip(ends, (len(facts.log.names.stages), -1), strict=True)]
    stage = np.concatenate((enters.stage, *beyond))
    order = np.lexsort((index, entity))
    follows = np.flatnonzero(entity[order][1:] == entity[order][:-1])
    after = np.full(len(order), -1)
    after[order[follows]] = order[follows + 1]
    after = after[: len(enters)]
    return Passages(
        entered=enters.time,
        left=np.where(after >= 0, time[after], np.nan),
        advanced=(after >= 0) & (stage[after] > enters.stage),
        place=_place(enters),
    )


def _place(rows: "Rows") -> Ints:
    """(rows,) one number for an opportunity, a stage and the entry of it, of which a history does not tell several."""
    visit = rows.events.visit[rows.index].astype(np.int64)
    # Stages are below 2^8, entries of them below 2^24.
    return (rows.entity.astype(np.int64) << 32) | (rows.stage & 0xFF) << 24 | (visit & 0xFFFFFF)
