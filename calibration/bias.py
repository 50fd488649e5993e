"""Bias: what a CRM that records imperfectly says of a company, beside the truth as of the same day."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.observation import Observation
from calibration.recorded import recorded
from results.causes import mix
from results.facts import Facts
from results.metrics.catalogue import measure, select
from results.uncertainty import estimate
from sim.log import Kind, Log

__all__ = ["MAIN", "Bias", "Both", "biases", "causes_of"]

MAIN = (
    "mqls", "sqls", "opportunities", "new_customers", "new_bookings", "mql_to_sql_rate", "win_rate",
    "never_contacted_share", "meetings_per_win", "time_to_sql", "sales_cycle", "pipeline_value", "sdr_utilisation",
    "ae_utilisation", "cac", "cause_known_share",
)  # fmt: skip
"""The metrics shown unless others are asked for."""


@dataclass(frozen=True)
class Bias:
    """One number: what it truly was, what the CRM says, and by how much that is too high, each a mean over
    replications. A replication counts where both are defined."""

    id: str
    name: str
    unit: str
    truth: float
    crm: float
    bias: float
    lo95: float
    hi95: float
    """Where the mean difference lies with 95 % confidence (Student's t over replications, or over posterior draws)."""
    n: int
    """Replications."""

    @property
    def told(self) -> bool:
        """Whether the difference can be told from the luck of these replications."""
        return self.lo95 > 0.0 or self.hi95 < 0.0 or self.lo95 == self.hi95 != 0.0


@dataclass(frozen=True)
class Both:
    """Measures one replication twice, as of the end of its window: as it was, and as it was recorded."""

    observation: Observation
    ids: Sequence[str] = MAIN

    def __call__(self, log: Log) -> NDArray[np.float64]:
        """(2, 1 + metrics + causes) truth and record: the wins of new business since records began, the metrics of the
        window, and the shares of the causes of its losses of known cause, in the order of `causes_of`."""
        # Without what reps report of causes, the record has the true ones.
        exact = recorded(dataclasses.replace(log, terms=dataclasses.replace(log.terms, coding=None)))
        places = [log.names.reasons.index(cause) for cause in causes_of(log)]
        return np.array([self._one(each, places) for each in (exact, recorded(log, self.observation))])

    def _one(self, log: Log, places: list[int]) -> list[float]:
        facts = Facts(log)
        lost = facts.causes
        inside = (lost.time >= 0.0) & (lost.time < log.window.counted)
        shares = mix(lost.coded[inside], len(log.names.reasons))
        return [float(len(facts.sales(Kind.WON))), *measure(facts, self.ids).values(), *shares[places].tolist()]


def causes_of(log: Log) -> tuple[str, ...]:
    """The causes among which reps choose."""
    coding = log.terms.coding
    return () if coding is None else tuple(log.names.reasons[cause] for cause in coding.causes)


def biases(
    measured: Sequence[NDArray[np.float64]], draw: NDArray[np.int64], ids: Sequence[str], causes: Sequence[str]
) -> tuple[Bias, ...]:
    """The table of what `Both` measured of some replications.

    draw: (replications,) the parameter draw of each, `NO_DRAW` for none; causes: those of the logs.
    """
    values = np.array(measured)
    labels = [("wins_to_date", "Wins since records began", "wins")]
    labels += [(entry.id, entry.name, entry.unit) for entry in select(ids)]
    labels += [(f"lost_share:{cause}", f"Lost by {cause}", "share") for cause in causes]
    rows = []
    for k, (id, name, unit) in enumerate(labels):
        known = np.isfinite(values[:, :, k]).all(axis=1)
        truth, crm = values[known, 0, k], values[known, 1, k]
        if not known.any():
            continue
        found = estimate(crm - truth, draw[known])
        mean = float(truth.mean()), float(crm.mean())
        rows.append(Bias(id, name, unit, *mean, found.mean, found.lo95, found.hi95, int(known.sum())))
    return tuple(rows)
