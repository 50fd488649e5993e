"""Comparisons on a terminal: what differs, by how much, how sure, and what would tell where nothing can be told."""

import math
from collections.abc import Iterator, Mapping

from leadflow.answers import Comparisons
from leadflow.render.page import Page
from results.compare import Comparison, MetricComparison
from results.headline import SECTIONS
from results.metrics.catalogue import CATALOGUE
from results.numerals import interval, label, number, replications, share, signed
from results.ranking import Ranking

__all__ = ["show_comparisons"]


def show_comparisons(page: Page, answer: Comparisons) -> None:
    """One table for each scenario against the base; one of all scenarios where they are ranked by a single metric."""
    page.title(f"Compared with {answer.base}")
    page.text(
        f"{replications(answer.replications, answer.asked)} of each scenario on the same random numbers, "
        f"seed {answer.seed}, {answer.seconds:.0f} seconds"
    )
    ranked = len(answer.rankings) == 1 and len(answer.comparisons) > 1
    if ranked:
        _show_ranking(page, answer.rankings[0], answer.currency)
    else:
        for comparison in answer.comparisons:
            _show(page, comparison, answer.currency)
    page.gap()
    if ranked:
        page.foot(
            "The order is that of the means; the first of many owes part of its place to luck, so rerun it with "
            "another seed before you believe by how much it leads.",
        )
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
        table.add_row(
            f"{label(CATALOGUE[row.metric].name, unit, size)}\n  {_verdict(row)}",
            number(row.base, unit, size), number(row.other, unit, size),
            f"{signed(gap.mean, unit, size, fine)}\n"
            f"{interval(gap.lo95, gap.hi95, unit, size, fine)}",
            share(row.p_better),
        )  # fmt: skip
    if differing:
        page.show(table)
    same = [CATALOGUE[row.metric].name for row in rows if row not in differing]
    page.notes("The same in every replication", [", ".join(same)] if same else [])
    page.notes("What would tell", _remedies({CATALOGUE[row.metric].name: row for row in rows}))


def _show_ranking(page: Page, ranking: Ranking, currency: str) -> None:
    metric = CATALOGUE[ranking.metric]
    unit = metric.unit_in(currency)
    size = max((abs(place.value) for place in ranking.places if math.isfinite(place.value)), default=0.0)
    table = page.table(
        f"Ranked by {metric.name.lower()}, the {'best' if metric.better != 'neither' else 'most'} first",
        ["", ("scenario", "left"), label(metric.name, unit, size), "difference", "P(better)"],
        gap=1,
    )
    for number_of, place in enumerate(ranking.places, start=1):
        one = place.against_base
        if one is None:
            table.add_row(f"{number_of}", f"{place.scenario}\n  compared with", number(place.value, unit, size), "", "")
            continue
        gap = one.difference
        fine = max(abs(gap.mean), abs(gap.lo95), abs(gap.hi95))
        table.add_row(
            f"{number_of}", f"{place.scenario}\n  {_verdict(one)}", number(place.value, unit, size),
            f"{signed(gap.mean, unit, size, fine)}\n{interval(gap.lo95, gap.hi95, unit, size, fine)}",
            share(one.p_better),
        )  # fmt: skip
    page.show(table)
    page.notes(
        "Neighbours whose order may be luck (the 95 % interval of their own difference covers zero)",
        [f"{above}; {below}" for above, below in ranking.ties],
    )
    page.notes("What would tell", _remedies({p.scenario: p.against_base for p in ranking.places if p.against_base}))


def _verdict(one: MetricComparison) -> str:
    return f"{one.verdict or 'differs'}{f': {one.why}' if one.why else ''}"


def _remedies(rows: Mapping[str, MetricComparison]) -> Iterator[str]:
    """What would settle the differences that cannot be told."""
    names: dict[str, list[str]] = {"more": [], "none": [], "data": []}
    for name, row in rows.items():
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
