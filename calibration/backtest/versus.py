"""How a method does beside another over many rows of backtests, and how honest its intervals are, with what luck does.

Windows of neighbouring cut-offs overlap, and the rows of one history share its good and bad months: whole blocks of
dates are drawn, as long as the longest overlap, and all rows of the history are scored on the dates drawn (the
circular block bootstrap: Politis & Romano 1992, in Exploring the Limits of Bootstrap, 263-270).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.groups import Group
from calibration.backtest.trials import LEVELS
from results.luck import wilson

__all__ = ["Coverage", "Versus", "coverage", "versus"]

Floats = NDArray[np.float64]

_REPEATS = 2000
_TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Versus:
    """A method's errors over another's, on the rows that have both."""

    method: str
    other: str
    """Empty: the best other method of each row, chosen in hindsight."""
    rows: int
    ratio: float
    """Geometric mean over rows of CRPS over that of the other (Fleming & Wallace 1986, doi:10.1145/5666.5673)."""
    low: float
    high: float
    """95 % interval; NaN with fewer than two blocks of cut-offs. The choice in hindsight is kept as it was made."""
    rivals: tuple[str, ...] = ()
    """By row its best other method; empty where the other is named."""

    @property
    def verdict(self) -> Literal["less", "more", "not told apart"]:
        """Whether the errors are less or more than the other's, or that cannot be told from luck."""
        return "less" if self.high < 1 else "more" if self.low > 1 else "not told apart"


@dataclass(frozen=True)
class Coverage:
    """How often what happened lay in a method's central interval, over all rows."""

    method: str
    level: float
    forecasts: int
    share: float
    apart: int
    """About how many windows there are that do not overlap: of a history, in the row that has most of them."""
    low: float
    high: float
    """95 % interval of the share; NaN with fewer than two blocks of cut-offs. The wider ends of two: of blocks of dates
    drawn anew, which knows that rows go together and fails where all or none are held, and Wilson's for as many
    forecasts as do not overlap."""

    @property
    def verdict(self) -> Literal["too narrow", "too wide", "honest as far as can be told", "not judged"]:
        """Whether the intervals hold what they should."""
        if math.isnan(self.low):
            return "not judged"
        return (
            "too narrow" if self.high < self.level
            else "too wide" if self.low > self.level
            else "honest as far as can be told"
        )  # fmt: skip


def versus(histories: Sequence[Sequence[Group]], method: str, other: str = "") -> Versus | None:
    """Compare over the rows of one or more histories; none where no row has both."""
    logs: list[float] = []
    rivals: list[str] = []
    drawn: list[Floats] = []
    for rows, times in _resampled(histories):
        for group, weights in zip(rows, times, strict=True):
            rival = other or group.best(without=method)
            if method not in group.trials or rival is None or rival not in group.trials:
                continue
            ours, theirs = group.crps(method), group.crps(rival)
            if not (ours.sum() > 0 and theirs.sum() > 0):
                continue
            rivals.append(rival)
            logs.append(math.log(ours.sum() / theirs.sum()))
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn.append(np.log(weights @ ours) - np.log(weights @ theirs))
    if not logs:
        return None
    low, high = _interval(drawn)
    ratio = math.exp(float(np.mean(logs)))
    return Versus(method, other, len(logs), ratio, math.exp(low), math.exp(high), () if other else tuple(rivals))


def coverage(histories: Sequence[Sequence[Group]], method: str) -> tuple[Coverage, ...]:
    """By LEVELS, over the rows of one or more histories; every forecast counts once."""
    found = []
    for k, level in enumerate(LEVELS):
        inside, of, apart = 0.0, 0, 0
        drawn_inside, drawn_of = [], []
        for rows, times in _resampled(histories):
            windows = 0
            for group, weights in zip(rows, times, strict=True):
                held = np.array([trial.covered[k] for trial in group.trials.get(method, ())], dtype=np.float64)
                if len(held):
                    inside, of = inside + held.sum(), of + len(held)
                    windows = max(windows, -(-len(held) // group.block))
                    drawn_inside.append(weights @ held)
                    drawn_of.append(weights.sum(axis=1))
            # Targets and horizons look at the same days: a history has as many tries as its best row.
            apart += windows
        if of:
            share = inside / of
            low, high = _ends(np.sum(drawn_inside, axis=0) / np.sum(drawn_of, axis=0))
            least, most = (float(end) for end in wilson(np.array(share * apart), np.array(float(apart))))
            # Not min and max alone: what is not known stays so.
            found.append(
                Coverage(method, level, of, share, apart, low + min(least - low, 0.0), high + max(most - high, 0.0))
            )
    return tuple(found)


def _interval(drawn: list[Floats]) -> tuple[float, float]:
    """Of the mean over rows; a row without any cut-off in a resample is left out of it."""
    values = np.array(drawn)
    there = np.isfinite(values)
    if not there.any(axis=1).all():
        return math.nan, math.nan
    counts = there.sum(axis=0)
    means = np.where(there, values, 0.0).sum(axis=0)[counts > 0] / counts[counts > 0]
    return _ends(means)


def _ends(values: Floats) -> tuple[float, float]:
    if not len(values) or not np.isfinite(values).all():
        return math.nan, math.nan
    low, high = np.quantile(values, _TAILS)
    return float(low), float(high)


def _resampled(histories: Sequence[Sequence[Group]]) -> Iterator[tuple[Sequence[Group], list[Floats]]]:
    """Each history's groups, and of each group (repeats, cut-offs) how often a resample has each cut-off; NaN where
    the dates are fewer than two blocks."""
    for place, rows in enumerate(histories):
        dates = sorted({day for group in rows for day in group.days})
        n, block = len(dates), max((group.block for group in rows), default=1)
        times = np.full((_REPEATS, n), np.nan)
        if n >= 2 * block:
            starts = np.random.default_rng(place).integers(0, n, (_REPEATS, -(-n // block)))
            drawn = (starts[:, :, np.newaxis] + np.arange(block)).reshape(_REPEATS, -1)[:, :n] % n
            times = np.array([np.bincount(each, minlength=n) for each in drawn], dtype=np.float64)
        at = {day: position for position, day in enumerate(dates)}
        yield rows, [times[:, [at[day] for day in group.days]] for group in rows]
