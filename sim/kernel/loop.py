"""The loop of the compiled engine: the next thing that happens, until nothing is left or a buffer is nearly full."""

import math

from sim.agenda import Queue
from sim.clock import is_open, next_opening
from sim.jit import compiled
from sim.kernel.layout import (
    AE_QUEUE,
    AMOUNT,
    ARRIVAL,
    BUSY,
    CALLED,
    CALLS,
    CHANNEL,
    CHANNEL_FIT,
    CLOSING,
    COUNT,
    ENTITIES,
    ETA,
    EVENTS,
    FIRST,
    FIT,
    FREE,
    HEAP,
    HELD,
    HOURS,
    ID,
    IDLE_HEAD,
    LAST,
    NEXT,
    NIL,
    OPEN,
    PRESENT,
    PRODUCT,
    RUNNING,
    SEGMENT,
    SEGMENT_TIME,
    SLOTS,
    STAGE_FIRST,
    TASK,
    TASKS,
    UNASSIGNED,
    VISIT,
    WAITING,
    Floats,
    Ints,
    Parameters,
    State,
)
from sim.kernel.lives import (
    advance_logit,
    be_born,
    be_owned,
    be_tried,
    go_on_after_task,
    go_on_after_wait,
    lose_patience,
    wait_out,
    worth,
)
from sim.kernel.queues import pop_agenda, schedule
from sim.kernel.record import enter_entity, new_slot, note
from sim.kernel.teams import (
    ask_ae,
    ask_sdr,
    begin,
    finished,
    idle_in,
    idle_out,
    least_loaded,
    next_for_ae,
    next_for_sdr,
    next_unassigned,
    pause,
    take,
    work,
)
from sim.log import NOBODY, EntityType, Kind
from sim.rules import fits, resume
from sim.seats import SDR

__all__ = ["ENDED", "PAUSED", "advance", "staff", "warm_start"]

NO_LIMIT = 1 << 62

ENDED, PAUSED, EVENTS_FULL, ENTITIES_FULL, HEAP_FULL, SLOTS_FULL = range(6)
"""Why the loop returned: nothing is left; the budget is spent; or which buffer needs room."""

_ARRIVAL_RANK = int(Queue.ARRIVAL) << 56
_HEADS, _OPENING, _DONE = int(Queue.HEADS), int(Queue.OPENING), int(Queue.TASK_DONE)
_WAIT, _PATIENCE = int(Queue.WAIT_OVER), int(Queue.PATIENCE)
_HIRED, _LEFT, _REASSIGNED = int(Kind.HIRED), int(Kind.LEFT), int(Kind.REASSIGNED)
_TASK_START, _OPENED, _STAGE_ENTER = int(Kind.TASK_START), int(Kind.OPENED), int(Kind.STAGE_ENTER)
_DEAL = int(EntityType.OPPORTUNITY)


@compiled
def staff(p: Parameters, s: State, hired: Floats, left: Floats) -> None:
    """Fill the seats of the first day and plan the changes of the others; (W,) days."""
    for seat in range(len(p.seat_team)):
        if hired[seat] <= s.now[0]:
            _join(p, s, seat)
        else:
            schedule(p, s, hired[seat], _HEADS, seat, 0, seat)
        schedule(p, s, left[seat], _HEADS, seat, 1, seat)
    _open_day(p, s, 0)


@compiled
def _open_day(p: Parameters, s: State, n: int) -> None:
    now = s.now[0]
    if is_open(p.before, p.first_day, p.opens, p.closes, now):
        s.counters[CLOSING] = 1
    if not p.never_closes:
        schedule(p, s, next_opening(p.before, p.first_day, p.opens, now), _OPENING, 0, n, NIL)


@compiled
def _join(p: Parameters, s: State, seat: int) -> None:
    note(s, s.now[0], _HIRED, NOBODY, 0, seat, NOBODY, NOBODY, 0.0)
    s.seats[seat, PRESENT] = 1
    s.counters[CLOSING] = 1
    if p.seat_team[seat] == SDR:
        idle_in(s, seat)
        return
    orphan = _empty_book(s, len(p.seat_team))
    while orphan != NIL:
        after = s.ints[orphan, NEXT]
        _reassign(p, s, orphan)
        orphan = after


