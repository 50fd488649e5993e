"""The loop of the compiled engine: the next thing that happens, until nothing is left or a buffer is nearly full."""

import math
from functools import cache
from typing import Any

import numpy as np
from numba import from_dtype, types
from numpy.typing import NDArray

from sim.agenda import Queue
from sim.clock import is_open
from sim.jit import address_of, compiled, inner
from sim.kernel.behaviour import ask_for_uses, look
from sim.kernel.customers import extend, tend
from sim.kernel.deals import enter_stage, go_on, leave_stage, open_deal, pass_stage, renew, resolve_late
from sim.kernel.delays import let_pass, wait_to_pass
from sim.kernel.heads import change_heads, open_day
from sim.kernel.layout import (
    ADVANCE,
    ARRANGE,
    ASK_FOR_USES,
    CHANGE_HEADS,
    COMES,
    DELIVER,
    DIVERT,
    ENTER_NURTURE,
    ENTER_STAGE,
    EXTEND,
    GO_ON,
    HAND_OFF,
    JUDGE_ATTEMPT,
    JUDGE_OUTSIDE,
    LEAVE_HOLD,
    LEAVE_NURTURE,
    LEAVE_STAGE,
    LET_PASS,
    LOOK,
    NIL,
    OPEN,
    PASS_ON,
    RECLAIM,
    RENEW,
    RESOLVE,
    REST,
    RETRY,
    RUNNING,
    SEND_BACK,
    SIGN,
    SIGN_DAY,
    STEP,
    STRIKE,
    TEND,
    UNCALLED,
    WAIT_TO_PASS,
    WARM,
    Parameters,
    Records,
    State,
    agenda_at,
    before,
    code,
    execute,
    kept,
    lead_at,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.lives import (
    after_attempt,
    be_born,
    be_tried,
    enter_nurture,
    hand_off,
    leave_nurture,
    lose_patience,
    pass_on,
    retry,
    step,
)
from sim.kernel.market import comes
from sim.kernel.overflow import divert, judge_outside, leave_hold, settle
from sim.kernel.parameters import PARAMETERS
from sim.kernel.prospecting import find, look_around
from sim.kernel.queues import next_in, pop_agenda
from sim.kernel.quotas import effort, end_period
from sim.kernel.record import note
from sim.kernel.routing import breach, route, send_back
from sim.kernel.selling import arrange, deliver, take_back
from sim.kernel.shocks import strike
from sim.kernel.signing import await_signing, sign_day
from sim.kernel.states import STATE
from sim.kernel.teams import begin, finished, least_loaded, work
from sim.kernel.touches import warm
from sim.laws.routing import NOT_ROUTED
from sim.log import NOBODY, Kind
from sim.seats import AE, SDR
from sim.tables import Tables

__all__ = [
    "AGENDA_FULL",
    "ENDED",
    "ENTITIES_FULL",
    "EVENTS_FULL",
    "JUDGED_FULL",
    "PAUSED",
    "REVIEWING",
    "SLOTS_FULL",
    "CALLED",
    "OPTIONAL",
    "addresses",
    "advance",
    "options",
]

ENDED, PAUSED, REVIEWING, EVENTS_FULL, ENTITIES_FULL, AGENDA_FULL, SLOTS_FULL, JUDGED_FULL = range(8)
"""Why the loop returned: nothing is left; the budget is spent; managers are asked; or which buffer needs room."""

_ARRIVAL = int(Queue.ARRIVAL) << 56
_REVIEW, _QUOTA_RESET, _SHOCK = int(Queue.REVIEW), int(Queue.QUOTA_RESET), int(Queue.SHOCK)
_HEADS, _OPENING = int(Queue.HEADS), int(Queue.OPENING)
_SIGNING = int(Queue.SIGNING)
_DONE, _PROSPECTED = int(Queue.TASK_DONE), int(Queue.PROSPECTED)
_WAIT, _SLA, _PATIENCE = int(Queue.WAIT_OVER), int(Queue.SLA), int(Queue.PATIENCE)
_TASK_START = int(Kind.TASK_START)


@inner
def _start(p: Parameters, s: State, slot: int, seat: int) -> None:
    """A rep begins a task that was handed to him."""
    begin(s, slot, seat)
    if seat_at(s, seat).team == SDR:
        be_tried(p, s, slot)
    else:
        if p.effort_varies and seat_at(s, seat).team == AE:
            slot_at(s, slot).share *= effort(p, s, seat)
        note(s, slot, _TASK_START, seat, NOBODY, NOBODY, 0.0)
        work(p, s, slot)


CALLED = {
    CHANGE_HEADS: change_heads,
    STEP: step,
    ENTER_NURTURE: enter_nurture,
    LEAVE_NURTURE: leave_nurture,
    HAND_OFF: hand_off,
    PASS_ON: pass_on,
    JUDGE_ATTEMPT: after_attempt,
    RETRY: retry,
    OPEN: open_deal,
    ENTER_STAGE: enter_stage,
    RESOLVE: resolve_late,
    LEAVE_STAGE: leave_stage,
    GO_ON: go_on,
    ADVANCE: pass_stage,
    RENEW: renew,
}
"""What is called by its address: the turns of a life, which take parameters, state and slot and return the next turn,
and changes of heads."""

OPTIONAL = {
    WAIT_TO_PASS: wait_to_pass,
    LET_PASS: let_pass,
    WARM: warm,
    ASK_FOR_USES: ask_for_uses,
    LOOK: look,
    DIVERT: divert,
    JUDGE_OUTSIDE: judge_outside,
    LEAVE_HOLD: leave_hold,
    ARRANGE: arrange,
    DELIVER: deliver,
    RECLAIM: take_back,
    TEND: tend,
    EXTEND: extend,
    STRIKE: strike,
    COMES: comes,
    SIGN: await_signing,
    SIGN_DAY: sign_day,
}
"""Turns that only some worlds take (`options`), and how warm a lead is, which only some ask: they are compiled when the
first such world is lived through."""


def options(tables: Tables) -> frozenset[int]:
    """The optional turns of the lives in a world, before and after its plan's start."""
    found = frozenset() if tables.run_in is None else options(tables.run_in)
    if tables.handoff.delays:
        found |= {WAIT_TO_PASS, LET_PASS}
    if tables.touch.warms:
        found |= {WARM}
    if tables.scoring.looks:
        found |= {ASK_FOR_USES, LOOK}
    if tables.overflow.diverts:
        found |= {DIVERT, JUDGE_OUTSIDE, LEAVE_HOLD}
    if tables.sale.arranges:
        found |= {ARRANGE}
    if tables.sale.reclaims:
        found |= {RECLAIM}
    if tables.accounts.tends:
        found |= {TEND, EXTEND}
    if tables.sale.delivers:
        found |= {DELIVER}
    if len(tables.shocks.shock_day):
        found |= {STRIKE}
    if tables.market.depletes:
        found |= {COMES}
    if tables.signing.signs:
        found |= {SIGN, SIGN_DAY}
    return found


def addresses(optional: frozenset[int]) -> NDArray[np.int64]:
    """Where the code of each turn is, of the optional ones only those named; 0 where nothing is called."""
    out = np.zeros(max(*CALLED, *OPTIONAL) + 1, dtype=np.int64)
    for n in (*CALLED, *optional):
        out[n] = _address(n)
    return out


@cache
def _address(turn: int) -> int:
    function: Any = CALLED.get(turn) or OPTIONAL[turn]
    return address_of(function, from_dtype(PARAMETERS), from_dtype(STATE), types.int64)


@inner
def _live(p: Parameters, s: State, slot: int, turn: int) -> None:
    """Take a turn of a life, and those that follow at once."""
    while turn != REST:
        if turn == SEND_BACK:
            slot, turn = send_back(s, slot)
        else:
            turn = execute(code(s)[turn], p, s, slot)


@inner
def _assign(p: Parameters, s: State) -> int:
    """The accepted lead who waits longest gets an AE, if one has room (in a pool: nobody); returns its slot, or NIL."""
    while s.unowned != NIL and _open_now(p, s):
        seat = least_loaded(p, s, p.max_open)
        if seat == NOBODY and not s.pooled:
            break
        slot, s.unowned = next_in(s, s.unowned)
        if slot != NIL:
            s.waiting -= 1
            if p.ae_routing != NOT_ROUTED and not s.pooled:
                seat = route(p, s, slot, AE, p.ae_routing, p.max_open)
            slot_at(s, slot).owner = seat
            return slot
    return NIL


@inner
def _hand_out(p: Parameters, s: State) -> None:
    """The instant is exhausted: AEs take the work of their own, and whoever is idle longest what is for all."""
    if not _open_now(p, s):
        return
    while s.calls != NIL:
        seat = s.calls
        r = seat_at(s, seat)
        s.calls = r.called
        r.called = UNCALLED
        if r.present and r.busy == NIL:
            slot, r.queue = next_in(s, r.queue)
            if slot != NIL:
                if r.team == SDR:
                    r.waiting -= 1
                _start(p, s, slot, seat)
    for team in range(s.teams_room):
        t = team_at(s, team)
        while t.head != NIL and t.queue != NIL:
            slot, t.queue = next_in(s, t.queue)
            if slot != NIL:
                _start(p, s, slot, t.head)
    if s.prospects or s.spells > 0:
        look_around(p, s)


@inner
def _open_now(p: Parameters, s: State) -> bool:
    """Whether the calendar is open."""
    return bool(p.always or is_open(before(p), p.first_day, p.opens, p.closes, s.now))


@inner
def _room(p: Parameters, s: State) -> int:
    """Rows that one happening may write at most: a few for every seat, open opportunity and waiting lead."""
    return int(64 + p.burst * (s.seats_room + s.open + s.waiting))


@inner
def _happen(p: Parameters, s: State, slot: int, rank: int) -> int:
    """An event of the agenda comes; returns the turn that its slot's life takes."""
    kind = rank >> 56
    entity = (rank >> 16) & 0xFFFFFFFFFF
    n = rank & 0xFFFF
    if kind == _OPENING:
        open_day(p, s, n + 1)
    elif kind == _HEADS:
        return int(execute(code(s)[CHANGE_HEADS], p, s, rank & 0xFFFFFFFFFFFFFF))
    elif kind == _REVIEW:
        s.reviewing = 1
    elif kind == _QUOTA_RESET:
        end_period(p, s, n)
    elif kind == _SHOCK:
        execute(code(s)[STRIKE], p, s, n)
    elif kind == _SIGNING:
        execute(code(s)[SIGN_DAY], p, s, n)
    elif slot_at(s, slot).id == entity:
        phase = slot_at(s, slot).phase
        if kind == _WAIT:
            # A lead may be held no longer before what would have ended its hold.
            return int(phase) if slot_at(s, slot).waits == n else REST
        if kind == _PATIENCE:
            lose_patience(s, slot, n)
        elif kind == _SLA:
            return breach(p, s, slot, n)
        elif slot_at(s, slot).task == RUNNING and slot_at(s, slot).tasks == n + 1:
            finished(s, slot)
            if p.delivers and seat_at(s, slot_at(s, slot).seat).team != SDR:
                execute(code(s)[DELIVER], p, s, slot)
            # Work that ends before the buyer's time is up changes nothing yet.
            return int(phase) if phase in (JUDGE_ATTEMPT, RESOLVE, GO_ON) else REST
    return REST


@compiled
def advance(world: Records, state: Records, budget: int) -> int:
    """Let things happen until none is left before the run is to stop (ENDED), a budget is spent (PAUSED), there is a
    review (REVIEWING), or a buffer is nearly full."""
    p, s = world[0], state[0]
    for _ in range(budget):
        need = _room(p, s)
        if s.written + need > s.events_room:
            return EVENTS_FULL
        if s.entered + need > s.entities_room:
            return ENTITIES_FULL
        if s.expected + need > s.agenda_room:
            return AGENDA_FULL
        if s.free == NIL and s.alive == s.slots_room:
            return SLOTS_FULL
        # A lead that sales gives back may become an MQL again at once.
        if s.judgements + 2 > s.judged_room:
            return JUDGED_FULL
        if s.reviewing:
            return REVIEWING
        time, rank = math.inf, 0
        if s.expected > 0:
            time, rank = agenda_at(s, 0).time, agenda_at(s, 0).rank
        arrival = s.arrival
        arrives = False
        if arrival < p.leads_room:
            at = lead_at(p, arrival).time
            if at < time or (at == time and (_ARRIVAL | (arrival << 16)) < rank):
                arrives, time = True, at
        slot, turn = NIL, REST
        if s.closing == 1 and time > s.now:
            slot = _assign(p, s)
            while slot != NIL:
                _live(p, s, slot, OPEN)
                slot = _assign(p, s)
            s.closing = 0
            _hand_out(p, s)
            if s.watched:
                slot, turn = settle(p, s), PASS_ON
        elif time >= s.stop or time == math.inf:
            return ENDED
        elif arrives:
            s.now = time
            s.arrival = arrival + 1
            lead = lead_at(p, arrival)
            # What the spend that is cut would have brought does not come.
            born = not s.throttles or lead.depth < kept(s)[lead.channel]
            if p.depletes:
                born = execute(code(s)[COMES], p, s, arrival) == 1
            if born:
                slot = be_born(p, s, time, lead.channel, lead.source, lead.key, NOBODY)
                turn = STEP
        else:
            s.now = time
            slot = agenda_at(s, 0).slot
            pop_agenda(s)
            if rank >> 56 == _PROSPECTED:
                slot = find(p, s, slot, rank & 0xFFFF)
                turn = ENTER_STAGE if slot != NIL else REST
            else:
                turn = _happen(p, s, slot, rank)
        if slot != NIL:
            _live(p, s, slot, turn)
    return PAUSED
