"""Changes: what became of each opportunity, from a log of its happenings, its changed fields, or a column a stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from calibration.columns import Labels, take
from calibration.courses import Changes, FieldChanges
from calibration.findings import Finding
from calibration.tables import Opportunities, StageHistory, empty

__all__ = ["Course", "from_changes", "of_fields"]

_MOVED = 1.0
"""Days by which a close date may differ from the day on which the deal was closed without being reported: a choice."""


@dataclass(frozen=True)
class Course:
    """Opportunities and the stages that they entered, with what there is to say of them."""

    deals: Opportunities
    stages: StageHistory
    findings: tuple[Finding, ...]


def of_fields(rows: FieldChanges, names: tuple[str, ...]) -> Changes:
    """The changes of the field that holds the stage, by its names."""
    rows = take(rows, np.isin(rows.field.astype(str), names))
    nothing = np.full(len(rows), "", dtype=object)
    return Changes(
        rows.opportunity, rows.at, rows.old, rows.new, kind=nothing, owner=nothing, amount=np.full(len(rows), np.nan)
    )


def from_changes(
    rows: Changes, deals: Opportunities | None, standing: Labels | None, meaning: Mapping[str, str], file: str
) -> Course:
    """Stage entries, and how deals ended, from a log of changes in any order.

    deals: the table of opportunities, if there is one; its close dates give way to the day on which a deal was closed
    in the log, on which that became known. standing: (opportunities,) the stage or outcome in which each of them
    stands, for those that never changed. Without a table the opportunities are made from the log.
    """
    findings: list[Finding] = []
    dated = np.isfinite(rows.at) & (rows.opportunity != "")
    if not dated.all():
        count = int((~dated).sum())
        message = f"{count} changes have no time or no opportunity, and are not used"
        findings.append(Finding("warning", "undated_change", message, file, count, "export them with both"))
        rows = take(rows, dated)
    order = np.lexsort((rows.at, rows.opportunity.astype(str)))
    rows = take(rows, order)
    walks = {
        str(deal): _walk([*steps], meaning)
        for deal, steps in groupby(
            zip(rows.opportunity, rows.at, rows.old, rows.new, rows.kind, rows.owner, rows.amount, strict=True),
            key=lambda step: step[0],
        )
    }
    ignored = sum(walk.ignored for walk in walks.values())
    if ignored:
        message = f"{ignored} changes name no stage and no outcome, and are not used"
        findings.append(Finding("note", "unused_change", message, file, ignored))
    reopened = sum(walk.reopened for walk in walks.values())
    if reopened:
        message = f"{reopened} closed deals were opened again: what counts is how they ended last"
        remedy = "a forecast of before they were opened again takes them for open then"
        findings.append(Finding("warning", "reopened", message, file, reopened, remedy))
    if deals is None:
        deals = _made(walks)
    else:
        deals, said = _completed(deals, walks, file)
        findings += said
    stages = _entries(deals, walks, standing, meaning)
    return Course(deals, stages, tuple(findings))


@dataclass(frozen=True)
class _Walk:
    """One deal's way: (time, stage, owner) of entries, how it stands at the end, and since when."""

    begins: float
    """NaN where the log begins after the deal's opening."""
    first: str
    """The stage that it left first, where the log does not hold the entry."""
    entries: tuple[tuple[float, str, str], ...]
    outcome: str
    closed: float
    owner: str
    amount: float
    reopened: bool
    ignored: int


def _walk(steps: "list[tuple[str, float, str, str, str, str, float]]", meaning: Mapping[str, str]) -> _Walk:
    entries: list[tuple[float, str, str]] = []
    outcome, closed, here, owner, amount = "open", np.nan, "", "", np.nan
    ignored, reopened = 0, False
    first = steps[0][2]
    for _, at, _, new, kind, by, money in steps:
        owner, amount = by or owner, money if money == money else amount
        word = new or kind
        means = meaning.get(word.lower(), "") if word else ""
        if means in ("won", "lost"):
            if outcome != means:
                outcome, closed = means, at
            here = word
        elif new:
            if outcome != "open":
                outcome, closed, reopened = "open", np.nan, True
            if new != here:
                entries.append((at, new, by))
            here = new
        elif not means:
            ignored += 1
    known = not first or meaning.get(first.lower()) in ("won", "lost")
    return _Walk(
        steps[0][1] if known else np.nan, "" if known else first, tuple(entries), outcome, closed, owner, amount,
        reopened, ignored,
    )  # fmt: skip


