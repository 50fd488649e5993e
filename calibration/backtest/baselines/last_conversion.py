"""a2: the open pipeline converts as that of one window ago did, new deals of the window counted with it."""

import numpy as np

from calibration.backtest.deals import deals_of
from calibration.backtest.predictive import Forecast, chance, gamma_poisson, nothing, valued
from calibration.history import History

__all__ = ["last_conversion"]


def last_conversion(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """Wins of the last window / deals open as it began x deals open now.

    For bookings open deals count by what they are expected to bring, and the window's values are resampled; for wins
    from the open pipeline only wins of deals count that were open as the last window began. A horizon is left out whose
    last window begins before outcomes were recorded.
    """
    deals = deals_of(history)
    made, rng = nothing(horizons), chance(history)
    if target == "pipeline":
        return made
    for column, horizon in enumerate(horizons):
        then = deals.open_on(-horizon)
        if -horizon < deals.visible or not then.any():
            continue
        won = deals.won_between(-horizon, 0)
        if target == "open_pipeline_wins":
            won &= then
        weight = np.nan_to_num(deals.worth) if target == "bookings" else np.ones(len(then))
        if not weight[then].sum() > 0.0:
            continue
        counts = gamma_poisson(float(won.sum()), [weight[deals.open].sum() / weight[then].sum()], rng)
        made[:, [column]] = valued(counts, deals.value[won], rng) if target == "bookings" else counts
    return made
