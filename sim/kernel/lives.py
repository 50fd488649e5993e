"""A life in the compiled engine, up to the acceptance of a lead: the counterpart of `sim.reference`, turn by turn.

Every function is called at an instant and returns the turn to take next, or `REST` if the slot now waits for an event;
the order of calls to rules, queues and the agenda is that of the SimPy engine. (A turn that called the next would hold
the code of all that can follow, and be compiled with it.)
"""

import math

from sim.agenda import Queue
from sim.draws import Purpose, turn
from sim.jit import inner
from sim.kernel.buyers import has_profile, is_accepted, know, seen, worth_keeping
from sim.kernel.layout import (
    ASK_FOR_USES,
    DIVERT,
    ENTER_NURTURE,
    HAND_OFF,
    JUDGE_ATTEMPT,
    LEAVE_NURTURE,
    LOOK,
    NONE,
    OPEN,
    PASS_ON,
    REST,
    RETRY,
    STEP,
    UNOWNED,
    UNTRIED,
    WAIT_TO_PASS,
    Parameters,
    State,
    before,
    channel_at,
    contact,
    judged_at,
    knots,
    laws,
    mix,
    offsets,
    rejection_reason,
    rejections,
    seat_at,
    shares,
    slot_at,
    source_fit,
    source_intent,
    steps,
)
from sim.kernel.queues import schedule, wait
from sim.kernel.record import enter_entity, free_slot, new_slot, note, occupy, rename
from sim.kernel.routing import route
from sim.kernel.teams import ability, ask, leave_line, wait_for_ae, work
from sim.kernel.touches import intent_now
from sim.laws.handoff import arrives, goes_back, rejection
from sim.laws.outcomes import speed_to_lead
from sim.laws.people import reaching
from sim.log import NOBODY, EntityType, Kind
from sim.reviews import ACCEPTED, QUALIFIED, REJECTED
from sim.rules import (
    LOST_INTEREST,
    READY,
    UNSUBSCRIBED,
    attempt,
    category,
    delay,
    due,
    fits,
    nurture,
    points,
    qualifies,
)
from sim.seats import SDR
from sim.tables import NOTHING, REASONS

__all__ = [
    "after_attempt",
    "be_born",
    "be_judged",
    "be_tried",
    "draw_stay",
    "enter_nurture",
    "give_up",
    "go_back",
    "hand_off",
    "leave_nurture",
    "lose_patience",
    "pass_on",
    "passing",
    "retry",
    "step",
]

_LEAD = int(EntityType.LEAD)
_SLA, _PATIENCE = int(Queue.SLA), int(Queue.PATIENCE)
_READY, _OUT, _RELEASED, _UNREACHED, _NO_ATTEMPT, _NO_AE, _LOST_IN_TRANSIT = (
    REASONS.index(name)
    for name in ("ready", "unsubscribed", "released", "unreached", "no_attempt", "no_ae", "lost_in_transit")
)
_P_SEGMENT, _P_PRODUCT, _P_STEP = int(Purpose.SEGMENT), int(Purpose.PRODUCT), int(Purpose.STEP)
_P_SDR_PATIENCE, _P_AE_PATIENCE = int(Purpose.SDR_PATIENCE), int(Purpose.AE_PATIENCE)
_CAPTURED, _MQL = int(Kind.CAPTURED), int(Kind.MQL)
_NURTURE_ENTER, _NURTURE_EXIT, _HANDED_OFF = int(Kind.NURTURE_ENTER), int(Kind.NURTURE_EXIT), int(Kind.HANDED_OFF)
_ATTEMPT, _CONVERSATION = int(Kind.ATTEMPT), int(Kind.CONVERSATION)
_ACCEPTED, _REJECTED, _RECYCLED = int(Kind.ACCEPTED), int(Kind.REJECTED), int(Kind.RECYCLED)
_WENT_COLD, _WITHDRAWN = int(Kind.WENT_COLD), int(Kind.WITHDRAWN)


@inner
def be_born(p: Parameters, s: State, time: float, channel: int, source: int, key: int, parent: int) -> int:
    """A lead is captured, by its channel or a campaign (source), or brought by a customer (parent); returns its slot,
    whose first turn is `STEP`."""
    stream = p.stream
    segment = category(stream, key, _P_SEGMENT, shares(p)[channel])
    product = category(stream, key, _P_PRODUCT, mix(p))
    slot = new_slot(s, channel, segment, product, fits(stream, key, source_fit(p)[source]))
    occupy(s, slot)
    rename(s, slot, enter_entity(s, slot, key, _LEAD, parent, NOBODY, time), key)
    know(p, s, slot)
    e = slot_at(s, slot)
    e.intent = source_intent(p)[source]
    e.captured = time
    e.lead_key = key
    note(s, slot, _CAPTURED, NOBODY, NOBODY, NOBODY, 0.0)
    return slot


