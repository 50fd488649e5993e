"""From what an engine recorded to the log: canonical order, the ledger, the reps' hours, the hidden truth."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.asked import asking_of
from sim.clock import hours_at
from sim.funnel import Funnel
from sim.laws.arrivals import LEAD, name_campaigns
from sim.laws.buyers import means
from sim.laws.effort import ramped
from sim.laws.opening import fit_in_nurture
from sim.ledger import make_ledger
from sim.log import (
    NOBODY,
    BuyersTruth,
    Coding,
    Entities,
    EntityType,
    Events,
    Kind,
    Log,
    Names,
    RepMonths,
    Terms,
    Truth,
    Window,
)
from sim.order import canonical
from sim.people import hours_away
from sim.plan import Plan
from sim.recorder import Recorded
from sim.seats import teams_of
from sim.stages import causes_of
from sim.tables import Tables
from sim.tables.prices import leaves_more
from sim.touches import Warmth, touches_of, warmth_of

__all__ = ["assemble", "make_names"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def make_names(funnel: Funnel, tables: Tables) -> Names:
    """Labels of a world's columns."""
    return Names(
        channels=tuple(funnel.channels),
        segments=tuple(funnel.segments),
        products=tuple(funnel.products),
        stages=tables.stage_names,
        reasons=tables.reasons,
        teams=teams_of(tables.seats),
        seats=tables.seats.names,
        campaigns=tables.campaign.campaign_names,
    )


def _entities(recorded: Recorded, tables: Tables, stream: int) -> Entities:
    """The entities table: the engine's rows seen as columns."""
    rows = recorded.entities
    return Entities(
        id=np.arange(len(rows)),
        key=rows["key"],
        type=rows["type"],
        parent=rows["parent"],
        channel=rows["channel"],
        campaign=_campaigns(rows, tables, stream),
        segment=rows["segment"],
        product=rows["product"],
        owner=rows["owner"],
        created=rows["created"],
    )


def _campaigns(rows: NDArray[Any], tables: Tables, stream: int) -> NDArray[np.int16]:
    """(entities,) campaign of each lead, and of what became of it, by the draws of `sim.arrivals`."""
    out = np.full(len(rows), NOBODY, dtype=np.int16)
    terms, first = tables.campaign, len(tables.channel_key)
    if not len(terms.campaign_channel):
        return out
    # Whom a customer brings comes by no campaign, and of who is there when the run begins none is known.
    comes = rows["created"] >= tables.horizon.begins
    born = np.flatnonzero((rows["type"] == EntityType.LEAD) & (rows["parent"] < 0) & comes)
    leads = np.zeros(len(born), dtype=LEAD)
    leads["time"], leads["key"] = rows["created"][born], rows["key"][born]
    leads["channel"] = leads["source"] = rows["channel"][born]
    begins = int(tables.horizon.begins)
    name_campaigns(stream, leads, begins, terms.campaign_channel, terms.campaign_share, first)
    out[born] = np.where(leads["source"] >= first, leads["source"] - first, NOBODY)
    # What came of a lead is of its campaign, however far it is from it.
    ends = (rows["type"] == EntityType.LEAD) | (rows["parent"] < 0)
    origin = np.where(ends, np.arange(len(rows)), rows["parent"])
    while (origin[origin] != origin).any():
        origin = origin[origin]
    return out[origin]


