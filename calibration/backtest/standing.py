"""How a method stands over many rows of backtests: beside the best other of each row, and how honest it is."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.backtest.table import Row

__all__ = ["Standing", "standings"]


@dataclass(frozen=True)
class Standing:
    """One method over all rows that it has."""

    method: str
    rows: int
    geometric_mean: float
    """Of CRPS over that of the row's best other method, chosen in hindsight: below 1 where it leads."""
    worst: float
    """The greatest of these ratios."""
    cover50: float
    cover80: float
    cover95: float
    """Shares covered, rows weighted by their cut-offs."""


def standings(tables: Sequence[Sequence[Row]]) -> tuple[Standing, ...]:
    """Standings over the tables of one or more histories, the least geometric mean first.

    Ratios of errors are averaged geometrically (Fleming & Wallace 1986, doi:10.1145/5666.5673). A row with one method
    says nothing; a method without a row there is not judged by it, so compare methods with the same number of rows.
    """
    ratios: dict[str, list[float]] = {}
    kept: dict[str, list[Row]] = {}
    for table in tables:
        for _, group in itertools.groupby(table, lambda row: (row.segment, row.target, row.horizon_days)):
            rows = list(group)
            for row in rows:
                others = [other.crps for other in rows if other.method != row.method]
                if others and min(others) > 0:
                    ratios.setdefault(row.method, []).append(row.crps / min(others))
                    kept.setdefault(row.method, []).append(row)
    made = [_standing(method, ratios[method], kept[method]) for method in ratios]
    return tuple(sorted(made, key=lambda each: each.geometric_mean))


def _standing(method: str, ratios: list[float], rows: list[Row]) -> Standing:
    weights = [row.cutoffs for row in rows]
    covered = (
        float(np.average([getattr(row, name) for row in rows], weights=weights))
        for name in ("cover50", "cover80", "cover95")
    )
    # A row forecast without any error at all has the logarithm of nothing.
    middle = math.exp(float(np.mean(np.log(ratios)))) if min(ratios) > 0 else 0.0
    return Standing(method, len(rows), middle, max(ratios), *covered)
