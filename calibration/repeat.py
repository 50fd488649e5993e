"""How often customers without a contract buy again, and when they stop: the BG/NBD law fitted by maximum likelihood.

Fader, Hardie and Lee, "Counting your customers" the easy way (2005, Marketing Science 24(2), 275-284,
doi:10.1287/mksc.1040.0098). A customer buys at a rate of its own, Gamma(r, alpha) over customers, and after each
purchase is gone for good with a chance of its own, Beta(a, b). No simulated company sells like that (its customers
have terms), so what is fitted here is told, and not written into a funnel.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem

__all__ = ["Purchases", "Repeat", "fit_repeat", "log_likelihood", "purchases_of"]

Floats = NDArray[np.float64]

_FARTHEST = 12.0
"""Of the logarithms of the parameters: beyond it customers are as good as alike."""
_STEP = 1e-4
"""Of the logarithm of a parameter, by which the information is found from the slope."""


@dataclass(frozen=True)
class Purchases:
    """What the law needs to know of customers, each watched from its first purchase on; (customers,)."""

    repeats: Floats
    """x, purchases after the first; several on one day count as one."""
    last: Floats
    """t_x, time from the first purchase to the last; 0 without a repeat."""
    watched: Floats
    """T, time from the first purchase to the end of the records."""


@dataclass(frozen=True)
class Repeat:
    """A fitted BG/NBD law; its time unit is that of the purchases."""

    r: float
    alpha: float
    a: float
    b: float
    covariance: Floats
    """(4, 4) of the logarithms of r, alpha, a and b, from the observed information."""
    log_likelihood: float

    @property
    def parameters(self) -> Floats:
        """(4,) r, alpha, a, b."""
        return np.array([self.r, self.alpha, self.a, self.b])

    def expected(self, time: float) -> float:
        """Expected repeat purchases of a new customer within a time (equation 9)."""
        from scipy.special import hyp2f1

        r, alpha, a, b = self.parameters.tolist()
        alive = (alpha / (alpha + time)) ** r * float(hyp2f1(r, b, a + b - 1.0, time / (alpha + time)))
        return float((a + b - 1.0) / (a - 1.0) * (1.0 - alive))


def purchases_of(customer: NDArray[np.int64], day: Floats, end: float, unit: float = 1.0) -> Purchases:
    """Sum up purchases: (purchases,) who bought and on which day; the records end with the day before `end`.

    `unit` is the days in the law's unit of time, such as 7. The last instant at which anything may be recorded is the
    last day, so a customer is watched until it.
    """
    seen = day < end
    pairs = np.unique(np.column_stack((customer[seen].astype(np.float64), np.floor(day[seen]))), axis=0)
    _, first, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    began, ended = pairs[first, 1], pairs[first + count - 1, 1]
    repeats = np.asarray(count - 1, dtype=np.float64)
    return Purchases(repeats, (ended - began) / unit, (end - 1.0 - began) / unit)


def log_likelihood(logs: Floats, seen: Purchases) -> tuple[float, Floats]:
    """The logarithm of the likelihood (equation 6) and its slope (4,) at the logarithms of r, alpha, a and b."""
    from scipy.special import digamma, gammaln

    r, alpha, a, b = np.exp(logs).tolist()
    x, last, watched = seen.repeats, seen.last, seen.watched
    buys = gammaln(r + x) - gammaln(r) + r * math.log(alpha)
    stays = gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
    before = np.maximum(b + x - 1.0, 1e-300)
    there = -(r + x) * np.log(alpha + watched)
    gone = np.where(x > 0.0, math.log(a) - np.log(before) - (r + x) * np.log(alpha + last), -np.inf)
    either = np.logaddexp(there, gone)
    w = np.exp(gone - either)
    both = digamma(a + b) - digamma(a + b + x)
    slope = np.array([
        (digamma(r + x) - digamma(r) + math.log(alpha) - (1.0 - w) * np.log(alpha + watched) - w * np.log(alpha + last))
        .sum(),
        (r / alpha - (r + x) * ((1.0 - w) / (alpha + watched) + w / (alpha + last))).sum(),
        (both + w / a).sum(),
        (both + digamma(b + x) - digamma(b) - w / before).sum(),
    ])  # fmt: skip
    return float((buys + stays + either).sum()), slope * np.exp(logs)


def fit_repeat(seen: Purchases) -> Repeat:
    """The law under which the purchases are likeliest.

    Raises InputError where they cannot tell: nobody bought again, or times are out of order.
    """
    from scipy.optimize import minimize

    _check(seen)

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slope = log_likelihood(logs, seen)
        return -value, -slope

    start = np.array([0.0, math.log(max(float(seen.watched.mean()), 1e-9)), 0.0, 0.0])
    bounds = [(each - _FARTHEST, each + _FARTHEST) for each in start]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-7})
    steps = _STEP * np.eye(4)
    bent = np.array([(loss(found.x + step)[1] - loss(found.x - step)[1]) / (2.0 * _STEP) for step in steps])
    information = (bent + bent.T) / 2.0
    known = np.linalg.eigvalsh(information)[0] > 0.0
    covariance = np.linalg.inv(information) if known else np.full((4, 4), np.nan)
    r, alpha, a, b = np.exp(found.x).tolist()
    return Repeat(r, alpha, a, b, covariance, -float(found.fun))


def _check(seen: Purchases) -> None:
    """InputError with everything that is wrong with the purchases."""
    x, last, watched = seen.repeats, seen.last, seen.watched
    problems = []
    if not (x.shape == last.shape == watched.shape and x.ndim == 1 and len(x)):
        raise InputError(
            [Problem("purchases", "must say of each customer how often, how late, how long", f"{x.shape}")]
        )
    if not (np.isfinite(x).all() and (x >= 0.0).all() and (last >= 0.0).all() and (last <= watched).all()):
        problems.append(Problem("purchases", "the last must lie between the first and the end of the records", ""))
    elif not (x > 0.0).any():
        problems.append(Problem("purchases", "somebody must have bought again", f"{len(x)} customers, none did"))
    if problems:
        raise InputError(problems)
