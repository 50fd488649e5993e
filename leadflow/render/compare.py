"""Comparisons on a terminal: what differs, by how much, how sure, and what would tell where nothing can be told."""

from collections.abc import Iterable, Iterator

from leadflow.answers import Comparisons
from leadflow.render.numbers import interval, label, number, replications, share, signed
from leadflow.render.page import Page
from leadflow.render.run import SECTIONS
from results.compare import Comparison, MetricComparison
from results.metrics.catalogue import CATALOGUE

__all__ = ["show_comparisons"]


def show_comparisons(page: Page, answer: Comparisons) -> None:
    """One table for each scenario against the base."""
    page.title(f"Compared with {answer.base}")
    page.text(
        f"{replications(answer.replications, answer.asked)} of each scenario on the same random numbers, "
        f"seed {answer.seed}, {answer.seconds:.0f} seconds"
    )
    for comparison in answer.comparisons:
        _show(page, comparison, answer.currency)
    page.gap()
    page.foot(
        "difference: other minus base, paired replication by replication; below it its 95 % interval.",
        "P(better): share of replications in which the other is the better one, ties half; none where neither more nor "
        "less is better.",
        "not distinguishable: luck, the interval covers zero (more replications may tell); history, the difference is "
        "smaller than what history leaves unknown (only more data would tell).",
        "Each interval holds by itself: of twenty metrics that do not differ, one looks better or worse by luck.",
        "`leadflow metrics ID` gives a metric's definition and source.",
    )
    page.notes("What to know", answer.warnings)


def _show(page: Page, comparison: Comparison, currency: str) -> None:
    order = [id for _, ids in SECTIONS for id in ids]
    rows = sorted(comparison.metrics, key=lambda row: order.index(row.metric) if row.metric in order else len(order))
    differing = [row for row in rows if row.why or row.verdict != "not distinguishable"]
    table = page.table(
        f"{comparison.scenario} against {comparison.base}",
        [("metric", "label"), "base", "other", "difference", "P(better)"],
        gap=1,
    )
    for row in differing:
        unit = CATALOGUE[row.metric].unit_in(currency)
        gap = row.difference
        size, fine = max(abs(row.base), abs(row.other)), max(abs(gap.mean), abs(gap.lo95), abs(gap.hi95))
        verdict = row.verdict or "differs"
        table.add_row(
            f"{label(CATALOGUE[row.metric].name, unit, size)}\n  {verdict}{f': {row.why}' if row.why else ''}",
            number(row.base, unit, size), number(row.other, unit, size),
            f"{signed(gap.mean, unit, size, fine)}\n"
            f"{interval(gap.lo95, gap.hi95, unit, size, fine)}",
            share(row.p_better),
        )  # fmt: skip
    if differing:
        page.show(table)
    same = [CATALOGUE[row.metric].name for row in rows if row not in differing]
    page.notes("The same in every replication", [", ".join(same)] if same else [])
    page.notes("What would tell", _remedies(rows))


def _remedies(rows: Iterable[MetricComparison]) -> Iterator[str]:
    """What would settle the differences that cannot be told."""
    names: dict[str, list[str]] = {"more": [], "none": [], "data": []}
    for row in rows:
        name = CATALOGUE[row.metric].name
        if row.why == "history":
            names["data"].append(name)
        elif row.why == "luck" and row.replications_needed is None:
            names["none"].append(name)
        elif row.why == "luck":
            names["more"].append(f"{name} {row.replications_needed:,}")
    if names["more"]:
        yield f"this many replications, if the difference stays as it is: {'; '.join(names['more'])}"
    if names["none"]:
        yield f"no number of replications, the difference is too small: {'; '.join(names['none'])}"
    if names["data"]:
        yield f"more data about the past and not more replications: {'; '.join(names['data'])}"
