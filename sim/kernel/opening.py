"""What a run begins with in the compiled engine: leads and customers of a snapshot take up their lives where they
stand (deals: `sim.kernel.deals.warm_start`).

The counterpart of `sim.reference.opening`.
"""

import math

from sim.agenda import Queue
from sim.draws import Purpose, Tag, child_key, turn, uniform
from sim.jit import compiled, inner
from sim.kernel.buyers import know
from sim.kernel.customers import HERE, WAKES
from sim.kernel.layout import (
    LEAVE_NURTURE,
    LOOK,
    RENEW,
    STEP,
    TEND,
    UNTRIED,
    Floats,
    Ints,
    Parameters,
    Records,
    State,
    before,
    channel_at,
    code,
    execute,
    knots,
    laws,
    mix,
    offsets,
    slot_at,
    source_fit,
    source_intent,
    steps,
)
from sim.kernel.lives import draw_stay
from sim.kernel.queues import schedule, wait
from sim.kernel.record import enter_entity, new_slot, occupy, rename, write
from sim.kernel.routing import route
from sim.kernel.teams import ask
from sim.kernel.touches import intent_now
from sim.laws.happenings import feels
from sim.laws.opening import fit_in_nurture, patience_left, way_left
from sim.log import NOBODY, EntityType, Kind
from sim.rules import category, due, fits, points
from sim.seats import SDR
from sim.snapshot import CAPTURED, HANDED_OFF, LEAD_STATES, NURTURE, OPEN
from sim.tables import NOTHING

__all__ = ["open_customers", "open_leads"]

_LEAD, _DEAL = int(EntityType.LEAD), int(EntityType.OPPORTUNITY)
_CUSTOMER, _ORDER = int(EntityType.CUSTOMER), int(EntityType.ORDER)
_TAG_CUSTOMER, _TAG_ORDER = int(Tag.CUSTOMER), int(Tag.ORDER)
_SLA, _PATIENCE = int(Queue.SLA), int(Queue.PATIENCE)
_P_PRODUCT, _P_SDR_PATIENCE = int(Purpose.PRODUCT), int(Purpose.SDR_PATIENCE)
_CAPTURED, _MQL, _HANDED_OFF = int(Kind.CAPTURED), int(Kind.MQL), int(Kind.HANDED_OFF)
_NURTURE_ENTER, _OPENED = int(Kind.NURTURE_ENTER), int(Kind.OPENED)
_IS_CAPTURED, _IS_OPEN, _IN_NURTURE, _IS_HANDED_OFF = (
    LEAD_STATES.index(state) for state in (CAPTURED, OPEN, NURTURE, HANDED_OFF)
)
_WON, _RENEWED = int(Kind.WON), int(Kind.RENEWED)


@compiled
def open_leads(world: Records, state: Records, keys: Ints, labels: Ints, created: Floats, ages: Floats) -> None:
    """Put the leads that wait into their states, in the order of (created, key).

    labels: (leads, 3) channel, segment, place in `LEAD_STATES`; ages: (leads,) days in that state.
    """
    p, s = world[0], state[0]
    stream = p.stream
    for row in range(len(keys)):
        channel, key, there, days = labels[row, 0], keys[row], labels[row, 2], ages[row]
        if there in (_IS_CAPTURED, _IS_OPEN):
            terms, delays = channel_at(p, channel), steps(p)[: p.steps_room]
            sold_to = 1.0 if there == _IS_CAPTURED else terms.mql * terms.sql
            days, gone = way_left(stream, key, laws(p), knots(p), delays, days, sold_to)
            there = _IN_NURTURE if gone else there
        share = source_fit(p)[channel]
        if there == _IN_NURTURE:
            share = fit_in_nurture(share, p.ready_good, p.ready_bad, days)
        product = category(stream, key, _P_PRODUCT, mix(p))
        slot = new_slot(s, channel, labels[row, 1], product, fits(stream, key, share))
        occupy(s, slot)
        rename(s, slot, enter_entity(s, slot, key, _LEAD, NOBODY, NOBODY, created[row]), key)
        know(p, s, slot)
        e = slot_at(s, slot)
        e.intent, e.captured, e.lead_key = source_intent(p)[channel], created[row], key
        intent = intent_now(p, s, slot)
        law = channel_at(p, channel).score
        e.points = points(stream, key, p.score_separation, p.score_intent, e.fit == 1, intent, laws(p), knots(p), law)
        e.score = e.points + offsets(s)[channel]
        write(s, created[row], _CAPTURED, e.id, 0, NOBODY, NOBODY, NOBODY, 0.0)
        if there == _IN_NURTURE:
            _stay_on(p, s, slot, days)
        elif there == _IS_HANDED_OFF:
            _wait_on(p, s, slot, days)
        else:
            e.count = p.steps_room
            wait(s, slot, STEP, s.now + days)


