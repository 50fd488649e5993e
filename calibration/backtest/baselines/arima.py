"""ARIMA of the weekly series, its orders chosen by AIC at each cut-off."""

import itertools
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import DRAWS, Forecast, chance, nothing
from calibration.backtest.weekly import LEAST, weekly_series, weeks_ahead, windows
from calibration.history import History

__all__ = ["arima"]

_ORDERS = tuple(itertools.product((0, 1, 2), (0, 1), (0, 1)))
"""Orders p, d and q that are tried; with a constant where d = 0."""


def _best(series: NDArray[np.float64]) -> Any:
    """The fit of least AIC; None where no order can be fitted."""
    from numpy.linalg import LinAlgError
    from statsmodels.tsa.arima.model import ARIMA

    fits = []
    for order in _ORDERS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                fit = ARIMA(series, order=order, trend="n" if order[1] else "c").fit()
            except (LinAlgError, ValueError):
                # Few weeks cannot carry every order.
                continue
        if np.isfinite(fit.aic):
            fits.append(fit)
    return min(fits, key=lambda fit: float(fit.aic), default=None)


def arima(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Maximum likelihood, simulated ahead. Box & Jenkins 1970; Hyndman & Khandakar 2008, doi:10.18637/jss.v027.i03.

    Of choices of the orders, AIC over p <= 2, d <= 1, q <= 1 comes nearest to the published marks.
    """
    series = weekly_series(deals_of(history), target)
    if target not in ("wins", "bookings") or len(series) < LEAST or not series.any():
        return nothing(horizons)
    unit = float(series.mean())
    fit = _best(series / unit)
    if fit is None:
        return nothing(horizons)
    weeks = np.asarray(fit.simulate(weeks_ahead(horizons), anchor="end", repetitions=DRAWS, rng=chance(history)))
    return windows(weeks.reshape(len(weeks), -1).T * unit, horizons)
