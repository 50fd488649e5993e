"""How long work takes: lognormal effort by kind of task, or shares of rep hours where tasks are not timed.

Fitted and told, not written into a funnel: an effort would make reps' hours a limit, and what limits closing has been
fitted as a level already (`calibration.levels`). A plan that asks about capacity takes these figures.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import FEW_EVENTS, Diagnostic
from calibration.history import History
from calibration.part import Part
from calibration.sampling import Posterior, sample
from calibration.tables import date_of

__all__ = ["Tasks", "effort_parts", "fit_effort", "hours_by_kind", "tasks_of"]

Floats = NDArray[np.float64]

_CENTRE, _SD = np.array([0.0, math.log(0.6)]), np.array([2.0, 0.5])
"""Of the logarithm of the median hours, and of the logarithm of sigma. [choice]"""
RECENT = 365.0
"""Days of history that count."""
_MOST = 24.0 * 7.0
"""Elapsed hours beyond which a task was paused and not worked at. [choice]"""
_ATTEMPT, _TALK = "an attempt that fails", "an attempt that reaches"


@dataclass(frozen=True)
class Tasks:
    """Hours of one kind of task."""

    hours: Floats
    """Of those that ended."""
    going: Floats
    """Hours so far of those that go on at the cut-off."""


def tasks_of(history: History) -> dict[str, Tasks]:
    """Tasks of the last year by kind: attempts that reach a lead or not, and the work of each stage.

    Hours are those entered at a task's end; where none are entered, what elapsed since its start. Work on a stage that
    was paused counts as one task.
    """
    table = history.tables.activities
    starts, ends = ("attempt", "task_start"), "task_end"
    told = np.isin(table.activity, (*starts, ends, "conversation")) & np.isin(table.record, ("lead", "opportunity"))
    rows = np.flatnonzero(told & (table.at >= history.end - RECENT))
    rows = rows[np.argsort(table.at[rows], kind="stable")]
    entered = _entries(history)
    talked: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows[table.activity[rows] == "conversation"].tolist():
        talked[table.id[row]].append(float(table.at[row]))
    begun: dict[tuple[str, str], float] = {}
    done: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    number = 0
    for row in rows.tolist():
        what, id, at = table.activity[row], table.id[row], float(table.at[row])
        key = (table.record[row], id)
        if what in starts:
            begun[key] = at
        elif what == ends and key in begun:
            start = begun.pop(key)
            hours = float(table.amount[row])
            if not hours > 0.0:
                hours = (at - start) * 24.0
            if not 0.0 < hours <= _MOST:
                continue
            if key[0] == "lead":
                number += 1
                met = any(start <= moment <= at for moment in talked[id])
                done[_TALK if met else _ATTEMPT, id, number] += hours
            elif id in entered:
                times, names = entered[id]
                place = bisect_right(times, start) - 1
                if place >= 0:
                    done[names[place], id, place] += hours
    hours_of: defaultdict[str, list[float]] = defaultdict(list)
    for (kind, _, _), hours in done.items():
        hours_of[kind].append(hours)
    going: defaultdict[str, list[float]] = defaultdict(list)
    for (record, id), start in begun.items():
        so_far = (history.end - start) * 24.0
        if record == "opportunity" and id in entered and 0.0 < so_far <= _MOST:
            times, names = entered[id]
            place = bisect_right(times, start) - 1
            if place >= 0:
                going[names[place]].append(so_far)
    # What goes on is known in elapsed hours, which only counts where tasks are measured so.
    elapsed = not (table.amount[table.activity == ends] > 0.0).any()
    return {
        kind: Tasks(np.array(hours), np.array(going[kind] if elapsed else [], dtype=np.float64))
        for kind, hours in sorted(hours_of.items())
    }


def _entries(history: History) -> dict[str, tuple[list[float], list[str]]]:
    """By opportunity, when it entered which stage, in order."""
    table = history.tables.stage_history
    found: defaultdict[str, tuple[list[float], list[str]]] = defaultdict(lambda: ([], []))
    for row in np.argsort(table.entered, kind="stable").tolist():
        times, names = found[table.opportunity[row]]
        times.append(float(table.entered[row]))
        names.append(str(table.stage[row]))
    return found


def fit_effort(tasks: Tasks, draws: int, rng: np.random.Generator) -> Posterior:
    """Draws of the logarithms of the median hours and of sigma: lognormal, tasks that go on are censored."""
    from scipy.special import log_ndtr

    logs, so_far = np.log(tasks.hours), np.log(tasks.going)
    n, total, square = len(logs), float(logs.sum()), float(logs @ logs)

    def density(theta: Floats) -> Floats:
        centre, spread = theta[:, 0], np.exp(theta[:, 1])
        fit = -n * theta[:, 1] - 0.5 * (square - 2.0 * centre * total + n * centre**2) / spread**2
        if len(so_far):
            fit = fit + log_ndtr((centre[:, None] - so_far) / spread[:, None]).sum(axis=1)
        return np.asarray(fit - 0.5 * (((theta - _CENTRE) / _SD) ** 2).sum(axis=1), dtype=np.float64)

    return sample(density, _CENTRE, _SD, draws, rng)


def hours_by_kind(hours: Floats, counts: Floats, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(kinds,) hours that each kind of task takes, by non-negative least squares of (rows,) rep hours on counts of
    tasks (rows, kinds), and (draws, kinds) of them by the Bayesian bootstrap of rows."""
    from scipy.optimize import nnls

    weights = rng.standard_exponential((draws, len(hours)))
    drawn = np.array([nnls(counts * root[:, None], hours * root)[0] for root in np.sqrt(weights)])
    return np.asarray(nnls(counts, hours)[0], dtype=np.float64), drawn


