"""Changes: whether a metric changed for good during a history, when, and by how much.

For every month that something may have begun in, the months before and from it on are compared by the likelihood
ratio; the greatest of these is held against what it would be by luck if nothing had changed (binomial: Worsley 1983,
doi:10.1093/biomet/70.2.455), by simulation. Where there is a change, both sides are searched again (binary
segmentation: Scott and Knott 1974, doi:10.2307/2529204). Months that vary more than the law says, level or not, are
allowed for by how much neighbours differ (after von Neumann 1941, doi:10.1214/aoms/1177731677; the median in place of
the mean, so that the change itself does not count). A season still looks like a change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from results.facts import Facts
from results.luck import told_apart
from results.metrics.catalogue import select
from results.metrics.metric import Metric
from results.periods import months
from results.sampling import Sampled, sampled
from results.spans import Floats, Spans
from sim.log import Log

__all__ = ["LEVEL", "Change", "changes"]

LEVEL = 0.01
"""How often a metric that has not changed may be said to have [choice]."""

_LEAST = 2
"""Months at least on each side."""
_TRIALS = 999
_SEED = 1
_MEDIAN = 0.454936
"""Of a square of a normal: chi-square of one degree of freedom."""


@dataclass(frozen=True)
class Change:
    """A change of a metric's level."""

    metric: str
    month: str
    """The first month of the new level."""
    before: float
    after: float
    """The levels from the change before to this one, and from this one to the next."""
    p: float
    """How often luck alone would make so large a change appear somewhere."""


def changes(log: Log, ids: tuple[str, ...] | None = None) -> tuple[Change, ...]:
    """Every change found in some metrics (the default ones if none are named), in the order of metrics and months.

    A metric is left out that the log does not record, that is not known in at least four months, or whose months are
    those of one before it. With many metrics some would change by luck, so one is told only if it holds with all of
    them in mind (Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x, at 5 %).
    """
    facts = Facts(log)
    names, spans = months(facts)
    known = [entry for entry in select(ids) if not entry.lacks(facts)]
    found = sampled(facts, facts, known, spans)
    seen: set[bytes] = set()
    asked: list[tuple[float, list[Change]]] = []
    for entry in known:
        values = found[entry.id].value.tobytes()
        if values not in seen:
            seen.add(values)
            asked += _of(entry, found[entry.id], names, spans)
    told = told_apart(np.array([p for p, _ in asked]))
    return tuple(change for (_, its), holds in zip(asked, told, strict=True) if holds for change in its)


def _of(entry: Metric, series: Sampled, names: tuple[str, ...], spans: Spans) -> list[tuple[float, list[Change]]]:
    """How often luck alone would show as large a first change, and all changes; empty where too little is known."""
    law, total, size = _series(series, spans)
    known = np.flatnonzero(np.isfinite(total) & np.isfinite(size) & (size > 0))
    if len(known) < 2 * _LEAST:
        return []
    total, size = total[known], size[known]
    first, splits = _split(law, total, size, 0, len(known), np.random.default_rng(_SEED))
    edges = [0, *sorted(splits), len(known)]
    # What is counted is told as so many a month.
    a_month = float((spans.end - spans.begin).mean()) if law is _poisson else 1.0
    levels = [float(total[begin:end].sum() / size[begin:end].sum()) * a_month for begin, end in pairwise(edges)]
    return [
        (
            first,
            [
                Change(entry.id, names[known[edge]], levels[place], levels[place + 1], splits[edge])
                for place, edge in enumerate(edges[1:-1])
            ],
        )
    ]


Law = Callable[[Floats, Floats], Floats]
"""(..., sums of what happened and of how much it is of) -> log-likelihood at the best level."""


def _series(series: Sampled, spans: Spans) -> tuple[Law, Floats, Floats]:
    """The law of a metric's months, with (months,) what happened in each and of how much: successes and cases, a count
    and days, or a value and its precision. Of the last the months have one precision, as that of a month's own would
    make one of small values the surest."""
    if series.law == "share":
        return _binomial, np.nan_to_num(series.value) * series.cases, series.cases.astype(np.float64)
    if series.law == "count":
        return _poisson, series.value, spans.end - spans.begin
    says = series.se[np.isfinite(series.se) & (series.se > 0)]
    precision = np.where(np.isfinite(series.value), 1.0 / np.mean(says**2) if len(says) else np.nan, np.nan)
    return _normal, series.value * precision, precision


def _binomial(had: Floats, cases: Floats) -> Floats:
    from scipy.special import xlogy

    return np.asarray(xlogy(had, had / cases) + xlogy(cases - had, 1.0 - had / cases))


def _poisson(count: Floats, days: Floats) -> Floats:
    from scipy.special import xlogy

    return np.asarray(xlogy(count, count / days))


def _normal(weighted: Floats, precision: Floats) -> Floats:
    return np.asarray(0.5 * weighted**2 / precision)


def _trials(law: Law, level: float, size: Floats, rng: np.random.Generator) -> Floats:
    """(trials, months) what might have happened had the level been one."""
    shape = (_TRIALS, len(size))
    if law is _binomial:
        return rng.binomial(np.round(size).astype(np.int64), min(max(level, 0.0), 1.0), shape).astype(np.float64)
    if law is _poisson:
        return rng.poisson(level * size, shape).astype(np.float64)
    return np.asarray(level * size + rng.standard_normal(shape) * np.sqrt(size))


def _restless(law: Law, level: float, had: Floats, of: Floats) -> float:
    """How many times as much neighbouring months differ as the law says; never less than once."""
    spread = of * (level * (1.0 - level) if law is _binomial else level if law is _poisson else 1.0)
    apart = np.diff((had - level * of) / np.sqrt(spread)) if (spread > 0).all() else np.zeros(1)
    return max(1.0, float(np.median(apart**2)) / 2.0 / _MEDIAN)


def _split(
    law: Law, total: Floats, size: Floats, first: int, last: int, rng: np.random.Generator
) -> tuple[float, dict[int, float]]:
    """How often luck alone would show so large a change between two places, and where the level changes between them,
    each with that share; searched on both sides of each."""
    if last - first < 2 * _LEAST:
        return 1.0, {}
    had, of = total[first:last], size[first:last]
    scores = _scores(law, had[np.newaxis], of)[0]
    level = float(had.sum() / of.sum())
    luck = _scores(law, _trials(law, level, of, rng), of).max(axis=1)
    p = (1.0 + float((luck >= scores.max() / _restless(law, level, had, of) - 1e-12).sum())) / (1.0 + _TRIALS)
    if p > LEVEL:
        return p, {}
    at = first + _LEAST + int(scores.argmax())
    before, after = (_split(law, total, size, *ends, rng)[1] for ends in ((first, at), (at, last)))
    return p, {at: p} | before | after


def _scores(law: Law, total: Floats, size: Floats) -> Floats:
    """(series, splits) log-likelihood ratio of a change at each place that leaves two months on each side."""
    left, of = np.cumsum(total, axis=1), np.cumsum(size)
    whole, all_of = left[:, -1:], of[-1:]
    left, of = left[:, _LEAST - 1 : -_LEAST], of[_LEAST - 1 : -_LEAST]
    return law(left, of) + law(whole - left, all_of - of) - law(whole, all_of)
