"""A shock's first day: it is written down, and the biggest opportunity may be lost."""

from functools import partial

from sim.agenda import Queue
from sim.log import NOBODY, Kind
from sim.reference.scene import Scene
from sim.reference.subjects import Opportunity

__all__ = ["Shocks"]


class Shocks:
    """What befalls the company, and when."""

    def __init__(self, scene: Scene):
        self.scene = scene
        self.shocks = scene.world.shocks

    def expect(self) -> None:
        """Put the shocks on the agenda."""
        for n, day in enumerate(self.shocks.shock_day.tolist()):
            self.scene.agenda.call_at(day, Queue.SHOCK, 0, n, partial(self._strike, n))

    def _strike(self, n: int) -> None:
        reason = int(self.shocks.shock_reason[n])
        self.scene.note(Kind.SHOCK, NOBODY, 0, NOBODY, reason)
        if self.shocks.shock_loses[n]:
            biggest = self._biggest()
            if biggest is not None and biggest.process is not None:
                # The interruption comes before anything else of this instant.
                biggest.process.interrupt(reason)

    def _biggest(self) -> Opportunity | None:
        """The open opportunity of the largest value, of several the first opened."""
        pages = (*self.scene.book.holding.values(), *self.scene.accounts.holding.values())
        found = (opportunity for page in pages for opportunity in page.values())
        return max(found, key=lambda each: (each.amount, -each.id), default=None)