@inner
def step(p: Parameters, s: State, slot: int) -> int:
    """The delays before the first judgement, as far as these parameters reach, in one event; or the judgement."""
    e = slot_at(s, slot)
    time, n = s.now, e.count
    # A delay that begins after these parameters end follows the next ones.
    while n < p.steps_room and (n == e.count or time < s.until):
        time += delay(p.stream, e.key, _P_STEP, turn(0, n), laws(p), knots(p), steps(p)[n])
        n += 1
    if n > e.count:
        e.count = n
        return wait(s, slot, STEP, time)
    channel = channel_at(p, e.channel)
    certain = not math.isnan(channel.mql)
    qualified = certain and qualifies(p.stream, e.key, channel.mql, 0.0, 0.0)
    # The score of a lead that is let go at once is never asked for.
    if qualified or not certain or p.release_after > 0.0:
        intent = intent_now(p, s, slot)
        e.points = points(
            p.stream, e.key, p.score_separation, p.score_intent, e.fit == 1, intent, laws(p), knots(p), channel.score
        )
        e.score = e.points + offsets(s)[e.channel]
    if p.profiled and not has_profile(p, s, slot):
        return ENTER_NURTURE
    if qualified or (not certain and qualifies(p.stream, e.key, channel.mql, e.score, s.threshold + channel.shift)):
        return ASK_FOR_USES if p.actions else HAND_OFF
    return ENTER_NURTURE


@inner
def enter_nurture(p: Parameters, s: State, slot: int) -> int:
    """A stay in nurture begins."""
    e = slot_at(s, slot)
    e.visit += 1
    note(s, slot, _NURTURE_ENTER, NOBODY, NOBODY, NOBODY, 0.0)
    draw_stay(p, s, slot, 0.0)
    if e.hours <= 0.0:
        return LEAVE_NURTURE
    # Whom sales has given back comes again when it is ready.
    if p.looks and e.recycled == 0:
        e.since, e.due = s.now, s.now + e.hours
        return LOOK
    return wait(s, slot, LEAVE_NURTURE, s.now + e.hours)


@inner
def draw_stay(p: Parameters, s: State, slot: int, stayed: float) -> None:
    """Draw how a stay in nurture ends, and the days until then; stayed: days of it that are over when the run begins,
    of which hazards know nothing, but a release does."""
    e = slot_at(s, slot)
    ready = p.ready_good if e.fit == 1 else p.ready_bad
    if p.profiled and not has_profile(p, s, slot):
        ready = 0.0
    keep = p.release_after
    if p.by_value and keep > 0.0:
        keep = min(keep, worth_keeping(p, s, slot))
    keep = max(keep - stayed, 0.0)
    days, outcome = nurture(p.stream, e.key, e.visit, ready, p.unsubscribe, p.decay, keep)
    reason = _READY if outcome == READY else (_OUT if outcome == UNSUBSCRIBED else _RELEASED)
    e.cause = p.decay_reason if outcome == LOST_INTEREST else reason
    e.hours = days


@inner
def leave_nurture(p: Parameters, s: State, slot: int) -> int:
    """A stay in nurture is over."""
    e = slot_at(s, slot)
    e.intent -= p.intent_decay * e.hours
    reason = e.cause
    note(s, slot, _NURTURE_EXIT, NOBODY, NOBODY, reason, 0.0)
    if reason == _READY:
        return HAND_OFF
    return give_up(s, slot, reason)


@inner
def give_up(s: State, slot: int, reason: int) -> int:
    """A lead leaves the funnel."""
    note(s, slot, _WITHDRAWN, NOBODY, NOBODY, reason, 0.0)
    free_slot(s, slot)
    return REST


@inner
def hand_off(p: Parameters, s: State, slot: int) -> int:
    """An MQL is to be handed to sales development."""
    slot_at(s, slot).speed = 0.0
    note(s, slot, _MQL, NOBODY, NOBODY, NOBODY, 0.0)
    if s.remembers:
        e = slot_at(s, slot)
        e.score = e.points + offsets(s)[e.channel]
        _keep(s, slot, e.score, QUALIFIED)
    return WAIT_TO_PASS if p.delays else passing(p)


@inner
def passing(p: Parameters) -> int:
    """The turn of a lead whose handoff is due."""
    return DIVERT if p.diverts else PASS_ON


@inner
def _keep(s: State, slot: int, score: float, verdict: int) -> None:
    """Write down a judgement, for managers."""
    row = judged_at(s, s.judgements)
    s.judgements += 1
    row.time = s.now
    row.score = score
    row.channel = slot_at(s, slot).channel
    row.verdict = verdict


@inner
def pass_on(p: Parameters, s: State, slot: int) -> int:
    """A lead is handed to sales development."""
    now, e = s.now, slot_at(s, slot)
    lost = p.transit_loss > 0.0 and not arrives(p.stream, e.key, e.visit, p.transit_loss)
    e.owner = NOBODY if lost else route(p, s, slot, SDR, p.sdr_routing, 0)
    note(s, slot, _HANDED_OFF, e.owner, NOBODY, NOBODY, 0.0)
    if lost:
        return give_up(s, slot, _LOST_IN_TRANSIT)
    e.count = 0
    e.urgent = 0
    e.phase = UNTRIED
    e.since = now
    e.hours = -1.0
    ask(p, s, slot, SDR)
    patience = delay(p.stream, e.key, _P_SDR_PATIENCE, turn(e.visit, 0), laws(p), knots(p), p.sdr_patience)
    e.due = now + patience
    schedule(s, e.due, _PATIENCE, e.id, 2 * e.visit, slot)
    if p.breach != NOTHING:
        promised = due(before(p), p.first_day, p.opens, p.closes, now, p.sla)
        schedule(s, promised, _SLA, e.id, e.visit, slot)
    return REST


