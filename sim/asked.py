"""asked: which lost buyers a survey asks, when, and who of them says why."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniforms
from sim.log import Asking, Entities, Events, Kind
from sim.lost_survey import LostSurvey
from sim.plan import Plan

__all__ = ["Asked", "asked", "asking_of"]

_NOBODY = LostSurvey(share=0.0)


class Asked(NamedTuple):
    """(asked,) in the order of the losses."""

    row: NDArray[np.int64]
    """The loss, as row of the events."""
    day: NDArray[np.float64]
    """Day of the survey."""
    answers: NDArray[np.bool_]


def asking_of(root: Plan, plan: Plan, stream: int) -> Asking | None:
    """The surveys of a run-in and of a plan; none where neither has any."""
    if root.lost_survey is None and plan.lost_survey is None:
        return None
    before, after = (each.lost_survey or _NOBODY for each in (root, plan))
    return Asking(
        every=(before.every, after.every),
        share=(before.share, after.share),
        response=(before.response, after.response),
        stream=stream,
    )


def asked(asking: Asking, events: Events, entities: Entities, ends: float) -> Asked:
    """Who is asked until a day, of those lost but the opportunities to sell more to customers.

    A loss on day t is asked about on the next day that is a multiple of `every`; those of the run-in by the root plan's
    terms. What decides is drawn from an opportunity's key, so who is asked of a small share is asked of a larger one.
    """
    rows = np.flatnonzero(events.kind == Kind.LOST)
    rows = rows[~entities.to_customers[events.entity[rows]]]
    time = events.time[rows]
    counted = (time >= 0.0).astype(np.int64)
    every = np.array(asking.every)[counted]
    day = every * (np.floor(time / every) + 1.0)
    # Nobody draws for a share of none, which is what a run-in without a survey has.
    known = np.flatnonzero((day < ends) & (np.array(asking.share)[counted] > 0.0))
    drawn = np.empty((len(known), 2))
    for key, its in zip(entities.key[events.entity[rows[known]]].tolist(), drawn, strict=True):
        uniforms(asking.stream, key, int(Purpose.LOST_SURVEY), turn(0, 0), its)
    among = drawn[:, 0] < np.array(asking.share)[counted[known]]
    answers = drawn[:, 1] < np.array(asking.response)[counted[known]]
    return Asked(rows[known[among]], day[known[among]], answers[among])
