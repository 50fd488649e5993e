"""Details: what a report tells of a run beside its headline: more metrics, and some of them channel by channel.

They take about as long to measure as a world takes to simulate, so only a run of which a report is made has them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.grouping import grouped
from results.metrics.catalogue import CATALOGUE, by_channel, measure, undefined
from results.spans import Floats
from results.uncertainty import estimate
from sim.log import Log

__all__ = ["CHANNEL_METRICS", "COHORT_RATES", "METRICS", "PERIOD_RATES", "ChannelRow", "DetailRow", "Details", "Found",
           "details", "find"]  # fmt: skip

PERIOD_RATES = {
    "mqls": "lead_to_mql_rate",
    "sqls": "mql_to_sql_rate",
    "opportunities": "sql_to_opportunity_rate",
    "new_customers": "win_rate",
}
"""Steps of the funnel with the rate at which the step before leads to them, as counted in the period."""

COHORT_RATES = {
    "mqls": "lead_to_mql_rate_cohort",
    "sqls": "mql_to_sql_rate_cohort",
    "opportunities": "sql_to_opportunity_rate_cohort",
    "new_customers": "opportunity_to_customer_rate_cohort",
}
"""The same for one year's leads, followed for 365 days each."""

METRICS = tuple(dict.fromkeys((*grouped(), *PERIOD_RATES.values(), *COHORT_RATES.values())))
"""What is measured of the whole."""

CHANNEL_METRICS = (
    "leads", "opportunities", "new_customers", "new_bookings", "cost_per_lead", "program_roi", "campaign_profit",
)  # fmt: skip
"""What is measured of each channel."""


@dataclass(frozen=True, eq=False)
class Found:
    """The details of one log; picklable."""

    values: Floats
    """(metrics,) by METRICS; NaN = not defined."""
    missing: tuple[tuple[str, str], ...]
    """Metric id and why it is not defined."""
    channels: Mapping[str, tuple[float, ...]]
    """Values by CHANNEL_METRICS of each channel; what belongs to none stands under "" if there is any."""


@dataclass(frozen=True)
class DetailRow:
    """One metric over replications."""

    metric: str
    mean: float
    lo95: float
    hi95: float
    """95 % interval of the mean: how far it would move with other random numbers."""
    p10: float
    p50: float
    p90: float
    """Percentiles over replications."""
    undefined: int
    """Replications in which it is not defined; they are left out."""
    why: str
    """Why it is not defined in one of those."""


@dataclass(frozen=True)
class ChannelRow:
    """One metric of one channel over replications."""

    channel: str
    """Without a name: what no channel brought."""
    metric: str
    mean: float
    lo95: float
    hi95: float
    p10: float
    p50: float
    p90: float
    undefined: int
    place: int | None
    """By the mean among the channels of which it is defined, 1 = the best; none where more is not better or worse."""
    place_p10: int | None
    place_p90: int | None
    """Percentiles of the place over replications: in four runs of five it lies between them."""


@dataclass(frozen=True)
class Details:
    """What a report tells beside the headline."""

    metrics: tuple[DetailRow, ...]
    channels: tuple[ChannelRow, ...]

    def of(self, metric: str) -> DetailRow | None:
        """One metric's row; none if it was not measured."""
        return next((row for row in self.metrics if row.metric == metric), None)

    def of_channels(self, metric: str) -> tuple[ChannelRow, ...]:
        """One metric's rows, in the channels' order."""
        return tuple(row for row in self.channels if row.metric == metric)


def find(log: Log) -> Found:
    """The reducer `Log -> Found`."""
    facts = Facts(log)
    values = measure(facts, METRICS)
    missing = tuple((id, undefined(facts, id)) for id, value in values.items() if math.isnan(value))
    cuts = by_channel(log, CHANNEL_METRICS)
    channels = {name: tuple(cuts[id][name] for id in CHANNEL_METRICS) for name in cuts[CHANNEL_METRICS[0]]}
    return Found(np.array(list(values.values()), dtype=np.float64), missing, channels)


def details(found: Sequence[Found], draw: NDArray[np.int64]) -> Details:
    """The rows from `find` of every replication, of the parameter draw of each; channels in the first log's order."""
    values = np.array([one.values for one in found])
    missing = [dict(one.missing) for one in found]
    metrics = []
    for place, id in enumerate(METRICS):
        its = estimate(values[:, place], draw)
        why = next((each[id] for each in missing if id in each), "")
        metrics.append(DetailRow(id, its.mean, its.lo95, its.hi95, *its.outcome, its.undefined, why))
    return Details(tuple(metrics), _of_channels(found, draw))


def _of_channels(found: Sequence[Found], draw: NDArray[np.int64]) -> tuple[ChannelRow, ...]:
    # What no channel brought comes last, whenever it was first seen.
    names = sorted(dict.fromkeys(name for one in found for name in one.channels), key=lambda name: not name)
    # Where a replication has none of it, there are none: a sum of zero, a mean or a rate of nothing.
    nothing = tuple(math.nan if CATALOGUE[id].denominator else 0.0 for id in CHANNEL_METRICS)
    values = np.array([[one.channels.get(name, nothing) for name in names] for one in found])
    values = values.reshape(len(found), len(names), len(CHANNEL_METRICS))
    rows = []
    for column, id in enumerate(CHANNEL_METRICS):
        its = values[:, :, column]
        each = [estimate(its[:, index], draw) for index in range(len(names))]
        sign = {"higher": -1.0, "lower": 1.0}.get(CATALOGUE[id].better)
        if sign is None:
            places: list[tuple[int | None, int | None, int | None]] = [(None, None, None)] * len(names)
        else:
            places = _places(sign * np.array([one.mean for one in each]), sign * its)
        for name, one, ranks in zip(names, each, places, strict=True):
            spread = (one.mean, one.lo95, one.hi95, *one.outcome, one.undefined)
            rows.append(ChannelRow(name, id, *spread, *ranks))
    return tuple(rows)


def _places(means: Floats, values: Floats) -> list[tuple[int | None, int | None, int | None]]:
    """Of each channel its place by the mean, and the tenth and ninetieth percentile of its place by replication.

    means: (channels,), values: (replications, channels), the least being the best.
    """
    ranks = np.where(np.isnan(values), np.nan, 1.0 + (values[:, None, :] < values[:, :, None]).sum(axis=2))
    places: list[tuple[int | None, int | None, int | None]] = []
    for index, mean in enumerate(means):
        known = ranks[:, index][~np.isnan(ranks[:, index])]
        if math.isnan(mean) or not len(known):
            places.append((None, None, None))
            continue
        low, high = np.quantile(known, (0.1, 0.9), method="inverted_cdf")
        places.append((1 + int((means < mean).sum()), int(low), int(high)))
    return places
