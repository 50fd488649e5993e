"""Parts: a run's metrics by channel, campaign, segment, product, rep, month or quarter, over its replications."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.cells import NOWHERE
from results.cuts import cuts, divisible, each_part, values_of
from results.facts import Facts
from results.metrics.catalogue import CATALOGUE
from results.metrics.metric import By
from results.periods import months, quarters
from results.places import Place, places
from results.spans import Floats, Spans
from results.uncertainty import estimate
from sim.log import Log

__all__ = ["PartRow", "Parts", "part_rows"]

Key = tuple[str, str, str]
"""Metric, team (empty but of reps) and part."""


@dataclass(frozen=True)
class Parts:
    """The reducer `Log -> value by metric and part`; it can be sent to a worker."""

    by: By
    ids: tuple[str, ...]

    @classmethod
    def of(cls, by: By, ids: Sequence[str] | None) -> "Parts":
        """The reducer of some metrics, the default ones if none are named; InputError names those that cannot be told
        apart so."""
        return cls(by, tuple(entry.id for entry in divisible(by, ids)))

    def __call__(self, log: Log) -> dict[Key, float]:
        whole = Facts(log)
        if self.by == "window" or self.by == "month" or self.by == "quarter":
            return self._periods(whole)
        found: dict[Key, float] = {}
        window = Spans.of(whole.window)
        for cut in cuts(log, self.by):
            parts = dict(each_part(log, cut))
            for id in self.ids:
                values = values_of(parts, whole, CATALOGUE[id], cut, window)
                found |= {(id, cut.team, name): float(value[0]) for name, value in values.items()}
        return found

    def _periods(self, whole: Facts) -> dict[Key, float]:
        names, spans = quarters(whole) if self.by == "quarter" else months(whole)
        return {
            (id, "", name): float(value)
            for id in self.ids
            for name, value in zip(names, CATALOGUE[id].values(whole, spans), strict=True)
        }


@dataclass(frozen=True)
class PartRow:
    """One metric of one part of a run."""

    metric: str
    by: str
    team: str
    """The team whose reps are told apart; empty otherwise."""
    part: str
    mean: float
    se: float
    """Monte Carlo error of the mean."""
    lo95: float
    hi95: float
    """95 % interval of the mean."""
    p10: float
    p50: float
    p90: float
    """Percentiles over replications."""
    undefined: int
    """Replications in which it is not defined; they are left out."""
    place: Place | None
    """Its place among the parts by the mean, and between which places it lies in nine of ten replications; none for
    periods and what belongs to no part."""


def part_rows(by: By, found: Sequence[dict[Key, float]], draw: NDArray[np.int64]) -> tuple[PartRow, ...]:
    """One row a metric, team and part, in the order of the first replication that has it.

    A part that a replication does not have (a rep who was not hired in it) counts as none of what is counted, and is
    not defined otherwise. What belongs to no part is left out where it is nothing.
    """
    keys = list(dict.fromkeys(key for one in found for key in one))
    values = {key: np.array([one.get(key, _absent(key[0])) for one in found]) for key in keys}
    groups: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        if key[2] != NOWHERE or (not CATALOGUE[key[0]].denominator and (values[key] > 0).any()):
            groups.setdefault(key[:2], []).append(key)
    return tuple(row for its in groups.values() for row in _ranked(by, its, values, draw))


def _absent(metric: str) -> float:
    return np.nan if CATALOGUE[metric].denominator else 0.0


def _ranked(by: By, its: list[Key], values: dict[Key, Floats], draw: NDArray[np.int64]) -> list[PartRow]:
    entry = CATALOGUE[its[0][0]]
    estimates = {key: estimate(values[key], draw) for key in its}
    named = [] if by in ("window", "month", "quarter") else [key for key in its if key[2] != NOWHERE]
    order: dict[Key, Place | None] = {}
    if named:
        means = np.array([estimates[key].mean for key in named])
        order = dict(zip(named, places(means, np.column_stack([values[key] for key in named]), entry), strict=True))
    return [
        PartRow(
            key[0],
            by,
            key[1],
            key[2],
            one.mean,
            one.se,
            one.lo95,
            one.hi95,
            *one.outcome,
            one.undefined,
            order.get(key),
        )
        for key, one in estimates.items()
    ]
