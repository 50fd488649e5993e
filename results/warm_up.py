"""Whether a run-in is long enough: how long it takes until the work under way reaches its level (MSER-5).

A run that begins empty reads low until leads and opportunities have piled up as far as they do. MSER-5 (White 1997,
doi.org/10.1177/003754979706900601) takes means of five values each and drops as many of the first as make the standard
error of the mean of the rest least, at most half. A run-in that is shorter than what is dropped is too short, if more
than a fifth of the work is missing at its end, and certainly so (two standard errors).

What is looked at is no run of the plan, whose months differ because they are meant to, but a longer run-in: in a market
without season, growth and shocks, and long enough that twice the plan's run-in could be told.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from results.spans import Floats, Ints
from scenarios.scenario import Scenario
from sim.log import EntityType, Kind, Log
from sim.reasons import REASONS
from sim.units import DAYS_PER_MONTH

__all__ = ["BATCH", "REPLICATIONS", "Settling", "longer_run_in", "mser5", "settling", "too_short", "under_way"]

BATCH = 5
"""Weeks of a batch."""
REPLICATIONS = 20
"""Of the longer run-in."""
TOLERATED = 0.2
"""Share of the work under way that may be missing when a run-in ends. Leads whom nurture brings back come for a year.
[choice]"""
_SHORTEST = 24
"""Months of the longer run-in at least."""
_WEEK = 7.0
_SURE = 2.0
"""Standard errors."""
_NO_AE = REASONS.index("no_ae")


@dataclass(frozen=True)
class Settling:
    """How work under way reaches its level, and where it is when a run-in ends."""

    weeks: int
    """Weeks to drop."""
    more: bool
    """Whether it may be more, because no more than half of a series may be dropped."""
    missing: float
    """Share of the level that is missing when the run-in ends."""
    enough: bool
    """Whether the run-in is long enough."""


def mser5(series: Floats) -> int:
    """How many values to drop at the beginning of a series (values,), a multiple of five and at most half of them."""
    batches = series[: len(series) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    n = len(batches)
    if not n:
        return 0
    errors = [float(np.sum((batches[d:] - batches[d:].mean()) ** 2)) / (n - d) ** 2 for d in range(n // 2 + 1)]
    return BATCH * int(np.argmin(errors))


def longer_run_in(scenario: Scenario) -> Scenario:
    """A month of a scenario's root plan after a run-in that is long enough to tell whether its own is.

    It is that of the funnel's own numbers before any stress, in a market without season and growth.
    """
    calm = scenario.calm or scenario.funnel
    flat = {"season": (1.0,) * 12, "cycle": None, "growth": 1.0, "market_sd": 0.0, "frailty_shape": None}
    funnel = calm.model_copy(update={"arrivals": calm.arrivals.model_copy(update=flat)})
    root = scenario.root.model_copy(update={"run_in": max(2 * scenario.root.run_in + 4, _SHORTEST)})
    plan = root.model_copy(update={"months": 1, "follow": 0})
    return scenario.replace(funnel=funnel, calm=None, stress=(), draws=None, root=root, plan=plan)


def under_way(log: Log) -> Floats:
    """(weeks,) at each week's end in the run-in: leads handed off that are neither judged nor given up, accepted leads
    that wait for an AE, and open opportunities.

    Nurture and customers are not in it: they need years.
    """
    events, entities = log.events, log.entities
    ends = np.arange(log.window.begins + _WEEK, 0.5, _WEEK)
    child = np.zeros(len(events), dtype=bool)
    opened = np.flatnonzero(events.kind == Kind.OPENED)
    parent = entities.parent[events.entity[opened]]
    child[opened] = (parent >= 0) & (entities.type[parent] == EntityType.LEAD)
    unheeded = (events.kind == Kind.NEGLECTED) | ((events.kind == Kind.WENT_COLD) & (events.reason == _NO_AE))

    def until(which: Ints) -> Ints:
        """How many of some rows were before each week's end."""
        return np.asarray(np.searchsorted(events.time[which], ends), dtype=np.int64)

    handed, judged = _handoffs(log)
    opportunities = until(opened) - until(np.flatnonzero(np.isin(events.kind, (Kind.WON, Kind.LOST))))
    accepted = until(np.flatnonzero(events.kind == Kind.ACCEPTED)) - until(np.flatnonzero(child | unheeded))
    return np.asarray(until(handed) - until(judged) + accepted + opportunities, dtype=np.float64)


def _handoffs(log: Log) -> tuple[Ints, Ints]:
    """Rows of handoffs, and the first row by which each ended."""
    events = log.events
    visit = events.entity.astype(np.int64) << 32 | events.visit.astype(np.int64)
    ends = (Kind.ACCEPTED, Kind.REJECTED, Kind.WENT_COLD, Kind.WITHDRAWN, Kind.RECYCLED)
    handed, ended = np.flatnonzero(events.kind == Kind.HANDED_OFF), np.flatnonzero(np.isin(events.kind, ends))
    ended = ended[np.isin(visit[ended], visit[handed])]
    _, first = np.unique(visit[ended], return_index=True)
    return handed, np.sort(ended[first])


def settling(series: Sequence[Floats], run_in: int) -> Settling:
    """What replications of a longer run-in, a series each, say of a run-in of so many months."""
    found = np.array(series)
    weeks, ends = mser5(found.mean(axis=0)), run_in * DAYS_PER_MONTH / _WEEK
    last = max(int(ends), 1)
    there, later = found[:, max(last - BATCH, 0) : last].mean(axis=1), found[:, weeks:].mean(axis=1)
    beyond = there - (1.0 - TOLERATED) * later
    error = float(beyond.std(ddof=1)) / math.sqrt(len(found))
    level = float(later.mean())
    return Settling(
        weeks=weeks,
        more=weeks >= found.shape[1] // BATCH // 2 * BATCH,
        missing=1.0 - float(there.mean()) / level if level > 0.0 else 0.0,
        enough=weeks <= ends or float(beyond.mean()) >= -_SURE * error,
    )


def too_short(found: Settling, run_in: int) -> str | None:
    """What to tell a planner of a run-in of so many months; nothing if it is long enough."""
    if found.enough:
        return None
    months, more = "1 month" if run_in == 1 else f"{run_in} months", "more than " if found.more else ""
    return (
        f"the run-in of {months} is too short: when it ends, {found.missing:.0%} of the work that is usually under way "
        f"is missing, so the plan's first months read low; from an empty start it takes {more}{found.weeks} weeks "
        f"(MSER-5): write `run_in: {math.ceil(found.weeks * _WEEK / DAYS_PER_MONTH)}`"
        f"{' and look again' if found.more else ''}, or start from the pipeline that is open (`open_pipeline`)"
    )