def _made(walks: dict[str, _Walk]) -> Opportunities:
    """Opportunities from the log alone."""
    every = [*walks.values()]
    nothing = np.full(len(every), "", dtype=object)
    amount = np.array([walk.amount for walk in every], dtype=np.float64)
    deals = empty(Opportunities)
    columns = dict.fromkeys(vars(deals), nothing)
    return Opportunities(
        **columns
        | {
            "id": np.array([*walks], dtype=object),
            "owner": np.array([walk.owner for walk in every], dtype=object),
            "amount": amount,
            "won_amount": np.full(len(every), np.nan),
            "opened": np.array([walk.begins for walk in every], dtype=np.float64),
            "closed": np.array([walk.closed for walk in every], dtype=np.float64),
            "outcome": np.array([walk.outcome for walk in every], dtype=object),
        }
    )


def _completed(deals: Opportunities, walks: dict[str, _Walk], file: str) -> tuple[Opportunities, list[Finding]]:
    """The deals with what only the log knows: the day of the close, and the outcome where the table has none."""
    findings = []
    there = [walks.get(str(id)) for id in deals.id]
    outcome, closed = deals.outcome.copy(), deals.closed.copy()
    if not np.any((outcome == "won") | (outcome == "lost")):
        outcome = np.array(
            [own if walk is None else walk.outcome for own, walk in zip(outcome, there, strict=True)], dtype=object
        )
    logged = np.array([np.nan if walk is None else walk.closed for walk in there], dtype=np.float64)
    use = np.isfinite(logged) & np.array(
        [walk is not None and walk.outcome == own for own, walk in zip(outcome, there, strict=True)], dtype=bool
    )
    moved = use & (np.abs(np.floor(closed) - np.floor(logged)) > _MOVED)
    if moved.any():
        count = int(moved.sum())
        message = f"{count} deals were closed on another day than their close date says: the day of the change counts"
        remedy = "nothing, if close dates are typed in by hand"
        findings.append(Finding("warning", "close_date_moved", message, file, count, remedy))
    other = np.array(
        [walk is not None and walk.outcome != own for own, walk in zip(outcome, there, strict=True)], dtype=bool
    )
    if other.any():
        count = int(other.sum())
        message = f"{count} deals end otherwise in the log of changes than in the table, which is believed"
        findings.append(Finding("warning", "outcomes_differ", message, file, count, "export both on the same day"))
    return deals.replace(outcome=outcome, closed=np.where(use, logged, closed)), findings


def _entries(
    deals: Opportunities, walks: dict[str, _Walk], standing: Labels | None, meaning: Mapping[str, str]
) -> StageHistory:
    """What each deal entered, with the stage in which it began."""
    found: list[tuple[str, str, float, str]] = []
    stands = np.full(len(deals), "", dtype=object) if standing is None else standing
    for id, opened, stage in zip(deals.id, deals.opened, stands, strict=True):
        walk = walks.get(str(id))
        if walk is None:
            if stage and meaning.get(str(stage).lower()) not in ("won", "lost"):
                found.append((id, stage, opened, ""))
            continue
        if walk.first:
            found.append((id, walk.first, opened, ""))
        found += [(id, entered, at, owner) for at, entered, owner in walk.entries]
    ids, stages, at, owner = zip(*found, strict=True) if found else ((), (), (), ())
    return StageHistory(
        np.array(ids, dtype=object), np.array(stages, dtype=object), np.array(at, dtype=np.float64),
        np.array(owner, dtype=object), np.full(len(found), np.nan),
    )  # fmt: skip
