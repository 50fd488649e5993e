"""Who comes and goes, for good or on leave, and what changes hands when they do."""

from collections.abc import Callable
from functools import partial

from sim import clock
from sim.agenda import Queue
from sim.log import NOBODY, Kind
from sim.reference.book import Book
from sim.reference.prospecting import Prospecting
from sim.reference.scene import Scene
from sim.reference.subjects import Lead, Opportunity
from sim.reference.team import Team
from sim.seats import AE, AM, SDR

__all__ = ["Heads"]

COMES, LEAVES, PASSES_ON, AWAY = range(4)
"""Numbers of a rep's changes at one instant; his leaves follow in pairs, away and back."""


class Heads:
    """The reps of the teams, who come and go."""

    def __init__(self, scene: Scene, prospecting: Prospecting):
        self.scene = scene
        self.prospecting = prospecting
        seats = scene.tables.seats
        self.team: list[int] = seats.team.tolist()
        self.leave: dict[int, list[tuple[float, float]]] = {}
        """By rep, the (begin, end) of his absences."""
        columns = (seats.away, seats.away_from, seats.away_until)
        for seat, begin, end in zip(*(column.tolist() for column in columns), strict=True):
            self.leave.setdefault(seat, []).append((begin, end))

    def staff(self) -> None:
        """Fill the seats of the first day and plan the changes of the others."""
        seats = self.scene.tables.seats
        for seat, (hired, left) in enumerate(zip(seats.hired.tolist(), seats.left.tolist(), strict=True)):
            if hired <= self.scene.agenda.now:
                self._join(seat)
            else:
                self._plan(hired, seat, COMES, self._join)
            self._plan(left, seat, LEAVES, self._leave)

    def _plan(self, time: float, seat: int, n: int, change: Callable[[int], None]) -> None:
        self.scene.agenda.call_at(time, Queue.HEADS, seat, n, partial(change, seat))

    def _team(self, seat: int) -> Team:
        return (self.scene.sdr, self.scene.ae, self.scene.am)[self.team[seat]]

    def _book(self, seat: int) -> Book:
        return self.scene.accounts if self.team[seat] == AM else self.scene.book

    def _join(self, seat: int) -> None:
        booked = self.scene.tables.seats.booked[seat]
        self.scene.note(Kind.HIRED, NOBODY, 0, seat, NOBODY, float(booked))
        self._team(seat).join(seat)
        if self.team[seat] != SDR:
            self.reassign(self._book(seat).open_for(seat))
        self._plan_leave(seat, 0)

    def _plan_leave(self, seat: int, k: int) -> None:
        absences = self.leave.get(seat, [])
        if k < len(absences):
            self.scene.agenda.call_at(absences[k][0], Queue.HEADS, seat, AWAY + 2 * k, partial(self._go_away, seat, k))

    def _go_away(self, seat: int, k: int) -> None:
        """A rep goes on leave: his task in hand waits with its remaining hours, for him if it is his own."""
        self.scene.note(Kind.AWAY, NOBODY, 0, seat)
        self._stop(seat)
        self._team(seat).away.add(seat)
        back = self.leave[seat][k][1]
        self.scene.agenda.call_at(back, Queue.HEADS, seat, AWAY + 2 * k + 1, partial(self._come_back, seat, k))

    def _come_back(self, seat: int, k: int) -> None:
        self.scene.note(Kind.BACK, NOBODY, 0, seat)
        begin, end = (clock.worked_hours(*self.scene.tables.clock, time) for time in self.leave[seat][k])
        self._team(seat).go_on(seat, end - begin)
        if self.team[seat] != SDR:
            self.reassign(self._book(seat).orphans())
        self._plan_leave(seat, k + 1)

    def _leave(self, seat: int) -> None:
        """A rep leaves: the task in hand goes back with its remaining hours, his opportunities to other AEs."""
        self.scene.note(Kind.LEFT, NOBODY, 0, seat)
        self._stop(seat)
        self._team(seat).away.discard(seat)
        tables = self.scene.tables
        if self.team[seat] == AE and not tables.pooled and tables.people.handover > 0.0:
            return self._plan(self.scene.agenda.now + tables.people.handover, seat, PASSES_ON, self._pass_on)
        return self._pass_on(seat)

    def _stop(self, seat: int) -> None:
        """A rep stops working: the task in hand waits, for its owner or for whoever is free.

        So do the leads of an SDR, while an AE's opportunities wait for him.
        """
        if self.team[seat] != SDR:
            self.prospecting.leave(seat)
        in_hand = self._team(seat).stop(seat)
        tasks = [] if in_hand is None else [in_hand]
        if self.team[seat] == SDR:
            tasks += self.scene.sdr.give_back(seat)
        for task in tasks:
            if isinstance(task.subject, Opportunity):
                self.scene.book_of(task.subject).ask_again(task.subject)
            else:
                assert isinstance(task.subject, Lead)
                self.scene.line_up(task.subject, task)

    def _pass_on(self, seat: int) -> None:
        """What waits for an AE who left goes to others."""
        if self.team[seat] != SDR:
            self._team(seat).give_back(seat)
            self.reassign(self._book(seat).close_for(seat), left=True)

    def reassign(self, opportunities: list[Opportunity], left: bool = False) -> None:
        """Give opportunities to the least loaded AEs; left: because their AE left."""
        for opportunity in opportunities:
            self.scene.book.reassign(opportunity, left)
            self.scene.note(Kind.REASSIGNED, opportunity.id, 0, opportunity.owner)
