"""Overflow in the compiled engine: when it begins and ends, where leads go then; beside `sim.reference.overflow`."""

from sim.clock import is_open
from sim.draws import Purpose, turn, uniform
from sim.jit import inner
from sim.kernel.holds import hold_in, hold_out
from sim.kernel.layout import (
    JUDGE_OUTSIDE,
    LEAVE_HOLD,
    NIL,
    PASS_ON,
    Parameters,
    State,
    backlog_hours,
    before,
    contact,
    knots,
    laws,
    line,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.lives import be_judged, give_up, go_back
from sim.kernel.queues import wait
from sim.kernel.record import note, write
from sim.laws.outcomes import speed_to_lead
from sim.laws.overflow import KEEP, PUSH, REFUSE, SEND, backlog, load, overflows, reached, releases, too_full, way
from sim.log import NOBODY, Kind
from sim.rules import delay, held
from sim.seats import SDR
from sim.tables import REASONS

__all__ = ["divert", "judge_outside", "leave_hold", "settle"]

_BEGINS, _ENDS = int(Kind.OVERFLOW_BEGINS), int(Kind.OVERFLOW_ENDS)
_HELD, _OVERFLOWED = int(Kind.HELD), int(Kind.OVERFLOWED)
_HANDED_OFF, _REJECTED = int(Kind.HANDED_OFF), int(Kind.REJECTED)
_QUEUE_FULL, _UNREACHED, _OUT = (REASONS.index(name) for name in ("queue_full", "unreached", "unsubscribed"))
_P_TIME, _P_OUTCOME = int(Purpose.EXTERNAL_TIME), int(Purpose.EXTERNAL_OUTCOME)


@inner
def _look(p: Parameters, s: State) -> float:
    """Whether there is overflow now; returns the backlog for each SDR."""
    on, hours, each = False, backlog(line(s), backlog_hours(p)), 0.0
    if p.overflow_policy != PUSH:
        reps = 0
        for seat in range(s.seats_room):
            r = seat_at(s, seat)
            if r.team == SDR and r.present:
                reps += 1
        each = load(hours, reps)
        on = overflows(s.overflowing == 1, each, p.overflow_begins, p.overflow_ends)
    if on != (s.overflowing == 1):
        s.overflowing = 1 if on else 0
        if on:
            s.overflowed = min(s.overflowed, s.now)
        write(s, s.now, _BEGINS if on else _ENDS, NOBODY, 0, NOBODY, NOBODY, NOBODY, hours)
    return each


@inner
def settle(p: Parameters, s: State) -> int:
    """The teams have been handed their work, and the instant closes; returns a lead that is held no longer, or NIL."""
    each = _look(p, s)
    slot = s.held
    if slot == NIL or not releases(p.overflow_policy, s.overflowing == 1, _full(p, s), each, p.overflow_ends):
        return NIL
    _let_go(p, s, slot)
    # The end of its hold that was expected does not come.
    slot_at(s, slot).waits += 1
    s.closing = 1
    return int(slot)


@inner
def _let_go(p: Parameters, s: State, slot: int) -> None:
    """A lead is held no longer."""
    e = slot_at(s, slot)
    hold_out(s, slot)
    e.intent -= p.intent_decay * (s.now - e.begun)


@inner
def _full(p: Parameters, s: State) -> bool:
    """Whether the SDRs' queue has no room for a lead handed off now."""
    waiting, idle = 0, 0
    for n in range(len(line(s))):
        waiting += line(s)[n]
    if p.always or is_open(before(p), p.first_day, p.opens, p.closes, s.now):
        seat = team_at(s, SDR).head
        while seat != NIL:
            idle += 1
            seat = seat_at(s, seat).next
    return too_full(waiting, idle, p.queue_limit)


@inner
def divert(p: Parameters, s: State, slot: int) -> int:
    """An MQL goes to the SDRs, back to nurture, to the provider, or out."""
    _look(p, s)
    full = _full(p, s)
    if full:
        s.overflowed = min(s.overflowed, s.now)
    served = s.now >= s.overflowed + p.external_start_up
    to = way(p.overflow_policy, s.overflowing == 1, full, served, slot_at(s, slot).score, s.cutoff)
    if to == KEEP:
        return _hold(p, s, slot)
    if to == SEND:
        return _send_out(p, s, slot)
    if to == REFUSE:
        note(s, slot, _HANDED_OFF, NOBODY, NOBODY, NOBODY, 0.0)
        return give_up(s, slot, _QUEUE_FULL)
    return PASS_ON


@inner
def _hold(p: Parameters, s: State, slot: int) -> int:
    """A lead is held back."""
    e = slot_at(s, slot)
    note(s, slot, _HELD, NOBODY, NOBODY, NOBODY, 0.0)
    days, gone = held(p.stream, e.key, e.visit, p.unsubscribe, p.hold_at_most)
    e.cause = 1 if gone else 0
    e.begun = s.now
    hold_in(s, slot)
    return wait(s, slot, LEAVE_HOLD, s.now + days)


@inner
def leave_hold(p: Parameters, s: State, slot: int) -> int:
    """A lead that is held unsubscribes, or has been held long enough."""
    _let_go(p, s, slot)
    return give_up(s, slot, _OUT) if slot_at(s, slot).cause == 1 else PASS_ON


@inner
def _send_out(p: Parameters, s: State, slot: int) -> int:
    """The provider takes a lead."""
    e = slot_at(s, slot)
    note(s, slot, _OVERFLOWED, NOBODY, NOBODY, NOBODY, p.external_fee)
    days = delay(p.stream, e.key, _P_TIME, turn(e.visit, 0), laws(p), knots(p), p.external_law)
    e.speed = speed_to_lead((e.speed + days) * 24.0, p.speed_curve, p.speed_exponent, p.speed_scale)
    return wait(s, slot, JUDGE_OUTSIDE, s.now + days)


@inner
def judge_outside(p: Parameters, s: State, slot: int) -> int:
    """The provider has tried a lead."""
    e = slot_at(s, slot)
    if uniform(p.stream, e.key, _P_OUTCOME, turn(e.visit, 0)) < reached(contact(p), e.speed):
        return be_judged(p, s, slot, NOBODY, p.external_quality)
    note(s, slot, _REJECTED, NOBODY, NOBODY, _UNREACHED, 0.0)
    return go_back(p, s, slot, _UNREACHED)
