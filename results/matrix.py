"""The matrix of leakage: revenue lost, causes by the points at which it was lost."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from results.leakage import UNKNOWN, LeakageRow
from results.leaks import STEPS

__all__ = ["ROUGHLY", "Matrix", "matrix"]

ROUGHLY = "Roughly: what lost opportunities were worth is not recorded; each is at the average of those won."

_SHORT = dict(zip(STEPS[-1:] + STEPS[:-1], ("capture", "nurture", "SDRs", "no AE yet"), strict=True))
"""Steps of a lead, in their order, as headings."""


@dataclass(frozen=True)
class Matrix:
    """What was lost of new business, where and why; sums leave out what is not known."""

    causes: tuple[str, ...]
    """The costliest first; what is not recorded last."""
    points: tuple[str, ...]
    """Where something was lost, in the order of a sale, as headings."""
    revenue: tuple[tuple[float, ...], ...]
    """(causes, points) means over replications; zero where nothing was lost."""
    good_fit: float
    """What of it was lost with leads of good fit."""
    bad_fit: float
    roughly: bool
    """Whether every order is at the average of those won, as no revenue is known."""

    @property
    def by_cause(self) -> tuple[float, ...]:
        """(causes,)"""
        return tuple(math.fsum(row) for row in self.revenue)

    @property
    def by_point(self) -> tuple[float, ...]:
        """(points,)"""
        return tuple(math.fsum(column) for column in zip(*self.revenue, strict=True))

    @property
    def whole(self) -> float:
        """All of it."""
        return math.fsum(self.by_cause)


def matrix(rows: Iterable[LeakageRow], stages: Iterable[str]) -> Matrix:
    """The matrix of leads and opportunities lost; `stages` in their order."""
    rows = [row for row in rows if row.what in ("lead", "opportunity")]
    roughly = not any(math.isfinite(row.revenue) for row in rows)
    rows = [replace(row, revenue=row.rough) for row in rows] if roughly else rows
    lost_at = {row.point for row in rows}
    points = [point for point in dict.fromkeys((*_SHORT, *stages, UNKNOWN)) if point in lost_at]
    causes = sorted({row.reason for row in rows}, key=lambda cause: (cause == UNKNOWN, -_revenue(rows, cause), cause))
    return Matrix(
        causes=tuple(causes),
        points=tuple(_SHORT.get(point, point) for point in points),
        revenue=tuple(tuple(_revenue(rows, cause, point) for point in points) for cause in causes),
        good_fit=_known(row.good_fit for row in rows),
        bad_fit=_known(row.bad_fit for row in rows),
        roughly=roughly,
    )


def _revenue(rows: Sequence[LeakageRow], cause: str, point: str | None = None) -> float:
    return _known(row.revenue for row in rows if row.reason == cause and point in (None, row.point))


def _known(values: Iterable[float]) -> float:
    return math.fsum(value for value in values if math.isfinite(value))
