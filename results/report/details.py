"""Details: what a report tells of a run beside its headline: more metrics, and some of them channel by channel.

They take about as long to measure as a world takes to simulate, so only a run of which a report is made has them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.grouping import grouped
from results.metrics.catalogue import measure, undefined
from results.parts import PartRow, Parts, part_rows
from results.spans import Floats
from results.uncertainty import estimate
from sim.log import Log

__all__ = ["CHANNEL_METRICS", "COHORT_RATES", "METRICS", "PERIOD_RATES", "DetailRow", "Details", "Found",
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

_CHANNELS = Parts("channel", CHANNEL_METRICS)


@dataclass(frozen=True, eq=False)
class Found:
    """The details of one log; picklable."""

    values: Floats
    """(metrics,) by METRICS; NaN = not defined."""
    missing: tuple[tuple[str, str], ...]
    """Metric id and why it is not defined."""
    channels: dict[tuple[str, str, str], float]
    """Values of CHANNEL_METRICS by channel, as `Parts` finds them."""


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
class Details:
    """What a report tells beside the headline."""

    metrics: tuple[DetailRow, ...]
    channels: tuple[PartRow, ...]

    def of(self, metric: str) -> DetailRow | None:
        """One metric's row; none if it was not measured."""
        return next((row for row in self.metrics if row.metric == metric), None)

    def of_channels(self, metric: str) -> tuple[PartRow, ...]:
        """One metric's rows, in the channels' order."""
        return tuple(row for row in self.channels if row.metric == metric)


def find(log: Log) -> Found:
    """The reducer `Log -> Found`."""
    facts = Facts(log)
    values = measure(facts, METRICS)
    missing = tuple((id, undefined(facts, id)) for id, value in values.items() if math.isnan(value))
    return Found(np.array(list(values.values()), dtype=np.float64), missing, _CHANNELS(log))


def details(found: Sequence[Found], draw: NDArray[np.int64]) -> Details:
    """The rows from `find` of every replication, of the parameter draw of each; channels in the plan's order."""
    values = np.array([one.values for one in found])
    missing = [dict(one.missing) for one in found]
    metrics = []
    for place, id in enumerate(METRICS):
        its = estimate(values[:, place], draw)
        why = next((each[id] for each in missing if id in each), "")
        metrics.append(DetailRow(id, its.mean, its.lo95, its.hi95, *its.outcome, its.undefined, why))
    return Details(tuple(metrics), part_rows("channel", [one.channels for one in found], draw))