@compiled
def _leave(p: Parameters, s: State, seat: int) -> None:
    note(s, s.now[0], _LEFT, NOBODY, 0, seat, NOBODY, NOBODY, 0.0)
    s.seats[seat, PRESENT] = 0
    slot = s.seats[seat, BUSY]
    if p.seat_team[seat] == SDR:
        if slot == NIL:
            idle_out(s, seat)
        else:
            _put_back(p, s, slot)
            ask_sdr(s, slot)
        return
    while next_for_ae(s, seat) != NIL:
        pass
    if slot != NIL:
        _put_back(p, s, slot)
    held = _empty_book(s, seat)
    while held != NIL:
        after = s.ints[held, NEXT]
        _reassign(p, s, held)
        held = after


@compiled
def _put_back(p: Parameters, s: State, slot: int) -> None:
    done = pause(p, s, slot)
    s.floats[slot, HOURS] = max(s.floats[slot, HOURS] - done, 0.0)
    s.ints[slot, TASK] = WAITING


@compiled
def _empty_book(s: State, holder: int) -> int:
    """Take everything from a holder; returns the first of the chain."""
    first = s.seats[holder, FIRST]
    s.seats[holder, FIRST] = NIL
    s.seats[holder, LAST] = NIL
    s.counters[OPEN] -= s.seats[holder, HELD]
    s.seats[holder, HELD] = 0
    return int(first)


@compiled
def _reassign(p: Parameters, s: State, slot: int) -> None:
    owner = least_loaded(p, s, NO_LIMIT)
    take(s, slot, owner)
    if s.ints[slot, TASK] == WAITING:
        ask_ae(s, slot)
    note(s, s.now[0], _REASSIGNED, s.ints[slot, ID], 0, owner, NOBODY, NOBODY, 0.0)


@compiled
def warm_start(
    p: Parameters,
    s: State,
    keys: Ints,
    labels: Ints,
    created: Floats,
    amounts: Floats,
    stage_ages: Floats,
    zombies: Ints,
) -> None:
    """Put the deals open on the start into their stages, in order of (created, key).

    labels: (deals, 4) channel, segment, product, stage; amounts: (deals,), NaN = drawn.
    """
    now = s.now[0]
    for row in range(len(keys)):
        channel, segment, product, stage = labels[row, 0], labels[row, 1], labels[row, 2], labels[row, 3]
        owner = least_loaded(p, s, NO_LIMIT)
        key = keys[row]
        amount = worth(p, key, segment, product) if math.isnan(amounts[row]) else amounts[row]
        number = enter_entity(s, key, _DEAL, NOBODY, channel, segment, product, owner, created[row])
        slot = new_slot(s, number, key)
        fit = fits(p.stream, key, p.channels[channel, CHANNEL_FIT])
        _settle(s, slot, channel, segment, product, 1 if fit else 0, stage, amount)
        take(s, slot, owner)
        note(s, created[row], _OPENED, number, 0, owner, NOBODY, NOBODY, amount)
        note(s, now - stage_ages[row], _STAGE_ENTER, number, 0, owner, stage, NOBODY, 0.0)
        eta = advance_logit(p, s, slot)
        s.floats[slot, ETA] = eta
        first = int(p.stages[stage, STAGE_FIRST])
        if zombies[row]:
            wait_out(p, s, slot, first, math.inf)
            continue
        cause, days = resume(
            p.stream,
            key,
            eta,
            first,
            int(p.stages[stage + 1, STAGE_FIRST]),
            p.cause_share,
            p.cause_law,
            p.laws,
            p.knots,
            p.segments[segment, SEGMENT_TIME],
            stage_ages[row],
        )
        wait_out(p, s, slot, cause, days)


