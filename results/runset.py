"""RunSet: the metrics of one scenario's replications, and the reducer that makes them from logs."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.metrics.catalogue import CATALOGUE, by_month, immature, measure, select, undefined
from results.spans import Floats, Ints
from results.uncertainty import NO_DRAW, Estimate, estimate
from sim.log import MATURITY, Log

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MONTHLY", "Measured", "Measures", "RunSet", "gather", "month_labels"]

MONTHLY = ("leads", "mqls", "sqls", "opportunities", "new_customers", "bookings", "profit")
"""The metrics kept by month unless others are asked for."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What one log came to; small enough to be sent from a worker."""

    values: Floats
    """(metrics,)"""
    monthly: Floats
    """(monthly metrics, months)"""
    months: tuple[str, ...]
    currency: str
    missing: tuple[tuple[str, str], ...]
    """Metric id and why it is not defined."""
    immature: tuple[tuple[str, float], ...]
    """Metric id and the share of its cohort that is too young to judge."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Measures:
    """The reducer `Log -> Measured`; it can be sent to a worker."""

    ids: tuple[str, ...]
    monthly: tuple[str, ...]

    @classmethod
    def of(cls, ids: Iterable[str] | None = None, monthly: Iterable[str] = MONTHLY) -> "Measures":
        """The reducer of some metrics, the default ones if none are named; InputError names ids that there are not."""
        return cls(tuple(entry.id for entry in select(ids)), tuple(entry.id for entry in select(monthly)))

    def __call__(self, log: Log) -> Measured:
        facts = Facts(log)
        values = measure(facts, self.ids)
        monthly = by_month(facts, self.monthly)
        return Measured(
            values=np.array(list(values.values()), dtype=np.float64),
            monthly=np.array([monthly[id] for id in self.monthly]).reshape(len(self.monthly), len(facts.months)),
            months=month_labels(log),
            currency=log.window.currency,
            missing=tuple((id, undefined(facts, id)) for id, value in values.items() if math.isnan(value)),
            immature=tuple(immature(facts, self.ids).items()),
            notes=log.notes,
        )


@dataclass(frozen=True, eq=False)
class RunSet:
    """What a scenario's replications came to; row i of every array is replication `replication[i]`."""

    scenario: str
    seed: int
    engine: str
    currency: str
    metrics: tuple[str, ...]
    replication: Ints
    """(replications,)"""
    draw: Ints
    """(replications,) parameter draw of each; -1 = the funnel's own values."""
    values: Floats
    """(replications, metrics); NaN = not defined."""
    monthly_metrics: tuple[str, ...]
    months: tuple[str, ...]
    """(months,) labels such as 2027-01."""
    monthly: Floats
    """(replications, monthly metrics, months)"""
    draws_available: int = 0
    """How many parameter draws the scenario has."""
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.replication)

    def of(self, metric: str) -> Floats:
        """(replications,) values of a metric."""
        return self.values[:, self.metrics.index(metric)]

    def of_month(self, metric: str) -> Floats:
        """(replications, months) values of a metric by month."""
        return self.monthly[:, self.monthly_metrics.index(metric)]

    def estimate(self, metric: str) -> Estimate:
        """What the replications say of a metric."""
        return estimate(self.of(metric), self.draw)

    def to_frame(self) -> "pd.DataFrame":
        """One row per replication and metric: replication, draw, metric, value."""
        import pandas as pd

        return pd.DataFrame(
            {
                "replication": np.repeat(self.replication, len(self.metrics)),
                "draw": np.repeat(self.draw, len(self.metrics)),
                "metric": np.tile(np.array(self.metrics, dtype=object), len(self)),
                "value": self.values.ravel(),
            }
        )

    def monthly_frame(self) -> "pd.DataFrame":
        """One row per replication, metric and month: replication, draw, metric, month, value."""
        import pandas as pd

        names, months = len(self.monthly_metrics), len(self.months)
        return pd.DataFrame(
            {
                "replication": np.repeat(self.replication, names * months),
                "draw": np.repeat(self.draw, names * months),
                "metric": np.tile(np.repeat(np.array(self.monthly_metrics, dtype=object), months), len(self)),
                "month": np.tile(np.array(self.months, dtype=object), names * len(self)),
                "value": self.monthly.ravel(),
            }
        )


def gather(
    measured: Sequence[Measured],
    measures: Measures,
    *,
    scenario: str,
    seed: int,
    engine: str,
    draw: Sequence[int] | NDArray[Any] | None = None,
    draws_available: int = 0,
    warnings: Iterable[str] = (),
) -> RunSet:
    """The run set of replications 0, 1, ... in this order; `draw` is the parameter draw of each, none by default.

    Where a metric is not defined in some replications, or part of its cohort is too young, a warning says so.
    """
    count = len(measured)
    if not count:
        raise ValueError("a run set needs at least one replication")
    said = dict.fromkeys(warnings)
    said.update(dict.fromkeys(note for one in measured for note in one.notes))
    missing, immature = ([dict(getattr(one, what)) for one in measured] for what in ("missing", "immature"))
    for id in measures.ids:
        reasons = [each[id] for each in missing if id in each]
        if reasons:
            said[f"{id} is not defined in {len(reasons)} of {count} replications: {reasons[0]}"] = None
        young = [each.get(id, 0.0) for each in immature]
        if any(young):
            days = CATALOGUE[id].matures or MATURITY
            said[f"{id} leaves out {np.mean(young):.0%} of its cohort, which is not yet {days:g} days old"] = None
    return RunSet(
        scenario=scenario,
        seed=seed,
        engine=engine,
        currency=measured[0].currency,
        metrics=measures.ids,
        replication=np.arange(count),
        draw=np.full(count, NO_DRAW) if draw is None else np.asarray(draw, dtype=np.int64),
        values=np.array([one.values for one in measured]).reshape(count, len(measures.ids)),
        monthly_metrics=measures.monthly,
        months=measured[0].months,
        monthly=np.array([one.monthly for one in measured]).reshape(
            count, len(measures.monthly), len(measured[0].months)
        ),
        draws_available=draws_available,
        warnings=tuple(said),
    )


def month_labels(log: Log) -> tuple[str, ...]:
    """The counted months as 2027-01."""
    return _labels(log.window.start, tuple(log.window.month_edges[:-1].tolist()))


@lru_cache(maxsize=64)
def _labels(start: dt.date, edges: tuple[float, ...]) -> tuple[str, ...]:
    return tuple((start + dt.timedelta(days=round(edge))).strftime("%Y-%m") for edge in edges)
