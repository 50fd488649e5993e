"""Prospecting in the compiled engine: AEs who have nothing else to do look for opportunities of their own.

The counterpart of `sim.reference.prospecting`, happening for happening.
"""

from sim.agenda import Queue
from sim.draws import Purpose, Tag, child_key
from sim.jit import inner
from sim.kernel.buyers import know
from sim.kernel.deals import worth
from sim.kernel.layout import (
    NIL,
    UNDRAWN,
    Parameters,
    State,
    before,
    channel_at,
    knots,
    laws,
    mix,
    mixes,
    seat_at,
    shares,
    since,
    slot_at,
)
from sim.kernel.market import account_is_free
from sim.kernel.queues import schedule
from sim.kernel.record import enter_entity, new_slot, note, occupy, rename, write
from sim.kernel.teams import take
from sim.laws.selling import spell_of
from sim.log import NOBODY, EntityType, Kind
from sim.rules import category, delay, effort_done, finish, fits
from sim.seats import AE

__all__ = ["end_spell", "find", "look_around"]

_DEAL = int(EntityType.OPPORTUNITY)
_QUEUE = int(Queue.PROSPECTED)
_PROSPECTED, _OPENED = int(Kind.PROSPECTED), int(Kind.OPENED)
_P_EFFORT, _P_SEGMENT, _P_PRODUCT = int(Purpose.PROSPECT_EFFORT), int(Purpose.SEGMENT), int(Purpose.PRODUCT)
_SELF_SOURCED = int(Tag.SELF_SOURCED)


@inner
def look_around(p: Parameters, s: State) -> None:
    """All work is handed out: AEs left with none begin to prospect, and those with some, or without room, end."""
    for seat in range(s.seats_room):
        r = seat_at(s, seat)
        if r.team == AE:
            free = _free(p, s, seat)
            if r.prospects and not free:
                end_spell(p, s, seat)
            elif free and not r.prospects:
                _begin_spell(p, s, seat)


@inner
def _free(p: Parameters, s: State, seat: int) -> bool:
    """Whether an AE has nothing else to do, and room for what he may find."""
    r = seat_at(s, seat)
    return bool(s.prospects and r.present and r.busy == NIL and r.held < p.max_open)


@inner
def _begin_spell(p: Parameters, s: State, seat: int) -> None:
    r = seat_at(s, seat)
    if r.toil == UNDRAWN:
        r.toil = delay(p.stream, r.key, _P_EFFORT, r.found, laws(p), knots(p), p.prospecting_effort)
    r.prospects = 1
    r.since = s.now
    r.pace = r.share
    r.spell += 1
    s.spells += 1
    end = finish(before(p), p.first_day, p.opens, p.closes, s.now, r.toil, r.pace, r.ramp, r.hired)
    schedule(s, end, _QUEUE, seat, r.spell & 0xFFFF, seat)


@inner
def end_spell(p: Parameters, s: State, seat: int) -> None:
    """An AE stops before he has found anything; the hours done count for the next spell."""
    r = seat_at(s, seat)
    done = effort_done(before(p), p.first_day, p.opens, p.closes, r.since, s.now, r.pace, r.ramp, r.hired)
    # A ramp that ends with the run-in would count for the hours before.
    done = min(done, r.toil)
    r.toil -= done
    _leave_off(s, seat, NOBODY, done)


@inner
def _leave_off(s: State, seat: int, found: int, hours: float) -> None:
    seat_at(s, seat).prospects = 0
    s.spells -= 1
    write(s, s.now, _PROSPECTED, found, 0, seat, NOBODY, NOBODY, hours)


@inner
def find(p: Parameters, s: State, seat: int, spell: int) -> int:
    """The hours of a spell are done: an opportunity of the AE's own is opened; returns its slot, NIL if there is none.

    He who has no more room at that instant opens it as soon as he has.
    """
    r = seat_at(s, seat)
    if not r.prospects or r.spell & 0xFFFF != spell:
        return NIL
    if not _free(p, s, seat):
        _leave_off(s, seat, NOBODY, r.toil)
        r.toil = 0.0
        return NIL
    stream, channel, key = p.stream, p.prospecting_channel, child_key(r.key, _SELF_SOURCED, r.found)
    if p.depletes and not account_is_free(p, s, channel, key):
        _leave_off(s, seat, NOBODY, r.toil)
        r.found += 1
        r.toil = UNDRAWN
        s.closing = 1
        return NIL
    segment = category(stream, key, _P_SEGMENT, shares(p)[channel])
    product = category(stream, key, _P_PRODUCT, mixes(p)[spell_of(since(p), s.now)] if p.remixes else mix(p))
    slot = new_slot(s, channel, segment, product, fits(stream, key, channel_at(p, channel).fit))
    occupy(s, slot)
    owner = NOBODY if s.pooled else seat
    rename(s, slot, enter_entity(s, slot, key, _DEAL, NOBODY, owner, s.now), key)
    know(p, s, slot)
    e = slot_at(s, slot)
    e.opened, e.amount = s.now, worth(p, s, slot)
    _leave_off(s, seat, e.id, r.toil)
    r.found += 1
    r.toil = UNDRAWN
    take(s, slot, owner)
    note(s, slot, _OPENED, owner, NOBODY, NOBODY, e.amount)
    return slot
