"""What each AE has booked in the quota period and has to book in it, and how hard that makes him work."""

from functools import partial

from sim.agenda import Agenda, Queue
from sim.laws import pay
from sim.log import NOBODY, Kind
from sim.reference.team import Note, Team
from sim.tables import Tables, person_quotas

__all__ = ["Quotas"]


class Quotas:
    """Bookings and quotas of the current period, by person."""

    def __init__(self, agenda: Agenda, team: Team, note: Note, tables: Tables):
        self.agenda = agenda
        self.team = team
        self.note = note
        self.parts = person_quotas(tables.seats, tables.pay)
        self.booked: list[float] = tables.seats.booked.tolist()
        self.adopt(tables)
        self._begin(0)

    def adopt(self, tables: Tables) -> None:
        """Terms of pay from now on."""
        self.terms = tables.pay
        self.team.effort = self.effort if self.terms.effort_varies else None

    def book(self, seat: int, amount: float) -> None:
        """A sale counts towards a rep's quota; one of nobody towards none."""
        if seat != NOBODY:
            self.booked[seat] += amount

    def attainment(self, seat: int) -> float:
        """Bookings of the period as a share of its quota."""
        return pay.attainment(self.booked[seat], self.quota[seat])

    def effort(self, seat: int) -> float:
        """Factor on an AE's speed in a task that he begins now."""
        terms = self.terms
        rate = pay.marginal_rate(terms.marketing_rate, self.attainment(seat), terms.bands, terms.cap)
        pace = pay.pace_factor(
            self.booked[seat],
            self.quota[seat],
            self.begins[seat],
            self.ends[seat],
            self.agenda.now,
            terms.give_up,
            terms.near_quota,
        )
        return pay.effort_factor(rate, terms.reference_rate, terms.elasticity) * pace

    def _begin(self, n: int) -> None:
        """The n-th quota period begins: everybody has his part of its quota."""
        self.quota: list[float] = self.parts.quota[:, n].tolist()
        self.begins: list[float] = self.parts.begins[:, n].tolist()
        self.ends: list[float] = self.parts.ends[:, n].tolist()
        if self.terms.resets and n + 1 < len(self.terms.period_quota):
            following = float(self.terms.periods[n + 1])
            self.agenda.call_at(following, Queue.QUOTA_RESET, 0, n + 1, partial(self._end, n + 1))

    def _end(self, n: int) -> None:
        """The period before the n-th is over: what the AEs of the day booked in it is written down."""
        if self.terms.counted:
            for seat in sorted(self.team.present | self.team.away):
                self.note(Kind.QUOTA_RESET, NOBODY, 0, seat, NOBODY, self.booked[seat])
        self.booked = [0.0] * len(self.booked)
        self._begin(n)
