"""Spans: stretches of time, several at once, and sums over the rows that lie in them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Bools",
    "Counted",
    "Floats",
    "Ints",
    "Span",
    "Spans",
    "mean_known",
    "mean_of",
    "ratio",
    "share_known",
    "share_of",
    "sums",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Span(NamedTuple):
    """A stretch of time, begin <= t < end, in days since the window's start."""

    begin: float
    end: float


class Spans(NamedTuple):
    """Several stretches of time at once, so that a metric's months cost one call."""

    edges: Floats
    """(2, spans) where each begins and ends."""

    @classmethod
    def of(cls, *spans: Span) -> "Spans":
        """Some spans as an array."""
        return cls(np.array(spans, dtype=np.float64).reshape(-1, 2).T.copy())

    @property
    def begin(self) -> Floats:
        """(spans,)"""
        begin: Floats = self.edges[0]
        return begin

    @property
    def end(self) -> Floats:
        """(spans,)"""
        end: Floats = self.edges[1]
        return end

    def cut(self, time: Floats) -> Ints:
        """(2, spans) first place inside and first place after each span, in times that stand in order."""
        return time.searchsorted(self.edges)

    def inside(self, time: Floats) -> Ints:
        """(spans,) how many of some times, which stand in order, lie in each."""
        begin, end = self.cut(time)
        return np.asarray(end - begin)


class Counted(NamedTuple):
    """A share or a mean with how many cases it is of, from which its sampling error follows."""

    value: Floats
    """(spans,)"""
    cases: Ints
    """(spans,) how many there are: leads, opportunities, meetings, ..."""
    proportion: bool
    """Whether the value is the share of these very cases that have something, so that the binomial law holds."""

    def times(self, by: float) -> "Counted":
        """The mean in another unit."""
        return Counted(by * self.value, self.cases, False)

    def rest(self) -> "Counted":
        """The share that has it not."""
        return Counted(1.0 - self.value, self.cases, self.proportion)


def sums(time: Floats, value: Floats, spans: Spans) -> Floats:
    """(spans,) sum of the values of each span, `time` being in order; NaN where one of them is not known."""
    return _span_sums(time, value, spans, strict=True)[1]


def share_of(having: NDArray[Any], cases: NDArray[Any]) -> Counted:
    """(spans,) share of some cases that have something; NaN where there are none."""
    return Counted(ratio(having, cases), cases.astype(np.int64), True)


def mean_of(total: NDArray[Any], cases: NDArray[Any]) -> Counted:
    """(spans,) so much a case; NaN where there are none."""
    return Counted(ratio(total, cases), cases.astype(np.int64), False)


def share_known(time: Floats, has: Floats, spans: Spans) -> Counted:
    """(spans,) share of the cases of each span that have something (1, or 0; NaN = not known, and left out), `time`
    being in order; NaN where there are none."""
    known, total = _span_sums(time, has, spans, strict=False)
    return share_of(total, known)


def mean_known(time: Floats, value: Floats, spans: Spans) -> Counted:
    """(spans,) mean of the values of each span that are known, `time` being in order; NaN where there are none."""
    known, total = _span_sums(time, value, spans, strict=False)
    return mean_of(total, known)


def ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> Floats:
    """numerator / denominator; not defined (NaN) over zero."""
    result: Floats = numerator / np.where(denominator == 0, np.nan, denominator)
    return result


def _span_sums(time: Floats, value: Floats, spans: Spans, *, strict: bool) -> tuple[Ints, Floats]:
    # Compiled functions are loaded when facts are first made, so that listing metrics loads none.
    from sim.survey import span_sums

    return span_sums(time, value, spans.edges, strict)
