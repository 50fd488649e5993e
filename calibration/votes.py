"""Weights of structures by their own past forecasts: each past window is a vote, by the score of its forecast.

Recent and well-filled windows of few days vote more; a vote's size is a structure's CRPS over the median structure's.
Weighting by predictive scores: Geweke & Amisano 2011, doi:10.1016/j.jeconom.2011.02.017; the form is a choice.
"""

import hashlib
from collections.abc import Iterable, MutableMapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["WINDOWS", "Past", "Vote", "digest", "origins", "weigh"]

Floats = NDArray[np.float64]
Past = MutableMapping[object, Floats]
"""Scores of past forecasts by what they were made from, so that a later cut-off need not make them again."""

WINDOWS = (7, 14, 28, 60, 90)
"""Days that a past forecast looks ahead."""
WEEKS = 40
"""Past origins go back at most this many weeks."""
WARM_UP = 28
"""Days of recorded outcomes before the first origin."""

_SHARPNESS = 6.0
"""Log-weight lost by a week's vote of the median score."""
_DECAY = 0.95
"""Factor on a vote for each week since its window ended."""
_ENOUGH = 100.0
"""Events at which a window's vote counts half."""
_FLOOR = 0.05
"""Share of the weight that stays with the prior."""


class Vote(NamedTuple):
    """A past window, and how each structure foresaw it."""

    origin: int
    """Days from the cut-off, negative."""
    window: int
    """Days."""
    happened: float
    scores: Floats
    """(structures,) CRPS."""


def digest(*arrays: Floats) -> bytes:
    """What tells the data of one past forecast from those of another."""
    state = hashlib.blake2b(digest_size=16)
    for array in arrays:
        state.update(np.ascontiguousarray(array).tobytes())
    return state.digest()


def origins(first_outcome: int) -> tuple[int, ...]:
    """The days, counted from the cut-off, from which past forecasts are made: whole weeks, the latest first."""
    return tuple(-7 * week for week in range(1, WEEKS + 1) if -7 * week >= first_outcome + WARM_UP)


def weigh(votes: Iterable[Vote], prior: Floats) -> Floats:
    """(structures,) weights that sum to one, given prior weights; only windows that ended by the cut-off may vote."""
    log = np.log(prior)
    for vote in votes:
        ago = -(vote.origin + vote.window) / 7.0
        filled = vote.happened / (vote.happened + _ENOUGH)
        median = max(float(np.median(vote.scores)), 1e-9)
        log = log - _SHARPNESS * _DECAY**ago * (7.0 / vote.window) * filled * vote.scores / median
    weight = np.exp(log - log.max())
    return np.asarray((1.0 - _FLOOR) * weight / weight.sum() + _FLOOR * prior / prior.sum(), dtype=np.float64)
