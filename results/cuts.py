"""Cuts: a log taken apart by channel, campaign, segment, product or rep, so that every metric can be had of each part.

A part is a log of its own: the events, ledger lines and touches of the leads, opportunities and customers that belong
to it. Each belongs to one part or to none, so that counts and sums of the parts add up to the whole.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from results.facts import Facts
from results.metrics.catalogue import select
from results.metrics.metric import By, Dimension, Metric
from results.portion import portion
from results.spans import Floats, Ints, Spans
from sim.errors import InputError, Problem
from sim.log import NOBODY, EntityType, Kind, Log, Touches

__all__ = ["DIMENSIONS", "Cut", "by_part", "cuts", "divisible", "each_part", "facts_for", "values_of"]

DIMENSIONS: tuple[Dimension, ...] = ("channel", "campaign", "segment", "product", "rep")

_LABELS = {"channel": "channels", "campaign": "campaigns", "segment": "segments", "product": "products"}
_OPENERS = "sdr"
"""The team whose reps are told apart by the leads that they are given; the others own opportunities."""


@dataclass(frozen=True, eq=False)
class Cut:
    """One way to take a log apart."""

    by: Dimension
    team: str
    """The team whose reps are told apart; empty for other dimensions, and where a history names no teams."""
    names: tuple[str, ...]
    """What the parts are called."""
    entity: Ints
    """(entities,) the part of each, as place in `names`; `NOBODY` = none."""
    event: Ints
    """(events,) the same of each happening."""
    line: Ints
    """(lines,) and of each line of the ledger."""


def cuts(log: Log, by: Dimension) -> tuple[Cut, ...]:
    """A log's parts by a dimension: one cut, or one for every team of reps.

    An SDR's part is the leads that were routed to him, or else that he was the first to try, with all that came of
    them; the part of another rep is the opportunities that he owns, the leads that they came of or that he let lie, and
    what came of them. A dollar that belongs to nobody's lead belongs to whom it was paid for.
    """
    if by != "rep":
        names: tuple[str, ...] = getattr(log.names, _LABELS[by])
        return (_cut(log, by, "", names, getattr(log.entities, by).astype(np.int64)),)
    seats, team_of = log.names.seats, Facts(log).team_of_seat
    if not log.names.teams:
        return (_cut(log, by, "", seats, _owners(log, np.ones(len(seats), dtype=bool), False)),)
    found = []
    for number, team in enumerate(log.names.teams):
        members = np.flatnonzero(team_of == number)
        place = np.full(len(seats) + 1, NOBODY, dtype=np.int64)
        place[members] = np.arange(len(members))
        own = place[_owners(log, team_of == number, team == _OPENERS)]
        found.append(_cut(log, by, team, tuple(seats[seat] for seat in members), own, place))
    return tuple(found)


def each_part(log: Log, cut: Cut) -> Iterator[tuple[str, Facts]]:
    """Every part by name, and under "" what belongs to none, if there is anything."""
    places = [*range(len(cut.names)), NOBODY]
    events, lines = (_sorted_by(labels, places) for labels in (cut.event, cut.line))
    for place, rows, of_ledger in zip(places, events, lines, strict=True):
        if place != NOBODY or len(rows) or len(of_ledger):
            yield "" if place == NOBODY else cut.names[place], _part(log, cut, place, rows, of_ledger)


def by_part(log: Log, by: Dimension, ids: Iterable[str] | None = None) -> dict[str, dict[str, float]]:
    """Each metric by part over the counted window; of reps, those of all teams.

    What belongs to no part stands under "" if there is any, so that counts add up to the whole; reps, of whom each team
    divides the whole anew, have none. A metric that cannot be told apart so (pay by channel) is refused by InputError
    if named, and left out if not.
    """
    entries = divisible(by, ids)
    found: dict[str, dict[str, float]] = {entry.id: {} for entry in entries}
    whole = Facts(log)
    window = Spans.of(whole.window)
    for cut in cuts(log, by):
        parts = dict(each_part(log, cut))
        values = {entry.id: values_of(parts, whole, entry, cut, window) for entry in entries}
        rest = by != "rep" and any(values[entry.id].get("", 0.0) > 0 for entry in entries if not entry.denominator)
        for id, own in values.items():
            found[id] |= {name: float(value[0]) for name, value in own.items() if name or rest}
    return found


def divisible(by: By, ids: Iterable[str] | None = None) -> tuple[Metric, ...]:
    """The metrics of some ids (the default ones if none are named) that can be told apart so; by periods all can.

    InputError names those that were asked for and cannot.
    """
    entries = select(ids)
    if by == "window" or by == "month" or by == "quarter":
        return entries
    if ids is not None and (refused := [entry for entry in entries if by not in entry.cuts]):
        raise InputError(
            Problem(
                "metric",
                f"cannot be told apart by {by}",
                entry.id,
                f"it can by {', '.join(entry.cuts)}" if entry.cuts else "it can by month and quarter only",
            )
            for entry in refused
        )
    return tuple(entry for entry in entries if by in entry.cuts)


def values_of(parts: Mapping[str, Facts], whole: Facts, metric: Metric, cut: Cut, spans: Spans) -> dict[str, Floats]:
    """(spans,) a metric of every part; NaN where the whole log does not record what it needs."""
    if metric.lacks(whole):
        return {name: np.full(len(spans.begin), np.nan) for name in parts}
    return {
        name: np.asarray(metric.compute(own, spans), dtype=np.float64)
        for name, own in facts_for(parts, whole, metric, cut).items()
    }


def facts_for(parts: Mapping[str, Facts], whole: Facts, metric: Metric, cut: Cut) -> Mapping[str, Facts]:
    """The facts of which a metric of every part is computed.

    Reps' time and quotas are told apart by who acted, not by whose lead it was, and only within the metric's teams.
    """
    if not (metric.teams and cut.by == "rep"):
        return parts
    return {name: _alone(whole, name) for name in parts if name} if cut.team in metric.teams else {}


def _cut(log: Log, by: Dimension, team: str, names: tuple[str, ...], own: Ints, seats: Ints | None = None) -> Cut:
    """A cut by the part of each entity; of reps, `seats` (seats + 1,) gives the part of each."""
    events, ledger = log.events, log.ledger
    nobody = np.append(own, NOBODY)
    event, line = nobody[events.entity], nobody[ledger.entity]
    if by == "rep":
        place = np.append(np.arange(len(names)), NOBODY) if seats is None else seats
        for labels, table in ((event, events), (line, ledger)):
            free = table.entity == NOBODY
            labels[free] = place[table.actor[free]]
    elif by in ("channel", "campaign"):
        free = ledger.entity == NOBODY
        line[free] = getattr(ledger, by)[free]
    return Cut(by, team, names, own, event, line)


def _owners(log: Log, in_team: np.ndarray[tuple[int], np.dtype[np.bool_]], openers: bool) -> Ints:
    """(entities,) the seat of a team to which each belongs."""
    entities, events = log.entities, log.events
    whose = np.append(in_team, False)
    own = np.where(whose[entities.owner], entities.owner, NOBODY).astype(np.int64)
    if openers:
        # Of several values assigned to one place numpy keeps the last.
        for kind in (Kind.ATTEMPT, Kind.HANDED_OFF):
            rows = np.flatnonzero((events.kind == kind) & whose[events.actor])[::-1]
            own[events.entity[rows]] = events.actor[rows]
        lead = Facts(log).lead_of
        return np.where(lead == NOBODY, own, np.append(own, NOBODY)[lead])
    deals = np.flatnonzero((entities.type == EntityType.OPPORTUNITY) & (own != NOBODY))[::-1]
    lie = np.flatnonzero((events.kind == Kind.NEGLECTED) & whose[events.actor])
    own[events.entity[lie]] = events.actor[lie]
    leads = deals[entities.type[entities.parent[deals]] == EntityType.LEAD]
    leads = leads[entities.parent[leads] != NOBODY]
    own[entities.parent[leads]] = own[leads]
    for what in (EntityType.CUSTOMER, EntityType.ORDER):
        made = np.flatnonzero((entities.type == what) & (entities.parent != NOBODY))
        own[made] = own[entities.parent[made]]
    return own


def _sorted_by(labels: Ints, places: list[int]) -> list[Ints]:
    """For each place the rows that bear it, in order."""
    order = np.argsort(labels, kind="stable")
    begin, end = (np.searchsorted(labels[order], places, side) for side in ("left", "right"))
    return [order[first:last] for first, last in zip(begin.tolist(), end.tolist(), strict=True)]


def _part(log: Log, cut: Cut, place: int, events: Ints, lines: Ints) -> Facts:
    touched = None if log.touched is None else partial(_touches, log, cut, place)
    return portion(log, cut.entity == place, events, lines, touched)


def _touches(log: Log, cut: Cut, place: int) -> Touches:
    """A touch is its own channel's; of another part it is the lead's."""
    columns = {} if log.touches is None else log.touches.columns()
    label = columns["channel"] if cut.by == "channel" else np.append(cut.entity, NOBODY)[columns["entity"]]
    return Touches(**{name: column[label == place] for name, column in columns.items()})


def _alone(whole: Facts, seat: str) -> Facts:
    """The facts of a company in which one person is the whole of the team."""
    log = whole.log
    his = log.reps.person == log.names.seats.index(seat)
    reps = dataclasses.replace(log.reps, **{name: column[his] for name, column in log.reps.columns().items()})
    return Facts(dataclasses.replace(log, reps=reps))