@inner
def _stay_on(p: Parameters, s: State, slot: int, stayed: float) -> None:
    """A lead stays in nurture for the rest of its time."""
    e = slot_at(s, slot)
    e.visit = 1
    write(s, s.now - stayed, _NURTURE_ENTER, e.id, 1, NOBODY, NOBODY, NOBODY, 0.0)
    e.intent -= p.intent_decay * stayed
    draw_stay(p, s, slot, stayed)
    if e.hours > 0.0 and p.looks:
        e.since, e.due = s.now, s.now + e.hours
        # Nothing happens before the run has begun.
        wait(s, slot, LOOK, s.now)
    else:
        wait(s, slot, LEAVE_NURTURE, s.now + e.hours)


@inner
def _wait_on(p: Parameters, s: State, slot: int, waited: float) -> None:
    """A lead waits on for its first attempt."""
    e, since = slot_at(s, slot), s.now - waited
    write(s, since, _MQL, e.id, 0, NOBODY, NOBODY, NOBODY, 0.0)
    e.owner = route(p, s, slot, SDR, p.sdr_routing, 0)
    write(s, since, _HANDED_OFF, e.id, 0, e.owner, NOBODY, NOBODY, 0.0)
    e.speed, e.hours, e.since, e.phase = 0.0, -1.0, since, UNTRIED
    ask(p, s, slot, SDR)
    u = uniform(p.stream, e.key, _P_SDR_PATIENCE, turn(0, 0))
    e.due = s.now + patience_left(laws(p), knots(p), p.sdr_patience, waited, u)
    schedule(s, e.due, _PATIENCE, e.id, 0, slot)
    if p.breach != NOTHING:
        # It is late at the beginning of the run at the earliest.
        promised = max(due(before(p), p.first_day, p.opens, p.closes, since, p.sla), s.now)
        schedule(s, promised, _SLA, e.id, 0, slot)


@compiled
def open_customers(
    world: Records, state: Records, keys: Ints, labels: Ints, created: Floats, amounts: Floats, renews_in: Floats
) -> None:
    """Give customers the rest of their terms, in the order of (created, key).

    labels: (customers, 5) channel, segment, product, owner, terms renewed; amounts: a year; renews_in: days.
    """
    p, s = world[0], state[0]
    stream, now = p.stream, s.now
    for row in range(len(keys)):
        channel, key, amount = labels[row, 0], keys[row], amounts[row]
        owner, renewed, left = labels[row, 3], labels[row, 4], renews_in[row]
        begun = now + left - (renewed + 1) * p.term
        slot = new_slot(s, channel, labels[row, 1], labels[row, 2], fits(stream, key, channel_at(p, channel).fit))
        occupy(s, slot)
        deal = enter_entity(s, slot, key, _DEAL, NOBODY, owner, created[row])
        write(s, created[row], _OPENED, deal, 0, NOBODY, NOBODY, NOBODY, amount)
        write(s, created[row], _WON, deal, 0, NOBODY, p.sold - 1, NOBODY, amount)
        own = child_key(key, _TAG_CUSTOMER, 0)
        number = enter_entity(s, slot, own, _CUSTOMER, deal, owner, begun)
        enter_entity(s, slot, child_key(own, _TAG_ORDER, 0), _ORDER, number, owner, begun)
        for n in range(renewed):
            write(s, now + left - (renewed - n) * p.term, _RENEWED, number, n, NOBODY, NOBODY, NOBODY, amount)
        rename(s, slot, number, own)
        e = slot_at(s, slot)
        e.amount, e.owner, e.visit = amount, owner, renewed
        if not p.tends:
            wait(s, slot, RENEW, now + left)
            continue
        e.eta = feels(stream, own)
        e.begun, e.due, e.hours = now, now + left, math.inf
        e.points = amount / p.wallet if p.wallet > 0.0 else math.inf
        e.owned = 1 << e.product
        e.cause, e.count = HERE, WAKES
        execute(code(s)[TEND], p, s, slot)
