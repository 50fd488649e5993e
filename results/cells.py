"""Cells: a history's metrics, as a whole and by channel, campaign, segment, product, rep, month or quarter, with
intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from results.cuts import cuts, divisible, each_part, facts_for
from results.facts import Facts
from results.metrics.catalogue import select
from results.metrics.metric import By, Dimension, Metric
from results.periods import months, quarters
from results.places import Place, drawn, places
from results.pooling import pool, pool_means
from results.sampling import Sample, Sampled
from results.spans import Spans
from results.uncertainty import t_quantile
from sim.log import Log

__all__ = ["NOWHERE", "Cell", "cells"]

NOWHERE = ""
"""The part of what belongs to none."""

_PERIODS: dict[str, Callable[[Facts], tuple[tuple[str, ...], Spans]]] = {
    "window": lambda whole: ((NOWHERE,), Spans.of(whole.window)),
    "month": months,
    "quarter": quarters,
}

_MANY = 10_000
"""Degrees of freedom with which Student's t is the normal."""


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
    sample = Sample(whole, whole)
    found = []
    for entry in entries:
        if not entry.lacks(whole):
            one = sample.of(entry, spans)
            found += [_cell(entry, by, "", name, one, at, (np.nan,) * 3, None) for at, name in enumerate(names)]
    return tuple(found)


def _parts(log: Log, whole: Facts, by: Dimension, entries: Sequence[Metric]) -> tuple[Cell, ...]:
    window = Spans.of(whole.window)
    found = []
    for cut in cuts(log, by):
        parts = dict(each_part(log, cut))
        samples: dict[Facts, Sample] = {}
        for entry in entries:
            if entry.lacks(whole):
                continue
            own = facts_for(parts, whole, entry, cut)
            sampled = {
                name: samples.setdefault(facts, Sample(facts, whole)).of(entry, window) for name, facts in own.items()
            }
            found += _of_metric(entry, by, cut.team, sampled)
    return tuple(found)


def _of_metric(entry: Metric, by: By, team: str, sampled: dict[str, Sampled]) -> list[Cell]:
    nowhere = sampled.pop(NOWHERE, None)
    named = list(sampled.values())
    pooled = _pooled(entry, named)
    values = np.array([float(one.value[0]) for one in named])
    ranked = places(values, drawn(named), entry) if named else []
    found = [
        _cell(entry, by, team, name, one, 0, drawn_in, place)
        for (name, one), drawn_in, place in zip(sampled.items(), pooled, ranked, strict=True)
    ]
    if nowhere is not None and (nowhere.value[0] > 0 if not entry.denominator else nowhere.cases[0] > 0):
        found.append(_cell(entry, by, team, NOWHERE, nowhere, 0, (np.nan,) * 3, None))
    return found


def _pooled(entry: Metric, parts: Sequence[Sampled]) -> list[tuple[float, ...]]:
    """(parts,) value and interval of each when it borrows from the others; a count or a sum borrows nothing."""
    nothing: list[tuple[float, ...]] = [(np.nan,) * 3] * len(parts)
    if not entry.denominator or len(parts) < 2:
        return nothing
    values = np.array([float(one.value[0]) for one in parts])
    if all(one.proportion for one in parts):
        cases = np.array([float(one.cases[0]) for one in parts])
        found = pool(np.where(cases > 0, np.nan_to_num(values) * cases, 0.0), cases)
        means, (low, high) = found.mean, found.interval(0.95)
    else:
        means, errors = pool_means(values, np.array([float(one.se[0]) for one in parts]))
        reach = t_quantile(_MANY) * errors
        low, high = means - reach, means + reach
    return [
        (float(mean), float(lo), float(hi)) if np.isfinite(value) else (np.nan,) * 3
        for value, mean, lo, hi in zip(values, means, low, high, strict=True)
    ]


def _cell(
    entry: Metric, by: By, team: str, part: str, one: Sampled, at: int, pooled: tuple[float, ...], place: Place | None
) -> Cell:
    value, low, high = float(one.value[at]), float(one.lo95[at]), float(one.hi95[at])
    cases, few = int(one.cases[at]), bool(one.few[at])
    return Cell(entry.id, by, team, part, value, low, high, cases, few, pooled[0], pooled[1], pooled[2], place)
