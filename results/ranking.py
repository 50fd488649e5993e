"""Ranking: a base and the scenarios compared with it in the order of one metric, the best first.

Places follow the mean of the paired differences from the base. Whether a scenario is ahead of the one below it is a
question of its own, answered by the paired difference of these two. The first of many is flattered by luck: it is
first partly because its luck was good, and another seed shows by how much.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from results.compare import Difference, MetricComparison, compare
from results.metrics.catalogue import CATALOGUE
from results.plain import plain
from results.runset import RunSet

__all__ = ["Place", "Ranking", "rank"]


@dataclass(frozen=True)
class Place:
    """One scenario of a ranking."""

    scenario: str
    value: float
    """Mean over the replications in which it and the base have one."""
    against_base: MetricComparison | None
    """None for the base itself."""
    over_next: Difference | None
    """This scenario minus the one below it, paired; none for the last."""

    @property
    def tied(self) -> bool:
        """Whether the one below it cannot be told from it: the 95 % interval of their difference covers zero."""
        gap = self.over_next
        return gap is not None and not (gap.lo95 > 0 or gap.hi95 < 0)


@dataclass(frozen=True)
class Ranking:
    """A base and other scenarios in the order of one metric."""

    metric: str
    places: tuple[Place, ...]

    @property
    def ties(self) -> tuple[tuple[str, str], ...]:
        """Neighbours of which the upper cannot be told from the lower."""
        return tuple((above.scenario, below.scenario) for above, below in pairwise(self.places) if above.tied)

    def to_json(self) -> list[dict[str, Any]]:
        """The places as plain data, the best first; what is not defined is null."""
        return [
            {
                "scenario": place.scenario,
                "value": plain(place.value),
                "difference": None if place.against_base is None else plain(place.against_base.difference),
                "over_next": plain(place.over_next),
            }
            for place in self.places
        ]


def rank(metric: str, base: RunSet, others: Sequence[RunSet]) -> Ranking:
    """Rank a base and other scenarios of the same seed, replications and draws.

    The best is first in the metric's direction, the largest where it has none; what is not defined comes last.
    """
    against = [compare(base, other, (metric,)).of(metric) for other in others]
    entries: list[tuple[RunSet, MetricComparison | None]] = [(base, None), *zip(others, against, strict=True)]
    sign = 1.0 if CATALOGUE[metric].better == "lower" else -1.0

    def order(entry: tuple[RunSet, MetricComparison | None]) -> tuple[bool, float]:
        gap = 0.0 if entry[1] is None else entry[1].difference.mean
        return math.isnan(gap), sign * gap

    entries.sort(key=order)
    steps = [compare(below, above, (metric,)).of(metric).difference for (above, _), (below, _) in pairwise(entries)]
    own = compare(base, base, (metric,)).of(metric).base
    return Ranking(
        metric,
        tuple(
            Place(runs.scenario, own if one is None else one.other, one, step)
            for (runs, one), step in zip(entries, [*steps, None], strict=True)
        ),
    )
