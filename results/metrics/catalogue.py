"""The catalogue: every metric by its id, and what they say of one log."""

import difflib
from collections.abc import Iterable, Mapping

import numpy as np

from results.facts import Facts
from results.metrics import (
    attribution,
    capacity,
    cash,
    causes,
    cohorts,
    conversion,
    customers,
    email,
    expansion,
    growth,
    handoff,
    lead_times,
    leakage,
    loyalty,
    market,
    money,
    nurture,
    orders,
    pipeline,
    products,
    promise,
    quality,
    returns,
    selling,
    speed,
    transition,
    unit_costs,
    volume,
)
from results.metrics.metric import Metric
from results.spans import Floats, Spans
from sim.errors import InputError, Problem
from sim.log import Log

__all__ = ["CATALOGUE", "by_month", "describe", "immature", "measure", "missing", "select", "undefined"]

CATALOGUE: Mapping[str, Metric] = {
    entry.id: entry
    for family in (
        volume,
        email,
        quality,
        conversion,
        cohorts,
        speed,
        lead_times,
        handoff,
        promise,
        transition,
        nurture,
        selling,
        capacity,
        money,
        orders,
        unit_costs,
        returns,
        customers,
        cash,
        expansion,
        loyalty,
        attribution,
        growth,
        market,
        products,
        pipeline,
        leakage,
        causes,
    )
    for name in family.__all__
    for entry in (getattr(family, name),)
}
"""Every metric by its id, family by family, each in the order of its `__all__`."""

DEFAULTS = (
    "leads", "mqls", "sqls", "opportunities", "new_customers",
    "lead_to_mql_rate", "mql_to_sql_rate", "opportunity_to_win_rate", "win_rate", "lead_to_customer_rate",
    "retention_rate",
    "time_to_first_contact", "handoff_wait", "never_contacted_share", "sla_compliance", "sales_cycle",
    "sdr_utilisation", "ae_utilisation", "quota_attainment",
    "bookings", "new_bookings", "profit", "cac", "payback_months", "cost_per_lead", "cost_per_mql", "cost_per_sql",
    "program_roi",
    "pipeline_value", "velocity",
)  # fmt: skip
"""The metrics of a run unless others are asked for; fixed, so that runs stay comparable as the catalogue grows."""


def select(ids: Iterable[str] | None = None) -> tuple[Metric, ...]:
    """The metrics of some ids, the default ones if none are named; InputError names every id that there is not."""
    ids = DEFAULTS if ids is None else tuple(dict.fromkeys(ids))
    problems = []
    for id in ids:
        if id not in CATALOGUE:
            near = difflib.get_close_matches(id, CATALOGUE, n=1)
            remedy = f"did you mean {near[0]}?" if near else "`leadflow metrics` lists them all"
            problems.append(Problem("metric", "there is no metric of this id", repr(id), remedy))
    if problems:
        raise InputError(problems)
    return tuple(CATALOGUE[id] for id in ids)


def measure(log: Log | Facts, ids: Iterable[str] | None = None) -> dict[str, float]:
    """Each metric over the counted window; NaN = not defined on this log."""
    facts = _facts(log)
    window = Spans.of(facts.window)
    return {entry.id: float(entry.values(facts, window)[0]) for entry in select(ids)}


def by_month(log: Log | Facts, ids: Iterable[str] | None = None) -> dict[str, Floats]:
    """Each metric by counted calendar month, shape (months,): its definition with the month in place of the window."""
    facts = _facts(log)
    months = Spans.of(*facts.months)
    return {entry.id: entry.values(facts, months) for entry in select(ids)}


def missing(log: Log | Facts, ids: Iterable[str] | None = None) -> dict[str, str]:
    """For each metric that is not defined on the log, why not, in words."""
    facts = _facts(log)
    reasons = {}
    for id, value in measure(facts, ids).items():
        if np.isnan(value):
            reasons[id] = undefined(facts, id)
    return reasons


def undefined(facts: Facts, id: str) -> str:
    """Why a metric that is not defined is not, in words."""
    entry = CATALOGUE[id]
    if lacking := entry.lacks(facts):
        return "the log does not record " + ", ".join(lacking)
    if entry.denominator:
        none = f"there are none of its {entry.said(entry.denominator, facts.maturity)}"
        return f"{none}; {_SOONER}" if entry.cohort is not None and not facts.log.simulated else none
    if entry.cohort is not None:
        return f"what it counts must be at least {entry.maturity(facts):g} days old when the log ends"
    return "the log does not record some of the amounts that it sums"


def immature(log: Log | Facts, ids: Iterable[str] | None = None) -> dict[str, float]:
    """For each metric of a matured cohort, the share of the window's cohort left out because it is not old enough.

    Only metrics of which something is left out are named.
    """
    facts = _facts(log)
    shares = {}
    for entry in select(ids):
        if entry.cohort is not None and not entry.lacks(facts):
            rows = facts.rows(entry.cohort) if entry.repeats else facts.first_rows(entry.cohort)
            days = rows.within(facts.window).time
            young = int((days > facts.log.window.ends - entry.maturity(facts)).sum())
            if young:
                shares[entry.id] = young / len(days)
    return shares


_SOONER = "begin earlier (`--from`) or judge sooner (`--matures`)"


def describe(ids: Iterable[str] | None = None) -> list[dict[str, str]]:
    """The catalogue, or some of it, as plain records: id, name, unit, definition, formula, denominator, source, needs,
    better."""
    fields = ("id", "name", "unit", "definition", "formula", "denominator", "source", "needs", "better")
    entries = CATALOGUE.values() if ids is None else select(ids)
    return [{name: str(getattr(entry, name)) for name in fields} for entry in entries]


def _facts(log: Log | Facts) -> Facts:
    return log if isinstance(log, Facts) else Facts(log)
