"""Who gets a lead in the compiled engine, and what follows when a service level is breached.

The counterpart of `sim.reference.routing`.
"""

from sim.agenda import Queue
from sim.clock import worked_hours
from sim.jit import inner
from sim.kernel.layout import (
    ENTER_NURTURE,
    NIL,
    NONE,
    REST,
    SEND_BACK,
    UNTRIED,
    Parameters,
    State,
    before,
    choices,
    places,
    seat_at,
    slot_at,
    team_at,
)
from sim.kernel.queues import schedule
from sim.kernel.record import move, note
from sim.kernel.teams import ask, leave_line
from sim.laws.routing import (
    NOT_ROUTED,
    PERFORMANCE_WEIGHTED,
    ROUND_ROBIN,
    SCORE_WEIGHTED,
    TERRITORY,
    drawn,
    following,
    least,
    score_weight,
    success_weight,
)
from sim.log import NOBODY, Kind
from sim.rules import load, speed
from sim.seats import SDR
from sim.tables import ESCALATE, NOTHING, REASONS, RECYCLE

__all__ = ["breach", "route", "send_back"]

_PATIENCE = int(Queue.PATIENCE)
_BREACHED, _RECYCLED, _REASSIGNED = int(Kind.BREACHED), int(Kind.RECYCLED), int(Kind.REASSIGNED)
_SLA_BREACH = REASONS.index("sla_breach")


@inner
def _loads(p: Parameters, s: State, team: int, limit: int) -> None:
    """Write into the choices how much each rep of a team has to do; -1 for those who get no lead."""
    worked = worked_hours(before(p), p.first_day, p.opens, p.closes, s.now)
    for seat in range(s.seats_room):
        r = seat_at(s, seat)
        choices(s)[seat] = -1.0
        if r.team != team or not r.present:
            continue
        if team == SDR:
            choices(s)[seat] = r.waiting + (1.0 if r.busy != NIL else 0.0)
        elif r.held < limit:
            choices(s)[seat] = load(r.held, speed(worked - r.hired, r.ramp))


@inner
def route(p: Parameters, s: State, slot: int, team: int, routing: int, limit: int) -> int:
    """The rep of a team, holding fewer opportunities than a limit, who gets a lead; nobody if there is none."""
    if routing == NOT_ROUTED:
        return NOBODY
    e, t = slot_at(s, slot), team_at(s, team)
    _loads(p, s, team, limit)
    if routing == ROUND_ROBIN:
        chosen = following(choices(s), t.last)
    elif routing == TERRITORY:
        chosen = least(choices(s), places(s), p.segments_room, e.segment)
    else:
        _weigh(s, slot, team, routing)
        chosen = drawn(p.stream, e.key, e.visit, team, choices(s))
    if chosen != NOBODY:
        t.last = chosen
    return chosen


@inner
def _weigh(s: State, slot: int, team: int, routing: int) -> None:
    """Make weights of the loads among the choices."""
    succeeded, tried = 0, 0
    if routing == PERFORMANCE_WEIGHTED:
        for seat in range(s.seats_room):
            r = seat_at(s, seat)
            if r.team == team:
                succeeded += r.succeeded
                tried += r.tried
    for seat in range(s.seats_room):
        if choices(s)[seat] >= 0.0:
            r = seat_at(s, seat)
            if routing == SCORE_WEIGHTED:
                choices(s)[seat] = score_weight(slot_at(s, slot).score, r.skill)
            else:
                choices(s)[seat] = success_weight(r.succeeded, r.tried, succeeded, tried)


@inner
def breach(p: Parameters, s: State, slot: int, visit: int) -> int:
    """The service level of a lead is over; returns the turn that its life takes if nobody has tried it."""
    e = slot_at(s, slot)
    if e.phase != UNTRIED or e.visit != visit or p.breach == NOTHING:
        return REST
    note(s, slot, _BREACHED, e.owner, NOBODY, NOBODY, 0.0)
    if p.breach == RECYCLE:
        return SEND_BACK if e.recycled < p.recycles else REST
    if p.breach == ESCALATE:
        _pass_on(p, s, slot, e.owner, 1)
    elif p.sdr_routing != NOT_ROUTED:
        _loads(p, s, SDR, 0)
        if e.owner != NOBODY:
            choices(s)[e.owner] = -1.0
        other = least(choices(s), places(s), 1, 0)
        if other != NOBODY:
            note(s, _pass_on(p, s, slot, other, 0), _REASSIGNED, other, NOBODY, NOBODY, 0.0)
    return REST


@inner
def _leave_queue(s: State, slot: int) -> int:
    """Take an untried lead out of its queue; returns the slot in which it goes on."""
    e = slot_at(s, slot)
    if e.owner != NOBODY:
        seat_at(s, e.owner).waiting -= 1
    leave_line(s, slot)
    return move(s, slot)


@inner
def _pass_on(p: Parameters, s: State, slot: int, owner: int, urgent: int) -> int:
    """Let an untried lead wait anew; returns its slot."""
    slot = _leave_queue(s, slot)
    e = slot_at(s, slot)
    e.owner = owner
    e.urgent = urgent
    ask(p, s, slot, SDR)
    schedule(s, e.due, _PATIENCE, e.id, 2 * e.visit, slot)
    return slot


@inner
def send_back(s: State, slot: int) -> tuple[int, int]:
    """A lead past its service level goes back to nurture: (its slot from now on, its turn)."""
    slot = _leave_queue(s, slot)
    e = slot_at(s, slot)
    e.task = NONE
    if s.watched:
        s.closing = 1
    e.recycled += 1
    note(s, slot, _RECYCLED, NOBODY, NOBODY, _SLA_BREACH, 0.0)
    return slot, ENTER_NURTURE
