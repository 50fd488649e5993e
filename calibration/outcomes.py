"""How deals end and how long it takes: competing hazards by age under delayed entry and right censoring.

A spell is at risk only from the moment at which history could first have recorded its end (delayed entry) and until
the cut-off (right censoring). Hazards are constant on bins of age; the laws that a funnel uses follow from them.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "EDGES",
    "HALF_LIFE",
    "Hazards",
    "Lexis",
    "Spells",
    "aalen_johansen",
    "chances",
    "fit_hazards",
    "incidence",
    "make_lexis",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EDGES: Floats = np.array(
    [
        0,
        1,
        2,
        4,
        7,
        10,
        14,
        21,
        28,
        42,
        56,
        70,
        84,
        98,
        112,
        126,
        140,
        161,
        182,
        224,
        266,
        308,
        365,
        455,
        550,
        730,
        1095,
    ],
    dtype=np.float64,
)
"""(bins + 1,) ages in days between which a hazard is constant; fine where most deals move."""

HALF_LIFE = 120.0
"""Days by which a past day's exposure counts half: found best on wins before the cut-offs of two real data sets."""

PRIOR_EVENTS = 2.0
"""a: each bin's prior is worth this many events at the smoothed rate."""

TAIL_EVENTS = 0.1
"""The same beyond the last age at which a cause was ever seen to end a spell: silence there is believed sooner."""

_CERTAIN = 0.999
"""A share of those at risk above which no more is made of their ending on one day."""

_BANDWIDTH = 0.35
"""Standard deviation of the smoothing kernel on the logarithm of 1 + age."""


@dataclass(frozen=True)
class Spells:
    """(spells,) times in days, the cut-off being 0: each spell starts, and ends by a cause or goes on."""

    start: Floats
    end: Floats
    """End of exposure; 0 for a spell that goes on."""
    age: Floats
    """Age at the end; meaningless for a spell that goes on."""
    cause: Ints
    """0, 1, ... for the cause of the end, -1 for a spell that goes on at the cut-off."""
    whole_days: bool = False
    """Whether days only are known: whoever ends on a day was at risk for all of it."""

    @staticmethod
    def of(start: Floats, end: Floats, cause: Ints, exact: bool) -> "Spells":
        """Spells from recorded times (NaN = goes on).

        Where history knows days only, a spell that ends on the day on which it began is at risk for that whole day.
        """
        if not exact:
            start, end = np.floor(start), np.floor(end)
        ended = np.isfinite(end)
        close = np.where(ended, end + (0.0 if exact else 1.0), 0.0)
        age = np.where(ended, end - start, -start)
        return Spells(start, close, age, np.where(ended, cause, -1).astype(np.int64), not exact)


@dataclass(frozen=True)
class Lexis:
    """Exposure and events by day and age: row d is the day that begins `first + d` days from the cut-off."""

    first: int
    exposure: Floats
    """(days, bins) spells x days at risk."""
    events: Floats
    """(days, bins, causes) spells that ended."""
    whole_days: bool = False
    """As of `Spells`."""

    def until(self, day: int) -> "Lexis":
        """What was known at the beginning of a day (negative, counted from the cut-off)."""
        size = max(day - self.first, 0)
        return replace(self, exposure=self.exposure[:size], events=self.events[:size])

    def since(self, day: int) -> "Lexis":
        """Only what happened from a day on: the delayed entry."""
        skip = min(max(day - self.first, 0), len(self.exposure))
        return replace(self, first=self.first + skip, exposure=self.exposure[skip:], events=self.events[skip:])


def _overlap_by_day(low: Floats, high: Floats, first: int, days: int) -> Floats:
    """(days,) total length of the intervals [low, high) inside each day, in O(n log n)."""
    grid = first + np.arange(days + 1, dtype=np.float64)

    def elapsed(points: Floats) -> Floats:
        # sum over points of max(x - point, 0) at every grid time x
        points = np.sort(points)
        below = np.searchsorted(points, grid, side="left")
        total = np.concatenate(([0.0], np.cumsum(points)))
        return np.asarray(below * grid - total[below], dtype=np.float64)

    return np.diff(elapsed(low) - elapsed(high))


def make_lexis(spells: Spells, causes: int, edges: Floats = EDGES) -> Lexis:
    """The Lexis table of spells, from the day of the first start until the cut-off."""
    first = math.floor(spells.start.min()) if len(spells.start) else -1
    days, bins = -first, len(edges) - 1
    exposure = np.zeros((days, bins))
    for bin_ in range(bins):
        low = spells.start + edges[bin_]
        high = np.minimum(spells.start + edges[bin_ + 1], spells.end)
        at_risk = high > low
        if at_risk.any():
            exposure[:, bin_] = _overlap_by_day(low[at_risk], high[at_risk], first, days)
    events = np.zeros((days, bins, causes))
    ended = (spells.cause >= 0) & (spells.age < edges[-1])
    when = np.floor(spells.start[ended] + spells.age[ended]).astype(np.int64) - first
    which = np.searchsorted(edges, np.maximum(spells.age[ended], edges[0]), side="right") - 1
    np.add.at(events, (np.minimum(when, days - 1), which, spells.cause[ended]), 1.0)
    return Lexis(first, np.maximum(exposure, 0.0), events, spells.whole_days)


