"""The methods of a backtest by name: leadflow's own first, then every baseline; each is made anew where it is used."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from types import MappingProxyType

from calibration.backtest.baselines.catalogue import BASELINES, FITTED_BY_STATSMODELS
from calibration.backtest.predictive import Baseline, Forecast
from calibration.backtest.simulated import Simulated
from calibration.backtest.trials import Forecaster
from calibration.history import History

__all__ = ["METHODS", "OWN", "MakeForecaster", "absent", "each_target"]

OWN = "leadflow"
"""The name of leadflow's own forecast."""

MakeForecaster = Callable[[], Forecaster]
"""Makes a forecaster for a run of cut-offs in order of time, of one history or one segment of it. What the forecaster
remembers from one cut-off to the next must save time and change nothing: the same backtest may be cut into other
runs. It is handed to other processes, so that it must be picklable."""


def each_target(baseline: Baseline) -> Forecaster:
    """A baseline, which knows one target at a time, as a forecaster of several."""

    def forecast(history: History, targets: Sequence[str], horizons: tuple[int, ...]) -> Mapping[str, Forecast]:
        return {target: baseline(history, target, horizons) for target in targets}

    return forecast


METHODS: Mapping[str, MakeForecaster] = MappingProxyType(
    {OWN: Simulated, **{name: partial(each_target, baseline) for name, baseline in BASELINES.items()}}
)
"""In the order in which a table shows them."""


def absent() -> tuple[str, ...]:
    """Methods that need what is not installed."""
    return () if find_spec("statsmodels") else FITTED_BY_STATSMODELS
