"""Means of laws."""

import math
from itertools import pairwise

from sim.distributions import Constant, DaysLaw, Exponential, Gamma, HoursLaw, Lognormal, MoneyLaw, Never, Weibull

__all__ = ["mean"]


def mean(law: MoneyLaw | HoursLaw | DaysLaw) -> float:
    """The mean of a law of values, efforts or durations, in its own unit."""
    if isinstance(law, Constant):
        return float(law.value)
    if isinstance(law, Exponential):
        return float(law.mean)
    if isinstance(law, Lognormal):
        return float(law.mean) if law.mean is not None else float(law.median or 0.0) * math.exp(law.log_sd**2 / 2)
    if isinstance(law, Weibull):
        return float(law.scale) * math.gamma(1.0 + 1.0 / law.shape)
    if isinstance(law, Gamma):
        return math.prod(law.parameters)
    if isinstance(law, Never):
        return math.inf
    steps = zip(pairwise(law.cumulative), pairwise(law.at), strict=True)
    return math.fsum((after - before) * (low + high) / 2.0 for (before, after), (low, high) in steps)
