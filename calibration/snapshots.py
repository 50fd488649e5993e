"""Snapshots: opportunities and stage entries from exports of the pipeline on several days.

What changed between two exports happened at a time that is known only to lie between them. It is placed there at
random, uniformly, by a draw that depends on nothing but the opportunity and the day: the same file gives the same
times, and one more row moves none of another deal. Uniform is exact for openings at a steady rate, and for closes to
first order in the hazard times the interval; the end of the interval instead would make every age that ends at a
close too long or too short by up to an interval, and weekly rhythms would all fall on the day of the export.
"""

from hashlib import blake2b

import numpy as np

from calibration.changes import Course
from calibration.columns import take
from calibration.courses import Snapshots
from calibration.findings import Finding
from calibration.mapping import Mapping
from calibration.tables import Opportunities, StageHistory, empty
from calibration.tabulate import meanings
from sim.errors import InputError, Problem

__all__ = ["from_snapshots"]


def _shares(deal: str, day: float, count: int) -> list[float]:
    """Sorted places in (0, 1) of what one deal did in the interval that ends on a day."""
    digests = (blake2b(f"{deal}\0{day}\0{turn}".encode(), digest_size=8).digest() for turn in range(count))
    return sorted((int.from_bytes(digest, "big") + 0.5) / 2.0**64 for digest in digests)


def from_snapshots(rows: Snapshots, mapping: Mapping, file: str) -> Course:
    """Deals and stage entries; raises InputError where no snapshot shows a closed deal.

    A deal that is gone from a later snapshot without having closed has an end that nobody knows, and is set aside; so
    is one in the first snapshot whose opening is not recorded, as its age is unknown.
    """
    usable = np.isfinite(rows.date) & (rows.opportunity != "")
    findings: list[Finding] = []
    if not usable.all():
        count = int((~usable).sum())
        message = f"{count} rows have no date or no opportunity, and are not used"
        findings.append(Finding("warning", "undated_snapshot", message, file, count, "export them with both"))
        rows = take(rows, usable)
    # A snapshot shows how things stand at the end of its day.
    seen = np.floor(rows.date) + 1.0
    days = np.unique(seen)
    if len(days) < 2:
        remedy = "give the exports of two days or more in one table"
        raise InputError(Problem(file, "must hold two snapshots or more", str(len(days)), remedy))
    words = np.where(rows.outcome != "", rows.outcome, rows.stage)
    meaning = meanings(mapping)
    means = np.array([meaning.get(str(word).lower(), "open") for word in words], dtype=object)
    if not np.any(means != "open"):
        remedy = "export closed deals too, or say in the mapping's outcomes which stages mean won and lost"
        raise InputError(Problem(file, "shows no closed deal, so how deals end is unknown", "", remedy))
    gaps = np.diff(days)
    message = (
        f"{len(days)} snapshots, {np.median(gaps):g} days apart and at most {gaps.max():g}: what happened between "
        "two of them is placed there at random"
    )
    remedy = "export exact dates, if the CRM has them: a backtest sees up to one interval too far ahead"
    findings.append(Finding("note", "snapshots", message, file, len(days), remedy))
    order = np.lexsort((seen, rows.opportunity.astype(str)))
    starts = np.flatnonzero(np.r_[True, rows.opportunity[order][1:] != rows.opportunity[order][:-1]])
    before = dict(zip(days[1:].tolist(), days[:-1].tolist(), strict=True))
    first_stages = _first_stages(mapping, rows, order[starts])
    made: list[tuple[int, float, float, str]] = []
    entries: list[tuple[str, str, float]] = []
    gone = early = reopened = repeats = 0
    for place in np.split(order, starts[1:]):
        at = seen[place]
        again = np.r_[False, at[1:] == at[:-1]]
        repeats += int(again.sum())
        place, at = place[~again], at[~again]
        deal = str(rows.opportunity[place[0]])
        opened = float(rows.opened[place[-1]])
        exact = np.isfinite(opened)
        if not exact and at[0] == days[0]:
            early += 1
            continue
        closing = means[place] != "open"
        # It stands closed at the end if the last row says so; what came before its last opening is over.
        is_open = np.flatnonzero(~closing)
        ended = bool(closing[-1])
        shut = int(is_open[-1]) + 1 if len(is_open) and ended else 0
        reopened += bool(closing[: is_open[-1]].any()) if len(is_open) else 0
        if not ended and at[-1] != days[-1]:
            gone += 1
            continue
        steps = _steps(rows.stage[place], closing, shut, ended)
        times, begun = _placed(deal, at, steps, before, opened, first_stages, rows.stage[place])
        close = times.pop(-1, np.nan)
        if ended and np.isfinite(rows.closed[place[-1]]):
            close = float(rows.closed[place[-1]])
        made.append((int(place[-1]), begun, close, str(means[place[-1]])))
        entries += [(deal, str(rows.stage[place[step]]), time) for step, time in sorted(times.items())]
    for count, what, severity, message, remedy in (
        (repeats, "duplicates", "warning", "rows repeat an opportunity within a snapshot; its first is used",
         "remove the repeats"),
        (early, "no_open_date", "warning", "deals of the first snapshot have no opening date, and are set aside",
         "export the day on which each was opened"),
        (gone, "vanished", "error", "deals are gone without having closed, and are set aside: their end is unknown",
         "keep closed deals in the snapshots"),
        (reopened, "reopened", "warning", "closed deals were opened again: what counts is how they ended last", ""),
    ):  # fmt: skip
        if count:
            findings.append(Finding(severity, what, f"{count} {message}", file, count, remedy))  # type: ignore[arg-type]
    return Course(_deals(rows, made), _history(entries), tuple(findings))


