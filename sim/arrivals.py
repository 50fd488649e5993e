"""The leads of one replication: when each is captured, through which channel, and its key."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.laws.arrivals import field
from sim.rates import market_factor, week_of, weekly_frailty
from sim.tables import Tables

__all__ = ["Arrivals", "arrivals"]


class Arrivals(NamedTuple):
    """(leads,) each, in order of time, ties by key."""

    time: NDArray[np.float64]
    channel: NDArray[np.int64]
    key: NDArray[np.int64]


def arrivals(tables: Tables, stream: int) -> Arrivals:
    """Cut the Poisson field of a replication by the world's rates times the replication's shocks."""
    horizon, clock = tables.horizon, tables.clock
    first = int(horizon.begins)
    shocks = _shocks(tables, stream)
    if tables.run_in is not None:
        shocks[:, :-first] = _shocks(tables.run_in, stream)[:, :-first]
    time, channel, key, _ = field(
        stream,
        tables.channel_key,
        np.ascontiguousarray(tables.rates * shocks),
        first,
        horizon.start.toordinal(),
        tables.in_hours,
        clock.opens,
        clock.closes,
    )
    order = np.lexsort((key, time))
    return Arrivals(time[order], channel[order], key[order])


def _shocks(tables: Tables, stream: int) -> NDArray[np.float64]:
    """(channels, days) factors of a replication: weekly frailty by channel, and the market's month."""
    horizon = tables.horizon
    factors: NDArray[np.float64] = np.ones(tables.rates.shape)
    if tables.frailty_shape > 0.0:
        weeks = np.array([week_of(horizon.start, int(horizon.begins) + day) for day in range(factors.shape[1])])
        each = np.arange(weeks[0], weeks[-1] + 1)
        frailty = [weekly_frailty(stream, int(key), each, tables.frailty_shape) for key in tables.channel_key]
        factors *= np.stack(frailty)[:, weeks - weeks[0]]
    if tables.market_sd > 0.0:
        months = np.arange(len(horizon.edges) - 1) + horizon.first_month
        absolute = months + horizon.start.year * 12 + horizon.start.month
        market = market_factor(stream, absolute, tables.market_sd, tables.market_persistence)
        factors *= np.repeat(market, np.diff(horizon.edges).astype(np.int64))
    return factors
