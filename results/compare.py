"""Compare: one scenario against another, replication by replication on common random numbers.

Verdicts. The difference is *not distinguishable* for want of luck's averaging (`why` luck) if its 95 % interval covers
zero, or for want of history (`why` history) if it does not but the mean difference is below 1.96 standard deviations
between parameter draws: more runs will not tell, more data would. Otherwise the other scenario is better or worse
in the metric's direction. A metric with no direction (utilisation) gets no verdict when its difference is clear,
and no p_better ever: more is not better there, and less is not either.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from results.metrics.catalogue import CATALOGUE, select
from results.plain import plain
from results.runset import RunSet
from results.uncertainty import Floats, Variance, clusters, estimate, t_quantile, variance_split
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison", "Difference", "MetricComparison", "compare", "reduction_interval"]

Verdict = Literal["better", "worse", "not distinguishable"]
Why = Literal["luck", "history"]

_MOST = 1_000_000
"""Replications beyond which "more runs would tell" is no advice."""


@dataclass(frozen=True)
class Difference:
    """Other minus base, paired: its mean, Monte Carlo standard error and 95 % interval."""

    mean: float
    se: float
    lo95: float
    hi95: float


@dataclass(frozen=True)
class MetricComparison:
    """One metric in two scenarios."""

    metric: str
    base: float
    other: float
    """Means over the paired replications."""
    difference: Difference
    variance_reduction: float
    """(s0^2 + s1^2) / s_D^2: how many times independent seeds would have needed as many replications."""
    p_better: float | None
    """Share of paired replications in which the other is better, ties half; none for a metric without direction."""
    verdict: Verdict | None
    why: Why | None
    replications_needed: int | None
    """Replications at which the interval would just leave zero if mean and spread stay as they are; none if no number
    would, or if the two scenarios did not differ at all."""
    pairs: int
    """Replications in which the metric is defined in both."""

    def to_json(self) -> dict[str, Any]:
        """The record of `compare --json`; what is not defined is null."""
        record: dict[str, Any] = plain(self)
        return {name: value for name, value in record.items() if name not in ("metric", "pairs")}


@dataclass(frozen=True)
class Comparison:
    """One scenario against the base."""

    base: str
    scenario: str
    metrics: tuple[MetricComparison, ...]

    def of(self, metric: str) -> MetricComparison:
        """The comparison of one metric."""
        return next(one for one in self.metrics if one.metric == metric)

    def to_json(self) -> dict[str, Any]:
        """The entry of `compare --json`."""
        return {"scenario": self.scenario, "metrics": {one.metric: one.to_json() for one in self.metrics}}

    def to_frame(self) -> "pd.DataFrame":
        """One row per metric: scenario, metric, base, other, difference, se, lo95, hi95, p_better, verdict, why."""
        import pandas as pd

        return pd.DataFrame(
            {
                "scenario": self.scenario,
                "metric": one.metric,
                "base": one.base,
                "other": one.other,
                "difference": one.difference.mean,
                "se": one.difference.se,
                "lo95": one.difference.lo95,
                "hi95": one.difference.hi95,
                "variance_reduction": one.variance_reduction,
                "p_better": one.p_better,
                "verdict": one.verdict,
                "why": one.why,
                "replications_needed": one.replications_needed,
            }
            for one in self.metrics
        )


def compare(base: RunSet, other: RunSet, ids: Iterable[str] | None = None) -> Comparison:
    """Compare two run sets that share seed, replications and draws; InputError if they cannot be paired."""
    problems = [
        Problem("compare", f"the scenarios to compare must share their {what}", f"{a!r} and {b!r}")
        for what, a, b in (
            ("seed", base.seed, other.seed),
            ("replications", len(base), len(other)),
            ("currency", base.currency, other.currency),
        )
        if a != b
    ]
    if not problems and not (
        np.array_equal(base.replication, other.replication) and np.array_equal(base.draw, other.draw)
    ):
        problems = [Problem("compare", "the scenarios to compare must use the same parameter draws")]
    if problems:
        raise InputError(problems)
    wanted = [entry.id for entry in select(ids)] if ids is not None else list(base.metrics)
    shared = [id for id in wanted if id in base.metrics and id in other.metrics]
    return Comparison(base.scenario, other.scenario, tuple(_compare_metric(id, base, other) for id in shared))


def _compare_metric(id: str, base: RunSet, other: RunSet) -> MetricComparison:
    before, after = base.of(id), other.of(id)
    defined = ~(np.isnan(before) | np.isnan(after))
    before, after, draw = before[defined], after[defined], base.draw[defined]
    gap = after - before
    found = estimate(gap, draw)
    direction = {"higher": 1.0, "lower": -1.0, "neither": 0.0}[CATALOGUE[id].better]
    variance = variance_split(gap, draw)
    verdict, why = _verdict(found.mean, found.lo95, found.hi95, variance, direction, bool(gap.any()))
    return MetricComparison(
        metric=id,
        base=estimate(before, draw).mean,
        other=estimate(after, draw).mean,
        difference=Difference(found.mean, found.se, found.lo95, found.hi95),
        variance_reduction=_reduction(before, after, gap),
        p_better=_share_better(gap, direction),
        verdict=verdict,
        why=why,
        replications_needed=None
        if why == "history"
        else _needed(found.mean, variance, min(base.draws_available, other.draws_available)),
        pairs=len(gap),
    )


def _verdict(
    mean: float, lo: float, hi: float, variance: Variance, direction: float, differs: bool
) -> tuple[Verdict | None, Why | None]:
    if not differs:
        return "not distinguishable", None
    # Written so that an interval that is not defined (one cluster) tells nothing.
    if not (lo > 0 or hi < 0):
        return "not distinguishable", "luck"
    if variance.ignorance > 0 and abs(mean) < 1.96 * math.sqrt(variance.ignorance):
        return "not distinguishable", "history"
    if direction == 0:
        return None, None
    return ("better" if mean * direction > 0 else "worse"), None


def _reduction(before: Floats, after: Floats, gap: Floats) -> float:
    if len(gap) < 2:
        return float("nan")
    apart = float(before.var(ddof=1) + after.var(ddof=1))
    paired = float(gap.var(ddof=1))
    if paired == 0:
        return math.inf if apart > 0 else float("nan")
    return apart / paired


def _share_better(gap: Floats, direction: float) -> float | None:
    if direction == 0:
        return None
    return float(np.mean(0.5 * (1 + np.sign(direction * gap)))) if len(gap) else float("nan")


def reduction_interval(
    base: RunSet, other: RunSet, metric: str, rng: np.random.Generator, resamples: int = 2_000
) -> tuple[float, float]:
    """95 % interval of the variance reduction: percentile bootstrap of pairs, whole draws at a time.

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    before, after = base.of(metric), other.of(metric)
    defined = ~(np.isnan(before) | np.isnan(after))
    before, after, cluster = before[defined], after[defined], clusters(base.draw[defined])
    members = [np.flatnonzero(cluster == c) for c in range(int(cluster.max(initial=-1)) + 1)]
    ratios = np.empty(resamples)
    for n in range(resamples):
        rows = np.concatenate([members[c] for c in rng.integers(0, len(members), len(members))])
        ratios[n] = _reduction(before[rows], after[rows], after[rows] - before[rows])
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def _needed(mean: float, variance: Variance, draws: int) -> int | None:
    """The least n with t(.975, clusters - 1) x sqrt(ignorance/clusters + luck/n) < |mean|.

    Two replications a draw: clusters = min(n/2, draws) with draws, n without.
    """
    ignorance = 0.0 if math.isnan(variance.ignorance) else variance.ignorance
    if mean == 0 or math.isnan(mean) or math.isnan(variance.luck):
        return None

    def tells(n: int) -> bool:
        count = min(n // 2, draws) if draws else n
        return count > 1 and t_quantile(count - 1) * math.sqrt(ignorance / count + variance.luck / n) < abs(mean)

    enough = 4 if draws else 2
    while not tells(enough):
        enough *= 2
        if enough > _MOST:
            return None
    low = enough // 2
    while enough - low > 1:
        middle = (low + enough) // 2
        low, enough = (low, middle) if tells(middle) else (middle, enough)
    # Draws come in pairs of replications.
    return enough + enough % 2 if draws else enough
