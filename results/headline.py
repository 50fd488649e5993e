"""Headline: what a run comes to, as rows of data: metrics and months."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from results.metrics.catalogue import CATALOGUE
from results.plain import plain
from results.runset import RunSet
from results.uncertainty import estimate

__all__ = [
    "PERCENTILES",
    "SECTIONS",
    "STANDARD_ERROR",
    "HeadlineRow",
    "MonthRow",
    "headline",
    "monthly",
    "run_json",
]

PERCENTILES = (
    "p10, p50, p90: one run in ten ends below p10, half end below p50, nine in ten below p90; so four runs in five end "
    "between p10 and p90."
)

STANDARD_ERROR = (
    "error: Monte Carlo standard error of the mean, how far it would move with other random numbers; four times the "
    "replications halve it."
)

SECTIONS = (
    ("Money", ("bookings", "new_bookings", "profit", "pipeline_value", "program_roi", "cac", "cost_per_lead",
               "cost_per_mql", "cost_per_sql")),
    ("Funnel", ("leads", "mqls", "sqls", "opportunities", "new_customers")),
    ("Rates", ("lead_to_mql_rate", "mql_to_sql_rate", "win_rate", "opportunity_to_win_rate", "lead_to_customer_rate")),
    ("Speed and capacity", ("time_to_first_contact", "handoff_wait", "never_contacted_share", "sales_cycle",
                            "sdr_utilisation", "ae_utilisation")),
)  # fmt: skip
"""The order in which metrics are shown; a metric of no section comes last."""


@dataclass(frozen=True)
class HeadlineRow:
    """One metric of a run."""

    metric: str
    name: str
    unit: str
    mean: float
    sd: float
    se: float
    """Monte Carlo error of the mean."""
    p10: float
    p50: float
    p90: float
    """Percentiles over replications."""
    undefined: int
    """Replications in which it is not defined; they are left out."""


@dataclass(frozen=True)
class MonthRow:
    """One metric in one month of a run; percentiles over replications."""

    metric: str
    month: str
    mean: float
    se: float
    p10: float
    p50: float
    p90: float


def headline(runs: RunSet) -> tuple[HeadlineRow, ...]:
    """One row a metric, in the run set's order."""
    rows = []
    for id in runs.metrics:
        found, entry = runs.estimate(id), CATALOGUE[id]
        unit = entry.unit_in(runs.currency)
        rows.append(HeadlineRow(id, entry.name, unit, found.mean, found.sd, found.se, *found.outcome, found.undefined))
    return tuple(rows)


def monthly(runs: RunSet, metric: str = "bookings") -> tuple[MonthRow, ...]:
    """One row a month."""
    rows = []
    for month, values in zip(runs.months, runs.of_month(metric).T, strict=True):
        found = estimate(values, runs.draw)
        rows.append(MonthRow(metric, month, found.mean, found.se, *found.outcome))
    return tuple(rows)


def run_json(runs: RunSet, *, run: str, seconds: float) -> dict[str, Any]:
    """The record of `run --json`; what is not defined is null."""
    metrics: Mapping[str, Any] = {
        row.metric: {"unit": row.unit, **{name: plain(getattr(row, name)) for name in _STATISTICS}}
        for row in headline(runs)
    }
    months: Mapping[str, Any] = {
        id: [
            {"month": row.month, **{name: plain(getattr(row, name)) for name in ("mean", "p10", "p50", "p90")}}
            for row in monthly(runs, id)
        ]
        for id in runs.monthly_metrics
    }
    return {
        "run": run,
        "scenario": runs.scenario,
        "seed": runs.seed,
        "replications": len(runs),
        "engine": runs.engine,
        "seconds": seconds,
        "metrics": metrics,
        "by_month": months,
        "warnings": list(runs.warnings),
    }


_STATISTICS = ("mean", "sd", "se", "p10", "p50", "p90")
