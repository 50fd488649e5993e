"""The leads of one replication: when each is captured, through which channel, and its key."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.climate import drift_factor
from sim.laws.arrivals import LEAD, field, name_campaigns
from sim.rates import market_factor, weekly_frailty, weeks_of
from sim.signing import Drift
from sim.tables import Tables

__all__ = ["arrivals"]

_STILL = Drift()


def arrivals(tables: Tables, stream: int) -> NDArray[Any]:
    """(leads,) records of `LEAD` in order of (time, key): a replication's Poisson field, cut by the world's rates
    times the replication's shocks."""
    horizon, clock = tables.horizon, tables.clock
    first = int(horizon.begins)
    rates = tables.rates
    if tables.run_in is None:
        shocks = _shocks(tables, stream)
        rates = rates if shocks is None else rates * shocks
    else:
        rates = rates.copy()
        for world, part in ((tables.run_in, slice(None, -first)), (tables, slice(-first, None))):
            shocks = _shocks(world, stream)
            if shocks is not None:
                rates[:, part] *= shocks[:, part]
    room, day = (_surely(float(mean)) for mean in (rates.sum(), rates.sum(axis=0).max(initial=0.0)))
    while True:
        leads = np.empty(room, dtype=LEAD)
        count, most = field(
            stream,
            tables.channel_key,
            rates,
            first,
            horizon.start.toordinal(),
            tables.in_hours,
            clock.opens,
            clock.closes,
            tables.day_profiles,
            tables.day_profile,
            leads,
            np.empty(day, dtype=LEAD),
            np.empty(day + 1, dtype=np.int64),
            tables.overflow.throttles or tables.market.depletes,
        )
        if count <= room and most <= day:
            if len(tables.campaign.campaign_channel):
                name_campaigns(
                    stream,
                    leads[:count],
                    first,
                    tables.campaign.campaign_channel,
                    tables.campaign.campaign_share,
                    len(tables.channel_key),
                )
            return leads[:count]
        room, day = max(room, count), max(day, most)


def _surely(mean: float) -> int:
    """A number that a Poisson count hardly ever exceeds."""
    return math.ceil(mean + 8.0 * math.sqrt(mean)) + 16


def _shocks(tables: Tables, stream: int) -> NDArray[np.float64] | None:
    """(channels, days) factors of a replication: weekly frailty by channel, and the market's month; none if all 1."""
    horizon = tables.horizon
    factors: NDArray[np.float64] | None = None
    if tables.frailty_shape > 0.0:
        weeks = weeks_of(horizon.start, int(horizon.begins), tables.rates.shape[1])
        each = np.arange(weeks[0], weeks[-1] + 1)
        frailty = [weekly_frailty(stream, int(key), each, tables.frailty_shape) for key in tables.channel_key]
        factors = np.stack(frailty)[:, weeks - weeks[0]]
    if tables.market_sd > 0.0:
        months = np.arange(len(horizon.edges) - 1) + horizon.first_month
        absolute = months + horizon.start.year * 12 + horizon.start.month
        market = market_factor(stream, absolute, tables.market_sd, tables.market_persistence)
        daily = np.repeat(market, np.diff(horizon.edges).astype(np.int64))
        factors = np.broadcast_to(daily, tables.rates.shape) if factors is None else factors * daily
    if tables.signing.lead_drift != _STILL:
        drift = drift_factor(tables, stream, "leads", tables.signing.lead_drift)
        factors = np.broadcast_to(drift, tables.rates.shape) if factors is None else factors * drift
    return factors
