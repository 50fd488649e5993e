"""A shock's first day in the compiled engine: it is written down, and the biggest opportunity may be lost.

The counterpart of `sim.reference.shocks`.
"""

import math

from sim.agenda import Queue
from sim.jit import compiled, inner
from sim.kernel.deals import lose
from sim.kernel.layout import (
    NIL,
    REST,
    Floats,
    Parameters,
    Records,
    State,
    code,
    execute,
    seat_at,
    shock_loses,
    shock_reason,
    slot_at,
)
from sim.kernel.queues import schedule
from sim.kernel.record import write
from sim.kernel.teams import withdraw
from sim.log import NOBODY, Kind

__all__ = ["plan_shocks", "strike"]

_QUEUE, _SHOCK = int(Queue.SHOCK), int(Kind.SHOCK)


@compiled
def plan_shocks(state: Records, days: Floats) -> None:
    """Put shocks on the agenda; (shocks,) days."""
    for n in range(len(days)):
        schedule(state[0], days[n], _QUEUE, 0, n, NIL)


@inner
def strike(p: Parameters, s: State, shock: int) -> int:
    """A shock begins; nothing follows."""
    reason = shock_reason(p)[shock]
    write(s, s.now, _SHOCK, NOBODY, 0, NOBODY, NOBODY, reason, 0.0)
    if shock_loses(p)[shock] == 1:
        slot = _biggest(s)
        if slot != NIL:
            # What it waits for will come, and find nothing to do.
            slot_at(s, slot).phase = REST
            withdraw(p, s, slot)
            turn = lose(p, s, slot, reason)
            while turn != REST:
                turn = execute(code(s)[turn], p, s, slot)
    return REST


@inner
def _biggest(s: State) -> int:
    """The open opportunity of the largest value, of several the first opened; NIL if none is open."""
    best, most, first = NIL, -math.inf, 0
    for seat in range(-1, s.seats_room):
        slot = seat_at(s, seat).first
        while slot != NIL:
            e = slot_at(s, slot)
            if e.amount > most or (e.amount == most and e.id < first):
                best, most, first = slot, e.amount, e.id
            slot = e.next
    return best
