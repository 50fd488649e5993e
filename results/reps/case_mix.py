"""Case mix: how often cases like these succeed, whoever has them: logistic regression on covariates without the rep.

Every covariate is a factor whose levels have log-odds b ~ N(0, v), v by marginal likelihood, so that thin levels are
drawn to the whole and a covariate that tells nothing drops out (Breslow and Clayton 1993, doi:10.2307/2290687, with the
fixed point of MacKay 1992, doi:10.1162/neco.1992.4.3.415, for v).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from results.spans import Floats, Ints

__all__ = ["Mix", "case_mix", "ridge"]

_LEAST = 1e-6
"""Variance of a covariate that tells nothing."""
_MOST = 25.0
"""Above it levels are not drawn together at all."""
_ROUNDS, _SETTLED = 200, 1e-3
_STEPS, _EXACT = 100, 1e-10


@dataclass(frozen=True, eq=False)
class Mix:
    """Cases gathered into patterns: the combinations of levels that occur."""

    pattern: Ints
    """(cases,) the pattern of each."""
    places: Ints
    """(patterns, 1 + covariates) the parameters that add up to a pattern's log-odds: the first, which is that of all,
    and one for the level of each covariate."""
    probability: Floats
    """(patterns,) how often such cases succeed."""
    penalty: Floats
    """(parameters,) 1 / v of each, 0 for the first, which is free."""
    names: tuple[str, ...]
    """Covariates that have more than one level."""

    @property
    def weight(self) -> Floats:
        """(patterns,) variance of one case."""
        return np.asarray(self.probability * (1.0 - self.probability))

    def curvature(self) -> Floats:
        """(parameters, parameters) X'WX of all cases, without the penalty."""
        return _cross(self.places, np.bincount(self.pattern) * self.weight, len(self.penalty))

    def by_rep(self, rep: Ints, reps: int) -> Floats:
        """(reps, parameters) sum of the variances of each rep's cases, by parameter; rep: (cases,)."""
        place = rep[:, np.newaxis] * len(self.penalty) + self.places[self.pattern]
        weight = np.broadcast_to(self.weight[self.pattern][:, np.newaxis], place.shape)
        sums = np.bincount(place.ravel(), weight.ravel(), reps * len(self.penalty))
        return np.asarray(sums.reshape(reps, len(self.penalty)), dtype=np.float64)


def case_mix(success: Floats, mix: Mapping[str, Ints]) -> Mix:
    """Fit; `success` (cases,) 0 or 1, both of which must occur. Expected successes sum to the observed ones."""
    levels = {name: np.unique(level, return_inverse=True)[1].reshape(-1) for name, level in mix.items()}
    levels = {name: level for name, level in levels.items() if level.max() > 0}
    sizes = np.array([level.max() + 1 for level in levels.values()], dtype=np.int64)
    begins = np.cumsum([1, *sizes])[:-1]
    columns = (level + begin for level, begin in zip(levels.values(), begins, strict=True))
    rows = np.column_stack((np.zeros(len(success), dtype=np.int64), *columns))
    places, pattern = np.unique(rows, axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    trials = np.bincount(pattern).astype(np.float64)
    successes = np.bincount(pattern, success).astype(np.float64)
    penalty = _chosen(places, sizes, trials, successes)
    odds = ridge(places, trials, successes, penalty)[places].sum(axis=1)
    return Mix(pattern, places, _logistic(odds), penalty, tuple(levels))


def ridge(places: Ints, trials: Floats, successes: Floats, penalty: Floats, start: Floats | None = None) -> Floats:
    """(parameters,) the b with greatest likelihood less sum of penalty x b^2 / 2, by Newton's method from `start`.

    places: (patterns, k) which parameters add up to each pattern's log-odds, the first of them parameter 0; trials,
    successes: (patterns,); penalty: (parameters,), 0 where free.
    """
    if start is None:
        start = np.zeros(len(penalty))
        start[0] = np.log(successes.sum() / (trials.sum() - successes.sum()))
    beta, gain = start, _gain(places, trials, successes, penalty, start)
    for _ in range(_STEPS):
        missed = successes - trials * _logistic(beta[places].sum(axis=1))
        slope = np.bincount(places.ravel(), np.repeat(missed, places.shape[1]), len(penalty)) - penalty * beta
        step = np.linalg.solve(_curvature(places, trials, penalty, beta), slope)
        reached = _gain(places, trials, successes, penalty, beta + step)
        # A full step may overshoot where rates are near 0 or 1.
        for _ in range(_STEPS):
            if reached >= gain - _EXACT * abs(gain):
                break
            step = step / 2
            reached = _gain(places, trials, successes, penalty, beta + step)
        beta, gain = beta + step, reached
        if np.abs(step).max() < _EXACT:
            break
    return beta


def _chosen(places: Ints, sizes: Ints, trials: Floats, successes: Floats) -> Floats:
    """(parameters,) the penalty of greatest marginal likelihood: v = sum b^2 / (levels - trace of b's variance / v)."""
    begins, variances, beta = np.cumsum([1, *sizes])[:-1], np.ones(len(sizes)), None
    for _ in range(_ROUNDS if len(sizes) else 0):
        penalty = _penalty(sizes, variances)
        beta = ridge(places, trials, successes, penalty, beta)
        spread = np.diag(np.linalg.inv(_curvature(places, trials, penalty, beta)))
        told = sizes - np.add.reduceat(spread, begins) / variances
        found = np.add.reduceat(beta**2, begins) / np.maximum(told, _LEAST)
        before, variances = variances, np.clip(found, _LEAST, _MOST)
        if np.all(np.abs(variances - before) <= _SETTLED * before):
            break
    return _penalty(sizes, variances)


def _penalty(sizes: Ints, variances: Floats) -> Floats:
    return np.concatenate(([0.0], np.repeat(1.0 / variances, sizes)))


def _gain(places: Ints, trials: Floats, successes: Floats, penalty: Floats, beta: Floats) -> float:
    odds = beta[places].sum(axis=1)
    return float(successes @ odds - trials @ np.logaddexp(0.0, odds) - (penalty * beta**2).sum() / 2)


def _curvature(places: Ints, trials: Floats, penalty: Floats, beta: Floats) -> Floats:
    chance = _logistic(beta[places].sum(axis=1))
    return _cross(places, trials * chance * (1.0 - chance), len(penalty)) + np.diag(penalty)


def _cross(places: Ints, weight: Floats, parameters: int) -> Floats:
    """(parameters, parameters) sum of weights (patterns,) by pairs of parameters."""
    pair = places[:, :, np.newaxis] * parameters + places[:, np.newaxis, :]
    weights = np.broadcast_to(weight[:, np.newaxis, np.newaxis], pair.shape)
    sums = np.bincount(pair.ravel(), weights.ravel(), parameters**2)
    return np.asarray(sums.reshape(parameters, parameters), dtype=np.float64)


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))
