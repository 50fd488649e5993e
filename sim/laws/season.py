"""A smooth season: one or two waves, as a factor on rates whose mean over the period is one."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["cycle_factor"]

Floats = NDArray[np.float64]

_POINTS = 4096
"""At which the mean of the log form is taken over a period: exact to rounding for so smooth a function."""


def cycle_factor(days: Floats, period: float, sine: tuple[float, ...], cosine: tuple[float, ...], log: bool) -> Floats:
    """(n,) 1 + u(t), or e^u(t) over its mean, u(t) = sum_j s_j sin(2 pi j t / P) + c_j cos(2 pi j t / P).

    days: (n,) t; period: P in days.
    """
    u = _waves(days / period, sine, cosine)
    if not log:
        return 1.0 + u
    factor: Floats = np.exp(u) / np.mean(np.exp(_waves(np.arange(_POINTS) / _POINTS, sine, cosine)))
    return factor


def _waves(turns: Floats, sine: tuple[float, ...], cosine: tuple[float, ...]) -> Floats:
    total = np.zeros(len(turns))
    for wave, weights in ((np.sin, sine), (np.cos, cosine)):
        for j, weight in enumerate(weights, start=1):
            total += weight * wave(2.0 * np.pi * j * turns)
    return total
