"""Section of the 25 metrics, in their groups."""

import math

from results.grouping import GROUPS, Group
from results.metrics.catalogue import CATALOGUE
from results.numerals import label
from results.report.details import Details
from results.report.nouns import Named, Row, Section, Table, columns, sized
from results.report.sections.stored import INTERVAL, WITHOUT

__all__ = ["grouped_metrics"]


def grouped_metrics(details: Details | None, currency: str) -> Section:
    """One table a group."""
    title = "25 metrics over four funnels"
    if details is None:
        return Section("metrics", title, (WITHOUT,))
    said = (
        "The 25 metrics that marketing and sales share, stage by stage of the funnel, each with the figures that "
        "answer it. `leadflow metrics ID` tells how one is counted; one that is not defined (-) has its reason below."
    )
    return Section(
        "metrics", title, (said, INTERVAL), tables=tuple(_group(group, details, currency) for group in GROUPS)
    )


def _group(group: Group, details: Details, currency: str) -> Table:
    rows: list[Row] = []
    notes: dict[str, None] = {}
    for line in group.lines:
        rows.append(Row((f"{line.number}. {line.name}",), heading=True))
        for id in line.metrics:
            found, entry = details.of(id), CATALOGUE[id]
            if found is None:
                continue
            unit = entry.unit_in(currency)
            numbers = sized((found.mean, found.lo95, found.hi95, found.p10, found.p90), unit, found.mean)
            rows.append(Row((Named(label(entry.name, unit, found.mean), id), *numbers)))
            if found.why:
                runs = "" if math.isnan(found.mean) else f" in {found.undefined} runs"
                notes[f"{entry.name} is not defined{runs}: {found.why}."] = None
    return Table(group.title, columns("metric", "mean", "lo95", "hi95", "p10", "p90"), tuple(rows), tuple(notes))
