"""Who gets a lead: SDRs and AEs by the plan's routing, and what follows when a service level is breached."""

from collections.abc import Callable, Iterable

import numpy as np

from sim.laws.routing import (
    ROUND_ROBIN,
    SCORE_WEIGHTED,
    TERRITORY,
    drawn,
    following,
    least,
    score_weight,
    success_weight,
)
from sim.log import NOBODY
from sim.reference.subjects import Lead
from sim.reference.team import Team
from sim.seats import SDR
from sim.tables import Tables

__all__ = ["Router"]


class Router:
    """Gives the leads of one replication to the reps of a team."""

    def __init__(self, tables: Tables, stream: int, team: Team):
        self.stream = stream
        self.team = team
        self.last = NOBODY
        """Who got the last lead."""
        self.adopt(tables)

    def adopt(self, tables: Tables) -> None:
        """The routing from now on."""
        self.routing = tables.handoff.sdr_routing if self.team.team == SDR else tables.handoff.ae_routing
        self.places = tables.seats.place
        self.segments = len(tables.segment_time)
        self.skill: list[float] = tables.seat_skill.tolist()

    def choose(self, lead: Lead, seats: Iterable[int], load: Callable[[int], float]) -> int:
        """Which of some seats gets a lead; nobody if there is none."""
        numbers = np.full(len(self.places), -1.0)
        for seat in seats:
            if self.routing == ROUND_ROBIN:
                numbers[seat] = 0.0
            elif self.routing == TERRITORY:
                numbers[seat] = load(seat)
            else:
                numbers[seat] = self._weight(lead, seat)
        if self.routing == ROUND_ROBIN:
            chosen = following(numbers, self.last)
        elif self.routing == TERRITORY:
            chosen = least(numbers, self.places, self.segments, lead.segment)
        else:
            chosen = drawn(self.stream, lead.key, lead.visit, self.team.team, numbers)
        if chosen != NOBODY:
            self.last = chosen
        return chosen

    def _weight(self, lead: Lead, seat: int) -> float:
        team = self.team
        if self.routing == SCORE_WEIGHTED:
            return score_weight(lead.score, self.skill[seat])
        # Who talks to a lead may be another than who tried it first.
        succeeded, tried = (
            sum(count for each, count in counts.items() if each != NOBODY) for counts in (team.succeeded, team.tried)
        )
        return success_weight(team.succeeded[seat], team.tried[seat], succeeded, tried)
