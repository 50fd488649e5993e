"""Quotas in the compiled engine: what a rep has booked in the period, its reset, how hard that makes him work."""

from sim.agenda import Queue
from sim.jit import inner
from sim.kernel.layout import NIL, Parameters, State, bands, periods, quota_at, seat_at
from sim.kernel.queues import schedule
from sim.kernel.record import write
from sim.laws.pay import attainment, effort_factor, marginal_rate, pace_factor
from sim.log import NOBODY, Kind
from sim.seats import AE

__all__ = ["begin_period", "book", "effort", "end_period"]

_QUOTA_RESET = int(Queue.QUOTA_RESET)
_RESET = int(Kind.QUOTA_RESET)


@inner
def begin_period(p: Parameters, s: State, n: int) -> None:
    """The n-th quota period begins: everybody has his part of its quota."""
    room = p.periods_room - 1
    for seat in range(s.seats_room):
        r, part = seat_at(s, seat), quota_at(p, seat * room + n)
        r.quota = part.quota
        r.quota_begins = part.begins
        r.quota_ends = part.ends
    if p.resets and n + 1 < room:
        schedule(s, periods(p)[n + 1], _QUOTA_RESET, 0, n + 1, NIL)


@inner
def end_period(p: Parameters, s: State, n: int) -> None:
    """The period before the n-th is over: what the AEs of the day booked in it is written down."""
    if p.counted:
        for seat in range(s.seats_room):
            r = seat_at(s, seat)
            if r.team == AE and (r.present or r.away):
                write(s, s.now, _RESET, NOBODY, 0, seat, NOBODY, NOBODY, r.booked)
    for seat in range(s.seats_room):
        seat_at(s, seat).booked = 0.0
    begin_period(p, s, n)


@inner
def book(s: State, seat: int, amount: float) -> None:
    """A sale counts towards a rep's quota."""
    seat_at(s, seat).booked += amount


@inner
def effort(p: Parameters, s: State, seat: int) -> float:
    """Factor on an AE's speed in a task that he begins now."""
    r = seat_at(s, seat)
    rate = marginal_rate(p.marketing_rate, attainment(r.booked, r.quota), bands(p), p.cap)
    pace = pace_factor(r.booked, r.quota, r.quota_begins, r.quota_ends, s.now, p.give_up, p.near_quota)
    return effort_factor(rate, p.reference_rate, p.elasticity) * pace
