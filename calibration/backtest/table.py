"""The table of a backtest: one row per target, horizon and method, all methods of a row on the same cut-offs."""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.trials import LEVELS, Trial
from results import scores

__all__ = ["Row", "table"]

Floats = NDArray[np.float64]

_ENOUGH = 0.8
"""A method that has a forecast at fewer of a row's cut-offs than this share is left out of the row."""


@dataclass(frozen=True)
class Row:
    """One method's scores over the cut-offs of a target and horizon."""

    target: str
    horizon_days: int
    cutoffs: int
    method: str
    wape: float
    mase: float
    crps: float
    """Mean, in the target's unit."""
    crps_over_mean: float
    """Sum of CRPS over sum of what happened."""
    cover50: float
    cover80: float
    cover95: float
    ratio: float
    """CRPS over that of the row's best method."""
    ratio_low: float
    ratio_high: float
    """95 % block-bootstrap interval of the ratio; NaN with fewer than two windows that do not overlap."""
    floor_over_mean: float
    """CRPS over the mean of a forecaster who knows the true means of a (compound) Poisson process; NaN for pipeline."""


def table(made: Iterable[Trial]) -> tuple[Row, ...]:
    """Rows in the order of the trials.

    A row's cut-offs are those at which every method of the row has a forecast; methods that have none at half of them
    are left out first.
    """
    groups: dict[tuple[str, int], dict[str, list[Trial]]] = {}
    for trial in made:
        groups.setdefault((trial.target, trial.horizon), {}).setdefault(trial.method, []).append(trial)
    return tuple(row for methods in groups.values() for row in _rows(methods))


def _rows(methods: dict[str, list[Trial]]) -> list[Row]:
    stands = {
        method: {each.cutoff for each in trials if math.isfinite(each.crps)} for method, trials in methods.items()
    }
    every = max(len(trials) for trials in methods.values())
    kept = [method for method, days in stands.items() if days and len(days) >= _ENOUGH * every]
    if not kept:
        return []
    common = set.intersection(*(stands[method] for method in kept))
    if not common:
        return []
    chosen = {method: [each for each in methods[method] if each.cutoff in common] for method in kept}
    crps = {method: np.array([each.crps for each in trials]) for method, trials in chosen.items()}
    best = min(kept, key=lambda method: float(crps[method].sum()))
    return [_row(chosen[method], crps[method], crps[best]) for method in kept]


def _block(trials: list[Trial]) -> int:
    """Cut-offs whose windows overlap."""
    gaps = [(b.cutoff - a.cutoff).days for a, b in itertools.pairwise(trials)]
    return max(math.ceil(trials[0].horizon / min(gaps)), 1) if gaps else 1


def _row(trials: list[Trial], crps: Floats, best: Floats) -> Row:
    first = trials[0]
    happened = np.array([each.actual for each in trials])
    point = np.array([each.point for each in trials])
    total = float(happened.sum())
    cover50, cover80, cover95 = (float(np.mean([each.covered[k] for each in trials])) for k in range(len(LEVELS)))
    least = float(best.sum())
    low = high = math.nan
    if least > 0:
        low, high = scores.block_bootstrap(crps, best, _block(trials), np.random.default_rng(0))
    return Row(
        first.target,
        first.horizon,
        len(trials),
        first.method,
        scores.wape(point, happened),
        scores.mase(point, happened, [each.scale for each in trials]),
        float(crps.mean()),
        float(crps.sum()) / total if total else math.nan,
        cover50,
        cover80,
        cover95,
        float(crps.sum()) / least if least > 0 else math.nan,
        low,
        high,
        sum(each.floor for each in trials) / total if total else math.nan,
    )
