"""Skill: log-odds that a rep adds to those of his cases, from his cases alone and pooled with the other reps'.

Rep i succeeds in a case with log-odds a with probability 1 / (1 + exp(-a - s_i)). Pooled, s_i ~ N(0, spread^2), and the
spread has a half-normal prior of scale .5 (a choice: it holds e^{.5} for a usual factor between reps) and is integrated
out, so that few or like reps do not force it to 0 (Gelman 2006, doi:10.1214/06-BA117A).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from results.luck import Z95
from results.spans import Floats, Ints

__all__ = ["Desks", "PooledSkill", "pooled_skill", "score_interval"]

_SCALE = 0.5
_REACH, _COARSE, _FINE = 3.0, 0.1, 0.02
"""Skills looked at, and from one to the next: where the likelihood is computed and where it is interpolated."""
_SPREADS = np.arange(0.0, 1.5 + _FINE / 2, _FINE)
_FAR, _HALVINGS = 20.0, 60


@dataclass(frozen=True, eq=False)
class Desks:
    """What each rep had: cases gathered by rep and log-odds."""

    rep: Ints
    """(cells,) 0, 1, ..."""
    odds: Floats
    """(cells,) log-odds of success without the rep."""
    cases: Floats
    """(cells,)"""
    successes: Floats
    """(reps,)"""

    def expected(self, skill: Floats) -> tuple[Floats, Floats]:
        """(reps,) mean and variance of the successes if reps have these skills (reps,)."""
        chance = 1.0 / (1.0 + np.exp(-self.odds - skill[self.rep]))
        mean = self.cases * chance
        return self._sum(mean), self._sum(mean * (1.0 - chance))

    def log_likelihood(self, skill: float) -> Floats:
        """(reps,) of a skill, up to a constant."""
        return np.asarray(skill * self.successes - self._sum(self.cases * np.logaddexp(0.0, self.odds + skill)))

    def _sum(self, value: Floats) -> Floats:
        return np.bincount(self.rep, value, len(self.successes)).astype(np.float64)


def score_interval(desks: Desks, z: float = Z95) -> tuple[Floats, Floats]:
    """(reps,) successes expected at both ends of each rep's skill: those s with |O - E(s)| = z sqrt(V(s)).

    With like cases it is Wilson's interval. What is not known of the case mix is not in it.
    """
    ends = []
    for side in (1.0, -1.0):
        low, high = (np.full(len(desks.successes), end) for end in (-_FAR, _FAR))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            mean, variance = desks.expected(middle)
            beyond = mean + side * z * np.sqrt(variance) > desks.successes
            # At either end of the counts the interval reaches as far as it can.
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        ends.append(desks.expected((low + high) / 2)[0])
    total = np.bincount(desks.rep, desks.cases, len(desks.successes))
    return np.where(desks.successes == 0, 0.0, ends[0]), np.where(desks.successes == total, total, ends[1])


class PooledSkill(NamedTuple):
    """What all reps together say of each, and of how much they differ."""

    expected: Floats
    """(reps,) successes to expect of each rep's own cases at his skill: posterior mean."""
    low: Floats
    high: Floats
    """(reps,) 95 % interval."""
    spread: float
    """Standard deviation of skill among reps, log-odds: posterior median."""
    spread_low: float
    spread_high: float
    """Its 95 % interval."""


def pooled_skill(desks: Desks) -> PooledSkill:
    """Posterior by summing over a grid of skills from -3 to 3 and of spreads from 0 to 1.5."""
    from scipy.interpolate import CubicSpline

    coarse = np.arange(-_REACH, _REACH + _COARSE / 2, _COARSE)
    fine = np.arange(-_REACH, _REACH + _FINE / 2, _FINE)
    known = np.array([desks.log_likelihood(skill) for skill in coarse])
    means = np.array([desks.expected(np.full(len(desks.successes), skill))[0] for skill in coarse])
    log_likelihood, mean = CubicSpline(coarse, known)(fine), CubicSpline(coarse, means)(fine)
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=0))
    scale = np.maximum(_SPREADS, 1e-9)[:, np.newaxis]
    prior = np.exp(-0.5 * (np.round(fine / _FINE) * _FINE / scale) ** 2)
    prior /= prior.sum(axis=1, keepdims=True)
    log_weight = np.log(np.maximum(prior @ likelihood, 1e-300)).sum(axis=1) - 0.5 * (_SPREADS / _SCALE) ** 2
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    # Given its spread a rep's skill does not depend on the others': mix over spreads, each normalised by itself.
    skill = ((weight[:, np.newaxis] / (prior @ likelihood)).T @ prior).T * likelihood
    skill /= skill.sum(axis=0)
    spreads = (_quantile(_SPREADS, weight[:, np.newaxis], level)[0] for level in (0.5, 0.025, 0.975))
    ends = (_quantile(fine, skill, level) for level in (0.025, 0.975))
    low, high = (CubicSpline(coarse, means)(end)[np.arange(len(end)), np.arange(len(end))] for end in ends)
    return PooledSkill((skill * mean).sum(axis=0), low, high, *(float(each) for each in spreads))


def _quantile(grid: Floats, weight: Floats, level: float) -> Floats:
    """(columns,) of weights (grid, columns) that sum to 1, between grid points in a straight line."""
    upto = np.cumsum(weight, axis=0) - weight / 2
    return np.array([np.interp(level, column, grid) for column in upto.T])