@compiled
def _settle(s: State, slot: int, channel: int, segment: int, product: int, fit: int, stage: int, amount: float) -> None:
    s.ints[slot, CHANNEL] = channel
    s.ints[slot, SEGMENT] = segment
    s.ints[slot, PRODUCT] = product
    s.ints[slot, FIT] = fit
    s.ints[slot, COUNT] = stage
    s.floats[slot, AMOUNT] = amount


@compiled
def _hand_out(p: Parameters, s: State) -> None:
    """The instant is exhausted: SDRs first, then new opportunities to AEs, then the AEs' work."""
    if not is_open(p.before, p.first_day, p.opens, p.closes, s.now[0]):
        return
    while s.counters[IDLE_HEAD] != NIL:
        slot = next_for_sdr(s)
        if slot == NIL:
            break
        seat = s.counters[IDLE_HEAD]
        idle_out(s, seat)
        begin(p, s, slot, seat)
        be_tried(p, s, slot, seat)
    while s.counters[AE_QUEUE] != NIL:
        seat = least_loaded(p, s, p.max_open)
        if seat == NOBODY:
            break
        slot = next_unassigned(s)
        if slot != NIL:
            be_owned(p, s, slot, seat)
    for k in range(s.counters[CALLS]):
        seat = s.calls[k]
        s.seats[seat, CALLED] = 0
        if s.seats[seat, PRESENT] and s.seats[seat, BUSY] == NIL:
            slot = next_for_ae(s, seat)
            if slot != NIL:
                begin(p, s, slot, seat)
                note(s, s.now[0], _TASK_START, s.ints[slot, ID], s.ints[slot, VISIT], seat, NOBODY, NOBODY, 0.0)
                work(p, s, slot, seat)
    s.counters[CALLS] = 0


@compiled
def advance(p: Parameters, s: State, until: float, budget: int) -> int:
    """Let things happen until none is left before a time (ENDED), a budget is spent (PAUSED), or a buffer is full."""
    seats = len(p.seat_team)
    for _ in range(budget):
        # One happening writes at most a few rows for every seat, open opportunity and waiting lead.
        c = s.counters
        room = 64 + 8 * (seats + c[OPEN] + c[UNASSIGNED])
        if c[EVENTS] + room > len(s.event_floats):
            return EVENTS_FULL
        if c[ENTITIES] + room > len(s.created):
            return ENTITIES_FULL
        if c[HEAP] + room > len(s.heap_time):
            return HEAP_FULL
        if c[SLOTS] + 1 > len(s.floats) and c[FREE] == NIL:
            return SLOTS_FULL
        time, rank = math.inf, 0
        if c[HEAP] > 0:
            time, rank = s.heap_time[0], s.heap_rank[0]
        arrival = c[ARRIVAL]
        arrives = False
        if arrival < len(p.arrival_time):
            at = p.arrival_time[arrival]
            if at < time or (at == time and (_ARRIVAL_RANK | (arrival << 16)) < rank):
                arrives, time = True, at
        if c[CLOSING] == 1 and time > s.now[0]:
            c[CLOSING] = 0
            _hand_out(p, s)
            continue
        if time >= until:
            return ENDED
        s.now[0] = time
        if arrives:
            c[ARRIVAL] = arrival + 1
            be_born(p, s, time, p.arrival_channel[arrival], p.arrival_key[arrival])
            continue
        slot = s.heap_slot[0]
        pop_agenda(s)
        kind = rank >> 56
        entity = (rank >> 16) & 0xFFFFFFFFFF
        n = rank & 0xFFFF
        if kind == _WAIT:
            if s.ints[slot, ID] == entity:
                go_on_after_wait(p, s, slot)
        elif kind == _DONE:
            if s.ints[slot, ID] == entity and s.ints[slot, TASK] == RUNNING and s.ints[slot, TASKS] == n + 1:
                finished(p, s, slot, SDR)
                go_on_after_task(p, s, slot)
        elif kind == _PATIENCE:
            if s.ints[slot, ID] == entity:
                lose_patience(s, slot, n)
        elif kind == _OPENING:
            _open_day(p, s, n + 1)
        elif n == 0:
            _join(p, s, entity)
        else:
            _leave(p, s, entity)
    return PAUSED
