"""Behaviour: whether leads have used assets as often as an MQL must, and when those in nurture are looked at again."""

import math
from collections.abc import Generator
from typing import Any

from simpy.events import Event

from sim.laws.touches import has_acted, next_action, uses_enough
from sim.reference.scene import Scene
from sim.reference.subjects import Lead

__all__ = ["Behaviour"]


class Behaviour:
    """Looks at what leads do."""

    def __init__(self, scene: Scene):
        self.scene = scene

    def suffices(self, lead: Lead) -> bool:
        """Whether a lead that is judged for the first time has done enough."""
        needed = self.scene.tables.scoring.actions
        return needed == 0 or has_acted(*self._seen(lead), self.scene.agenda.now, needed, *self._terms())

    def watched(self, lead: Lead, days: float) -> Generator[Event, Any, float | None]:
        """A stay in nurture of so many days at most; returns how long it was if a use of an asset ends it."""
        agenda, entered = self.scene.agenda, self.scene.agenda.now
        ends = entered + days
        while True:
            needed, profiled = self.scene.tables.scoring.actions, self.scene.tables.scoring.profiled
            watches = needed > 0 and (not profiled or self.scene.chances.has_profile(lead))
            if watches and uses_enough(*self._seen(lead), agenda.now, needed, *self._terms()):
                self.scene.overflow.score(lead)
                if self.scene.chances.qualifies(lead, self.scene.overflow.reviews.threshold):
                    return agenda.now - entered
            # Who is in nurture then is looked at by the terms that hold from then on.
            changes = 0.0 if self.scene.tables is not self.scene.world else math.inf
            at = math.inf
            if watches:
                until = min(ends, changes, agenda.ends)
                at = next_action(*self._seen(lead), agenda.now, until, needed, *self._terms())
            at = min(at, changes)
            yield self.scene.at(lead, min(at, ends))
            if at >= ends:
                return None

    def _seen(self, lead: Lead) -> tuple[int, int, float]:
        """Whose touches count, and from when on."""
        assert lead.prospect is not None
        return self.scene.stream, lead.prospect.key, lead.prospect.captured - self.scene.tables.touch.touch_before

    def _terms(self) -> tuple[Any, ...]:
        """In how many days, and the touches of what is spent."""
        t = self.scene.tables
        rates = self.scene.overflow.reviews.spent.touch_rates
        return (
            *(t.scoring.within, t.clock.first_day, t.touch.epoch_day, rates),
            *(t.touch.touch_tops, t.touch.touch_keys, t.touch.touch_actions),
        )
