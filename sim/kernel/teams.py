"""Teams at work in the compiled engine: who is idle, who holds which opportunity, tasks that start, pause and end.

The counterpart of `sim.team` and `sim.book`, happening for happening. A slot's task is the work asked for it last.
"""

from sim.agenda import Queue
from sim.clock import worked_hours
from sim.jit import compiled
from sim.kernel.layout import (
    AE_QUEUE,
    BEGUN,
    BUSY,
    CALLED,
    CALLS,
    CLOSING,
    DEAD,
    DONE,
    FIRST,
    HELD,
    HOURS,
    ID,
    IDLE_HEAD,
    IDLE_NEXT,
    IDLE_PREVIOUS,
    IDLE_TAIL,
    LAST,
    NEXT,
    NIL,
    NONE,
    OPEN,
    OWNER,
    PRESENT,
    PREVIOUS,
    QUEUE,
    QUEUED,
    RUNNING,
    SDR_QUEUE,
    SEAT,
    SEAT_HIRED,
    SEAT_RAMP,
    SEAT_SHARE,
    SHARE,
    TASK,
    TASKS,
    UNASSIGNED,
    VISIT,
    WAITING,
    Parameters,
    State,
)
from sim.kernel.queues import pop, push, schedule
from sim.kernel.record import free_slot, note
from sim.log import NOBODY, Kind
from sim.rules import effort_done, finish, load, speed
from sim.seats import AE

__all__ = [
    "ask_ae",
    "ask_sdr",
    "call",
    "begin",
    "drop",
    "finished",
    "idle_in",
    "idle_out",
    "least_loaded",
    "next_for_ae",
    "next_for_sdr",
    "next_unassigned",
    "pause",
    "release",
    "take",
    "wait_for_ae",
    "withdraw",
    "work",
]

_TASK_END = int(Kind.TASK_END)
_TASK_DONE = int(Queue.TASK_DONE)


@compiled
def idle_in(s: State, seat: int) -> None:
    """An SDR is idle from now on, behind those idle longer."""
    tail = s.counters[IDLE_TAIL]
    s.seats[seat, IDLE_PREVIOUS] = tail
    s.seats[seat, IDLE_NEXT] = NIL
    if tail == NIL:
        s.counters[IDLE_HEAD] = seat
    else:
        s.seats[tail, IDLE_NEXT] = seat
    s.counters[IDLE_TAIL] = seat


@compiled
def idle_out(s: State, seat: int) -> None:
    """An SDR is idle no more."""
    before, after = s.seats[seat, IDLE_PREVIOUS], s.seats[seat, IDLE_NEXT]
    if before == NIL:
        s.counters[IDLE_HEAD] = after
    else:
        s.seats[before, IDLE_NEXT] = after
    if after == NIL:
        s.counters[IDLE_TAIL] = before
    else:
        s.seats[after, IDLE_PREVIOUS] = before


@compiled
def call(s: State, seat: int) -> None:
    """Have an AE looked at when the instant closes."""
    if s.seats[seat, CALLED] == 0:
        s.seats[seat, CALLED] = 1
        s.calls[s.counters[CALLS]] = seat
        s.counters[CALLS] += 1
    s.counters[CLOSING] = 1


@compiled
def ask_sdr(s: State, slot: int) -> None:
    """Put a lead into the SDRs' queue; `SINCE` says since when it waits."""
    s.ints[slot, TASK] = WAITING
    s.ints[slot, QUEUED] = 1
    s.counters[SDR_QUEUE] = push(s, s.counters[SDR_QUEUE], slot)
    s.counters[CLOSING] = 1


@compiled
def ask_ae(s: State, slot: int) -> None:
    """Put an opportunity's task into its owner's queue; without an owner it waits for one."""
    owner = s.ints[slot, OWNER]
    if owner != NOBODY:
        s.ints[slot, QUEUED] = 1
        s.seats[owner, QUEUE] = push(s, s.seats[owner, QUEUE], slot)
        call(s, owner)


@compiled
def wait_for_ae(s: State, slot: int) -> None:
    """An accepted lead waits for an AE."""
    s.ints[slot, QUEUED] = 1
    s.counters[AE_QUEUE] = push(s, s.counters[AE_QUEUE], slot)
    s.counters[UNASSIGNED] += 1
    s.counters[CLOSING] = 1


@compiled
def _left(s: State, slot: int) -> bool:
    """A slot has left a queue; whether its entity still lives."""
    s.ints[slot, QUEUED] = 0
    if s.ints[slot, DEAD]:
        s.ints[slot, DEAD] = 0
        free_slot(s, slot)
        return False
    return True


@compiled
def next_for_sdr(s: State) -> int:
    """Take the first living lead out of the SDRs' queue."""
    while s.counters[SDR_QUEUE] != NIL:
        slot = s.counters[SDR_QUEUE]
        s.counters[SDR_QUEUE] = pop(s, slot)
        if _left(s, slot):
            return int(slot)
    return NIL


@compiled
def next_for_ae(s: State, seat: int) -> int:
    """Take the first living opportunity out of an AE's queue."""
    while s.seats[seat, QUEUE] != NIL:
        slot = s.seats[seat, QUEUE]
        s.seats[seat, QUEUE] = pop(s, slot)
        if _left(s, slot):
            return int(slot)
    return NIL


