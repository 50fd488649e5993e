"""Draws from a posterior of a few parameters: around its top a normal law, corrected by importance weights.

The proposal is a multivariate t with the curvature at the top, moved twice to where the weight lies (adaptive
importance sampling: Cappé et al. 2008, doi:10.1007/s11222-008-9059-x). So a posterior that is not normal is drawn as it
is, and a parameter of which data say nothing keeps its prior.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Posterior", "sample"]

Floats = NDArray[np.float64]

_FREEDOM = 5.0
"""Degrees of freedom of the proposal: its tails are heavier than those of what is drawn."""
_STEP = 1e-3
"""Step of differences, in standard deviations of the prior."""


@dataclass(frozen=True)
class Posterior:
    """Draws of a posterior."""

    draws: Floats
    """(draws, parameters)"""
    mean: Floats
    sd: Floats
    """(parameters,) of the weighted proposals, which are many more than the draws."""
    effective: float
    """Share of the proposals that the weights are worth; near one where the proposal was good."""


def sample(
    density: Callable[[Floats], Floats], start: Floats, scale: Floats, count: int, rng: np.random.Generator
) -> Posterior:
    """Draw from a density known up to a factor.

    density: (n, parameters) -> (n,) its logarithm, prior included; start, scale: (parameters,) centre and standard
    deviation of the prior, from which the search begins.
    """

    def standard(z: Floats) -> Floats:
        found = density(start + z * scale)
        return np.where(np.isfinite(found), found, -np.inf)

    top = _climb(standard, len(start))
    centre: Floats = top
    root: Floats = _root(standard, top)
    for proposals in (1000, 1000, 4000):
        z, weight = _weighted(standard, centre, root, proposals, rng)
        centre = np.asarray(weight @ z, dtype=np.float64)
        spread = (z - centre).T @ (weight[:, None] * (z - centre))
        # A little more than the weights' own spread, which misses what no proposal reached.
        root = np.asarray(np.linalg.cholesky(1.1 * spread + 1e-9 * np.eye(len(start))), dtype=np.float64)
    places = (np.arange(count) + rng.random()) / count
    chosen = rng.permutation(np.searchsorted(np.cumsum(weight)[:-1], places))
    spread = np.sqrt(weight @ (z - centre) ** 2)
    return Posterior(
        start + z[chosen] * scale, start + centre * scale, spread * scale, float(1.0 / (weight @ weight) / len(z))
    )


def _weighted(
    density: Callable[[Floats], Floats], centre: Floats, root: Floats, count: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """(count, parameters) proposals and (count,) their weights, which sum to one."""
    raw = rng.standard_normal((count, len(centre)))
    shrink = rng.chisquare(_FREEDOM, count) / _FREEDOM
    z = centre + raw @ root.T / np.sqrt(shrink)[:, None]
    reach = (raw**2).sum(axis=1) / shrink
    logs = density(z) + 0.5 * (_FREEDOM + len(centre)) * np.log1p(reach / _FREEDOM)
    weight = np.exp(logs - logs.max())
    return z, weight / weight.sum()


def _climb(density: Callable[[Floats], Floats], size: int) -> Floats:
    """(parameters,) where the density is highest."""
    from scipy.optimize import minimize

    steps = np.concatenate((_STEP * np.eye(size), -_STEP * np.eye(size), np.zeros((1, size))))

    def downhill(z: Floats) -> tuple[float, Floats]:
        value = -density(z + steps)
        return float(value[-1]), (value[:size] - value[size:-1]) / (2.0 * _STEP)

    found = minimize(downhill, np.zeros(size), jac=True, method="L-BFGS-B", bounds=[(-8.0, 8.0)] * size)
    return np.asarray(found.x, dtype=np.float64)


def _root(density: Callable[[Floats], Floats], top: Floats) -> Floats:
    """(parameters, parameters) a root of the covariance that the curvature at the top implies, none wider than twice
    the prior."""
    size, h = len(top), 30.0 * _STEP
    pairs = [(i, j) for i in range(size) for j in range(i + 1)]
    unit = h * np.eye(size)
    corners = np.array([a * unit[i] + b * unit[j] for i, j in pairs for a in (1, -1) for b in (1, -1)])
    value = density(top + corners).reshape(len(pairs), 4)
    bent = np.zeros((size, size))
    for (i, j), four in zip(pairs, value, strict=True):
        bent[i, j] = bent[j, i] = -(four[0] - four[1] - four[2] + four[3]) / (4.0 * h * h)
    values, vectors = np.linalg.eigh(np.where(np.isfinite(bent), bent, 0.0))
    return np.asarray(vectors / np.sqrt(np.maximum(values, 0.25)), dtype=np.float64)