def _reps(tables: Tables) -> RepMonths:
    """Selling hours of every person in every counted month: s (Q(end) - Q(begin)) over the days that he is there.

    b counts the hours that he was at work: leave adds no selling hours, and nothing to his ramp.
    """
    seats, clock, edges = tables.seats, tables.clock, tables.horizon.counted_edges
    months = len(edges) - 1
    begin = np.maximum(edges[:-1], seats.hired[:, np.newaxis])
    end = np.minimum(edges[1:], seats.left[:, np.newaxis])
    worked = hours_at(clock, np.concatenate((begin.ravel(), end.ravel()))).reshape(2, len(seats.team), months)
    done = worked - tables.seat_hired[:, np.newaxis]
    if len(seats.away):
        done -= np.stack([hours_away(tables, at) for at in worked])
    # Without a ramp the work done is the hours worked.
    for seat in np.flatnonzero(tables.seat_ramp > 0.0):
        ramp = float(tables.seat_ramp[seat])
        done[:, seat] = [[ramped(float(b), ramp) for b in at] for at in done[:, seat]]
    hours = np.where(end > begin, tables.seat_share[:, np.newaxis] * (done[1] - done[0]), 0.0)
    person = np.repeat(np.arange(len(seats.team)), months)
    return RepMonths(
        seat=seats.seat[person],
        person=person,
        team=seats.team[person],
        hired=(seats.hired - seats.tenure)[person],
        left=seats.left[person],
        month=np.tile(np.arange(months), len(seats.team)),
        available_hours=hours.ravel(),
    )


def _worlds(tables: Tables, leads: Ints, entities: Entities) -> tuple[tuple[Tables, slice], ...]:
    """The run-in's terms and the plan's, each with the leads that are born under them."""
    early = np.searchsorted(entities.created[leads], 0.0) if tables.run_in is not None else 0
    return (tables.run_in or tables, slice(None, early)), (tables, slice(early, None))


def _latent(
    tables: Tables, stream: int, entities: Entities, events: Events, leads: Ints, warmth: Warmth
) -> tuple[Ints, Floats, Floats]:
    """(leads,) fit, intent and score."""
    fit = np.empty(len(leads), dtype=np.int64)
    intent, score = np.empty(len(leads)), np.empty(len(leads))
    campaign, own = entities.campaign[leads].astype(np.int64), entities.channel[leads].astype(np.int64)
    sources = np.where(campaign >= 0, campaign + len(tables.channel_key), own)
    for world, part in _worlds(tables, leads, entities):
        of_source = (world.campaign.source_fit, world.campaign.source_intent, world.campaign.source_score)
        stayed = _stayed(tables, events, entities)[leads[part]]
        if stayed.any():
            sources, of_source = _found(world, sources, stayed, *of_source)
        source_fit, source_intent, source_score = of_source
        rules.hidden(
            stream,
            entities.key[leads[part]],
            sources[part],
            source_fit,
            source_intent,
            world.score_separation,
            world.score_intent,
            world.laws,
            world.knots,
            source_score,
            warmth.captured[part],
            warmth.judged[part],
            fit[part],
            intent[part],
            score[part],
        )
    return fit, intent, score


def _cold(leads: Ints) -> Warmth:
    return Warmth(np.zeros(len(leads)), np.zeros(len(leads)))


def _fit(tables: Tables, stream: int, entities: Entities, events: Events) -> tuple[Ints, Ints]:
    """Leads, and whether each is of good fit; no touch decides on that."""
    leads = np.flatnonzero(entities.type == EntityType.LEAD).astype(np.int64)
    return leads, _latent(tables, stream, entities, events, leads, _cold(leads))[0]


def _truth(tables: Tables, stream: int, entities: Entities, events: Events) -> Truth:
    leads = np.flatnonzero(entities.type == EntityType.LEAD).astype(np.int64)
    warms = any(world.touch.warms for world in (tables, tables.run_in) if world is not None)
    warmth = warmth_of(tables, stream, events, entities) if warms else _cold(leads)
    fit, intent, score = _latent(tables, stream, entities, events, leads, warmth)
    if not any(world.buyers.asks for world in (tables.run_in or tables, tables)):
        return Truth(leads, fit, intent, score)
    budget, authority = np.ones((2, len(leads)), dtype=np.int64)
    for world, part in _worlds(tables, leads, entities):
        if world.buyers.asks:
            keys, good = entities.key[leads[part]], fit[part]
            means(
                stream, keys, good, world.buyers.has_budget, world.buyers.has_authority, budget[part], authority[part]
            )
    return BuyersTruth(leads, fit, intent, score, budget, authority)


