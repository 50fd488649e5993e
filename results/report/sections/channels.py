"""Section of channels: what their spend brings, with intervals and places."""

import math

from results.metrics.catalogue import CATALOGUE
from results.numerals import label
from results.parts import PartRow
from results.places import Place
from results.report.charts import channel_returns
from results.report.details import CHANNEL_METRICS, Details
from results.report.nouns import Cell, Column, Number, Row, Section, Table, columns
from results.report.sections.stored import INTERVAL, WITHOUT

__all__ = ["channels"]

_NO_CHANNEL = "(no channel)"

_NOT_CAUSE = (
    "A lead and what it brings belong to the channel that captured it. That is credit, not cause: what a channel adds "
    "is the difference that a scenario without it makes (`leadflow compare`); `leadflow attribute` divides the "
    "credit in other ways."
)


def channels(details: Details | None, currency: str) -> Section:
    """The best return first; channels without spend last."""
    title = "Channels: what their spend brings"
    if details is None:
        return Section("channels", title, (WITHOUT,))
    names = list(dict.fromkeys(row.part for row in details.channels))
    by_metric = {id: {row.part: row for row in details.of_channels(id)} for id in CHANNEL_METRICS}
    returns = by_metric["program_roi"]
    known = [row for row in returns.values() if math.isfinite(row.mean)]
    order = sorted(names, key=lambda name: (_rank(returns.get(name)), not name))
    sizes = {
        id: max((abs(row.mean) for row in of.values() if math.isfinite(row.mean)), default=0.0)
        for id, of in by_metric.items()
    }
    units = {id: CATALOGUE[id].unit_in(currency) for id in CHANNEL_METRICS}
    counts = Table(
        "Channels in numbers, means",
        columns("channel", *(label(CATALOGUE[id].name, units[id], sizes[id]) for id in CHANNEL_METRICS)),
        tuple(
            Row((name or _NO_CHANNEL, *(
                Number(by_metric[id][name].mean, units[id], None if units[id] == "share" else sizes[id])
                if name in by_metric[id]
                else Number(math.nan)
                for id in CHANNEL_METRICS
            )))
            for name in order
        ),
        tuple(f"{CATALOGUE[id].name}: {CATALOGUE[id].definition}" for id in CHANNEL_METRICS[-3:]),
    )  # fmt: skip
    ranked = Table(
        f"{CATALOGUE['program_roi'].name} by channel",
        (
            *columns("channel", "mean", "lo95", "hi95", "p10", "p50", "p90", "place"),
            Column("in nine runs of ten"),
            Column("first in"),
        ),
        tuple(
            Row((
                name or _NO_CHANNEL,
                *(Number(value, "share") for value in (row.mean, row.lo95, row.hi95, row.p10, row.p50, row.p90)),
                *_place(row.place),
            ))
            for name in order if name in returns for row in (returns[name],)
        ),
        (
            INTERVAL,
            "Place: by the mean, and between which places the channel is in nine runs of ten; then in which share "
            "of the runs it is the first. Channels without spend have no return on it.",
        ),
    )  # fmt: skip
    return Section(
        "channels",
        title,
        (_NOT_CAUSE,),
        chart=channel_returns(known, CATALOGUE["program_roi"].name, _NO_CHANNEL) if known else None,
        legend="Dot: mean return on programme spend; dark line: 95 % interval of the mean; light band: p10 to p90, "
        "where four runs of five lie. Two channels whose bands overlap may change places from run to run.",
        behind=(ranked,),
        tables=(counts,),
    )


def _rank(row: PartRow | None) -> float:
    return math.inf if row is None or row.place is None else row.place.place


def _place(place: Place | None) -> tuple[str, str, Cell]:
    if place is None:
        return "-", "", ""
    low, high = place.lo90, place.hi90
    return f"{place.place}", f"{low}" if low == high else f"{low} to {high}", Number(place.first, "share")
