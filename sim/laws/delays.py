"""Laws of durations, efforts and amounts: survival functions and their inverses, one row of numbers a law.

A row is (kind, a, b, first, count): constant a; exponential mean a; lognormal log-median a, sigma b; Weibull shape a,
scale b; table of `count` knots from `first` in `knots` (2, n): values, then cumulative probabilities; normal mean a,
standard deviation b, clipped to `first`..`count`, and rounded down if whole.
Everything is drawn by inversion of one uniform u, rising in u.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = [
    "CONSTANT",
    "EXPONENTIAL",
    "LOGNORMAL",
    "NEVER",
    "NORMAL",
    "TABLE",
    "WEIBULL",
    "WHOLE_NORMAL",
    "normal_quantile",
    "quantile",
    "residual",
    "survival",
    "upper_quantile",
]

CONSTANT = 0
EXPONENTIAL = 1
LOGNORMAL = 2
WEIBULL = 3
TABLE = 4
NEVER = 5
NORMAL = 6
WHOLE_NORMAL = 7

Rows = NDArray[np.float64]


@compiled
def normal_quantile(p: float) -> float:
    """Standard normal quantile, relative error below 1e-15 (Wichura 1988, AS 241, doi.org/10.2307/2347330)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
        top = ((top + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427
        top = (top * r + 133.14166789178437745) * r + 3.387132872796366608
        low = ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
        low = ((low + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083
        low = (low * r + 42.313330701600911252) * r + 1.0
        return q * top / low
    r = p if q < 0.0 else 1.0 - p
    if r <= 0.0:
        return -math.inf if q < 0.0 else math.inf
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
        top = ((top + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055
        top = (top * r + 4.6303378461565452959) * r + 1.42343711074968357734
        low = ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
        low = ((low + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494
        low = (low * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
        top = ((top + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358
        top = (top * r + 5.4637849111641143699) * r + 6.6579046435011037772
        low = ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
        low = ((low + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531
        low = (low * r + 0.59983220655588793769) * r + 1.0
    return -top / low if q < 0.0 else top / low


@compiled
def upper_quantile(laws: Rows, knots: Rows, law: int, s: float) -> float:
    """The value that is exceeded with probability s (the inverse of the survival function)."""
    kind = laws[law, 0]
    a = float(laws[law, 1])
    b = float(laws[law, 2])
    if kind == CONSTANT:
        return a
    if kind == EXPONENTIAL:
        return -a * math.log(s)
    if kind == LOGNORMAL:
        return math.exp(a - b * normal_quantile(s))
    if kind == WEIBULL:
        return float(b * (-math.log(s)) ** (1.0 / a))
    if kind in (NORMAL, WHOLE_NORMAL):
        value = min(max(a - b * normal_quantile(s), float(laws[law, 3])), float(laws[law, 4]))
        return float(math.floor(value)) if kind == WHOLE_NORMAL else value
    if kind == TABLE:
        first = int(laws[law, 3])
        last = first + int(laws[law, 4]) - 1
        p = 1.0 - s
        low, high = first, last
        while high - low > 1:
            middle = (low + high) // 2
            if knots[1, middle] < p:
                low = middle
            else:
                high = middle
        rise = knots[1, high] - knots[1, low]
        share = (p - knots[1, low]) / rise if rise > 0.0 else 1.0
        return float(knots[0, low] + (knots[0, high] - knots[0, low]) * share)
    return math.inf


@compiled
def quantile(laws: Rows, knots: Rows, law: int, u: float) -> float:
    """The value below which a share u of the law lies."""
    return upper_quantile(laws, knots, law, 1.0 - u)


@compiled
def survival(laws: Rows, knots: Rows, law: int, t: float) -> float:
    """P(value > t), for every law but the normal ones, which no duration follows."""
    kind = laws[law, 0]
    a = float(laws[law, 1])
    b = float(laws[law, 2])
    if t <= 0.0 and kind != TABLE:
        return 1.0 if kind != CONSTANT or a > t else 0.0
    if kind == CONSTANT:
        return 1.0 if t < a else 0.0
    if kind == EXPONENTIAL:
        return math.exp(-t / a) if a > 0.0 else 0.0
    if kind == LOGNORMAL:
        return 0.5 * math.erfc((math.log(t) - a) / (b * math.sqrt(2.0)))
    if kind == WEIBULL:
        return math.exp(-((t / b) ** a)) if b > 0.0 else 0.0
    if kind == TABLE:
        first = int(laws[law, 3])
        last = first + int(laws[law, 4]) - 1
        if t <= knots[0, first]:
            return 1.0
        if t >= knots[0, last]:
            return 0.0
        low, high = first, last
        while high - low > 1:
            middle = (low + high) // 2
            if knots[0, middle] <= t:
                low = middle
            else:
                high = middle
        share = (t - knots[0, low]) / (knots[0, high] - knots[0, low])
        return float(1.0 - (knots[1, low] + (knots[1, high] - knots[1, low]) * share))
    return 1.0


@compiled
def residual(laws: Rows, knots: Rows, law: int, age: float, u: float) -> float:
    """Time left of a duration that has lasted `age` already: F^-1(F(age) + u S(age)) - age, infinite if S(age) is 0."""
    alive = survival(laws, knots, law, age)
    if alive <= 0.0:
        return math.inf
    return max(upper_quantile(laws, knots, law, (1.0 - u) * alive) - age, 0.0)
