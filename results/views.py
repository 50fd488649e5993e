"""Views: each rate of the period beside the same rate of a matured cohort, and whether the two say the same.

A rate of the period divides what happened in the window by what else happened in it, so it shows at once and mixes
leads of several ages: it is too high while fewer leads come in than before, too low while more do. A rate of the cohort
follows the leads of the window themselves, and must wait until they are old enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.metrics.catalogue import CATALOGUE, immature
from results.sampling import errors, reach_of
from results.spans import Floats, Spans
from results.uncertainty import estimate
from sim.log import Log

__all__ = ["VIEWS", "View", "Viewed", "view_of_history", "viewed", "views_of_runs"]

VIEWS = (
    ("lead_to_mql_rate", "lead_to_mql_rate_cohort"),
    ("mql_to_sql_rate", "mql_to_sql_rate_cohort"),
    ("sql_to_opportunity_rate", "sql_to_opportunity_rate_cohort"),
    ("win_rate", "opportunity_to_win_rate"),
    ("lead_to_customer_rate_to_date", "lead_to_customer_rate"),
)
"""Ids of a rate of the period (or to date) and of the cohort."""


@dataclass(frozen=True)
class View:
    """One rate in both views."""

    period: str
    cohort: str
    """Ids of the metrics."""
    of_period: float
    of_cohort: float
    difference: float
    """Period minus cohort."""
    lo95: float
    hi95: float
    """Of the difference."""
    young: float
    """Share of the cohort that is left out, as it is too young to judge."""

    @property
    def verdict(self) -> str:
        """Whether they disagree: `differ`, `not distinguishable`, or `not known`."""
        if not np.isfinite(self.lo95 + self.hi95):
            return "not known"
        return "differ" if self.lo95 > 0.0 or self.hi95 < 0.0 else "not distinguishable"


@dataclass(frozen=True, eq=False)
class Viewed:
    """The rates of one log in both views, (views, 2), and the share of each cohort that is too young, (views,)."""

    rates: Floats
    young: Floats


def viewed(log: Log | Facts) -> Viewed:
    """The reducer `Log -> Viewed`."""
    facts = log if isinstance(log, Facts) else Facts(log)
    window = Spans.of(facts.window)
    rates = [[float(CATALOGUE[id].values(facts, window)[0]) for id in pair] for pair in VIEWS]
    left_out = immature(facts, [cohort for _, cohort in VIEWS])
    return Viewed(np.array(rates), np.array([left_out.get(cohort, 0.0) for _, cohort in VIEWS]))


def views_of_runs(found: Sequence[Viewed], draw: NDArray[np.int64]) -> tuple[View, ...]:
    """Both views over replications; the interval is that of the mean difference."""
    rates, young = np.array([one.rates for one in found]), np.array([one.young for one in found])
    rows = []
    for at, (period, cohort) in enumerate(VIEWS):
        gap = estimate(rates[:, at, 0] - rates[:, at, 1], draw)
        of_period, of_cohort = (estimate(rates[:, at, view], draw).mean for view in range(2))
        rows.append(
            View(period, cohort, of_period, of_cohort, gap.mean, gap.lo95, gap.hi95, float(young[:, at].mean()))
        )
    return tuple(rows)


def view_of_history(log: Log) -> tuple[View, ...]:
    """Both views of a history; the interval is the sampling error of the difference (`results.sampling`)."""
    facts = Facts(log)
    window = Spans.of(facts.window)
    left_out = immature(facts, [cohort for _, cohort in VIEWS])
    rates = [[float(CATALOGUE[id].values(facts, window)[0]) for id in pair] for pair in VIEWS]
    gaps = [np.array([of_period - of_cohort]) for of_period, of_cohort in rates]
    spread = errors(facts, facts, [partial(_gap, pair, window) for pair in VIEWS], gaps, [False] * len(VIEWS))
    rows = []
    for (period, cohort), own, gap, se in zip(VIEWS, rates, gaps, spread, strict=True):
        low, high = gap - reach_of(se), gap + reach_of(se)
        young = left_out.get(cohort, 0.0)
        rows.append(View(period, cohort, own[0], own[1], float(gap[0]), float(low[0]), float(high[0]), young))
    return tuple(rows)


def _gap(pair: tuple[str, str], window: Spans, facts: Facts) -> Floats:
    of_period, of_cohort = (CATALOGUE[id].compute(facts, window) for id in pair)
    return np.asarray(of_period - of_cohort, dtype=np.float64)
