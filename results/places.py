"""Places: who is first, second, third by a metric, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from results.metrics.metric import Metric
from results.sampling import Sampled
from results.spans import Floats

__all__ = ["Place", "drawn", "places"]

_DRAWS = 4000
_SEED = 1
"""Draws of the values that a history might have shown, the same every time."""


@dataclass(frozen=True)
class Place:
    """One part's place among several, the best being first."""

    place: int
    lo90: int
    hi90: int
    """The places that it takes in nine of ten draws lie between them."""
    first: float
    """Share of the draws in which it is first."""


def places(values: Floats, draws: Floats, metric: Metric) -> list[Place | None]:
    """(parts,) the place of each by the metric's own direction, the largest first where it has none; none for a part
    in which it is not defined.

    values: (parts,); draws: (draws, parts) what the values might be. Parts that are equal in a draw share it.
    """
    sign = 1.0 if metric.better == "lower" else -1.0
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return [None] * len(values)
    own = _ranks(sign * values[np.newaxis, known])[0]
    drawn = _ranks(sign * np.where(np.isfinite(draws), draws, np.inf * sign)[:, known])
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0, method="nearest")
    best = drawn == drawn.min(axis=1, keepdims=True)
    first = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    found: list[Place | None] = [None] * len(values)
    for at, part in enumerate(known.tolist()):
        found[part] = Place(int(own[at]), int(low[at]), int(high[at]), float(first[at]))
    return found


def drawn(parts: Sequence[Sampled], se: Floats) -> Floats:
    """(draws, parts) values that one span's parts might have shown: a share from Jeffreys' beta posterior, a count from
    his gamma posterior of a Poisson mean, anything else from a normal of its standard error, `se` (parts,)."""
    rng = np.random.default_rng(_SEED)
    columns = []
    for one, error in zip(parts, se.tolist(), strict=True):
        value, cases = float(one.value[0]), float(one.cases[0])
        if np.isnan(value):
            columns.append(np.full(_DRAWS, np.nan))
        elif one.law == "share":
            columns.append(rng.beta(value * cases + 0.5, (1.0 - value) * cases + 0.5, _DRAWS))
        elif one.law == "count":
            columns.append(rng.gamma(value + 0.5, 1.0, _DRAWS))
        else:
            columns.append(value + error * rng.standard_normal(_DRAWS))
    return np.array(columns).T


def _ranks(values: Floats) -> Floats:
    """(draws, parts) how many parts of a draw are smaller, plus one."""
    order = np.sort(values, axis=1)
    return np.array([np.searchsorted(row, own, "left") + 1.0 for row, own in zip(order, values, strict=True)])
