"""The level at which deals close: how fast the past is forgotten, and whether closing keeps up with a growing pipeline.

A candidate is a half-life of exposure and an elasticity rho of closings to the expected load: 1 where deals close
independently, 0 where a fixed throughput closes deals whatever the pipeline holds. Candidates are weighted by their
own past forecasts; a persistent miss of these is corrected in part, and its spread stays in the posterior draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.backlook import Scorecard, origins
from calibration.flow import expected_wins
from calibration.outcomes import Hazards, Lexis, Spells, fit_hazards

__all__ = ["Level", "Levels", "Manner", "fit_levels"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HORIZON = 91
"""Days over which the load is looked at: a quarter."""

_SCALE = 5.0
"""Hazards are scaled by at most this factor, up or down."""


class Manner(NamedTuple):
    """A candidate: half-life in days, and elasticity of closings to load."""

    half_life: float
    rho: float


PRIOR: dict[Manner, float] = {
    Manner(half_life, rho): p * q
    for half_life, p in ((30.0, 0.15), (60.0, 0.25), (120.0, 0.3), (365.0, 0.3))
    for rho, q in ((0.0, 0.15), (0.5, 0.15), (1.0, 0.7))
}
"""Prior weights: independence is the rule, throughput the exception."""


@dataclass(frozen=True)
class Level:
    """A candidate as it stands at the cut-off."""

    manner: Manner
    weight: float
    hazards: tuple[Hazards, ...]
    """By stage, before `scale`."""
    scale: float
    """Factor on every hazard."""
    drift: float
    """Standard deviation of the logarithm of the future level."""


@dataclass(frozen=True)
class Levels:
    """All candidates, with the past forecasts that weigh them."""

    levels: tuple[Level, ...]
    card: Scorecard[Manner]

    def mean(self) -> tuple[Floats, ...]:
        """By stage, (bins, causes) mean hazard a day over all candidates."""
        stages = range(len(self.levels[0].hazards))
        return tuple(
            np.sum([level.weight * level.scale * level.hazards[k].mean for level in self.levels], axis=0)
            for k in stages
        )


def _open_ages(spells: Spells, day: int) -> Ints:
    """Whole days that each spell open at the beginning of a day has lasted."""
    on = (spells.start < day) & ((spells.cause < 0) | (spells.end > day))
    return np.floor(day - spells.start[on]).astype(np.int64)


def _between(times: Floats, low: float, high: float) -> float:
    """How many of sorted times lie in [low, high)."""
    begin, end = np.searchsorted(times, (low, high))
    return float(end - begin)


def _recent_per_day(times: Floats, since: int, day: int, half_life: float) -> float:
    """Happenings a day between two days, the past discounted by the half-life."""
    past = times[np.searchsorted(times, since) : np.searchsorted(times, day)]
    weight = float(np.sum(0.5 ** ((day - past) / half_life)))
    ages = np.arange(day - since) + 0.5
    return weight / float(np.sum(0.5 ** (ages / half_life)))


def _at(stages: Sequence[Lexis], day: int, half_life: float) -> tuple[Hazards, ...]:
    return tuple(fit_hazards(lexis.until(day), half_life) for lexis in stages)


def _scale(hazards: Sequence[Hazards], ages: Sequence[Ints], per_day: float, target: float) -> float:
    """The factor on all hazards at which the expected wins of the next quarter are `target`; bisection on its log."""
    low, high = np.log(1 / _SCALE), np.log(_SCALE)
    means = [hazard.mean for hazard in hazards]
    for _ in range(25):
        middle = (low + high) / 2
        if sum(expected_wins([mean * np.exp(middle) for mean in means], ages, per_day, HORIZON)) < target:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))


def fit_levels(
    stages: Sequence[Lexis], spells: Sequence[Spells], wins: Floats, opened: Floats, visible: int, per_day: float
) -> Levels:
    """Weigh the candidates by their past forecasts of wins.

    `stages` and `spells` by stage, `wins` and `opened` sorted times in days before the cut-off, `visible` the day from
    which outcomes are recorded, `per_day` the rate at which opportunities are expected to open after the cut-off.
    A past forecast is given the number of opportunities that then opened, so that closing alone is judged.
    """
    windows = tuple(origins(visible))
    actual = np.array([_between(wins, origin, origin + window) for origin, window in windows])
    made: dict[Manner, list[float]] = {manner: [] for manner in PRIOR}
    half_lives = sorted({manner.half_life for manner in PRIOR})
    rhos = sorted({manner.rho for manner in PRIOR})
    kept: dict[tuple[int, float], tuple[Hazards, ...]] = {}
    ages_at: dict[int, list[Ints]] = {}
    for origin, window in windows:
        if origin not in ages_at:
            ages_at[origin] = [_open_ages(spell, origin) for spell in spells]
        rate = _between(opened, origin, origin + window) / window
        for half_life in half_lives:
            if (origin, half_life) not in kept:
                kept[origin, half_life] = _at(stages, origin, half_life)
            hazards = [hazard.mean for hazard in kept[origin, half_life]]
            free = sum(expected_wins(hazards, ages_at[origin], rate, window))
            steady = _recent_per_day(wins, visible, origin, half_life) * window
            for rho in rhos:
                made[Manner(half_life, rho)].append(free**rho * steady ** (1 - rho))
    card = Scorecard(windows, actual, {manner: np.array(forecasts) for manner, forecasts in made.items()})
    ages = [_open_ages(spell, 0) for spell in spells]
    levels = []
    for verdict in card.verdicts(PRIOR):
        hazards_now = _at(stages, 0, verdict.candidate.half_life)
        free = sum(expected_wins([hazard.mean for hazard in hazards_now], ages, per_day, HORIZON))
        steady = _recent_per_day(wins, visible, 0, verdict.candidate.half_life) * HORIZON
        target = free**verdict.candidate.rho * steady ** (1 - verdict.candidate.rho) * np.exp(verdict.bias)
        scale = _scale(hazards_now, ages, per_day, target) if free > 0 and target > 0 else 1.0
        levels.append(Level(verdict.candidate, verdict.weight, hazards_now, scale, verdict.sd))
    return Levels(tuple(levels), card)
