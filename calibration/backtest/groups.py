"""Trials by what was forecast: a group is one segment, target and horizon, its methods all on the same cut-offs."""

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.trials import Trial

__all__ = ["Group", "groups"]

Floats = NDArray[np.float64]

_ENOUGH = 0.8
"""A method that has a forecast at fewer of a group's cut-offs than this share is left out of it."""


@dataclass(frozen=True)
class Group:
    """The trials of one row of a table by method, each a trial a cut-off in order of time."""

    segment: str
    target: str
    horizon: int
    """days"""
    trials: Mapping[str, tuple[Trial, ...]]

    @property
    def name(self) -> str:
        """In words."""
        return f"{f'{self.segment}: ' if self.segment else ''}{self.target}, {self.horizon} days"

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The cut-offs."""
        return tuple(trial.cutoff for trial in next(iter(self.trials.values())))

    @property
    def block(self) -> int:
        """Cut-offs whose windows overlap."""
        gaps = [(later - sooner).days for sooner, later in itertools.pairwise(self.days)]
        return max(math.ceil(self.horizon / min(gaps)), 1) if gaps else 1

    def crps(self, method: str) -> Floats:
        """(cut-offs,)"""
        return np.array([trial.crps for trial in self.trials[method]])

    def best(self, without: str = "") -> str | None:
        """The method of the least CRPS, chosen in hindsight, `without` one; none if there is no other."""
        methods = [method for method in self.trials if method != without]
        return min(methods, key=lambda method: float(self.crps(method).sum()), default=None)

    def halves(self) -> "tuple[Group, Group | None]":
        """The first half of the cut-offs, with the middle one, and the second; none where there is one cut-off."""
        middle = (len(self.days) + 1) // 2
        first, second = (
            {method: trials[part] for method, trials in self.trials.items()}
            for part in (slice(None, middle), slice(middle, None))
        )
        return replace(self, trials=first), replace(self, trials=second) if len(self.days) > 1 else None


def groups(made: Iterable[Trial]) -> tuple[Group, ...]:
    """Groups in the order of the trials.

    A group's cut-offs are those at which every method of the group has a forecast; methods that have none at a fifth
    of them are left out first.
    """
    found: dict[tuple[str, str, int], dict[str, list[Trial]]] = {}
    for trial in made:
        found.setdefault((trial.segment, trial.target, trial.horizon), {}).setdefault(trial.method, []).append(trial)
    return tuple(Group(*key, common) for key, methods in found.items() if (common := _common(methods)))


def _common(methods: dict[str, list[Trial]]) -> dict[str, tuple[Trial, ...]]:
    """The trials of the methods that stay, at the cut-offs that all of these have."""
    there = {method: {each.cutoff for each in its if math.isfinite(each.crps)} for method, its in methods.items()}
    every = max(len(its) for its in methods.values())
    kept = [method for method, days in there.items() if days and len(days) >= _ENOUGH * every]
    common = set.intersection(*(there[method] for method in kept)) if kept else set()
    return {method: tuple(each for each in methods[method] if each.cutoff in common) for method in kept if common}
