"""The table of a backtest: a row per segment, target, horizon and method, the methods of a group on equal cut-offs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from calibration.backtest.groups import Group, groups
from calibration.backtest.trials import LEVELS, Trial
from results import scores

__all__ = ["Row", "rows_of", "table"]


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
    """CRPS over that of the best other method of the group, chosen in hindsight: below 1 where it leads; NaN where
    there is no other."""
    ratio_low: float
    ratio_high: float
    """95 % block-bootstrap interval of the ratio; NaN with fewer than two windows that do not overlap."""
    floor_over_mean: float
    """CRPS over the mean of a forecaster who knows the true means of a (compound) Poisson process; NaN for pipeline."""
    segment: str = ""
    """Empty where all deals count."""


def table(made: Iterable[Trial]) -> tuple[Row, ...]:
    """Rows in the order of the trials."""
    return tuple(row for group in groups(made) for row in rows_of(group))


def rows_of(group: Group) -> tuple[Row, ...]:
    """A row a method."""
    return tuple(_row(group, method) for method in group.trials)


def _row(group: Group, method: str) -> Row:
    trials = group.trials[method]
    happened = np.array([each.actual for each in trials])
    point = np.array([each.point for each in trials])
    crps = group.crps(method)
    total = float(happened.sum())
    cover50, cover80, cover95 = (float(np.mean([each.covered[k] for each in trials])) for k in range(len(LEVELS)))
    other = group.best(without=method)
    ratio = low = high = math.nan
    if other is not None and (least := float(group.crps(other).sum())) > 0:
        ratio = float(crps.sum()) / least
        low, high = scores.block_bootstrap(crps, group.crps(other), group.block, np.random.default_rng(0))
    return Row(
        group.target,
        group.horizon,
        len(trials),
        method,
        scores.wape(point, happened),
        scores.mase(point, happened, [each.scale for each in trials]),
        float(crps.mean()),
        float(crps.sum()) / total if total else math.nan,
        cover50,
        cover80,
        cover95,
        ratio,
        low,
        high,
        sum(each.floor for each in trials) / total if total else math.nan,
        group.segment,
    )
