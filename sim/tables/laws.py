"""Laws of durations, efforts, amounts and scores as rows of numbers."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Constant, Exponential, Gamma, Lognormal, Normal, Table, Weibull
from sim.laws.delays import CONSTANT, EXPONENTIAL, LOGNORMAL, NEVER, NORMAL, TABLE, WEIBULL, WHOLE_NORMAL

__all__ = ["Laws"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Laws:
    """Collects laws into rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float, float, float, float]] = []
        self.knots: list[tuple[float, float]] = []

    def add(self, law: Any, factor: float = 1.0) -> int:
        """Number of a law's row; of the law of so many times the values, if there is a factor."""
        first = float(len(self.knots))
        if isinstance(law, Constant):
            row = (float(CONSTANT), law.value, 0.0, 0.0, 0.0)
        elif isinstance(law, Exponential):
            row = (float(EXPONENTIAL), law.mean, 0.0, 0.0, 0.0)
        elif isinstance(law, Lognormal):
            shift = 0.0 if law.mean is None else law.log_sd**2 / 2
            centre = float(law.median or 0.0 if law.mean is None else law.mean)
            log = math.log(centre) if centre > 0 else -math.inf
            row = (float(LOGNORMAL), log - shift, law.log_sd, 0.0, 0.0)
        elif isinstance(law, Weibull):
            row = (float(WEIBULL), law.shape, law.scale, 0.0, 0.0)
        elif isinstance(law, Table):
            self.knots.extend(zip(law.at, law.cumulative, strict=True))
            row = (float(TABLE), 0.0, 0.0, first, float(len(law.at)))
        elif isinstance(law, Gamma):
            self.knots.extend(_gamma_knots(*law.parameters))
            row = (float(TABLE), 0.0, 0.0, first, float(len(self.knots)) - first)
        elif isinstance(law, Normal):
            low, high = law.clip or (-math.inf, math.inf)
            row = (float(WHOLE_NORMAL if law.floor else NORMAL), law.mean, law.sd, low, high)
        else:
            row = (float(NEVER), 0.0, 0.0, 0.0, 0.0)
        self.rows.append(row)
        if factor != 1.0:
            self._scale(int(first), factor)
        return len(self.rows) - 1

    def _scale(self, first: int, factor: float) -> None:
        """Scale the values of the last row, whose knots begin at `first`."""
        kind, a, b, *rest = self.rows[-1]
        if kind in (CONSTANT, EXPONENTIAL):
            a *= factor
        elif kind == LOGNORMAL:
            a += math.log(factor) if factor > 0.0 else -math.inf
        elif kind == WEIBULL:
            b *= factor
        self.knots[first:] = [(value * factor, cumulative) for value, cumulative in self.knots[first:]]
        self.rows[-1] = (kind, a, b, rest[0], rest[1])

    def add_all(self, laws: Iterable[Any]) -> Ints:
        """Numbers of several laws' rows, -1 where there is none."""
        return np.array([-1 if law is None else self.add(law) for law in laws], dtype=np.int64)

    def array(self) -> Floats:
        """(L, 5) the rows."""
        return np.array(self.rows, dtype=np.float64)

    def knot_array(self) -> Floats:
        """(2, n) the knots."""
        return np.ascontiguousarray(np.array(self.knots, dtype=np.float64).reshape(-1, 2).T)


def _gamma_knots(shape: float, scale: float) -> list[tuple[float, float]]:
    """Values and cumulative probabilities of a gamma law, whose quantile compiled code does not have: every thousandth,
    and towards either end ever closer."""
    from scipy.special import gammainccinv, gammaincinv

    tail = np.geomspace(1e-9, 0.05, 900, endpoint=False)
    body = np.arange(50, 951) / 1000
    at = np.concatenate(([0.0], gammaincinv(shape, tail), gammaincinv(shape, body), gammainccinv(shape, tail[::-1])))
    cumulative = np.concatenate(([0.0], tail, body, 1.0 - tail[::-1]))
    cumulative[-1] = 1.0
    rises = np.concatenate(([True], np.diff(at) > 0.0))
    return list(zip((scale * at[rises]).tolist(), cumulative[rises].tolist(), strict=True))
