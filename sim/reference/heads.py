"""Who comes and goes, and what changes hands when they do."""

from functools import partial

from sim.agenda import Queue
from sim.log import NOBODY, Kind
from sim.reference.prospecting import Prospecting
from sim.reference.scene import Scene
from sim.reference.subjects import Lead, Opportunity
from sim.seats import SDR

__all__ = ["Heads"]


class Heads:
    """The seats of the teams, filled and emptied."""

    def __init__(self, scene: Scene, prospecting: Prospecting):
        self.scene = scene
        self.prospecting = prospecting

    def staff(self) -> None:
        """Fill the seats of the first day and plan the changes of the others."""
        seats = self.scene.tables.seats
        for seat, (team, hired, left) in enumerate(zip(seats.team, seats.hired, seats.left, strict=True)):
            if hired <= self.scene.agenda.now:
                self._join(seat, team)
            else:
                self.scene.agenda.call_at(float(hired), Queue.HEADS, seat, 0, partial(self._join, seat, team))
            self.scene.agenda.call_at(float(left), Queue.HEADS, seat, 1, partial(self._leave, seat, team))

    def _join(self, seat: int, team: int) -> None:
        self.scene.note(Kind.HIRED, NOBODY, 0, seat)
        if team == SDR:
            return self.scene.sdr.join(seat)
        self.scene.ae.join(seat)
        return self.reassign(self.scene.book.open_for(seat))

    def _leave(self, seat: int, team: int) -> None:
        """A seat is emptied: the task in hand goes back with its remaining hours, opportunities to other AEs."""
        self.scene.note(Kind.LEFT, NOBODY, 0, seat)
        if team == SDR:
            for task in self.scene.sdr.leave(seat):
                assert isinstance(task.subject, Lead)
                self.scene.line_up(task.subject, task)
            return None
        self.prospecting.leave(seat)
        for task in self.scene.ae.leave(seat):
            if self.scene.tables.pooled:
                self.scene.ae.ask(task)
            else:
                self.scene.book.give_back(task, seat)
        return self.reassign(self.scene.book.close_for(seat))

    def reassign(self, opportunities: list[Opportunity]) -> None:
        """Give opportunities to the least loaded AEs."""
        for opportunity in opportunities:
            self.scene.book.reassign(opportunity)
            self.scene.note(Kind.REASSIGNED, opportunity.id, 0, opportunity.owner)
