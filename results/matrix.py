"""The matrix of leakage: revenue lost, causes by the points at which it was lost, and what is to be said of it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from results.leakage import UNKNOWN, LeakageRow
from results.leaks import STEPS
from results.numerals import number
from sim.log import MATURITY

__all__ = ["NO_SUM", "ROUGHLY", "Matrix", "by_fit", "matrix", "of_the_potential", "who_acts"]

_OF_THE_POTENTIAL = (
    "Leads and opportunities of new business that were in play in these months, where they stood at the end. An "
    "opportunity has its value; a lead that never became one has the mean value of its segment's opportunities times "
    "the odds of being won within 365 days for leads that came as far as it did (not known where none is so old). "
    "Roughly: every order at the average of those won. Profit: gross margin less commission."
)


def of_the_potential(days: float = MATURITY) -> str:
    """What the balance means, where leads are judged at an age of so many days."""
    return _OF_THE_POTENTIAL.replace("365 days", f"{days:g} days")


NO_SUM = (
    "It is no sum that could be had: closing one leak sends those it saves to the same reps, and on to the next leak. "
    "What closing it would bring is the difference that a scenario makes (`leadflow compare`)."
)

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


def who_acts(rows: Sequence[LeakageRow], causes: Sequence[str]) -> Iterable[str]:
    """Who can act on which causes, and which gap between marketing and sales others are."""
    for words, of in (("Who can act", "acts"), ("Gaps between marketing and sales", "gap")):
        named = {row.reason: getattr(row, of).replace("_", " ") for row in rows if getattr(row, of)}
        whose = dict.fromkeys(named[cause] for cause in causes if cause in named)
        each = (f"{who} ({', '.join(c.replace('_', ' ') for c in causes if named.get(c) == who)})" for who in whose)
        if whose:
            yield f"{words}: {'; '.join(each)}."


def by_fit(lost: Matrix, currency: str) -> Iterable[str]:
    """Good and bad leakage apart, where fit is known."""
    good, bad, whole = lost.good_fit, lost.bad_fit, lost.whole
    if not good and not bad:
        return
    said = (
        f"Of it {number(good)} {currency} was lost with leads of good fit (bad leakage) and {number(bad)} with leads "
        "of bad fit (good leakage: it is right to let them go)"
    )
    # Of what AEs found themselves there is no lead.
    rest = whole - good - bad
    yield f"{said}, {number(rest)} with opportunities that came of no lead." if rest > 1e-9 * whole else f"{said}."
