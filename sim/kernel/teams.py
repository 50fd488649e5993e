"""Teams at work in the compiled engine: who is idle, who holds which opportunity, tasks that start, pause and end.

The counterpart of `sim.team` and `sim.book`, happening for happening. A slot's task is the work asked for it last.
"""

from sim.agenda import Queue
from sim.clock import worked_hours
from sim.disciplines import FIFO
from sim.jit import inner
from sim.kernel.layout import (
    DONE,
    NIL,
    NONE,
    RUNNING,
    UNCALLED,
    WAITING,
    Parameters,
    State,
    before,
    line,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.queues import join_queue, schedule
from sim.kernel.record import note
from sim.laws.people import skilled
from sim.laws.routing import NOT_ROUTED
from sim.log import NOBODY, Kind
from sim.rules import effort_done, finish, load, speed
from sim.seats import AE, AM, SDR

__all__ = [
    "ability",
    "ask",
    "begin",
    "call",
    "drop",
    "finished",
    "idle_in",
    "idle_out",
    "leave_line",
    "least_loaded",
    "pause",
    "seller",
    "take",
    "wait_for_ae",
    "withdraw",
    "work",
]

_TASK_END = int(Kind.TASK_END)
_TASK_DONE = int(Queue.TASK_DONE)


@inner
def idle_in(s: State, seat: int) -> None:
    """A rep is idle from now on, behind those idle longer; there may be work for him when the instant closes."""
    r = seat_at(s, seat)
    t = team_at(s, r.team)
    r.previous = t.tail
    r.next = NIL
    if t.tail == NIL:
        t.head = seat
    else:
        seat_at(s, t.tail).next = seat
    t.tail = seat
    if t.queue != NIL or s.prospects or s.watched:
        s.closing = 1
    call(s, seat)


@inner
def idle_out(s: State, seat: int) -> None:
    """A rep is idle no more."""
    r = seat_at(s, seat)
    t = team_at(s, r.team)
    if r.previous == NIL:
        t.head = r.next
    else:
        seat_at(s, r.previous).next = r.next
    if r.next == NIL:
        t.tail = r.previous
    else:
        seat_at(s, r.next).previous = r.previous


@inner
def call(s: State, seat: int) -> None:
    """Have a rep looked at when the instant closes, if there is work for him and he is free."""
    r = seat_at(s, seat)
    if r.queue != NIL and r.busy == NIL:
        s.closing = 1
        if r.called == UNCALLED:
            r.called = s.calls
            s.calls = seat


@inner
def ask(p: Parameters, s: State, slot: int, team: int) -> None:
    """Put a task into its owner's queue or, without an owner, into the team's; `since` says since when it waits.

    An opportunity without an owner, outside a pool, waits until somebody is hired; a lead whose SDR has left, for all.
    """
    e = slot_at(s, slot)
    e.task = WAITING
    if team == SDR:
        _join_line(s, slot)
    discipline = team_at(s, team).discipline
    if team == SDR and (p.sdr_routing == NOT_ROUTED or (e.owner != NOBODY and not seat_at(s, e.owner).present)):
        e.owner = NOBODY
    if s.pooled if team == AE else e.owner == NOBODY:
        team_at(s, team).queue = join_queue(p, s, team_at(s, team).queue, slot, discipline)
        if team_at(s, team).head != NIL:
            s.closing = 1
    elif e.owner != NOBODY:
        if team == SDR:
            seat_at(s, e.owner).waiting += 1
        seat_at(s, e.owner).queue = join_queue(p, s, seat_at(s, e.owner).queue, slot, discipline)
        call(s, e.owner)


@inner
def _join_line(s: State, slot: int) -> None:
    """A task waits for an SDR: it counts in the backlog, once, whoever's queue it stands in."""
    e = slot_at(s, slot)
    if e.counted == 0:
        e.counted = 1
        line(s)[e.count] += 1
    if s.watched:
        s.closing = 1


@inner
def leave_line(s: State, slot: int) -> None:
    """What waited for an SDR, if it did, waits no more."""
    e = slot_at(s, slot)
    if e.counted == 1:
        e.counted = 0
        line(s)[e.count] -= 1


@inner
def wait_for_ae(p: Parameters, s: State, slot: int) -> None:
    """An accepted lead waits for an AE."""
    s.unowned = join_queue(p, s, s.unowned, slot, FIFO)
    s.waiting += 1
    s.closing = 1


@inner
def least_loaded(p: Parameters, s: State, limit: int) -> int:
    """The AE present with the smallest load among those who hold fewer than a limit, ties by seat; nobody if none.

    In a pool it is nobody.
    """
    best = NOBODY
    if s.pooled:
        return best
    least = 0.0
    worked = worked_hours(before(p), p.first_day, p.opens, p.closes, s.now)
    for seat in range(s.seats_room):
        r = seat_at(s, seat)
        if r.team == AE and r.present and r.held < limit:
            full = load(r.held, speed(worked - r.hired, r.ramp))
            if best == NOBODY or full < least:
                best, least = seat, full
    return best


@inner
def take(s: State, slot: int, owner: int) -> None:
    """Enter an opportunity under an owner (or nobody), behind those he held before."""
    e, r = slot_at(s, slot), seat_at(s, owner)
    e.owner = owner
    e.previous = r.last
    e.next = NIL
    if r.last == NIL:
        r.first = slot
    else:
        slot_at(s, r.last).next = slot
    r.last = slot
    r.held += 1
    s.open += 1
    if s.prospects:
        s.closing = 1


@inner
def drop(s: State, slot: int) -> None:
    """Strike an opportunity out of its owner's book."""
    e = slot_at(s, slot)
    r = seat_at(s, e.owner)
    if e.previous == NIL:
        r.first = e.next
    else:
        slot_at(s, e.previous).next = e.next
    if e.next == NIL:
        r.last = e.previous
    else:
        slot_at(s, e.next).previous = e.previous
    r.held -= 1
    s.open -= 1
    if s.unowned != NIL or s.prospects:
        s.closing = 1


@inner
def seller(s: State, slot: int) -> int:
    """Who stands for an opportunity in the log: its owner, or in a pool the rep who last began work on it."""
    e = slot_at(s, slot)
    return int(e.seat if s.pooled or e.works == AM else e.owner)


@inner
def work(p: Parameters, s: State, slot: int) -> None:
    """Let the rep who began a task do its hours from now on."""
    e = slot_at(s, slot)
    r = seat_at(s, e.seat)
    end = finish(before(p), p.first_day, p.opens, p.closes, s.now, e.hours, e.share, r.ramp, r.hired)
    n = e.tasks
    e.tasks = n + 1
    schedule(s, end, _TASK_DONE, e.id, n, slot)


@inner
def ability(p: Parameters, s: State, seat: int) -> float:
    """Log-odds that a rep's skill and what he has learnt add; nobody adds nothing."""
    r = seat_at(s, seat)
    return skilled(r.skill, p.sdr_learning if r.team == SDR else p.ae_learning, r.done)


@inner
def begin(s: State, slot: int, seat: int) -> None:
    """A rep turns to a task."""
    e, r = slot_at(s, slot), seat_at(s, seat)
    idle_out(s, seat)
    leave_line(s, slot)
    e.task = RUNNING
    e.seat = seat
    e.begun = s.now
    e.share = r.share
    r.busy = slot


@inner
def pause(p: Parameters, s: State, slot: int) -> float:
    """Write down the hours that the task in hand has had, and return them; the rep is not freed."""
    e = slot_at(s, slot)
    r = seat_at(s, e.seat)
    done = effort_done(before(p), p.first_day, p.opens, p.closes, e.begun, s.now, e.share, r.ramp, r.hired)
    # A ramp that ends with the run-in would count for the hours before.
    done = float(min(done, e.hours))
    note(s, slot, _TASK_END, e.seat, NOBODY, NOBODY, done)
    r.busy = NIL
    return done


@inner
def withdraw(p: Parameters, s: State, slot: int) -> None:
    """Take a task back, queued or in hand; hours spent are sunk."""
    e = slot_at(s, slot)
    if e.task == RUNNING:
        pause(p, s, slot)
        idle_in(s, e.seat)
    e.task = NONE


@inner
def finished(s: State, slot: int) -> None:
    """A task's hours are done."""
    e = slot_at(s, slot)
    e.task = DONE
    r = seat_at(s, e.seat)
    r.busy = NIL
    r.done += 1
    note(s, slot, _TASK_END, e.seat, NOBODY, NOBODY, e.hours)
    idle_in(s, e.seat)
