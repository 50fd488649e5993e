"""The opportunities of a history as spells in stages, and the day from which their outcomes were recorded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.history import History
from calibration.outcomes import Lexis, Spells, fit_hazards, make_lexis

__all__ = ["LOST", "OPEN_STAGE", "DealSpells", "deal_spells", "recorded_to_the_day"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OPEN_STAGE = "open"
"""The one stage of a history that records no stages."""

ADVANCED, LOST = 0, 1

_SURPRISE = 3.0
"""Outcomes missing before the first recorded one (P < .05 if all were recorded) that betray left truncation."""

_COVERED = 0.8
"""Share of deals that must have a stage entry for stages to be used."""


@dataclass(frozen=True)
class DealSpells:
    """Spells by stage, with what the deal-level tests need. Times in days before the cut-off."""

    stages: tuple[str, ...]
    spells: tuple[Spells, ...]
    lexis: tuple[Lexis, ...]
    """By stage, from `visible` on."""
    whole: Spells
    """Whole deals: cause 0 won, 1 lost."""
    visible: int
    """Day from which outcomes are recorded."""
    truncated: float
    """Outcomes that should have been recorded before `visible` and were not; zero where recording was complete."""
    exact: bool
    """Whether times of day are recorded."""
    open_stage: Ints
    """(opportunities,) stage in which each open deal stands, -1 for a closed one."""
    last_stage: Ints
    """(opportunities,) last stage that each deal reached."""
    stage_entered: Floats
    """(opportunities,) days before the cut-off at which it entered that stage."""


def recorded_to_the_day(*columns: Floats) -> bool:
    """Whether one of the columns, as far as it is filled, holds whole days only."""
    filled = [column[np.isfinite(column)] for column in columns]
    return any(len(days) > 0 and bool(np.all(days % 1 == 0)) for days in filled)


def _visible(spells: Spells, lexis: Lexis) -> tuple[int, float]:
    """The day from which outcomes are recorded, and how many are missing before it.

    Where history is complete from its first day, the wait until the first outcome is no surprise; where outcomes were
    recorded only from some day on, hazards from later days expect many before it.
    """
    ended = spells.cause >= 0
    if not ended.any():
        return lexis.first, 0.0
    first = int(np.floor((spells.start + spells.age)[ended].min()))
    later = fit_hazards(lexis.since(first), half_life=1e6)
    early = lexis.exposure[: first - lexis.first].sum(axis=0)
    expected = float(early @ later.mean.sum(axis=1))
    return (first, expected) if expected > _SURPRISE else (lexis.first, 0.0)


def _entries(history: History, stages: tuple[str, ...]) -> Floats:
    """(opportunities, stages) first entry of each deal into each stage, days before the cut-off; NaN = never."""
    deals, entries = history.tables.opportunities, history.tables.stage_history
    row = {id: position for position, id in enumerate(deals.id)}
    column = {name: position for position, name in enumerate(stages)}
    at = np.full((len(deals), len(stages)), np.nan)
    rows = np.array([row.get(id, -1) for id in entries.opportunity], dtype=np.int64)
    columns = np.array([column.get(name, -1) for name in entries.stage], dtype=np.int64)
    known = (rows >= 0) & (columns >= 0)
    order = np.argsort(-entries.entered[known], kind="stable")
    at[rows[known][order], columns[known][order]] = entries.entered[known][order] - history.end
    return at


def deal_spells(history: History) -> DealSpells:
    """Spells of all opportunities in the recorded stages, or in the one stage `open`."""
    deals = history.tables.opportunities
    opened, closed = deals.opened - history.end, deals.closed - history.end
    exact = not recorded_to_the_day(opened, closed)
    result = np.where(deals.outcome == "won", ADVANCED, LOST).astype(np.int64)
    whole = Spells.of(opened, closed, result, exact)
    lexis = make_lexis(whole, 2)
    visible, missing = _visible(whole, lexis)
    stages = history.stage_order()
    at = _entries(history, stages) if stages else np.empty((len(deals), 0))
    covered = float(np.isfinite(at).any(axis=1).mean()) if len(deals) and stages else 0.0
    if covered < _COVERED:
        stages, at = (OPEN_STAGE,), opened[:, None].copy()
    # A deal stands in the first stage from its opening, and a later entry into an earlier stage is rework within it.
    at[:, 0] = opened
    next_at = np.full(len(deals), np.nan)
    passed = np.zeros(len(deals), dtype=bool)
    open_stage = np.full(len(deals), -1, dtype=np.int64)
    last_stage = np.full(len(deals), 0, dtype=np.int64)
    entered = np.full(len(deals), np.nan)
    spells: list[Spells] = []
    for k in reversed(range(len(stages))):
        here = np.isfinite(at[:, k]) & ~(at[:, k] > next_at)
        begin = at[here, k]
        moved = passed[here]
        end = np.where(moved, next_at[here], closed[here])
        spells.append(Spells.of(begin, np.maximum(end, begin), np.where(moved, ADVANCED, result[here]), exact))
        still = here & ~passed & ~np.isfinite(closed)
        open_stage[still], entered[still] = k, at[still, k]
        last_stage[here & ~passed] = k
        next_at[here] = at[here, k]
        passed |= here
    ordered = tuple(reversed(spells))
    tables = tuple(make_lexis(spell, 2).since(visible) for spell in ordered)
    return DealSpells(stages, ordered, tables, whole, visible, missing, exact, open_stage, last_stage, entered)
