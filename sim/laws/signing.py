"""How a last stage is decided day by day, and how levels drift. Pure compiled functions for every engine."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled
from sim.laws.delays import normal_quantile, survival
from sim.laws.outcomes import sigmoid

__all__ = ["LEAST_LOAD", "UNDECIDED", "UNIT", "decide", "drift_path", "fill_alive", "pace_of", "wins_today"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DECIDED, _STEP = int(Purpose.SIGNING), int(Purpose.DRIFT_STEP)
_DAYS = 0xFFFF
UNDECIDED = -1
"""In place of a cause: the stage goes on."""
LEAST_LOAD = 0.1
"""Share of the usual load below which the pace rises no more: nobody closes ten times as well for lack of others."""
UNIT = 2.0**-32
"""Loads are added up in whole numbers of this, so that no order of adding matters."""


@compiled
def fill_alive(laws: Floats, knots: Floats, law: int, out: Floats) -> None:
    """Fill (days,) with the share of a law's times that are longer than 0, 1, 2, ... days."""
    for age in range(len(out)):
        out[age] = survival(laws, knots, law, float(age))


@compiled
def _alive(
    outlast: NDArray[np.float64], laws: Floats, knots: Floats, law: int, place: int, factor: float, age: int
) -> float:
    """The share of a cause's times, stretched by a factor, that are longer than an age; outlast: (causes, days) of
    those that are not."""
    if factor == 1.0 and age < outlast.shape[1]:
        return float(outlast[place, age])
    return survival(laws, knots, law, age / factor)


@compiled
def wins_today(
    eta: float,
    first: int,
    last: int,
    cause_share: Floats,
    cause_law: Ints,
    laws: Floats,
    knots: Floats,
    outlast: NDArray[np.float64],
    factor: float,
    age: int,
) -> float:
    """The chance that a stage which has lasted `age` days is advanced from within the next, at a pace of 1.

    Causes first..last-1, `first` is to advance; their laws times `factor` give the times, as in `sim.rules.resolve`.
    """
    advance, total, wins = sigmoid(eta), 0.0, 0.0
    for cause in range(first, last):
        p = advance if cause == first else (1.0 - advance) * cause_share[cause]
        if p > 0.0:
            alive = _alive(outlast, laws, knots, cause_law[cause], cause - first, factor, age)
            total += p * alive
            if cause == first:
                wins = p * (alive - _alive(outlast, laws, knots, cause_law[cause], 0, factor, age + 1))
    return wins / total if total > 0.0 else 0.0


@compiled
def decide(
    stream: int,
    key: int,
    visit: int,
    day: int,
    pace: float,
    eta: float,
    first: int,
    last: int,
    cause_share: Floats,
    cause_law: Ints,
    laws: Floats,
    knots: Floats,
    outlast: NDArray[np.float64],
    factor: float,
    age: int,
) -> tuple[int, float]:
    """Whether and how a stage is left within a day: (cause or UNDECIDED, share of the day that has passed by then)."""
    advance, total = sigmoid(eta), 0.0
    for cause in range(first, last):
        p = advance if cause == first else (1.0 - advance) * cause_share[cause]
        if p > 0.0:
            total += p * _alive(outlast, laws, knots, cause_law[cause], cause - first, factor, age)
    if total <= 0.0:
        return UNDECIDED, 0.0
    u, reached = uniform(stream, key, _DECIDED, turn(visit, day & _DAYS)), 0.0
    for cause in range(first, last):
        p = advance if cause == first else (1.0 - advance) * cause_share[cause]
        if p > 0.0:
            law, place = cause_law[cause], cause - first
            left = _alive(outlast, laws, knots, law, place, factor, age) - _alive(
                outlast, laws, knots, law, place, factor, age + 1
            )
            chance = p * left / total
            if cause == first:
                chance = min(chance * pace, 1.0)
            if u < reached + chance:
                return cause, (u - reached) / chance
            reached += chance
    return UNDECIDED, 0.0


@compiled
def pace_of(level: float, load: int, usual: float, elasticity: float) -> float:
    """The day's pace; load: in `UNIT`s."""
    if elasticity == 1.0:
        return level
    return float(level * max(load * UNIT / usual, LEAST_LOAD) ** (elasticity - 1.0))


@compiled
def drift_path(stream: int, key: int, epoch_day: int, slope: float, fades: float, wander: float, out: Floats) -> None:
    """Fill (days,) with the log of a level on each day from `epoch_day` on, the walk keyed by the day; slope and wander
    as in `sim.signing.Drift`."""
    level, rise, kept = 0.0, slope / 7.0, 0.5 ** (1.0 / fades)
    step = wander / math.sqrt(7.0)
    for day in range(len(out)):
        level += rise
        rise *= kept
        if step > 0.0:
            level += step * normal_quantile(uniform(stream, key, _STEP, epoch_day + day))
        out[day] = level
