"""b: the last window repeats itself."""

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import Forecast, chance, gamma_poisson, nothing, valued
from calibration.history import History

__all__ = ["last_window"]


def last_window(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """As many wins as in the last window of the same length, left out where it begins before outcomes were recorded.

    For wins from the open pipeline those of deals that were open as that window began; bookings resample its values.
    """
    deals = deals_of(history)
    made, rng = nothing(horizons), chance(history)
    if target == "pipeline":
        return made
    for column, horizon in enumerate(horizons):
        if -horizon < deals.visible:
            continue
        won = deals.won_between(-horizon, 0)
        if target == "open_pipeline_wins":
            won &= deals.open_on(-horizon)
        counts = gamma_poisson(float(won.sum()), [1.0], rng)
        made[:, [column]] = valued(counts, deals.value[won], rng) if target == "bookings" else counts
    return made