@inner
def be_tried(p: Parameters, s: State, slot: int) -> None:
    """An SDR begins an attempt, or goes on with one that another left."""
    e = slot_at(s, slot)
    if e.hours < 0.0:
        e.urgent = 0
        if e.count == 0:
            seat_at(s, e.seat).tried += 1
            waited = (s.now - e.since + e.speed) * 24.0
            e.speed = speed_to_lead(waited, p.speed_curve, p.speed_exponent, p.speed_scale)
        e.phase = JUDGE_ATTEMPT
        note(s, slot, _ATTEMPT, e.seat, NOBODY, NOBODY, 0.0)
        reached, hours = attempt(
            p.stream,
            e.key,
            e.visit,
            e.count,
            contact(p),
            reaching(e.speed, ability(p, s, e.seat)),
            laws(p),
            knots(p),
            p.attempt_law,
            p.conversation_law,
            p.sdr_coding,
        )
        e.cause = 1 if reached else 0
        e.hours = hours
    work(p, s, slot)


@inner
def after_attempt(p: Parameters, s: State, slot: int) -> int:
    """An attempt is over: its lead is judged, tried again later, or goes back."""
    e = slot_at(s, slot)
    if e.cause == 1:
        return be_judged(p, s, slot, e.seat, 1.0)
    e.count += 1
    if e.count < p.contact_room:
        return wait(s, slot, RETRY, due(before(p), p.first_day, p.opens, p.closes, s.now, p.spacing))
    note(s, slot, _REJECTED, NOBODY, NOBODY, _UNREACHED, 0.0)
    return go_back(p, s, slot, _UNREACHED)


@inner
def retry(p: Parameters, s: State, slot: int) -> int:
    """The next attempt is due."""
    e = slot_at(s, slot)
    e.since = s.now
    e.hours = -1.0
    e.phase = JUDGE_ATTEMPT
    ask(p, s, slot, SDR)
    return REST


@inner
def be_judged(p: Parameters, s: State, slot: int, seat: int, quality: float) -> int:
    """A lead that somebody (an SDR or, as nobody, the provider) has talked to is judged by sales."""
    now, e = s.now, slot_at(s, slot)
    note(s, slot, _CONVERSATION, seat, NOBODY, NOBODY, 0.0)
    accepted = is_accepted(p, s, slot, seat, quality)
    if s.remembers and e.visit == 0:
        _keep(s, slot, e.points, ACCEPTED if accepted else REJECTED)
    if not accepted:
        reason = rejection_reason(p)[rejection(p.stream, e.key, e.visit, rejections(p)[1 if seen(p, s, slot) else 0])]
        note(s, slot, _REJECTED, seat, NOBODY, reason, 0.0)
        return go_back(p, s, slot, reason)
    note(s, slot, _ACCEPTED, seat, NOBODY, NOBODY, 0.0)
    if seat != NOBODY:
        seat_at(s, seat).succeeded += 1
    if s.pooled:
        e.owner = NOBODY
        return OPEN
    e.phase = UNOWNED
    e.since = now
    wait_for_ae(p, s, slot)
    patience = delay(p.stream, e.key, _P_AE_PATIENCE, turn(e.visit, 0), laws(p), knots(p), p.ae_patience)
    schedule(s, now + patience, _PATIENCE, e.id, 2 * e.visit + 1, slot)
    return REST


@inner
def go_back(p: Parameters, s: State, slot: int, reason: int) -> int:
    """A rejected or unreached lead returns to nurture, if it still may."""
    e = slot_at(s, slot)
    if not goes_back(p.stream, e.key, e.visit, e.recycled, p.recycles, p.recycle_share):
        return give_up(s, slot, reason)
    e.recycled += 1
    note(s, slot, _RECYCLED, NOBODY, NOBODY, reason, 0.0)
    return ENTER_NURTURE


@inner
def lose_patience(s: State, slot: int, n: int) -> None:
    """A lead's patience ends; it goes cold if it still waits for what the patience was for."""
    e = slot_at(s, slot)
    reason = _NO_AE if n & 1 else _NO_ATTEMPT
    if e.phase != (UNOWNED if n & 1 else UNTRIED) or 2 * e.visit + (n & 1) != n:
        return
    if n & 1:
        s.waiting -= 1
    else:
        if e.owner != NOBODY:
            seat_at(s, e.owner).waiting -= 1
        leave_line(s, slot)
        if s.watched:
            s.closing = 1
    e.task = NONE
    e.phase = REST
    note(s, slot, _WENT_COLD, NOBODY, NOBODY, reason, 0.0)
    give_up(s, slot, reason)
