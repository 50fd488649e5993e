"""A measured history on a terminal: metrics with intervals, both views of rates, leakage, changes; or part by part."""

from collections.abc import Iterable, Sequence

from leadflow.measured import Measurement
from leadflow.render.leakage import show_leakage
from leadflow.render.page import Column, Page
from leadflow.render.prospects import show_prospects
from leadflow.render.reps import show_reps
from leadflow.render.views import show_views
from results.cells import NOWHERE, Cell
from results.changes import LEVEL
from results.headline import SECTIONS
from results.metrics.catalogue import CATALOGUE
from results.numerals import UNKNOWN, label, number, share
from results.sampling import FEW
from sim.log import MATURITY

__all__ = ["show_measurement"]

_INTERVAL = (
    "low, high: 95 % interval of what luck alone might have made of it, in another such year: Wilson's for a share of "
    "its cases, the exact one of a Poisson mean for counts, from balanced half-samples of the leads for the rest. What "
    "one rep or one customer does to many leads at once is not in it, nor whether next year is like this."
)
_OF = f"of: how many cases it is a share or a mean of. *: fewer than {FEW}, or an interval as wide as twice the value."
_POOLED = (
    "pooled: the value drawn towards the other parts, the more the less is known of it (empirical Bayes); the better "
    "guess at what a part of few cases will show next."
)
_PLACE = "place: the best first; in brackets the places between which it lies with 90 % probability."
_ABSENT = ("the log does not record events", "the log does not record cost", "the log does not record selling")
_NOT_AGREED = ("the log does not record a service level", "the log does not record a quota")
_APART = "interval: what luck alone might have made of the difference, 95 %."
_LONGEST = 24
"""Characters of a part's name that are shown."""


def show_measurement(page: Page, found: Measurement) -> None:
    """Everything about a history, or its parts."""
    page.title(f"{found.history}: what the history says")
    page.text(f"{found.first} to {found.last}, as known at the end of {found.as_of}")
    if found.matures != MATURITY:
        page.text(f"Cohorts are judged at {found.matures:g} days, in place of {MATURITY:g}.")
    if found.by is not None:
        _show_by(page, found)
    elif found.prospects is None:
        _show_whole(page, found)
        show_views(page, found.views, _APART, found.matures)
        show_leakage(page, found.leakage, found.balance, found.stages, found.currency, matures=found.matures)
        _show_changes(page, found)
    if found.reps is not None:
        show_reps(page, found.reps)
    if found.prospects is not None:
        show_prospects(page, found.prospects, found.currency)
    page.notes("What is not known", _not_known(found))
    page.notes("What to know", found.notes)


def _show_by(page: Page, found: Measurement) -> None:
    for metric, team in dict.fromkeys((cell.metric, cell.team) for cell in found.parts):
        its = [cell for cell in found.parts if (cell.metric, cell.team) == (metric, team)]
        _show_parts(page, its, found)
    if found.parts:
        page.foot(*_feet(found.parts))


def _show_whole(page: Page, found: Measurement) -> None:
    cells = {cell.metric: cell for cell in found.whole}
    table = page.table("What these days come to", [("metric", "label"), "value", "low", "high", "of"])
    sections = [(title, [cells[id] for id in ids if id in cells]) for title, ids in SECTIONS]
    placed = {id for _, ids in SECTIONS for id in ids}
    sections.append(("More", [cell for id, cell in cells.items() if id not in placed]))
    for title, shown in sections:
        if shown:
            table.add_row(title, style="bold")
        for place, cell in enumerate(shown, 1):
            entry = CATALOGUE[cell.metric]
            unit = entry.unit_in(found.currency)
            values = (number(value, unit, cell.value) for value in (cell.value, cell.lo95, cell.hi95))
            table.add_row(label(entry.name, unit, cell.value), *values, _of(cell), end_section=place == len(shown))
    page.show(table)
    page.foot(_INTERVAL, _OF, "`leadflow metrics ID` gives a metric's full definition and source.")