@dataclass(frozen=True)
class Hazards:
    """Gamma posteriors of the hazard in each bin of age and for each cause."""

    shape: Floats
    """(bins, causes)"""
    rate: Floats
    """(bins, causes) days; infinite where history holds no information, so that the hazard there is zero."""
    edges: Floats

    @property
    def mean(self) -> Floats:
        """(bins, causes) posterior mean hazard a day."""
        return self.shape / self.rate

    def draw(self, rng: np.random.Generator) -> Floats:
        """(bins, causes) one posterior draw of the hazards."""
        return rng.standard_gamma(self.shape) / self.rate


def fit_hazards(
    lexis: Lexis,
    half_life: float = HALF_LIFE,
    prior: float = PRIOR_EVENTS,
    edges: Floats = EDGES,
    prior_rate: Floats | None = None,
) -> Hazards:
    """Hazards by age from a Lexis table whose last row is the latest day.

    lambda_b = (w_b + a) / (n_b + a / p_b): w events and n exposure weighted by 2^(-age of the day / half-life), p_b the
    rate smoothed over neighbouring ages. Bins beyond the last age at which any spell was at risk get a hazard of zero:
    nobody has seen them, and an unseen age must not invent wins.

    Where days only are known, w_b/n_b is the chance p of ending within a day and not a rate: n_b is then p/-log(1 - p)
    times the days at risk.

    `prior_rate` (bins, causes), events a day, states p_b beforehand: the prior is Gamma(a, a / p_b) in every bin, and
    without forgetting the posterior is exact.
    """
    days = len(lexis.exposure)
    weight = 0.5 ** ((days - np.arange(days) - 0.5) / half_life)
    n = weight @ lexis.exposure
    w = np.einsum("d,dbc->bc", weight, lexis.events)
    if lexis.whole_days:
        # p of those at risk end within a day: a hazard of -log(1 - p), as if so much less had been at risk.
        p_day = np.minimum(np.divide(w.sum(axis=1), n, out=np.zeros(len(n)), where=n > 0.0), _CERTAIN)
        n = n * np.where(p_day > 0.0, p_day / -np.log1p(-np.maximum(p_day, 1e-300)), 1.0)
    if prior_rate is not None:
        return Hazards(w + prior, n[:, None] + prior / prior_rate, edges)
    middle = np.log1p((edges[1:] + edges[:-1]) / 2)
    kernel = np.exp(-0.5 * ((middle[:, None] - middle[None, :]) / _BANDWIDTH) ** 2)
    smooth = (kernel @ w) / np.maximum(kernel @ n, 1e-12)[:, None]
    seen = np.flatnonzero(lexis.exposure.sum(axis=0) > 0)
    known = np.arange(len(edges) - 1) <= (seen[-1] if len(seen) else -1)
    possible = known[:, None] & (w.sum(axis=0) > 0)[None, :]
    p = np.maximum(smooth, 1e-12)
    ever = lexis.events.sum(axis=0) > 0
    after_last = np.cumsum(ever[::-1], axis=0)[::-1] == 0
    worth = np.where(after_last, min(TAIL_EVENTS, prior), prior)
    return Hazards(w + worth, np.where(possible, n[:, None] + worth / p, np.inf), edges)


def incidence(hazard: Floats, edges: Floats = EDGES) -> tuple[Floats, Floats]:
    """Survival (bins + 1,) and cumulative incidence (bins + 1, causes) at the edges, for piecewise constant hazards."""
    total = hazard.sum(axis=1)
    survival = np.exp(-np.concatenate(([0.0], np.cumsum(total * np.diff(edges)))))
    share = hazard / np.maximum(total, 1e-300)[:, None]
    steps = share * (survival[:-1] - survival[1:])[:, None]
    return survival, np.concatenate((np.zeros((1, hazard.shape[1])), np.cumsum(steps, axis=0)))


def chances(hazard: Floats) -> Floats:
    """(bins, causes) of hazards a day: the chance of ending by each cause within a day."""
    total = hazard.sum(axis=-1, keepdims=True)
    return np.asarray(hazard * np.where(total > 0.0, -np.expm1(-total) / np.maximum(total, 1e-300), 1.0))


def aalen_johansen(
    time: Floats, cause: Ints, entry: Floats | None = None, causes: int | None = None
) -> tuple[Floats, Floats, Floats]:
    """Aalen-Johansen estimate: event times (m,), survival (m,) and cumulative incidence (m, causes) at them.

    `cause` is -1 for a censored time. Ends at the same time as others' censoring come first; a spell is at risk from
    just after its `entry`. Aalen & Johansen 1978, Scand. J. Statist. 5, 141-150.
    """
    count = causes if causes is not None else int(cause.max(initial=-1)) + 1
    moments = np.unique(time[cause >= 0])
    start = np.full(len(time), -np.inf) if entry is None else entry
    at_risk = np.searchsorted(np.sort(start), moments, side="left") - np.searchsorted(
        np.sort(time), moments, side="left"
    )
    position = np.searchsorted(moments, time[cause >= 0])
    events = np.zeros((len(moments), count))
    np.add.at(events, (position, cause[cause >= 0]), 1.0)
    hazard = events / np.maximum(at_risk, 1)[:, None]
    survival = np.cumprod(1.0 - hazard.sum(axis=1))
    before = np.concatenate(([1.0], survival[:-1]))
    return moments, survival, np.cumsum(hazard * before[:, None], axis=0)
