"""The first quality report of a history: what a planner should know before trusting anything fitted to it."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from calibration.findings import Finding
from calibration.history import History
from calibration.spells import OPEN_STAGE, DealSpells
from calibration.tables import date_of

__all__ = ["proposed_merges", "quality"]

Labels = NDArray[np.object_]

_CLOSE = 0.88
"""Similarity of two labels (1 = equal) from which they look like one."""

_WORDS = (
    "education", "employment", "energy", "entertainment", "finance", "government", "healthcare", "insurance",
    "manufacturing", "marketing", "medical", "retail", "services", "software", "technology", "telecommunications",
)  # fmt: skip
"""Common names of sectors, against which a label with no correct twin in the data is held."""

_RARE = 20
"""So many times rarer than its likeness is a label that may be a slip of one letter: a choice."""

_OUTLIER = 10.0
"""An amount beyond the upper quartile by this many interquartile ranges is an outlier."""


def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.casefold())


def proposed_merges(labels: Iterable[str]) -> list[tuple[str, str, int]]:
    """(rarer, commoner, rows of the rarer) for labels that look like misspellings of each other or of a common word.

    Labels that differ by digits only (`Q1`, `Q2`) are left alone.
    """
    counts = Counter(label for label in labels if label)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    found = []
    for place, rare in enumerate(names):
        like = next((common for common in names[:place] if _alike(rare, common)), None)
        like = like or next(
            (common for common in names[:place] if counts[rare] * _RARE <= counts[common] and _slip(rare, common)), None
        )
        if like is None and rare.casefold() not in _WORDS:
            close = difflib.get_close_matches(rare.casefold(), _WORDS, n=1, cutoff=_CLOSE)
            like = close[0] if close and close[0] not in {name.casefold() for name in names} else None
        if like is not None:
            found.append((rare, like, counts[rare]))
    return found


def _alike(a: str, b: str) -> bool:
    if _plain(a) == _plain(b):
        return True
    if re.sub(r"\d", "", a) == re.sub(r"\d", "", b) or min(len(a), len(b)) < 5:
        return False
    return difflib.SequenceMatcher(None, a.casefold(), b.casefold()).ratio() >= _CLOSE


def _slip(a: str, b: str) -> bool:
    """Whether two labels of six letters or more differ by one slip: a letter left out, doubled, mistaken or swapped."""
    a, b = sorted((a.casefold(), b.casefold()), key=len)
    if len(a) < 6 or len(b) - len(a) > 1 or re.sub(r"\d", "", a) == re.sub(r"\d", "", b):
        return False
    first = next((place for place in range(len(a)) if a[place] != b[place]), len(a))
    if len(a) < len(b):
        return a[first:] == b[first + 1 :]
    return a[first + 1 :] == b[first + 1 :] or (
        a[first : first + 2] == b[first : first + 2][::-1] and a[first + 2 :] == b[first + 2 :]
    )


def _spelling(history: History) -> Iterator[Finding]:
    leads, deals, stages = history.tables.leads, history.tables.opportunities, history.tables.stage_history
    columns: list[tuple[str, Labels]] = [
        ("channel", np.concatenate((leads.channel, deals.channel)) if not history.leads_are_deals else deals.channel),
        ("segment", deals.segment),
        ("product", deals.product),
        ("stage", stages.stage),
        ("loss reason", deals.reason),
    ]
    columns += history.looked_at
    for name, labels in columns:
        for rare, common, rows in proposed_merges(map(str, labels)):
            yield Finding(
                "warning",
                "spelling",
                f"{name}: {rare!r} looks like {common!r}",
                name,
                rows,
                f"if they are one, merge them in the mapping: merge: {{{name}: {{{rare}: {common}}}}}",
            )


def _missing(history: History) -> Iterator[Finding]:
    deals, leads = history.tables.opportunities, history.tables.leads
    read = {
        "opportunities": history.mapping.tables["opportunities"].columns
        if "opportunities" in history.mapping.tables
        else {},
        "leads": history.mapping.tables["leads"].columns if len(leads) else {},
    }
    checks: list[tuple[str, str, NDArray[np.bool_]]] = [
        ("opportunities", "product", deals.product == "all"),
        ("opportunities", "owner", deals.owner == ""),
        ("opportunities", "lead", deals.lead == ""),
        ("opportunities", "channel", deals.channel == "unrecorded"),
        ("opportunities", "segment", deals.segment == "all"),
        ("opportunities", "amount", np.isnan(deals.amount)),
        ("leads", "channel", leads.channel == "unrecorded"),
        ("leads", "segment", leads.segment == "all"),
    ]
    checks = [(table, column, empty) for table, column, empty in checks if column in read[table] and empty.any()]
    for table in read:
        absent = [column for place, column, empty in checks if place == table and empty.all()]
        if absent:
            message = f"{table} record no {', '.join(absent)}: what would rest on these is left out"
            yield Finding("note", "absent", message, table)
    for table, column, empty in checks:
        rows = int(empty.sum())
        if rows < len(empty):
            yield Finding(
                "warning" if rows > 0.2 * len(empty) else "note",
                "missing",
                f"{column} is empty in {rows} of {len(empty)} {table} ({_share(rows / len(empty))})",
                table,
                rows,
            )
    lost = deals.outcome == "lost"
    if "reason" in read["opportunities"] and lost.any() and (silent := int((deals.reason[lost] == "").sum())):
        yield Finding(
            "note", "missing", f"{silent} of {int(lost.sum())} lost deals give no reason", "opportunities", silent
        )


def _share(part: float) -> str:
    return "under 1%" if 0 < part < 0.005 else f"{part:.0%}"


def _amounts(history: History) -> Iterator[Finding]:
    deals = history.tables.opportunities
    amounts = deals.won_amount[deals.outcome == "won"]
    known = amounts[np.isfinite(amounts)]
    silent, nothing = len(amounts) - len(known), int((known <= 0).sum())
    if silent:
        message = f"{silent} of {len(amounts)} wins have no signed amount"
        yield Finding("warning", "no_amount", message, "opportunities", silent, "bookings rest on the others")
    if nothing:
        message = f"{nothing} wins have an amount of zero or less; values are fitted without them"
        yield Finding("warning", "zero_amount", message, "opportunities", nothing, "enter what was signed")
    positive = known[known > 0]
    if len(positive) < 20:
        return
    low, high = np.quantile(positive, (0.25, 0.75))
    far = int((positive > high + _OUTLIER * max(high - low, 1e-9)).sum())
    if far:
        largest, median = f"{positive.max():,.0f}", f"{np.median(positive):,.0f}"
        message = f"{far} won amounts stand far above the rest (the largest is {largest}, the median {median})"
        remedy = "check them: one wrong amount can bend every forecast of bookings"
        yield Finding("warning", "outlier_amount", message, "opportunities", far, remedy)


def _time(history: History, spells: DealSpells) -> Iterator[Finding]:
    deals, leads, end = history.tables.opportunities, history.tables.leads, history.end
    if spells.truncated:
        first = date_of(end + spells.visible)
        before = int((deals.opened < end + spells.visible).sum())
        message = (
            f"no outcome is recorded before {first}, though about {spells.truncated:.0f} would have been expected: "
            f"the {before} deals opened before then are counted only from that day"
        )
        remedy = "export closed deals further back, if the CRM has them"
        yield Finding("warning", "left_truncation", message, "opportunities", before, remedy)
    if np.any(deals.outcome == "won") and not np.any(deals.outcome == "lost"):
        message = "no lost deal is recorded: a deal that is not won looks open for ever"
        remedy = "record losses with their date; the win rate cannot be known without them"
        yield Finding("warning", "no_losses", message, "opportunities", 0, remedy)
    table, arrivals = ("leads", leads.captured) if len(leads) else ("opportunities", deals.opened)
    if len(arrivals) < 20:
        return
    last = float(arrivals.max())
    usual = float(np.quantile(np.diff(np.sort(arrivals)), 0.99))
    if end - last > max(7.0, 5.0 * usual):
        message = (
            f"nothing new is recorded after {date_of(last)}, {end - last:.0f} days before {history.as_of} ends: "
            "either leads stopped or the export ends there"
        )
        remedy = f"if the export ends there, cut the history off by {date_of(last)} (--as-of)"
        yield Finding("warning", "arrivals_stop", message, table, 0, remedy)


def _zombies(spells: DealSpells) -> Iterator[Finding]:
    ended = spells.whole.cause >= 0
    if ended.sum() < 20:
        return
    longest = float(spells.whole.age[ended].max())
    older = int(((spells.whole.cause < 0) & (-spells.whole.start > longest)).sum())
    if older:
        message = f"{older} open deals are older than any deal that ever closed ({longest:.0f} days)"
        remedy = "close them in the CRM, or expect nothing from them"
        yield Finding("warning", "zombies", message, "opportunities", older, remedy)


def _stages(history: History, spells: DealSpells) -> Iterator[Finding]:
    deals, entries = history.tables.opportunities, history.tables.stage_history
    if len(entries) and spells.stages == (OPEN_STAGE,):
        silent = len({*deals.id} - {*entries.opportunity})
        message = f"{silent} of {len(deals)} opportunities have no stage entry: stages are not used"
        remedy = (
            "export the stage entries of four deals in five or more; snapshots must follow one another more closely"
        )
        yield Finding("warning", "few_stages", message, "stage_history", silent, remedy)


def _short(history: History, spells: DealSpells) -> Iterator[Finding]:
    won = int((history.tables.opportunities.outcome == "won").sum())
    days = -spells.visible
    if days < 182 or won < 50:
        message = f"outcomes cover {days} days and hold {won} wins"
        remedy = "forecasts get surer with half a year of outcomes and 50 wins or more"
        yield Finding("warning", "thin_history", message, "opportunities", won, remedy)


def quality(history: History, spells: DealSpells) -> tuple[Finding, ...]:
    """Everything found, what needs attention first."""
    deals = history.tables.opportunities
    span = Finding(
        "note",
        "span",
        f"{sum(history.rows.values()):,} rows read from {len(history.rows)} file{'s'[: len(history.rows) > 1]}; "
        f"known are {len(history.tables.leads):,} leads and {len(deals):,} opportunities "
        f"from {date_of(history.begin)} to {history.as_of}",
        ", ".join(history.rows),
        sum(history.rows.values()),
    )
    found = [
        span,
        *history.findings,
        *_missing(history),
        *_spelling(history),
        *_amounts(history),
        *_time(history, spells),
        *_zombies(spells),
        *_stages(history, spells),
        *_short(history, spells),
    ]
    rank = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda finding: rank[finding.severity]))
