"""A book of opportunities: who holds which and its task, who waits for an AE, and who takes over.

In a pool, as account managers always are, nobody holds them, and their tasks go to whoever is free.
"""

import math
from heapq import heappop, heappush

from sim import rules
from sim.agenda import Agenda, Signal
from sim.laws.routing import NOT_ROUTED
from sim.log import NOBODY
from sim.reference.routing import Router
from sim.reference.subjects import Lead, Opportunity
from sim.reference.team import Task, Team
from sim.tables import Tables

__all__ = ["Book"]


class Book:
    """Every open opportunity belongs to one AE, or to nobody while there is none or AEs work as a pool."""

    def __init__(self, agenda: Agenda, team: Team, router: Router, tables: Tables, managed: bool = False):
        """managed: whether it is the account managers'."""
        self.agenda = agenda
        self.team = team
        self.router = router
        self.managed = managed
        self.pooled = managed or tables.pooled
        self.max_open = tables.max_open
        self.holding: dict[int, dict[int, Opportunity]] = {NOBODY: {}}
        self.tasks: dict[int, Task] = {}
        self.waiting: list[tuple[float, int, Signal, Lead]] = []

    def adopt(self, tables: Tables) -> list[Opportunity]:
        """Room and ownership from now on; returns the opportunities of a pool that is now divided up."""
        self.router.adopt(tables)
        before, self.pooled, self.max_open = self.pooled, self.managed or tables.pooled, tables.max_open
        if self.pooled and not before:
            self.team.pool()
            # What nobody held, its work included, waited for a hire.
            for opportunity in self.holding[NOBODY].values():
                self.ask_again(opportunity)
            for seat in sorted(self.holding):
                if seat != NOBODY:
                    for opportunity in self.holding[seat].values():
                        opportunity.owner = NOBODY
                        self.take(opportunity)
                    self.holding[seat].clear()
            for task in self.tasks.values():
                task.owner = NOBODY
        elif before and not self.pooled:
            self.team.allot()
            return self._orphans()
        return []

    def wait(self, lead: Lead) -> Signal:
        """An accepted lead waits for an AE; the signal fires with the seat."""
        taken = Signal(self.agenda)
        heappush(self.waiting, (self.agenda.now, lead.id, taken, lead))
        self.agenda.close_instant()
        return taken

    def assign(self) -> None:
        """Accepted leads, oldest first, go to AEs who have room: to the least loaded, or as they are routed."""
        while self.waiting:
            seat = self.least_loaded(self.max_open)
            if seat == NOBODY and not self.pooled:
                return
            *_, taken, lead = heappop(self.waiting)
            if not taken.triggered:
                if self.router.routing != NOT_ROUTED and not self.pooled:
                    seat = self.router.choose(lead, self._with_room(self.max_open), lambda each: self._load(each)[0])
                taken.fire(seat)

    def least_loaded(self, limit: float = math.inf) -> int:
        """The AE with the smallest load among those who hold fewer than a limit, ties by seat; nobody if none.

        In a pool it is nobody. Load counts a ramping rep's opportunities against his speed, so that a new hire is not
        buried on day one.
        """
        if self.pooled:
            return NOBODY
        return min(self._with_room(limit), key=self._load, default=NOBODY)

    def _with_room(self, limit: float) -> list[int]:
        return [seat for seat in self.team.present if len(self.holding[seat]) < limit]

    def _load(self, seat: int) -> tuple[float, int]:
        return rules.load(len(self.holding[seat]), self.team.speed(seat)), seat

    def take(self, opportunity: Opportunity) -> None:
        """Enter an opportunity under its owner."""
        self.holding[opportunity.owner][opportunity.id] = opportunity
        # An AE without room prospects no longer.
        self.agenda.close_instant()

    def drop(self, opportunity: Opportunity) -> None:
        """Strike out an opportunity that is closed; its owner has room for another."""
        del self.holding[opportunity.owner][opportunity.id]
        self.tasks.pop(opportunity.id, None)
        self.agenda.close_instant()

    def work_on(self, opportunity: Opportunity, hours: float) -> Task:
        """Ask the owner for a stage's hours."""
        task = Task(self.agenda, opportunity, hours)
        self.tasks[opportunity.id] = task
        self.ask_again(opportunity)
        return task

    def open_for(self, seat: int) -> list[Opportunity]:
        """An AE begins: enters an empty page; returns the opportunities that nobody held for want of an AE."""
        self.holding[seat] = {}
        return self.orphans()

    def orphans(self) -> list[Opportunity]:
        """The opportunities that nobody holds for want of an AE; in a pool that is none."""
        return [] if self.pooled else self._orphans()

    def _orphans(self) -> list[Opportunity]:
        orphans = list(self.holding[NOBODY].values())
        self.holding[NOBODY].clear()
        return orphans

    def close_for(self, seat: int) -> list[Opportunity]:
        """An AE leaves: returns the opportunities he held."""
        return list(self.holding.pop(seat).values())

    def reassign(self, opportunity: Opportunity, left: bool) -> None:
        """Give an opportunity to the least loaded AE, with the task that was waiting; left: because its AE left."""
        opportunity.passed_on = opportunity.passed_on or left
        opportunity.owner = self.least_loaded()
        self.take(opportunity)
        self.ask_again(opportunity)

    def ask_again(self, opportunity: Opportunity) -> None:
        """Ask the owner for the task of an opportunity, if it waits."""
        # Where every opportunity has its AE and there is none, its work waits until somebody is hired.
        task = self.tasks.get(opportunity.id)
        if task is not None and task.waiting and (self.pooled or opportunity.owner != NOBODY):
            task.owner = opportunity.owner
            self.team.ask(task)
