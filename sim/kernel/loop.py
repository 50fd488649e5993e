"""The loop of the compiled engine: the next thing that happens, until nothing is left or a buffer is nearly full."""

import math

from sim.agenda import Queue
from sim.clock import is_open
from sim.jit import compiled, inner
from sim.kernel.deals import be_owned, go_on, renew, resolve_late, sojourn_over
from sim.kernel.heads import change_heads, open_day
from sim.kernel.layout import (
    NIL,
    NURTURED,
    OVERDUE,
    RESTING,
    RETRIED,
    RUNNING,
    SOJOURNING,
    STEPPING,
    UNCALLED,
    WORKED,
    Parameters,
    Records,
    State,
    agenda_at,
    before,
    lead_at,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.lives import after_attempt, be_born, be_tried, leave_nurture, lose_patience, retry, step
from sim.kernel.queues import next_in, pop_agenda
from sim.kernel.record import note
from sim.kernel.teams import begin, finished, least_loaded, work
from sim.log import NOBODY, Kind
from sim.seats import AE, SDR

__all__ = ["ENDED", "ENTITIES_FULL", "EVENTS_FULL", "PAUSED", "AGENDA_FULL", "SLOTS_FULL", "advance"]

ENDED, PAUSED, EVENTS_FULL, ENTITIES_FULL, AGENDA_FULL, SLOTS_FULL = range(6)
"""Why the loop returned: nothing is left; the budget is spent; or which buffer needs room."""

_ARRIVAL = int(Queue.ARRIVAL) << 56
_HEADS, _OPENING, _DONE = int(Queue.HEADS), int(Queue.OPENING), int(Queue.TASK_DONE)
_WAIT, _PATIENCE = int(Queue.WAIT_OVER), int(Queue.PATIENCE)
_TASK_START = int(Kind.TASK_START)


@inner
def _start(p: Parameters, s: State, slot: int, seat: int) -> None:
    """A rep begins a task that was handed to him."""
    begin(s, slot, seat)
    if seat_at(s, seat).team == SDR:
        be_tried(p, s, slot)
    else:
        note(s, slot, _TASK_START, seat, NOBODY, NOBODY, 0.0)
        work(p, s, slot)


@inner
def _hand_out(p: Parameters, s: State) -> None:
    """The instant is exhausted: SDRs first, then new opportunities to AEs, then the AEs' work."""
    if not p.always and not is_open(before(p), p.first_day, p.opens, p.closes, s.now):
        return
    for team in (SDR, AE):
        if team == AE:
            while s.unowned != NIL:
                seat = least_loaded(p, s, p.max_open)
                if seat == NOBODY and not s.pooled:
                    break
                slot, s.unowned = next_in(s, s.unowned)
                if slot != NIL:
                    s.waiting -= 1
                    be_owned(p, s, slot, seat)
            while s.calls != NIL:
                seat = s.calls
                r = seat_at(s, seat)
                s.calls = r.called
                r.called = UNCALLED
                if r.present and r.busy == NIL:
                    slot, r.queue = next_in(s, r.queue)
                    if slot != NIL:
                        _start(p, s, slot, seat)
        t = team_at(s, team)
        while t.head != NIL and t.queue != NIL:
            slot, t.queue = next_in(s, t.queue)
            if slot != NIL:
                _start(p, s, slot, t.head)


@inner
def _after_wait(p: Parameters, s: State, slot: int) -> None:
    """A wait of the buyer's is over."""
    phase = slot_at(s, slot).phase
    if phase == STEPPING:
        step(p, s, slot)
    elif phase == SOJOURNING:
        sojourn_over(p, s, slot)
    elif phase == RESTING:
        retry(s, slot)
    elif phase == NURTURED:
        leave_nurture(p, s, slot)
    else:
        renew(p, s, slot)


@inner
def _after_task(p: Parameters, s: State, slot: int) -> None:
    """A task's hours are done: an attempt is judged, a stage resolved or gone on from; any other waits on."""
    finished(s, slot)
    phase = slot_at(s, slot).phase
    if phase == RETRIED:
        after_attempt(p, s, slot)
    elif phase == WORKED:
        resolve_late(p, s, slot)
    elif phase == OVERDUE:
        go_on(p, s, slot)


@inner
def _room(s: State) -> int:
    """Rows that one happening may write at most: a few for every seat, open opportunity and waiting lead."""
    return int(64 + 8 * (s.seats_room + s.open + s.waiting))


@compiled
def advance(world: Records, state: Records, budget: int) -> int:
    """Let things happen until none is left before these parameters end (ENDED), a budget is spent (PAUSED), or a
    buffer is nearly full."""
    p, s = world[0], state[0]
    for _ in range(budget):
        need = _room(s)
        if s.written + need > s.events_room:
            return EVENTS_FULL
        if s.entered + need > s.entities_room:
            return ENTITIES_FULL
        if s.expected + need > s.agenda_room:
            return AGENDA_FULL
        if s.free == NIL and s.alive == s.slots_room:
            return SLOTS_FULL
        time, rank = math.inf, 0
        if s.expected > 0:
            time, rank = agenda_at(s, 0).time, agenda_at(s, 0).rank
        arrival = s.arrival
        arrives = False
        if arrival < p.leads_room:
            at = lead_at(p, arrival).time
            if at < time or (at == time and (_ARRIVAL | (arrival << 16)) < rank):
                arrives, time = True, at
        if s.closing == 1 and time > s.now:
            s.closing = 0
            _hand_out(p, s)
            continue
        if time >= s.until or time == math.inf:
            return ENDED
        s.now = time
        if arrives:
            s.arrival = arrival + 1
            be_born(p, s, time, lead_at(p, arrival).channel, lead_at(p, arrival).key)
            continue
        slot = agenda_at(s, 0).slot
        pop_agenda(s)
        kind = rank >> 56
        entity = (rank >> 16) & 0xFFFFFFFFFF
        n = rank & 0xFFFF
        if kind == _OPENING:
            open_day(p, s, n + 1)
        elif kind == _HEADS:
            change_heads(p, s, entity, n)
        elif slot_at(s, slot).id != entity:
            continue
        elif kind == _WAIT:
            _after_wait(p, s, slot)
        elif kind == _PATIENCE:
            lose_patience(s, slot, n)
        elif slot_at(s, slot).task == RUNNING and slot_at(s, slot).tasks == n + 1:
            _after_task(p, s, slot)
    return PAUSED