def _show_changes(page: Page, found: Measurement) -> None:
    if not found.changes:
        return
    table = page.table("What changed", [("metric", "label"), ("from", "label"), "before", "after", "by luck"])
    for change in found.changes:
        entry = CATALOGUE[change.metric]
        unit, size = entry.unit_in(found.currency), max(abs(change.before), abs(change.after))
        table.add_row(
            label(entry.name, unit, size), change.month, number(change.before, unit, size),
            number(change.after, unit, size), share(change.p),
        )  # fmt: skip
    page.show(table)
    page.foot(
        "before, after: the mean level of the months between two changes (a count: so many a month). by luck: how "
        f"often months that do not change would show so large a change somewhere; told where that is at most {LEVEL:g} "
        "and holds with all metrics in mind (of what is told, at most 5 % on average are luck). A season looks like a "
        "change, and so do months at the edge of what was recorded."
    )


def _show_parts(page: Page, its: Sequence[Cell], found: Measurement) -> None:
    entry = CATALOGUE[its[0].metric]
    unit = entry.unit_in(found.currency)
    size = max((abs(cell.value) for cell in its if cell.value == cell.value), default=0.0)
    pooled = any(cell.pooled == cell.pooled for cell in its)
    placed = any(cell.place is not None for cell in its)
    columns: list[Column] = [(its[0].team or its[0].by, "label"), "value", "low", "high", "of"]
    columns += ["pooled"] if pooled else []
    columns += [("place", "label")] if placed else [("", "bar")]
    table = page.table(label(entry.name, unit, size), columns, gap=1 if pooled else 2)
    for cell in sorted(its, key=_order) if placed else its:
        cut = cell.part if len(cell.part) <= _LONGEST else f"{cell.part[: _LONGEST - 1]}…"
        last = _place(cell) if placed else page.bar(cell.value, size, 20)
        values = (number(value, unit, size) for value in (cell.value, cell.lo95, cell.hi95))
        between = [number(cell.pooled, unit, size)] if pooled else []
        table.add_row(cut or "(none)", *values, _of(cell), *between, last)
    page.show(table)
    page.foot(f"{entry.name}: {entry.said(entry.formula, found.matures)}.")


def _feet(parts: Sequence[Cell]) -> Iterable[str]:
    yield from (_INTERVAL, _OF)
    if any(cell.pooled == cell.pooled for cell in parts):
        yield _POOLED
    if any(cell.place is not None for cell in parts):
        yield _PLACE
    if any(cell.part == NOWHERE for cell in parts):
        yield "(none): what belongs to no part, so that counts add up to the whole."


def _order(cell: Cell) -> tuple[bool, float]:
    return cell.place is None, 0.0 if cell.place is None else cell.place.place


def _place(cell: Cell) -> str:
    if cell.place is None:
        return UNKNOWN
    low, high = cell.place.lo90, cell.place.hi90
    return f"{cell.place.place} ({low} to {high})" if low != high else f"{cell.place.place}"


def _of(cell: Cell) -> str:
    return (f"{cell.cases:,}" if cell.cases else "") + (" *" if cell.few else "")


def _not_known(found: Measurement) -> Iterable[str]:
    """Of the metrics that the page shows, those that are not defined: those that the history does not record together,
    others with their reason."""
    on_page = found.not_recorded if found.by is None and found.prospects is None else found.told_apart
    reasons = {id: why for id, why in found.not_recorded.items() if id in on_page}
    absent = [CATALOGUE[id].name for id, why in reasons.items() if why.startswith(_ABSENT)]
    if absent:
        yield f"the history does not record what these need (`--json` says what): {', '.join(absent)}"
    for id, why in reasons.items():
        if not why.startswith(_ABSENT):
            agreed = why.startswith(_NOT_AGREED) and not found.planned
            yield f"{CATALOGUE[id].name}: {why}{'; give --plan COMPANY' if agreed else ''}"
