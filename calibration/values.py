"""What won deals are worth: a lognormal law that keeps the mean, a table where that fits badly, else a constant."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MANY", "ValueFit", "fit_values", "mix"]

Floats = NDArray[np.float64]

FEW = 5
"""Fewer amounts than this give a constant."""

MANY = 50
"""Amounts from which a group's law is its own."""

_POOR_FIT = 0.15
"""With so many amounts, a lognormal that strays further than this from what is recorded gives way to a table."""

_KNOTS = np.linspace(0, 1, 21)


@dataclass(frozen=True)
class ValueFit:
    """A value law as plain data, its free numbers by path within the law, and draws of them."""

    law: dict[str, Any]
    paths: tuple[str, ...]
    draws: Floats
    """(draws, paths)"""
    n: int
    gap: float
    """Largest distance between the fitted and the recorded distribution function; NaN for a constant."""

    @property
    def usable(self) -> bool:
        """Whether any amount was recorded."""
        return self.n > 0


def _bootstrap_weights(rng: np.random.Generator, draws: int, n: int) -> Floats:
    """(draws, n) Dirichlet(1, ..., 1) weights: the Bayesian bootstrap (Rubin 1981, doi.org/10.1214/aos/1176345338)."""
    raw = rng.standard_exponential((draws, n))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float64)


def _lognormal_gap(logs: Floats, centre: float, sigma: float) -> float:
    from scipy.special import ndtr

    ordered = np.sort(logs)
    fitted = ndtr((ordered - centre) / sigma)
    n = len(ordered)
    above = np.arange(1, n + 1) / n - fitted
    below = fitted - np.arange(n) / n
    return float(max(above.max(), below.max()))


def fit_values(amounts: Floats, draws: int, rng: np.random.Generator) -> ValueFit:
    """The law of positive amounts; others are left out (the quality report counts them)."""
    x = amounts[np.isfinite(amounts) & (amounts > 0)]
    n = len(x)
    if n < FEW or np.ptp(x) < 1e-9 * x.mean():
        value = float(x.mean()) if n else 0.0
        return ValueFit({"law": "constant", "value": value}, (), np.empty((draws, 0)), n, float("nan"))
    logs = np.log(x)
    sigma = float(logs.std(ddof=1))
    centre = float(np.log(x.mean()) - sigma**2 / 2)
    gap = _lognormal_gap(logs, centre, sigma)
    weights = _bootstrap_weights(rng, draws, n)
    if n >= MANY and gap > _POOR_FIT:
        at = np.unique(np.quantile(x, _KNOTS))
        at = np.concatenate(([at[0] * 0.999], at))
        below = (x[:, None] <= at[None, :]).astype(np.float64)
        cumulative = below.mean(axis=0)
        law = {"law": "table", "at": at.tolist(), "cumulative": cumulative.tolist()}
        inner = range(1, len(at) - 1)
        spread = (weights @ below)[:, 1:-1]
        return ValueFit(
            law, tuple(f"cumulative.{k}" for k in inner), spread, n, float(np.abs(np.diff(cumulative)).max())
        )
    means = weights @ x
    sigmas = sigma * np.sqrt((n - 1) / rng.chisquare(n - 1, draws))
    medians = means * np.exp(-(sigmas**2) / 2)
    law = {"law": "lognormal", "median": float(np.exp(centre)), "sigma": sigma}
    return ValueFit(law, ("median", "sigma"), np.column_stack((medians, sigmas)), n, gap)


def mix(counts: Floats, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Shares of several kinds (kinds,) and posterior draws (draws, kinds), Dirichlet with half a count for each kind.

    The last share is what the others leave, so that every draw sums to one.
    """
    alpha = counts + 0.5
    shares = alpha / alpha.sum()
    drawn = rng.dirichlet(alpha, draws)
    drawn[:, -1] = np.maximum(1.0 - drawn[:, :-1].sum(axis=1), 0.0)
    return shares, drawn
