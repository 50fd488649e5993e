"""Past forecasts that this history allows: how each candidate would have done, and the weights that follow.

From weekly origins before the cut-off, each candidate's forecast of a count is set beside what then happened. Recent,
well-filled windows vote more; a vote's size is the candidate's absolute error over the median candidate's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scorecard", "Verdict", "origins"]

WINDOWS = (28, 56, 84)
"""Days that a past forecast looks ahead."""

WEEKS = 52
"""Past origins go back at most this many weeks."""

WARM_UP = 42
"""Days of recorded outcomes before the first origin."""

_SHARPNESS = 6.0
"""Log-weight lost per vote of median error."""

_DECAY = 0.95
"""Factor on a vote for each week since its window ended."""

_ENOUGH = 100.0
"""Events at which a window's vote counts half."""

_FLOOR = 0.05
"""Share of the weight spread evenly over all candidates."""

PRIOR_SD = 0.2
"""Prior standard deviation of the log of actual over forecast; worth one whole recent window."""

C = TypeVar("C")


def origins(first_outcome: int) -> Iterator[tuple[int, int]]:
    """(origin, window) pairs, in days before the cut-off, whose window ends by it."""
    for week in range(WINDOWS[0] // 7, WEEKS + 1):
        for window in WINDOWS:
            if -7 * week + window <= 0 and -7 * week >= first_outcome + WARM_UP:
                yield -7 * week, window


@dataclass(frozen=True)
class Verdict(Generic[C]):
    """What past forecasts say about one candidate."""

    candidate: C
    weight: float
    bias: float
    """Shrunk mean of log(actual / forecast)."""
    sd: float
    """Standard deviation of that error beyond counting noise: how far the level drifts within a quarter."""


@dataclass(frozen=True)
class Scorecard(Generic[C]):
    """Past windows with every candidate's forecast."""

    windows: tuple[tuple[int, int], ...]
    actual: NDArray[np.float64]
    """(windows,)"""
    forecast: Mapping[C, NDArray[np.float64]]
    """(windows,) by candidate"""

    def __len__(self) -> int:
        return len(self.windows)

    def error(self, candidate: C) -> float:
        """Sum of absolute errors over the sum of actuals (WAPE); NaN without windows."""
        total = float(self.actual.sum())
        return float(np.abs(self.forecast[candidate] - self.actual).sum()) / total if total else float("nan")

    def verdicts(self, prior: Mapping[C, float]) -> tuple[Verdict[C], ...]:
        """Weights, biases and drifts of the candidates, given prior weights."""
        candidates = list(prior)
        log_weight = np.log([prior[candidate] for candidate in candidates])
        ago = np.array([-(origin + window) / 7 for origin, window in self.windows])
        size = np.array([window for _, window in self.windows], dtype=np.float64)
        filled = self.actual / (self.actual + _ENOUGH)
        made = np.array([self.forecast[candidate] for candidate in candidates]).reshape(len(candidates), -1)
        miss = np.abs(made - self.actual)
        median = np.maximum(np.median(miss, axis=0), 1e-9)
        votes = _DECAY**ago * (7.0 / size) * filled
        log_weight = log_weight - _SHARPNESS * (miss / median) @ votes
        weight = np.exp(log_weight - log_weight.max())
        weight = (1 - _FLOOR) * weight / weight.sum() + _FLOOR / len(candidates)
        # A longer window tells more about the level; one recent, full window is worth as much as the prior.
        pull = _DECAY**ago * (size / max(WINDOWS)) * filled
        log_ratio = np.log(np.maximum(self.actual, 0.5) / np.maximum(made, 0.5))
        bias = log_ratio @ pull / (pull.sum() + 1.0)
        noise = 1.0 / np.maximum(self.actual, 1.0)
        spread = np.maximum((log_ratio - bias[:, None]) ** 2 - noise, 0.0)
        sd = np.sqrt((spread @ pull + PRIOR_SD**2) / (pull.sum() + 1.0))
        return tuple(
            Verdict(candidate, float(weight[k]), float(bias[k]), float(sd[k])) for k, candidate in enumerate(candidates)
        )
