"""All baselines by name, in the order in which a table shows them."""

from collections.abc import Mapping
from types import MappingProxyType

from calibration.backtest.baselines.arima import arima
from calibration.backtest.baselines.close_ratio import close_ratio
from calibration.backtest.baselines.cure_mixture import cure_mixture
from calibration.backtest.baselines.exponential import ets
from calibration.backtest.baselines.hazard import hazard, hazard_by_month, recent_hazard
from calibration.backtest.baselines.last_conversion import last_conversion
from calibration.backtest.baselines.last_window import last_window
from calibration.backtest.baselines.naive import naive, seasonal_naive
from calibration.backtest.baselines.rhythm import rhythm
from calibration.backtest.baselines.run_rate import run_rate
from calibration.backtest.predictive import Baseline

__all__ = ["BASELINES", "FITTED_BY_STATSMODELS", "REFERENCES"]

BASELINES: Mapping[str, Baseline] = MappingProxyType(
    {
        "close_ratio": close_ratio,
        "last_conversion": last_conversion,
        "last_window": last_window,
        "run_rate": run_rate,
        "naive": naive,
        "seasonal_naive": seasonal_naive,
        "ets": ets,
        "arima": arima,
        "hazard": hazard,
        "recent_hazard": recent_hazard,
        "hazard_by_month": hazard_by_month,
        "cure_mixture": cure_mixture,
        "rhythm": rhythm,
    }
)

FITTED_BY_STATSMODELS = ("ets", "arima")
"""Those that need the extra `calibrate`."""

REFERENCES = ("rhythm",)
"""Those whose form was found by looking at the whole of a public history: on it an optimistic mark, no fair rival."""
