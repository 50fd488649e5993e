"""A last stage that is decided day by day, in the compiled engine. The counterpart of `sim.reference.signing`."""

import math

from sim.agenda import Queue
from sim.jit import inner
from sim.kernel.layout import (
    LEAVE_STAGE,
    NIL,
    REST,
    SIGN,
    Parameters,
    State,
    cause_law,
    cause_reason,
    cause_share,
    knots,
    laws,
    outlook,
    pace,
    segment_at,
    signing_alive,
    signing_paces,
    since,
    slot_at,
    stage_at,
)
from sim.kernel.queues import schedule, wait
from sim.laws.selling import row_of, spell_of
from sim.laws.signing import UNDECIDED, UNIT, decide, pace_of, wins_today

__all__ = ["await_signing", "sign_day"]

_SIGNING = int(Queue.SIGNING)


@inner
def await_signing(p: Parameters, s: State, slot: int) -> int:
    """A last stage is entered: it may be left within the day, or waits for the next; at midnight, for the decisions of
    the day that begins, which come last in their instant."""
    e = slot_at(s, slot)
    row = row_of(spell_of(since(p), s.now), p.kinds, e.budget == 1, e.authority == 1)
    e.eta += outlook(p)[row, e.count]
    e.due = math.floor(s.now)
    e.phase = SIGN
    if s.now != math.floor(s.now):
        _decide(p, s, slot, s.now)
    return REST


@inner
def _decide(p: Parameters, s: State, slot: int, begins: float) -> None:
    """Decide within today, of which what is left begins then."""
    e, stage, day = slot_at(s, slot), stage_at(p, slot_at(s, slot).count), math.floor(s.now)
    spell = spell_of(since(p), s.now)
    cause, share = decide(
        p.stream,
        e.key,
        e.visit,
        day - p.signing_first,
        s.pace,
        e.eta,
        stage.first,
        stage.last,
        cause_share(p)[row_of(spell, p.kinds, e.budget == 1, e.authority == 1)],
        cause_law(p),
        laws(p),
        knots(p),
        signing_alive(p),
        segment_at(p, e.segment).time * pace(p)[spell, e.count],
        int(day - e.due),
    )
    if cause != UNDECIDED:
        e.cause = cause_reason(p)[cause]
        e.due = begins + share * (day + 1.0 - begins)
        wait(s, slot, LEAVE_STAGE, e.due)


@inner
def _waits(s: State, slot: int) -> bool:
    e = slot_at(s, slot)
    return bool(e.id != NIL and e.phase == SIGN and e.dead == 0)


@inner
def sign_day(p: Parameters, s: State, n: int) -> int:
    """The n-th day begins: its pace follows from who is in the last stage, and each of them may decide."""
    day, load = math.floor(s.now), 0
    spell = spell_of(since(p), s.now)
    for slot in range(s.alive if p.signing_elasticity != 1.0 else 0):
        if _waits(s, slot):
            e, stage = slot_at(s, slot), stage_at(p, slot_at(s, slot).count)
            chance = wins_today(
                e.eta,
                stage.first,
                stage.last,
                cause_share(p)[row_of(spell, p.kinds, e.budget == 1, e.authority == 1)],
                cause_law(p),
                laws(p),
                knots(p),
                signing_alive(p),
                segment_at(p, e.segment).time * pace(p)[spell, e.count],
                int(day - e.due),
            )
            load += int(chance / UNIT)
    level = signing_paces(p)[int(day) - p.signing_first]
    s.pace = pace_of(level, load, p.signing_load, p.signing_elasticity)
    for slot in range(s.alive):
        if _waits(s, slot):
            _decide(p, s, slot, s.now)
    schedule(s, s.now + 1.0, _SIGNING, 0, n + 1, NIL)
    return REST
