"""Who comes and goes in the compiled engine, for good or on leave, and what changes hands then or under a new plan."""

from sim.agenda import Queue
from sim.clock import is_open, next_opening, worked_hours
from sim.jit import compiled, inner
from sim.kernel.layout import (
    CHANGE_HEADS,
    NIL,
    REST,
    WAITING,
    Floats,
    Ints,
    Parameters,
    Records,
    State,
    absences,
    before,
    code,
    execute,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.prospecting import end_spell
from sim.kernel.queues import join_queue, next_in, schedule
from sim.kernel.quotas import begin_period
from sim.kernel.record import write
from sim.kernel.teams import ask, idle_in, idle_out, least_loaded, pause, take
from sim.laws.overflow import PUSH
from sim.laws.routing import NOT_ROUTED
from sim.log import NOBODY, Kind
from sim.seats import AE, AM, SDR
from sim.tables import NO_LIMIT

__all__ = ["adopt", "change_heads", "open_day", "plan_reviews", "staff"]

_REVIEW, _HEADS, _OPENING = int(Queue.REVIEW), int(Queue.HEADS), int(Queue.OPENING)
_SIGNING = int(Queue.SIGNING)
_HIRED, _LEFT, _REASSIGNED = int(Kind.HIRED), int(Kind.LEFT), int(Kind.REASSIGNED)
_ON_LEAVE, _BACK = int(Kind.AWAY), int(Kind.BACK)

_COMES, _LEAVES, _PASSES_ON, _AWAY = range(4)
"""Numbers of a rep's changes at one instant; his leaves follow in pairs, away and back."""


@compiled
def staff(world: Records, state: Records, hired: Floats, left: Floats) -> None:
    """Fill the seats of the first day and plan the changes of the others; (W,) days."""
    p, s = world[0], state[0]
    for seat in range(len(hired)):
        if hired[seat] <= s.now:
            execute(code(s)[CHANGE_HEADS], p, s, seat << 16)
        else:
            schedule(s, hired[seat], _HEADS, seat, 0, seat)
        schedule(s, left[seat], _HEADS, seat, 1, seat)
    begin_period(p, s, 0)
    open_day(p, s, 0)
    if p.daily:
        schedule(s, s.now, _SIGNING, 0, 0, NIL)


@compiled
def plan_reviews(state: Records, days: Floats) -> None:
    """Put reviews on the agenda; (reviews,) days."""
    for n in range(len(days)):
        schedule(state[0], days[n], _REVIEW, 0, n, NIL)


@inner
def open_day(p: Parameters, s: State, n: int) -> None:
    """The n-th working day begins; a calendar that never closes has one."""
    if is_open(before(p), p.first_day, p.opens, p.closes, s.now):
        s.closing = 1
    if not p.always:
        schedule(s, next_opening(before(p), p.first_day, p.opens, s.now), _OPENING, 0, n, NIL)


@inner
def change_heads(p: Parameters, s: State, change: int) -> int:
    """A rep comes or leaves, a leaver's opportunities pass on, or a rep goes on leave and comes back; nothing follows.

    change: his seat and which change it is, as the agenda ranks them.
    """
    seat, n = change >> 16, change & 0xFFFF
    if n == _COMES:
        _come(p, s, seat)
    elif n == _LEAVES:
        _leave(p, s, seat)
    elif n == _PASSES_ON:
        _pass_on(p, s, seat)
    elif (n - _AWAY) & 1:
        _come_back(p, s, seat, n)
    else:
        _go_away(p, s, seat, n)
    return REST


@inner
def _come(p: Parameters, s: State, seat: int) -> None:
    """A seat is filled."""
    r = seat_at(s, seat)
    write(s, s.now, _HIRED, NOBODY, 0, seat, NOBODY, NOBODY, r.booked)
    r.present = 1
    idle_in(s, seat)
    s.closing = 1
    if r.team == AE and not s.pooled:
        _divide(p, s, NOBODY)
    _plan_leave(p, s, seat, _AWAY)


@inner
def _plan_leave(p: Parameters, s: State, seat: int, n: int) -> None:
    r = seat_at(s, seat)
    if r.absence < r.absences:
        schedule(s, absences(p)[r.absence, 0], _HEADS, seat, n, seat)


@inner
def _go_away(p: Parameters, s: State, seat: int, n: int) -> None:
    """A rep goes on leave: his task in hand waits with its remaining hours, for him if it is his own."""
    r = seat_at(s, seat)
    write(s, s.now, _ON_LEAVE, NOBODY, 0, seat, NOBODY, NOBODY, 0.0)
    _stop(p, s, seat)
    r.away = 1
    schedule(s, absences(p)[r.absence, 1], _HEADS, seat, n + 1, seat)


@inner
def _come_back(p: Parameters, s: State, seat: int, n: int) -> None:
    """A rep comes back from leave, which adds nothing to his ramp."""
    r = seat_at(s, seat)
    write(s, s.now, _BACK, NOBODY, 0, seat, NOBODY, NOBODY, 0.0)
    begin = worked_hours(before(p), p.first_day, p.opens, p.closes, absences(p)[r.absence, 0])
    end = worked_hours(before(p), p.first_day, p.opens, p.closes, absences(p)[r.absence, 1])
    r.lost += end - begin
    r.hired = r.began + r.lost
    r.absence += 1
    r.away = 0
    r.present = 1
    idle_in(s, seat)
    s.closing = 1
    if r.team == AE and not s.pooled:
        _divide(p, s, NOBODY)
    _plan_leave(p, s, seat, n + 1)


@inner
def _leave(p: Parameters, s: State, seat: int) -> None:
    """A rep leaves: the task in hand goes back with its remaining hours, his opportunities to other AEs."""
    r = seat_at(s, seat)
    write(s, s.now, _LEFT, NOBODY, 0, seat, NOBODY, NOBODY, 0.0)
    r.away = 0
    if r.present:
        _stop(p, s, seat)
    if r.team == AE and not s.pooled and p.handover > 0.0:
        schedule(s, s.now + p.handover, _HEADS, seat, _PASSES_ON, seat)
    else:
        _pass_on(p, s, seat)


@inner
def _pass_on(p: Parameters, s: State, seat: int) -> None:
    """What a rep left behind goes to others."""
    r = seat_at(s, seat)
    _give_back(p, s, seat)
    if r.team == AE and not s.pooled:
        _divide(p, s, seat)


@inner
def _stop(p: Parameters, s: State, seat: int) -> None:
    """A rep stops working: the task in hand waits with its remaining hours, for its owner or for whoever is free.

    So do the leads of an SDR, while an AE's opportunities wait for him.
    """
    r = seat_at(s, seat)
    r.present = 0
    if r.prospects:
        end_spell(p, s, seat)
    if s.watched:
        s.closing = 1
    slot = r.busy
    if r.team == SDR:
        _give_back(p, s, seat)
    if slot == NIL:
        idle_out(s, seat)
        return
    done = pause(p, s, slot)
    e = slot_at(s, slot)
    e.hours = max(e.hours - done, 0.0)
    e.task = WAITING
    ask(p, s, slot, r.team)


@inner
def _give_back(p: Parameters, s: State, seat: int) -> None:
    """Empty a rep's own queue; leads that waited for him wait for all SDRs."""
    r = seat_at(s, seat)
    r.waiting = 0
    while r.queue != NIL:
        slot, r.queue = next_in(s, r.queue)
        if r.team == SDR and slot != NIL:
            ask(p, s, slot, SDR)


@inner
def _divide(p: Parameters, s: State, holder: int) -> None:
    """Give a holder's opportunities to the AEs present, each to the least loaded, with the tasks that wait."""
    r = seat_at(s, holder)
    slot = r.first
    r.first = NIL
    r.last = NIL
    s.open -= r.held
    r.held = 0
    while slot != NIL:
        e = slot_at(s, slot)
        following = e.next
        if e.works == AM:
            take(s, slot, NOBODY)
            slot = following
            continue
        if holder != NOBODY:
            e.passed_on = 1
        take(s, slot, least_loaded(p, s, NO_LIMIT))
        if e.task == WAITING:
            ask(p, s, slot, AE)
        write(s, s.now, _REASSIGNED, e.id, 0, e.owner, NOBODY, NOBODY, 0.0)
        slot = following


@compiled
def adopt(world: Records, state: Records, disciplines: Ints, pooled: bool) -> None:
    """New parameters begin: queues take their order, and opportunities are divided up or pooled if need be."""
    p, s = world[0], state[0]
    was_pooled, s.pooled = s.pooled, 1 if pooled else 0
    s.watched = 1 if p.overflow_policy != PUSH or s.overflowing or s.held != NIL else 0
    s.prospects = 1 if p.prospecting_channel != NOBODY else 0
    for team in range(s.teams_room):
        team_at(s, team).discipline = disciplines[team]
        team_at(s, team).queue = _moved(p, s, team_at(s, team).queue, NIL, disciplines[team])
    if pooled and not was_pooled:
        # What nobody held waited for a hire, in no queue.
        slot = seat_at(s, NOBODY).first
        while slot != NIL:
            if slot_at(s, slot).task == WAITING and slot_at(s, slot).works == AE:
                ask(p, s, slot, AE)
            slot = slot_at(s, slot).next
    for seat in range(s.seats_room):
        r = seat_at(s, seat)
        r.queue = _moved(p, s, r.queue, NIL, disciplines[r.team])
        if r.team == SDR and p.sdr_routing == NOT_ROUTED:
            _give_back(p, s, seat)
        if pooled and not was_pooled and r.team == AE:
            team_at(s, AE).queue = _moved(p, s, r.queue, team_at(s, AE).queue, disciplines[AE])
            r.queue = NIL
            slot = r.first
            s.open -= r.held
            r.first, r.last, r.held = NIL, NIL, 0
            while slot != NIL:
                following = slot_at(s, slot).next
                take(s, slot, NOBODY)
                slot = following
    s.closing = 1
    if was_pooled and not pooled:
        _moved(p, s, team_at(s, AE).queue, NIL, disciplines[AE])
        team_at(s, AE).queue = NIL
        _divide(p, s, NOBODY)


@inner
def _moved(p: Parameters, s: State, root: int, into: int, discipline: int) -> int:
    """Empty a queue into another; returns the root of the other."""
    chain = NIL
    while root != NIL:
        slot, root = next_in(s, root)
        if slot != NIL:
            slot_at(s, slot).left = chain
            chain = slot
    while chain != NIL:
        slot = chain
        chain = slot_at(s, slot).left
        into = join_queue(p, s, into, slot, discipline)
    return into
