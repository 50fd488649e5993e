"""Shocks in numbers: what they do while they last, when each begins, and who leaves then."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.plan import Plan
from sim.seats import TEAMS
from sim.shocks import Shock

__all__ = ["BEST", "ShockTable", "Stress", "join_shocks", "make_shocks", "span_of", "stress_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BEST = -1
"""Stands, in the place of a seat, for the most skilled."""


class ShockTable(NamedTuple):
    """N shocks, L who leave; in order of the day, then of the funnel."""

    shock_day: Floats
    """(N,) first days."""
    shock_reason: Ints
    """(N,) by which name the log knows it."""
    shock_loses: Ints
    """(N,) whether the biggest deal is lost."""
    leaver_day: Floats
    """(L,)"""
    leaver_team: Ints
    """(L,)"""
    leaver_seat: Ints
    """(L,) place in the team, or `BEST`."""


class Stress(NamedTuple):
    """(E,) what all shocks together do in each spell."""

    odds: Floats
    """Log-odds of advancing."""
    pace: Floats
    """Factor on the buyer's time."""
    renewal: Floats
    """Log-odds of renewal."""


def span_of(shock: Shock, plan: Plan) -> tuple[float, float]:
    """The days on which a shock begins and on which it is over."""
    first = float((shock.from_ - plan.start).days)
    return first, math.inf if shock.until is None else float((shock.until - plan.start).days)


def stress_of(funnel: Funnel, plan: Plan, since: Floats) -> Stress:
    """What a funnel's shocks do in the spells that begin on these days (E,)."""
    odds, pace, renewal = np.zeros(len(since)), np.ones(len(since)), np.zeros(len(since))
    for shock in funnel.shocks.values():
        begins, ends = span_of(shock, plan)
        on = (since >= begins) & (since < ends)
        odds[on] += shock.odds
        pace[on] *= shock.time
        renewal[on] += shock.renewal
    return Stress(odds, pace, renewal)


def make_shocks(funnel: Funnel, plan: Plan, reasons: tuple[str, ...]) -> ShockTable:
    """The beginnings of a funnel's shocks; `reasons` are all names by number."""
    rows, leavers = [], []
    for name, shock in funnel.shocks.items():
        day, _ = span_of(shock, plan)
        rows.append((day, reasons.index(name), int(shock.loses is not None)))
        if shock.leaves is not None:
            who = shock.leaves.who
            leavers.append((day, TEAMS.index(shock.leaves.team), BEST if who == "best" else who - 1))
    rows.sort(key=lambda row: row[0])
    leavers.sort(key=lambda row: row[0])
    happens = np.array(rows, dtype=np.float64).reshape(-1, 3)
    leave = np.array(leavers, dtype=np.float64).reshape(-1, 3)
    return ShockTable(
        *(happens[:, 0].copy(), happens[:, 1].astype(np.int64), happens[:, 2].astype(np.int64)),
        *(leave[:, 0].copy(), leave[:, 1].astype(np.int64), leave[:, 2].astype(np.int64)),
    )


def join_shocks(before: ShockTable, after: ShockTable, begins: float) -> ShockTable:
    """What happens from the day on which a run begins: the run-in's shocks before day 0, the plan's from then on."""
    parts = []
    for table, since, until in ((before, begins, 0.0), (after, max(begins, 0.0), math.inf)):
        happens = (table.shock_day >= since) & (table.shock_day < until)
        leave = (table.leaver_day >= since) & (table.leaver_day < until)
        parts.append([column[happens] for column in table[:3]] + [column[leave] for column in table[3:]])
    return ShockTable(*(np.concatenate(pair) for pair in zip(*parts, strict=True)))
