"""Moves: stage entries outside a deal's life, and deals that go back."""

from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.tables import Tables

__all__ = ["moves"]


def moves(tables: Tables) -> Iterator[Finding]:
    """Entries before the opening or after the close, entries without a date, and moves back."""
    stages = tables.stage_history
    if not len(stages):
        return
    undated = int((~np.isfinite(stages.entered)).sum())
    if undated:
        message = f"{undated} stage entries have no date, and are not used"
        yield Finding("warning", "undated_stage", message, "stage_history", undated, "export them with their date")
    opened: dict[str, float] = {}
    closed: dict[str, float] = {}
    for deals in (tables.opportunities, tables.expansions):
        opened |= dict(zip(deals.id, deals.opened, strict=True))
        closed |= dict(zip(deals.id, deals.closed, strict=True))
    begins = np.array([opened.get(deal, np.nan) for deal in stages.opportunity], dtype=np.float64)
    ends = np.array([closed.get(deal, np.nan) for deal in stages.opportunity], dtype=np.float64)
    # A day's slack: one of the two may be recorded to the day.
    early = int((np.floor(stages.entered) < np.floor(begins)).sum())
    if early:
        message = f"{early} stage entries lie before their opportunity was opened"
        remedy = "correct the dates; a deal is taken to stand in the first stage from its opening"
        yield Finding("warning", "stage_before_opening", message, "stage_history", early, remedy)
    late = np.floor(stages.entered) > np.floor(ends)
    if late.any():
        count = len(set(stages.opportunity[late]))
        message = (
            f"{count} closed deals entered a stage after their close: they were opened again, or their date is wrong"
        )
        remedy = "export the last close date of each deal; what came after it is not used"
        yield Finding("warning", "stage_after_close", message, "stage_history", count, remedy)
    back = _backward(tables)
    if back:
        message = f"{back} moves lead back to a stage that the deal had left; the first entry into each stage counts"
        yield Finding("note", "backward_moves", message, "stage_history", back)


def _backward(tables: Tables) -> int:
    """Entries into a stage that the same deal had entered and left before."""
    stages = tables.stage_history
    order = np.lexsort((stages.entered, stages.opportunity.astype(str)))
    seen: set[str] = set()
    deal = here = None
    count = 0
    for which, stage in zip(stages.opportunity[order], stages.stage[order], strict=True):
        if which != deal:
            deal, here, seen = which, None, set()
        count += stage != here and stage in seen
        here = stage
        seen.add(stage)
    return count
