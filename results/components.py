"""Components: how much of an outcome's variance is luck, how much parameters and how much structure.

Replications lie within parameter draws, and draws within structures: the law of total variance in three steps,
estimated by the sums of squares of a nested analysis of variance.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from results.uncertainty import NO_DRAW, Floats, Ints, clusters, t_quantile

__all__ = ["Components", "Nested", "Share", "components", "nested_split"]

_NAN = float("nan")


class Nested(NamedTuple):
    """Three variances that add up to the variance of one replication's outcome; NaN where they cannot be told."""

    luck: float
    """Within parameter draws."""
    parameter: float
    """Between draws of one structure."""
    structure: float
    """Between structures, in the proportions in which the draws have them."""


@dataclass(frozen=True)
class Share:
    """A part of the variance, 0 to 1, with its 95 % interval: jackknife over draws."""

    share: float
    lo95: float
    hi95: float


@dataclass(frozen=True)
class Components:
    """The three shares of one outcome's variance; they add up to 1."""

    variance: float
    """Of one replication's outcome, in its unit squared."""
    luck: Share
    parameter: Share
    structure: Share
    draws: int
    structures: int
    replications: int


class _Groups(NamedTuple):
    """What the analysis needs of each parameter draw."""

    size: Floats
    """(draws,) replications."""
    mean: Floats
    within: float
    """Sum of squares within draws."""
    structure: Ints
    """(draws,) from 0."""

    def without(self, place: int, within: Floats) -> "_Groups":
        kept = np.arange(len(self.size)) != place
        return _Groups(self.size[kept], self.mean[kept], self.within - within[place], self.structure[kept])


def _groups(values: Floats, draw: Ints, structures: Ints) -> tuple[_Groups, Floats]:
    """The draws, and the sum of squares within each."""
    cluster = clusters(draw)
    size = np.bincount(cluster).astype(np.float64)
    mean = np.bincount(cluster, weights=values) / size
    within: Floats = np.bincount(cluster, weights=(values - mean[cluster]) ** 2).astype(np.float64)
    _, first = np.unique(cluster, return_index=True)
    label = np.where(draw == NO_DRAW, -1, structures[draw])[first]
    return _Groups(size, mean, float(within.sum()), np.unique(label, return_inverse=True)[1].astype(np.int64)), within


def _moments(groups: _Groups) -> Nested:
    """The three parts before negative ones are taken for 0."""
    size, mean, structure = groups.size, groups.mean, groups.structure
    n, draws = float(size.sum()), len(size)
    if draws < 2 or draws >= n:
        return Nested(_NAN, _NAN, _NAN)
    of = np.bincount(structure, weights=size)
    kinds = int((of > 0).sum())
    luck = groups.within / (n - draws)
    own = np.divide(np.bincount(structure, weights=size * mean), of, out=np.zeros_like(of), where=of > 0)
    grand = float((size * mean).sum()) / n
    inside = float((size * (mean - own[structure]) ** 2).sum())
    outside = float((of * (own - grand) ** 2).sum())
    squares = np.divide(np.bincount(structure, weights=size**2), of, out=np.zeros_like(of), where=of > 0)
    whole, free = n - float((size**2).sum()) / n, n - float(squares.sum())
    if kinds == draws:
        return Nested(luck, _NAN, _NAN)
    parameter = (inside - (draws - kinds) * luck) / free
    if kinds == 1:
        return Nested(luck, parameter, 0.0)
    return Nested(luck, parameter, (outside - (kinds - 1) * luck - (whole - free) * parameter) / whole)


def _positive(raw: Nested) -> Nested:
    ignorance = max(0.0, raw.parameter + raw.structure)
    structure = min(max(raw.structure, 0.0), ignorance)
    return Nested(raw.luck, ignorance - structure, structure)


def nested_split(values: Floats, draw: Ints, structures: Ints) -> Nested:
    """Luck, parameter and structure of `values` (replications,), `draw` (replications,) being the draw of each and
    `structures` (draws,) the label of each draw.

    By moments: Searle, Casella and McCulloch, Variance Components, 1992, chapter 3. Luck is that of `variance_split`,
    and parameter and structure add up to its ignorance; a negative part is 0. Structures count as often as the draws
    have them, not all alike: a rare one that says something else moves the forecast rarely. Without draws all of the
    variance is luck; where every draw has a structure of its own, the last two cannot be told apart (NaN).
    """
    if len(values) > 1 and (draw == NO_DRAW).all():
        return Nested(float(np.var(values, ddof=1)), 0.0, 0.0)
    if len(values) < 2:
        return Nested(_NAN, _NAN, _NAN)
    raw = _moments(_groups(values, draw, structures)[0])
    return raw if math.isnan(raw.parameter) else _positive(raw)


def components(values: Floats, draw: Ints, structures: Ints) -> Components | None:
    """The shares of `nested_split` with intervals; none without draws, or where the parts cannot be told apart
    with one draw less.

    NaN values are left out. An interval is the estimate before negative parts are taken for 0, plus and minus t x the
    jackknife's standard error of leaving out one draw at a time (Efron and Tibshirani 1993, chapter 11), cut to 0 to 1.
    """
    defined = ~np.isnan(values)
    values, draw = values[defined], draw[defined]
    if len(values) < 2 or (draw == NO_DRAW).all():
        return None
    groups, within = _groups(values, draw, structures)
    raw = _moments(groups)
    if math.isnan(raw.parameter) or sum(_positive(raw)) <= 0:
        return None
    found, count = np.array(_positive(raw)), len(groups.size)
    left = np.array([_shares(_moments(groups.without(place, within))) for place in range(count)])
    if np.isnan(left).any():
        return None
    se = np.sqrt((count - 1) / count * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    half = t_quantile(count - 1) * se
    middle = _shares(raw)
    luck, parameter, structure = (
        Share(*map(float, (share, *np.clip((at - reach, at + reach), 0.0, 1.0))))
        for share, at, reach in zip(found / found.sum(), middle, half, strict=True)
    )
    kinds = len(np.unique(groups.structure))
    return Components(float(found.sum()), luck, parameter, structure, count, kinds, len(values))


def _shares(parts: Nested) -> Floats:
    """(3,) of the whole."""
    return np.array(parts) / max(sum(parts), 1e-300)
