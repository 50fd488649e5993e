"""The compiled engine's state written down as arrays without addresses, and taken up in another memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.feedback import Lesson
from sim.kernel.buffers import Memory
from sim.kernel.states import STATE
from sim.reviews import Reviews

__all__ = ["restore", "written_down"]

Arrays = Mapping[str, NDArray[Any]]

_USED = {
    "agenda": "expected",
    "slots": "alive",
    "judged": "judgements",
    "events": "written",
    "entities": "entered",
}
"""Buffers, and how much of each is in use."""
_WHOLE = ("choices", "teams", "line", "kept", "offsets", "beliefs", "taken")
"""Arrays that are as long as the world says. The others are the world's own, or addresses of functions."""
_ARRAYS = {name.removesuffix("_room") for name in STATE.names or () if name.endswith("_room")}
_NUMBERS = np.dtype(
    [
        (name, kind)
        for name, (kind, *_) in (STATE.fields or {}).items()
        if name not in _ARRAYS and name.removesuffix("_room") not in _ARRAYS
    ]
)
"""The record's fields that are neither addresses nor lengths."""


def written_down(memory: Memory, reviews: Reviews) -> dict[str, NDArray[Any]]:
    """Copies of all that the future depends on."""
    state = {"numbers": np.empty(1, dtype=_NUMBERS)}
    for name in _NUMBERS.names or ():
        state["numbers"][name] = memory.record[name]
    state |= {name: memory.arrays[name][: int(memory[used])].copy() for name, used in _USED.items()}
    state |= {name: memory.arrays[name].copy() for name in _WHOLE}
    # Nobody's record stands before the first seat.
    state["seats"] = memory.nobody_first.copy()
    lesson, spent = reviews.lesson, reviews.spent
    told = {
        "cutoff": np.array(reviews.cutoff),
        "threshold": np.array(reviews.threshold),
        "offsets": reviews.offsets,
        "mqls": reviews.mqls,
        "verdicts": reviews.verdicts,
        "intercept": np.array(lesson.intercept),
        "slope": np.array(lesson.slope),
        "channels": lesson.channels,
        "share": spent.share,
        "kept": spent.kept,
        "touch_rates": spent.touch_rates,
    }
    return state | {f"reviews.{name}": array.copy() for name, array in told.items()}


def restore(memory: Memory, reviews: Reviews, state: Arrays) -> None:
    """Fill a new memory, and reviews, with what was written down; their terms are those of a run's beginning."""
    for name in _NUMBERS.names or ():
        memory.record[name] = state["numbers"][name]
    for name in _USED:
        while len(memory.arrays[name]) < len(state[name]):
            memory.double(name)
        memory.arrays[name][: len(state[name])] = state[name]
    for name in _WHOLE:
        memory.arrays[name][:] = state[name]
    memory.nobody_first[:] = state["seats"]
    told = {name.removeprefix("reviews."): array for name, array in state.items() if name.startswith("reviews.")}
    reviews.cutoff, reviews.threshold = float(told["cutoff"]), float(told["threshold"])
    reviews.offsets = told["offsets"].copy()
    reviews.mqls, reviews.verdicts = told["mqls"].copy(), told["verdicts"].copy()
    reviews.lesson = Lesson(float(told["intercept"]), float(told["slope"]), told["channels"].copy())
    reviews.spent.share[:], reviews.spent.kept[:] = told["share"], told["kept"]
    reviews.spent.touch_rates = told["touch_rates"].copy()
