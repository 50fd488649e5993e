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

__all__ = ["LEVELS", "Forecaster", "Trial", "trials", "trials_at", "windows_at"]

Floats = NDArray[np.float64]

Forecaster = Callable[[History, Sequence[str], tuple[int, ...]], Mapping[str, Floats]]
"""(history as known at the cut-off, targets, horizons in days) -> by target (draws, horizons), in the horizons' order.

It is asked once a cut-off, for all targets and horizons together. NaN where it has no forecast for a horizon; a target
that it does not know is left out.
"""

LEVELS = (0.5, 0.8, 0.95)
"""What central intervals are to hold."""


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
    """Median of the draws: the point that absolute errors ask for; NaN where the method had no forecast."""
    crps: float
    """NaN where the method had no forecast."""
    intervals: tuple[tuple[float, float], ...]
    """Both ends of the central intervals, by LEVELS."""
    pit: float
    scale: float
    """What the naive forecast erred from week to week before the cut-off, times the window's weeks; NaN if unknown."""
    floor: float
    """CRPS to expect of who knows the true means of a compound Poisson process; NaN where the target is none."""
    segment: str = ""
    """Empty where all deals count."""

    @property
    def covered(self) -> tuple[bool, ...]:
        """Whether what happened lies in the interval, its ends included, by LEVELS."""
        return tuple(low <= self.actual <= high for low, high in self.intervals)


def _scale(history: History, target: str) -> float:
    """The mean absolute change of the target from one past week to the next; it needs a weekly series."""
    deals = deals_of(history)
    if target not in ("wins", "bookings") or not deals.won.any():
        return float("nan")
    return scores.naive_scale(weekly_series(deals, target))


def windows_at(
    whole: History, day: dt.date, targets: Sequence[str], horizons: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """By target, the horizons whose window after a cut-off does not outlast the record; targets without one are out."""
    found = {}
    for target in targets:
        until = recorded_until(whole, target in NEW_LEADS)
        if kept := tuple(horizon for horizon in horizons if scored((day,), horizon, until)):
            found[target] = kept
    return found


def trials(
    whole: History,
    forecasters: Mapping[str, Forecaster],
    targets: Sequence[str],
    horizons: Sequence[int],
    days: Sequence[dt.date],
) -> Iterator[Trial]:
    """Trials in order of cut-off, target, method and horizon; windows that outlast the record are not forecast."""
    for target in targets:
        check_target(whole, target)
    for day in days:
        yield from trials_at(whole, day, forecasters, windows_at(whole, day, targets, horizons))


def trials_at(
    whole: History,
    day: dt.date,
    forecasters: Mapping[str, Forecaster],
    windows: Mapping[str, tuple[int, ...]],
    segment: str = "",
) -> Iterator[Trial]:
    """Trials of one cut-off, of the windows (horizons by target); none while there is no deal.

    A forecaster is handed the history cut off at the day; what happened later stays here.
    """
    known = history_at(whole, day)
    if not windows or not len(known.tables.opportunities):
        return
    horizons = tuple(sorted({horizon for asked in windows.values() for horizon in asked}))
    made = {method: forecaster(known, tuple(windows), horizons) for method, forecaster in forecasters.items()}
    for target, asked in windows.items():
        columns = [horizons.index(horizon) for horizon in asked]
        happened = np.array([actual(whole, target, day, horizon) for horizon in asked])
        scale = _scale(known, target)
        for method, forecasts in made.items():
            draws = forecasts.get(target)
            draws = (
                np.full((1, len(asked)), np.nan) if draws is None else np.asarray(draws, dtype=np.float64)[:, columns]
            )
            there = np.asarray(np.isfinite(draws).all(axis=0), dtype=np.bool_)
            draws = np.where(there, draws, np.nan)
            score = scores.crps(draws, happened)
            ends = [np.column_stack(scores.interval(draws, level)) for level in LEVELS]
            # Ties are broken by the same chance for all methods.
            ranks = scores.pit(draws, happened, np.random.default_rng(day.toordinal()))
            for column, horizon in enumerate(asked):
                yield Trial(
                    target,
                    horizon,
                    method,
                    day,
                    float(happened[column]),
                    float(np.median(draws[:, column])),
                    float(score[column]),
                    tuple((float(each[column, 0]), float(each[column, 1])) for each in ends),
                    float(ranks[column]) if there[column] else float("nan"),
                    scale * horizon / 7,
                    floor(whole, target, day, horizon),
                    segment,
                )
