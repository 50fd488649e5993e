"""Headline: what a run comes to, as rows of data: metrics, months, and where leads and opportunities were lost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.facts import Facts
from results.metrics.catalogue import CATALOGUE
from results.plain import plain
from results.runset import RunSet
from results.spans import Floats
from results.uncertainty import Ints, estimate
from sim.log import NOBODY, Kind, Log

__all__ = [
    "HeadlineRow",
    "LeakageRow",
    "Lost",
    "MonthRow",
    "headline",
    "leakage",
    "losses",
    "monthly",
    "run_json",
]


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


Point = tuple[str, str, str]
"""What was lost (lead, opportunity), where (a step of the lead's way or a stage), and why."""


@dataclass(frozen=True, eq=False)
class Lost:
    """What was lost in one log's window, by point; picklable."""

    points: tuple[Point, ...]
    counts: Floats
    """(points,)"""
    values: Floats
    """(points,) value of the lost opportunities; NaN for leads, whose value nobody knows yet."""


@dataclass(frozen=True)
class LeakageRow:
    """How much a run lost at one point for one reason, in the window."""

    what: str
    point: str
    reason: str
    count: float
    p10: float
    p90: float
    value: float
    """Mean value of the opportunities lost there; NaN for leads."""


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


_STEPS = ("nurture", "sales development", "waiting for an AE")
"""Where a lead can be lost after capture, by the last of: entering nurture, being handed off, being accepted."""

_ENTRANCES = ((Kind.NURTURE_ENTER, Kind.HELD), (Kind.HANDED_OFF, Kind.OVERFLOWED), (Kind.ACCEPTED,))
"""How a lead comes into each step."""


def losses(log: Log) -> Lost:
    """The reducer `Log -> Lost`: leads withdrawn and opportunities lost in the counted window.

    A lead is lost at the step it was in: nurture, sales development (handed off, or sent to an external provider, and
    not accepted) or waiting for an AE
    (accepted); one that never came that far, at capture.
    """
    facts = Facts(log)
    reasons = (*log.names.reasons, "not recorded")
    leads = facts.rows(Kind.WITHDRAWN).within(facts.window)
    entered = [[facts.last(kind)[leads.entity] for kind in kinds] for kinds in _ENTRANCES]
    latest = np.array([np.nan_to_num(days, nan=-np.inf).max(axis=0) for days in entered]).reshape(3, len(leads))
    # Of two at one instant the later step counts, as in the order of the log.
    step = 2 - np.argmax(latest[::-1], axis=0)
    step = np.where(np.isinf(latest.max(axis=0)), NOBODY, step)
    deals = facts.rows(Kind.LOST).within(facts.window)
    steps, stages = (*_STEPS, "capture"), (*log.names.stages, "not recorded")
    found: dict[Point, tuple[float, float]] = {}
    for what, where, labels, rows in (("lead", step, steps, leads), ("opportunity", deals.stage, stages, deals)):
        # Place and reason as one number, NOBODY being the first of each.
        cell = (where - NOBODY) * len(reasons) + (rows.reason - NOBODY)
        count, value = np.bincount(cell), np.bincount(cell, weights=rows.amount)
        for one in np.flatnonzero(count):
            place, reason = divmod(int(one), len(reasons))
            point = (what, labels[place + NOBODY], reasons[reason + NOBODY])
            found[point] = (float(count[one]), float(value[one]) if what == "opportunity" else math.nan)
    return Lost(
        tuple(found), np.array([count for count, _ in found.values()]), np.array([value for _, value in found.values()])
    )


def leakage(lost: Sequence[Lost], draw: Ints) -> tuple[LeakageRow, ...]:
    """One row a point and reason, leads first, the most frequent first; a replication without it counts as none."""
    points = list(dict.fromkeys(point for one in lost for point in one.points))
    place = {point: index for index, point in enumerate(points)}
    counts, values = np.zeros((len(lost), len(points))), np.zeros((len(lost), len(points)))
    for row, one in enumerate(lost):
        columns = [place[point] for point in one.points]
        counts[row, columns], values[row, columns] = one.counts, one.values
    rows = []
    for index, (what, point, reason) in enumerate(points):
        found = estimate(counts[:, index], draw)
        value = estimate(values[:, index], draw).mean if what == "opportunity" else math.nan
        rows.append(LeakageRow(what, point, reason, found.mean, found.outcome.p10, found.outcome.p90, value))
    return tuple(sorted(rows, key=lambda row: (row.what, -row.count, row.point, row.reason)))


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
