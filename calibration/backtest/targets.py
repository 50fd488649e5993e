"""What is forecast: quantities of the days after a cut-off, computed from what became known later."""

import dataclasses
import datetime as dt

import numpy as np
from numpy.typing import NDArray

from calibration.history import History
from calibration.tables import day_of, take
from results.scores import poisson_floor
from sim.checking import near
from sim.errors import InputError, Problem

__all__ = ["NEW_LEADS", "TARGETS", "actual", "check_target", "floor", "of_segment", "segments_of"]

TARGETS = {
    "wins": "deals won in the window",
    "bookings": "value signed in the window",
    "open_pipeline_wins": "deals open at the cut-off that are won in the window",
    "pipeline": "expected value of the deals open at the window's end",
}
"""Target and its definition; a window of h days begins on the day after the cut-off."""

NEW_LEADS = frozenset({"wins", "bookings", "pipeline"})
"""Targets to which leads count that come after the cut-off."""


def check_target(whole: History, target: str) -> None:
    """Refuse a target that is unknown, or that the history does not record."""
    if target not in TARGETS:
        remedy = near(target, TARGETS)
        raise InputError(Problem("target", "is not known as a target", target, remedy))
    deals = whole.tables.opportunities
    if target == "bookings" and not np.isfinite(deals.won_amount[deals.outcome == "won"]).any():
        raise InputError(Problem("target", "must be recorded", target, "no win has a value; forecast wins instead"))
    if target == "pipeline" and not np.isfinite(deals.amount).any():
        raise InputError(
            Problem("target", "must be recorded", target, "no open deal has an amount; forecast wins instead")
        )


def actual(whole: History, target: str, cutoff: dt.date, horizon: int) -> float:
    """What became of the window of `horizon` days after a cut-off, as known at the end of the history."""
    deals = whole.tables.opportunities
    if target == "pipeline":
        end = day_of(cutoff) + 1.0 + horizon
        standing = (deals.opened < end) & ~(deals.closed < end)
        return float(np.nansum(deals.amount[standing]))
    won = _won(whole, target, cutoff, horizon)
    return float(np.nansum(deals.won_amount[won]) if target == "bookings" else won.sum())


def _won(whole: History, target: str, cutoff: dt.date, horizon: int) -> NDArray[np.bool_]:
    """(opportunities,) whether a deal is won in the window and counts for the target."""
    deals = whole.tables.opportunities
    start = day_of(cutoff) + 1.0
    won = (deals.outcome == "won") & (deals.closed >= start) & (deals.closed < start + horizon)
    if target == "open_pipeline_wins":
        won &= deals.opened < start
    return np.asarray(won, dtype=np.bool_)


def floor(whole: History, target: str, cutoff: dt.date, horizon: int) -> float:
    """The CRPS to expect of a forecaster who knows the true mean of the window's wins and the law of their values.

    The true mean is taken to be what happened. Bookings are a compound Poisson sum, as good as normal with variance
    the sum of squared values: sd / sqrt(pi), Gneiting & Raftery 2007, doi:10.1198/016214506000001437. NaN for pipeline.
    """
    if target == "pipeline":
        return float("nan")
    won = _won(whole, target, cutoff, horizon)
    if target == "bookings":
        return float(np.sqrt(np.nansum(whole.tables.opportunities.won_amount[won] ** 2) / np.pi))
    return float(poisson_floor(won.sum()))


def segments_of(whole: History) -> dict[str, int]:
    """The segments by name, and how many wins of each are on record."""
    deals = whole.tables.opportunities
    won = deals.outcome == "won"
    return {
        name: int((won & (deals.segment == name)).sum()) for name in sorted({str(it) for it in deals.segment if it})
    }


def of_segment(whole: History, segment: str) -> History:
    """The history of one segment alone: its leads and its deals."""
    tables = whole.tables
    known = segments_of(whole)
    if segment not in known:
        names = ", ".join(known) or "none is recorded"
        raise InputError(Problem("segment", "must be one of the history's", segment, names))
    leads = take(tables.leads, tables.leads.segment == segment)
    deals = take(tables.opportunities, tables.opportunities.segment == segment)
    stages = tables.stage_history
    kept = take(stages, np.isin(stages.opportunity.astype(str), deals.id.astype(str)))
    narrowed = dataclasses.replace(tables, leads=leads, opportunities=deals, stage_history=kept)
    return dataclasses.replace(whole, tables=narrowed)
