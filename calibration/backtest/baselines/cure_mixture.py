"""d2 where losses are not recorded: a share of deals is never won, the others' time to win is Weibull."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.baselines.ages import REPEATS, arrivals, expected_wins
from calibration.backtest.deals import Deals, deals_of
from calibration.backtest.predictive import Forecast, chance, counted, nothing, valued
from calibration.history import History

__all__ = ["cure_mixture", "fit_cure_mixture"]

Floats = NDArray[np.float64]

_LEAST = 20
"""Wins of recorded cohorts without which nothing is fitted."""


def _survival(parameters: Floats, age: Floats) -> Floats:
    """1 - p + p exp(-(age / scale)^shape) for parameters (..., 3): logit p, log scale, log shape."""
    share, scale, shape = 1 / (1 + np.exp(-parameters[..., :1])), np.exp(parameters[..., 1:2]), parameters[..., 2:]
    return np.asarray(1 - share + share * np.exp(-((age / scale) ** np.exp(shape))), dtype=np.float64)


def fit_cure_mixture(deals: Deals) -> tuple[Floats, Floats]:
    """(3,) maximum-likelihood parameters and their (3, 3) covariance, from the numeric Hessian.

    Only deals that opened since outcomes are recorded are used, so that every win among them is known; a win is known
    to the day, an open deal is censored. Boag 1949, doi:10.1111/j.2517-6161.1949.tb00020.x.
    """
    from scipy.optimize import minimize

    recorded = deals.opened >= deals.visible
    won = deals.won[recorded]
    age = np.where(deals.open, -deals.opened, deals.closed - deals.opened)[recorded]

    def loss(parameters: Floats) -> float:
        end = _survival(parameters, age)
        mass = np.where(won, end - _survival(parameters, age + 1), end)
        return -float(np.sum(np.log(np.maximum(mass, 1e-300))))

    found = minimize(loss, np.array([-1.5, np.log(40.0), -0.3]), method="Nelder-Mead", options={"maxiter": 2000})
    return np.asarray(found.x), np.asarray(np.linalg.pinv(_hessian(loss, np.asarray(found.x))), dtype=np.float64)


def _hessian(function: Callable[[Floats], float], at: Floats, step: float = 1e-3) -> Floats:
    """Second derivatives by central differences."""
    size = len(at)
    shift = np.eye(size) * step
    second = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            corners = [a * b * function(at + a * shift[i] + b * shift[j]) for a in (1, -1) for b in (1, -1)]
            second[i, j] = sum(corners) / (4 * step * step)
    return second


def cure_mixture(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Weibull cure mixture by age with Laplace draws of its parameters, plus new deals as in the last four weeks.

    Only where losses are not recorded, and from 20 wins on.
    """
    deals = deals_of(history)
    if target == "pipeline" or deals.losses or (deals.won & (deals.opened >= deals.visible)).sum() < _LEAST:
        return nothing(horizons)
    rng = chance(history)
    mean, covariance = fit_cure_mixture(deals)
    # A nearly flat direction is drawn no further than a factor e^2.
    drawn = mean + np.clip(rng.multivariate_normal(np.zeros(3), covariance, REPEATS, check_valid="ignore"), -2, 2)
    ages = np.arange(int(np.max(-deals.opened)) + max(horizons) + 2, dtype=np.float64)
    survival = _survival(drawn, ages)
    win = 1 - survival[:, 1:] / survival[:, :-1]
    flat = np.ones((REPEATS, max(horizons)))
    made = expected_wins(win, np.zeros_like(win), deals, arrivals(deals, target, rng), flat, flat)
    counts = counted(made, horizons, rng)
    return valued(counts, deals.won_values * deals.dearness, rng) if target == "bookings" else counts