def _first_stages(mapping: Mapping, rows: Snapshots, first: np.ndarray) -> frozenset[str]:
    """The stage in which deals begin: the mapping's first, or that in which most are first seen."""
    if mapping.stages:
        return frozenset(mapping.stages[:1])
    names, counts = np.unique(rows.stage[first].astype(str), return_counts=True)
    return frozenset([str(names[np.argmax(counts)])])


def _steps(stages: np.ndarray, closing: np.ndarray, shut: int, ended: bool) -> dict[int, list[int]]:
    """By row of the deal what happened in the interval before it: -1 a close, otherwise the entry of that row's stage;
    nothing before its first, where it was closed at first and opened again."""
    steps: dict[int, list[int]] = {0: []}
    here = ""
    for row, stage in enumerate(stages):
        if closing[row]:
            if ended and row == shut:
                steps[row] = [-1]
        elif stage != here:
            steps[row] = [row]
            here = stage
    return steps


def _placed(
    deal: str,
    at: np.ndarray,
    steps: dict[int, list[int]],
    before: dict[float, float],
    opened: float,
    first_stages: frozenset[str],
    stages: np.ndarray,
) -> tuple[dict[int, float], float]:
    """When each step happened (-1 the close), and when the deal was opened; where it is first seen in the stage in
    which deals begin, it entered that on its opening."""
    times: dict[int, float] = {}
    begun = opened
    for row, here in sorted(steps.items()):
        end = float(at[row])
        low = float(at[row - 1]) if row else before.get(end, -np.inf)
        low = max(low, opened) if np.isfinite(opened) else low
        if row == 0:
            at_once = not here or (here == [0] and stages[0] in first_stages)
            if at_once and np.isfinite(opened):
                times |= dict.fromkeys(here, opened)
                continue
            if not np.isfinite(low):
                low = end - 1.0
            fresh = not np.isfinite(opened)
            shares = _shares(deal, end, fresh + (0 if at_once else 1))
            drawn = [low + share * (end - low) for share in shares]
            if fresh:
                begun = drawn[0]
            times |= dict.fromkeys(here, drawn[-1])
            continue
        times[here[0]] = low + _shares(deal, end, 1)[0] * (end - low)
    return times, begun


def _deals(rows: Snapshots, made: list[tuple[int, float, float, str]]) -> Opportunities:
    last = np.array([row for row, *_ in made], dtype=np.int64)
    nothing = np.full(len(made), "", dtype=object)
    columns = dict.fromkeys(vars(empty(Opportunities)), nothing)
    kept = {name: getattr(rows, name)[last] for name in ("owner", "channel", "segment", "product", "reason")}
    return Opportunities(
        **columns
        | kept
        | {
            "id": rows.opportunity[last],
            "amount": rows.amount[last],
            "won_amount": np.full(len(made), np.nan),
            "opened": np.array([opened for _, opened, _, _ in made], dtype=np.float64),
            "closed": np.array([closed for _, _, closed, _ in made], dtype=np.float64),
            "outcome": np.array([outcome for *_, outcome in made], dtype=object),
        }
    )


def _history(entries: list[tuple[str, str, float]]) -> StageHistory:
    ids, stages, at = zip(*entries, strict=True) if entries else ((), (), ())
    nothing = np.full(len(entries), "", dtype=object)
    return StageHistory(
        np.array(ids, dtype=object),
        np.array(stages, dtype=object),
        np.array(at, dtype=np.float64),
        nothing,
        np.full(len(entries), np.nan),
    )
