"""From what an engine recorded to the log: canonical order, the ledger, the reps' hours, the hidden truth."""

import numpy as np

from sim import rules
from sim.clock import worked_hours
from sim.funnel import Funnel
from sim.laws.effort import ramped
from sim.ledger import make_ledger
from sim.log import NOBODY, Entities, EntityType, Events, Log, Names, RepMonths, Truth, Window
from sim.plan import Plan
from sim.recorder import Recorder
from sim.seats import TEAMS
from sim.tables import Tables

__all__ = ["assemble", "make_names"]


def make_names(funnel: Funnel, tables: Tables) -> Names:
    """Labels of a world's columns."""
    return Names(
        channels=tuple(funnel.channels),
        segments=tuple(funnel.segments),
        products=tuple(funnel.products),
        stages=tuple(funnel.stages),
        reasons=tables.reasons,
        teams=TEAMS,
        seats=tables.seats.names,
    )


def _events(recorder: Recorder) -> Events:
    rows = recorder.events
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    time, kind, entity, visit, actor, stage, reason, amount = columns
    times = np.array(time, dtype=np.float64)
    kinds, entities = np.array(kind, dtype=np.int64), np.array(entity, dtype=np.int64)
    # The sort is stable, so happenings of one kind to one entity at one instant keep the order in which they came.
    order = np.lexsort((entities, kinds, times))
    return Events(
        time=times[order],
        kind=kinds[order],
        entity=entities[order],
        visit=np.array(visit, dtype=np.int64)[order],
        actor=np.array(actor, dtype=np.int64)[order],
        stage=np.array(stage, dtype=np.int64)[order],
        reason=np.array(reason, dtype=np.int64)[order],
        amount=np.array(amount, dtype=np.float64)[order],
    )


def _entities(recorder: Recorder) -> Entities:
    rows = recorder.entities
    columns: list[tuple[float, ...]] = list(zip(*rows, strict=True)) if rows else [()] * 9
    ids, key, kind, parent, channel, segment, product, owner = (
        np.array(column, dtype=np.int64) for column in columns[:8]
    )
    campaign = np.full(len(ids), NOBODY, dtype=np.int64)
    created = np.array(columns[8], dtype=np.float64)
    return Entities(ids, key, kind, parent, channel, campaign, segment, product, owner, created)


def _reps(tables: Tables) -> RepMonths:
    """Selling hours of every seat in every counted month: s (Q(end) - Q(begin)) over the days on which it is filled."""
    seats, clock, edges = tables.seats, tables.clock, tables.horizon.counted_edges
    months = len(edges) - 1

    def full_speed_hours(seat: int, t: float) -> float:
        worked = worked_hours(clock.before, clock.first_day, clock.opens, clock.closes, t)
        return ramped(worked - float(tables.seat_hired[seat]), float(tables.seat_ramp[seat]))

    hours = np.zeros((len(seats.team), months))
    for seat in range(len(seats.team)):
        for month in range(months):
            begin, end = max(edges[month], seats.hired[seat]), min(edges[month + 1], seats.left[seat])
            if end > begin:
                done = full_speed_hours(seat, float(end)) - full_speed_hours(seat, float(begin))
                hours[seat, month] = tables.seat_share[seat] * done
    seat_column = np.repeat(np.arange(len(seats.team)), months)
    return RepMonths(
        seat=seat_column,
        person=seat_column,
        team=seats.team[seat_column],
        hired=seats.hired[seat_column],
        left=seats.left[seat_column],
        month=np.tile(np.arange(months), len(seats.team)),
        available_hours=hours.ravel(),
    )


def _truth(tables: Tables, stream: int, entities: Entities) -> Truth:
    leads = np.flatnonzero(entities.type == EntityType.LEAD)
    fit = np.empty(len(leads), dtype=np.int64)
    intent = np.empty(len(leads))
    score = np.empty(len(leads))
    rules.hidden(
        stream,
        entities.key[leads],
        entities.channel[leads],
        tables.channel_fit,
        tables.channel_intent,
        tables.score_separation,
        tables.score_intent,
        fit,
        intent,
        score,
    )
    return Truth(leads.astype(np.int64), fit, intent, score)


def assemble(
    funnel: Funnel, plan: Plan, root: Plan, tables: Tables, names: Names, stream: int, recorder: Recorder
) -> Log:
    """The log of a run."""
    horizon = tables.horizon
    events, entities = _events(recorder), _entities(recorder)
    return Log(
        events=events,
        entities=entities,
        ledger=make_ledger(funnel, plan, root, tables, events, entities),
        reps=_reps(tables),
        names=names,
        window=Window(plan.start, horizon.counted, horizon.begins, horizon.ends, horizon.counted_edges, plan.currency),
        truth=_truth(tables, stream, entities),
    )