def effort_parts(history: History, draws: int, rng: np.random.Generator) -> list[Part]:
    """What the recorded tasks say, or else rep hours on counts of tasks; nothing where neither is recorded."""
    rows: list[Diagnostic] = []
    for kind, tasks in tasks_of(history).items():
        if len(tasks.hours) < FEW_EVENTS:
            continue
        theta = fit_effort(tasks, draws, rng).draws
        mean = np.exp(theta[:, 0] + np.exp(2.0 * theta[:, 1]) / 2.0)
        low, middle, high = np.quantile(mean, (0.05, 0.5, 0.95)).tolist()
        rows.append(
            Diagnostic(
                f"effort.{kind}",
                len(tasks.hours) + len(tasks.going),
                len(tasks.hours),
                float(tasks.hours.sum() / 24.0),
                middle,
                f"mean hours (90 % {low:.2f} to {high:.2f}); lognormal, median "
                f"{math.exp(float(np.median(theta[:, 0]))):.2f}, sigma {math.exp(float(np.median(theta[:, 1]))):.2f}",
            )
        )
    rows = rows or _split(history, draws, rng)
    return [Part(tuple(rows), notes=(_TOLD,))] if rows else []


def _split(history: History, draws: int, rng: np.random.Generator) -> list[Diagnostic]:
    """Rep hours by month on the attempts and stage entries of the same rep and month."""
    tables = history.tables
    place = {(rep, month): row for row, (rep, month) in enumerate(_rep_months(tables.hours.rep, tables.hours.month))}
    tries = tables.activities.activity == "attempt"
    entries = tables.stage_history
    tasks = [
        *zip(
            _rep_months(tables.activities.rep[tries], tables.activities.at[tries]),
            ["attempt"] * int(tries.sum()),
            strict=True,
        ),
        *zip(_rep_months(entries.owner, entries.entered), entries.stage.tolist(), strict=True),
    ]
    kinds = sorted({kind for who, kind in tasks if who in place})
    counts = np.zeros((len(place), len(kinds)))
    for who, kind in tasks:
        if who in place:
            counts[place[who], kinds.index(kind)] += 1.0
    worked = counts.any(axis=1)
    if worked.sum() < FEW_EVENTS or worked.sum() < 5 * len(kinds):
        return []
    hours = np.array(tables.hours.hours, dtype=np.float64)[worked]
    point, drawn = hours_by_kind(hours, counts[worked], draws, rng)
    ends = np.quantile(drawn, (0.05, 0.95), axis=0)
    return [
        Diagnostic(
            f"effort.{kind}",
            int(worked.sum()),
            int(counts[:, k].sum()),
            float(hours.sum() / 24.0),
            float(point[k]),
            f"mean hours of {kind}, from reps' hours by month on what they did (90 % interval {ends[0, k]:.2f} to "
            f"{ends[1, k]:.2f}); at the most, for idle hours count too",
        )
        for k, kind in enumerate(kinds)
    ]


def _rep_months(reps: NDArray[np.object_], times: Floats) -> list[tuple[str, int]]:
    """(rows,) who and in which month."""
    months = [date.year * 12 + date.month for date in map(date_of, times.tolist())]
    return list(zip(reps.tolist(), months, strict=True))


_TOLD = "handle times are told and not simulated: reps have as much time as is needed until a plan says otherwise"
