"""A backtest: every forecaster at every cut-off, each forecast scored against what then happened."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.cutoffs import history_at, recorded_until, scored
from calibration.backtest.deals import deals_of
from calibration.backtest.targets import NEW_LEADS, actual, check_target, floor
from calibration.backtest.weekly import weekly_series
from calibration.history import History
from results import scores

__all__ = ["LEVELS", "Forecaster", "Trial", "trials"]

Forecaster = Callable[[History, str, tuple[int, ...]], NDArray[np.float64]]
"""(history as known at the cut-off, target, horizons in days) -> (draws, horizons), NaN where it has no forecast."""

LEVELS = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class Trial:
    """One forecast of one window, and what happened."""

    target: str
    horizon: int
    """days"""
    method: str
    cutoff: dt.date
    actual: float
    point: float
    """Median of the draws: the point that absolute errors ask for."""
    crps: float
    """NaN where the method had no forecast."""
    covered: tuple[bool, ...]
    """By LEVELS."""
    pit: float
    scale: float
    """What the naive forecast erred from week to week before the cut-off, times the window's weeks; NaN if unknown."""
    floor: float
    """CRPS to expect of who knows the true means of a compound Poisson process; NaN where the target is none."""


def _scale(history: History, target: str) -> float:
    """The mean absolute change of the target from one past week to the next; it needs a weekly series."""
    deals = deals_of(history)
    if target not in ("wins", "bookings") or not deals.won.any():
        return float("nan")
    return scores.naive_scale(weekly_series(deals, target))


def trials(
    whole: History,
    forecasters: Mapping[str, Forecaster],
    targets: Sequence[str],
    horizons: Sequence[int],
    days: Sequence[dt.date],
) -> Iterator[Trial]:
    """Trials in order of cut-off, target, method and horizon; windows that outlast the record are not forecast.

    A forecaster is handed the history cut off at the day; what happened later stays here.
    """
    for target in targets:
        check_target(whole, target)
    windows = {
        (target, horizon): set(scored(tuple(days), horizon, recorded_until(whole, target in NEW_LEADS)))
        for target in targets
        for horizon in horizons
    }
    for day in days:
        known = history_at(whole, day)
        for target in targets:
            asked = tuple(horizon for horizon in horizons if day in windows[target, horizon])
            if not asked:
                continue
            happened = np.array([actual(whole, target, day, horizon) for horizon in asked])
            scale = _scale(known, target)
            rng = np.random.default_rng(day.toordinal())
            for method, forecaster in forecasters.items():
                draws = np.asarray(forecaster(known, target, asked), dtype=np.float64)
                made = np.asarray(np.isfinite(draws).all(axis=0), dtype=np.bool_)
                score = scores.crps(draws, happened)
                inside = [scores.covered(draws, happened, level) for level in LEVELS]
                ranks = scores.pit(draws, happened, rng)
                for column, horizon in enumerate(asked):
                    yield Trial(
                        target,
                        horizon,
                        method,
                        day,
                        float(happened[column]),
                        float(np.median(draws[:, column])),
                        float(score[column]) if made[column] else float("nan"),
                        tuple(bool(each[column]) for each in inside),
                        float(ranks[column]) if made[column] else float("nan"),
                        scale * horizon / 7,
                        floor(whole, target, day, horizon),
                    )
