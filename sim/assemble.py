"""From what an engine recorded to the log: canonical order, the ledger, the reps' hours, the hidden truth."""

import numpy as np

from sim import rules
from sim.clock import worked_hours
from sim.funnel import Funnel
from sim.laws.effort import ramped
from sim.ledger import make_ledger
from sim.log import NOBODY, Entities, EntityType, Events, Log, Names, RepMonths, Truth, Window
from sim.plan import Plan
from sim.recorder import Recorded
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


def _events(recorded: Recorded) -> Events:
    rows = recorded.events
    # The sort is stable, so happenings of one kind to one entity at one instant keep the order in which they came.
    rows = rows[np.lexsort((rows["entity"], rows["kind"], rows["time"]))]
    return Events(
        time=rows["time"].copy(),
        kind=rows["kind"].astype(np.int64),
        entity=rows["entity"].astype(np.int64),
        visit=rows["visit"].astype(np.int64),
        actor=rows["actor"].astype(np.int64),
        stage=rows["stage"].astype(np.int64),
        reason=rows["reason"].astype(np.int64),
        amount=rows["amount"].copy(),
    )


def _entities(recorded: Recorded) -> Entities:
    rows = recorded.entities
    return Entities(
        id=np.arange(len(rows), dtype=np.int64),
        key=rows["key"].copy(),
        type=rows["type"].astype(np.int64),
        parent=rows["parent"].astype(np.int64),
        channel=rows["channel"].astype(np.int64),
        campaign=np.full(len(rows), NOBODY, dtype=np.int64),
        segment=rows["segment"].astype(np.int64),
        product=rows["product"].astype(np.int64),
        owner=rows["owner"].astype(np.int64),
        created=rows["created"].copy(),
    )


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
    leads = np.flatnonzero(entities.type == EntityType.LEAD).astype(np.int64)
    fit = np.empty(len(leads), dtype=np.int64)
    intent, score = np.empty(len(leads)), np.empty(len(leads))
    early = np.searchsorted(entities.created[leads], 0.0) if tables.run_in is not None else 0
    for world, part in ((tables.run_in or tables, slice(None, early)), (tables, slice(early, None))):
        rules.hidden(
            stream,
            entities.key[leads[part]],
            entities.channel[leads[part]],
            world.channel_fit,
            world.channel_intent,
            world.score_separation,
            world.score_intent,
            world.laws,
            world.knots,
            world.channel_score,
            fit[part],
            intent[part],
            score[part],
        )
    return Truth(leads, fit, intent, score)


def assemble(
    funnel: Funnel, plan: Plan, root: Plan, tables: Tables, names: Names, stream: int, recorded: Recorded
) -> Log:
    """The log of a run."""
    horizon = tables.horizon
    events, entities = _events(recorded), _entities(recorded)
    return Log(
        events=events,
        entities=entities,
        ledger=make_ledger(funnel, plan, root, tables, events, entities),
        reps=_reps(tables),
        names=names,
        window=Window(plan.start, horizon.counted, horizon.begins, horizon.ends, horizon.counted_edges, plan.currency),
        truth=_truth(tables, stream, entities),
    )