@compiled
def next_unassigned(s: State) -> int:
    """Take the first living lead out of those that wait for an AE."""
    while s.counters[AE_QUEUE] != NIL:
        slot = s.counters[AE_QUEUE]
        s.counters[AE_QUEUE] = pop(s, slot)
        s.counters[UNASSIGNED] -= 1
        if _left(s, slot):
            return int(slot)
    return NIL


@compiled
def least_loaded(p: Parameters, s: State, limit: int) -> int:
    """The AE present with the smallest load among those who hold fewer than a limit, ties by seat; nobody if none."""
    best = NOBODY
    least = 0.0
    worked = worked_hours(p.before, p.first_day, p.opens, p.closes, s.now[0])
    for seat in range(len(p.seat_team)):
        if p.seat_team[seat] == AE and s.seats[seat, PRESENT] and s.seats[seat, HELD] < limit:
            full = load(s.seats[seat, HELD], speed(worked - p.seats[seat, SEAT_HIRED], p.seats[seat, SEAT_RAMP]))
            if best == NOBODY or full < least:
                best, least = seat, full
    return best


@compiled
def take(s: State, slot: int, owner: int) -> None:
    """Enter an opportunity under an owner, behind those he held before."""
    s.ints[slot, OWNER] = owner
    last = s.seats[owner, LAST]
    s.ints[slot, PREVIOUS] = last
    s.ints[slot, NEXT] = NIL
    if last == NIL:
        s.seats[owner, FIRST] = slot
    else:
        s.ints[last, NEXT] = slot
    s.seats[owner, LAST] = slot
    s.seats[owner, HELD] += 1
    s.counters[OPEN] += 1


@compiled
def drop(s: State, slot: int) -> None:
    """Strike an opportunity out of its owner's book."""
    owner = s.ints[slot, OWNER]
    before, after = s.ints[slot, PREVIOUS], s.ints[slot, NEXT]
    if before == NIL:
        s.seats[owner, FIRST] = after
    else:
        s.ints[before, NEXT] = after
    if after == NIL:
        s.seats[owner, LAST] = before
    else:
        s.ints[after, PREVIOUS] = before
    s.seats[owner, HELD] -= 1
    s.counters[OPEN] -= 1
    s.counters[CLOSING] = 1


@compiled
def work(p: Parameters, s: State, slot: int, seat: int) -> None:
    """Let a rep do a task's hours from now on."""
    now = s.now[0]
    end = finish(
        p.before,
        p.first_day,
        p.opens,
        p.closes,
        now,
        s.floats[slot, HOURS],
        s.floats[slot, SHARE],
        p.seats[seat, SEAT_RAMP],
        p.seats[seat, SEAT_HIRED],
    )
    n = s.ints[slot, TASKS]
    s.ints[slot, TASKS] = n + 1
    schedule(p, s, end, _TASK_DONE, s.ints[slot, ID], n, slot)


@compiled
def begin(p: Parameters, s: State, slot: int, seat: int) -> None:
    """A rep turns to a task."""
    s.ints[slot, TASK] = RUNNING
    s.ints[slot, SEAT] = seat
    s.floats[slot, BEGUN] = s.now[0]
    s.floats[slot, SHARE] = p.seats[seat, SEAT_SHARE]
    s.seats[seat, BUSY] = slot


@compiled
def pause(p: Parameters, s: State, slot: int) -> float:
    """Write down the hours that the task in hand has had, and return them; the rep is not freed."""
    seat = s.ints[slot, SEAT]
    now = s.now[0]
    done = effort_done(
        p.before,
        p.first_day,
        p.opens,
        p.closes,
        s.floats[slot, BEGUN],
        now,
        s.floats[slot, SHARE],
        p.seats[seat, SEAT_RAMP],
        p.seats[seat, SEAT_HIRED],
    )
    note(s, now, _TASK_END, s.ints[slot, ID], s.ints[slot, VISIT], seat, NOBODY, NOBODY, done)
    s.seats[seat, BUSY] = NIL
    return done


@compiled
def release(p: Parameters, s: State, seat: int, sdr: int) -> None:
    """A rep is free for other work."""
    if p.seat_team[seat] == sdr:
        idle_in(s, seat)
        s.counters[CLOSING] = 1
    else:
        call(s, seat)


@compiled
def withdraw(p: Parameters, s: State, slot: int, sdr: int) -> None:
    """Take a task back, queued or in hand; hours spent are sunk."""
    if s.ints[slot, TASK] == RUNNING:
        pause(p, s, slot)
        release(p, s, s.ints[slot, SEAT], sdr)
    s.ints[slot, TASK] = NONE


@compiled
def finished(p: Parameters, s: State, slot: int, sdr: int) -> None:
    """A task's hours are done."""
    seat = s.ints[slot, SEAT]
    s.ints[slot, TASK] = DONE
    s.seats[seat, BUSY] = NIL
    note(
        s,
        s.now[0],
        _TASK_END,
        s.ints[slot, ID],
        s.ints[slot, VISIT],
        seat,
        NOBODY,
        NOBODY,
        s.floats[slot, HOURS],
    )
    release(p, s, seat, sdr)
