"""Cells: a history's metrics, as a whole and by channel, campaign, segment, product, rep, month or quarter, with
intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from results.cuts import cuts, divisible, each_part, facts_for
from results.facts import Facts
from results.luck import Z95
from results.metrics.catalogue import select
from results.metrics.metric import By, Dimension, Metric
from results.periods import months, quarters
from results.places import Place, drawn, places
from results.pooling import pool, pool_means
from results.sampling import Sampled, sampled
from results.spans import Floats, Spans
from sim.log import Log

__all__ = ["NOWHERE", "Cell", "cells"]

NOWHERE = ""
"""The part of what belongs to none."""

_PERIODS: dict[str, Callable[[Facts], tuple[tuple[str, ...], Spans]]] = {
    "window": lambda whole: ((NOWHERE,), Spans.of(whole.window)),
    "month": months,
    "quarter": quarters,
}


@dataclass(frozen=True)
class Cell:
    """One metric of one part of a history."""

    metric: str
    by: str
    team: str
    """The team whose reps are told apart; empty otherwise."""
    part: str
    value: float
    lo95: float
    hi95: float
    """What luck alone might have made of it (`results.sampling`)."""
    cases: int
    """Of how many it is a share or a mean; 0 where that is not said."""
    few: bool
    """Whether that is too few to be more than a hint."""
    pooled: float
    pooled_lo95: float
    pooled_hi95: float
    """The same drawn towards the other parts, the more the less is known of it; NaN for counts, sums and periods."""
    place: Place | None
    """Its place among the parts, and how sure that is; none for periods and what belongs to no part."""


def cells(log: Log, by: By, ids: Iterable[str] | None = None) -> tuple[Cell, ...]:
    """Metrics of a history part by part, in the order of ids, teams and parts.

    What is not recorded, and what belongs to no part and is nothing, is left out. InputError names the metrics that
    were asked for and cannot be told apart so.
    """
    whole = Facts(log)
    if by == "window" or by == "month" or by == "quarter":
        return _periods(whole, by, select(ids))
    return _parts(log, whole, by, divisible(by, ids))


def _periods(whole: Facts, by: By, entries: Sequence[Metric]) -> tuple[Cell, ...]:
    names, spans = _PERIODS[by](whole)
    known = [entry for entry in entries if not entry.lacks(whole)]
    found = sampled(whole, whole, known, spans)
    return tuple(
        _cell(entry, by, "", name, found[entry.id], at, (np.nan,) * 3, None)
        for entry in known
        for at, name in enumerate(names)
    )


def _parts(log: Log, whole: Facts, by: Dimension, entries: Sequence[Metric]) -> tuple[Cell, ...]:
    window = Spans.of(whole.window)
    known = [entry for entry in entries if not entry.lacks(whole)]
    cells_of = []
    for cut in cuts(log, by):
        sorts: tuple[list[Metric], list[Metric]] = ([], [])
        for entry in known:
            sorts[by == "rep" and bool(entry.teams)].append(entry)
        found: dict[str, dict[str, Sampled]] = {entry.id: {} for entry in known}
        # A part after another, as each may be large.
        for name, facts in each_part(log, cut):
            for its, own in ((sorts[0], facts), (sorts[1], None)):
                here = facts_for({name: facts}, whole, its[0], cut).get(name) if its and own is None else own
                if its and here is not None:
                    for id, one in sampled(here, whole, its, window).items():
                        found[id][name] = one
        for entry in known:
            cells_of += _of_metric(entry, by, cut.team, found[entry.id])
    return tuple(cells_of)


def _of_metric(entry: Metric, by: By, team: str, parts: dict[str, Sampled]) -> list[Cell]:
    """One metric's cells; none where it says nothing of any part, as leads by product where leads have none."""
    nowhere = parts.pop(NOWHERE, None)
    named = list(parts.values())
    values = np.array([float(one.value[0]) for one in named])
    elsewhere = nowhere is not None and not entry.denominator and nowhere.value[0] > 0
    if not np.isfinite(values).any() or (elsewhere and not np.nansum(values)):
        return []
    pooled, se = _pooled(entry, named)
    sure = np.array([one.law != "other" for one in named]) | np.isfinite(se)
    ranked = places(np.where(sure, values, np.nan), drawn(named, se), entry)
    found = [
        _cell(entry, by, team, name, one, 0, drawn_in, place)
        for (name, one), drawn_in, place in zip(parts.items(), pooled, ranked, strict=True)
    ]
    if nowhere is not None and (nowhere.value[0] > 0 if not entry.denominator else nowhere.cases[0] > 0):
        found.append(_cell(entry, by, team, NOWHERE, nowhere, 0, (np.nan,) * 3, None))
    return found


def _pooled(entry: Metric, parts: Sequence[Sampled]) -> tuple[list[tuple[float, ...]], Floats]:
    """(parts,) value and interval of each when it borrows from the others, and its own standard error. A count, a sum,
    and what is no share and no mean of cases borrow nothing."""
    values, se, cases = (np.array([float(getattr(one, name)[0]) for one in parts]) for name in ("value", "se", "cases"))
    nothing: list[tuple[float, ...]] = [(np.nan,) * 3] * len(parts)
    if not entry.denominator or len(parts) < 2 or not (cases > 0).any():
        return nothing, se
    if all(one.law == "share" for one in parts):
        found = pool(np.where(cases > 0, np.nan_to_num(values) * cases, 0.0), cases)
        means, (low, high) = found.mean, found.interval(0.95)
    else:
        means, spread, se = pool_means(values, se, cases)
        low, high = means - Z95 * spread, means + Z95 * spread
    return [
        (float(mean), float(lo), float(hi)) if np.isfinite(value) else (np.nan,) * 3
        for value, mean, lo, hi in zip(values, means, low, high, strict=True)
    ], se


def _cell(
    entry: Metric, by: By, team: str, part: str, one: Sampled, at: int, pooled: tuple[float, ...], place: Place | None
) -> Cell:
    value, low, high = float(one.value[at]), float(one.lo95[at]), float(one.hi95[at])
    cases, few = int(one.cases[at]), bool(one.few[at])
    return Cell(entry.id, by, team, part, value, low, high, cases, few, pooled[0], pooled[1], pooled[2], place)