def _stayed(tables: Tables, events: Events, entities: Entities) -> NDArray[np.float64]:
    """(entities,) days for which each has been in nurture when the run begins."""
    begins, out = tables.horizon.begins, np.zeros(len(entities))
    rows = (events.kind == Kind.NURTURE_ENTER) & (events.time < begins)
    out[events.entity[rows]] = begins - events.time[rows]
    return out


def _found(
    world: Tables, sources: NDArray[np.int64], stayed: NDArray[np.float64], fit: Any, intent: Any, score: Any
) -> tuple[NDArray[np.int64], tuple[Any, Any, Any]]:
    """Each lead that is in nurture when the run begins as a source of its own, with the share of good fit of those who
    have stayed as long; (leads,) sources, and what is known of each."""
    who = np.flatnonzero(stayed)
    own = sources[who]
    terms = (world.ready_good, world.ready_bad)
    shares = [fit_in_nurture(float(fit[of]), *terms, float(days)) for of, days in zip(own, stayed[who], strict=True)]
    named = sources.copy()
    named[who] = len(fit) + np.arange(len(who))
    return named, (np.append(fit, shares), np.append(intent, intent[own]), np.append(score, score[own]))


def _terms(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, stream: int) -> Terms:
    products = funnel.products.values()
    causes = {"stalled", *(cause for stage in funnel.stages.values() for cause in causes_of(funnel, stage))}
    teams = [plan.teams.of(name) for name in teams_of(tables.seats)]
    mix, margin = (np.array([getattr(product, name) for product in products]) for name in ("mix", "margin"))
    return Terms(
        sla=plan.handoff.sla,
        clock=tables.clock,
        quotas=tuple(None if team is None else team.quota for team in teams),
        high_margin=tuple(leaves_more(mix, margin).tolist()),
        new_products=tuple(product.new for product in products),
        acts=tuple((cause, driver.acts) for cause, driver in funnel.drivers.items()),
        term=funnel.customers.term,
        discount=plan.discount_rate,
        wallet=funnel.customers.wallet,
        market=tuple(_market_of(funnel, name) for name in funnel.segments),
        billed=plan.billing is not None,
        coding=Coding(
            coded=(root.reporting.coded, plan.reporting.coded),
            accuracy=(root.reporting.accuracy, plan.reporting.accuracy),
            causes=tuple(number for number, name in enumerate(tables.reasons) if name in causes),
            stream=stream,
        ),
        asking=asking_of(root, plan, stream),
        promised=plan.targets.mqls,
    )


def _market_of(funnel: Funnel, segment: str) -> tuple[float, float]:
    market = funnel.market.get(segment)
    return (np.nan, 1.0) if market is None or market.spend is None else (market.spend, market.growth)


def assemble(
    funnel: Funnel, plan: Plan, root: Plan, tables: Tables, names: Names, stream: int, recorded: Recorded
) -> Log:
    """The log of a run. It keeps the recorded entities, so they must not change afterwards."""
    horizon = tables.horizon
    events, entities = canonical(recorded.events), _entities(recorded, tables, stream)
    touched = any(world.touch.touches for world in (tables, tables.run_in) if world is not None)
    terms = _terms(funnel, plan, root, tables, stream)
    return Log(
        events=events,
        entities=entities,
        ledger=make_ledger(funnel, plan, root, tables, events, entities, terms.asking),
        reps=_reps(tables),
        names=names,
        window=Window(plan.start, horizon.counted, horizon.begins, horizon.ends, horizon.counted_edges, plan.currency),
        hidden=partial(_truth, tables, stream, entities, events),
        fitted=partial(_fit, tables, stream, entities, events),
        touched=partial(touches_of, tables, stream, events, entities) if touched else None,
        terms=terms,
    )
