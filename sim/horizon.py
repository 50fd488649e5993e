"""The months that a run covers: run-in, plan, follow; and what holds in each of them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.plan import Plan
from sim.series import month_lengths, month_starts

__all__ = ["Horizon", "make_horizon"]


@dataclass(frozen=True)
class Horizon:
    """Calendar months of a run. Days count from the plan's start; months count from 0 at the plan's first month."""

    start: dt.date
    first_month: int
    """Number of the first simulated month: minus the run-in."""
    months: int
    """Months that are counted."""
    edges: NDArray[np.float64]
    """(run-in + plan + follow + 1,) days at which the simulated months begin, and the end of the last. The first may be
    what is left of a month: a run without run-in begins on any day."""

    @property
    def begins(self) -> float:
        """First simulated day (negative where there is a run-in)."""
        return float(self.edges[0])

    @property
    def counted(self) -> float:
        """End of the plan, days."""
        return float(self.edges[self.months - self.first_month])

    @property
    def ends(self) -> float:
        """End of the simulation, days."""
        return float(self.edges[-1])

    @property
    def counted_edges(self) -> NDArray[np.float64]:
        """(months + 1,) edges of the counted months."""
        return self.edges[-self.first_month : self.months - self.first_month + 1]

    @property
    def simulated_shares(self) -> NDArray[np.float64]:
        """(run-in + plan + follow,) share of each calendar month that is simulated: 1 but for a first one in part."""
        return np.asarray(np.diff(self.edges) / month_lengths(self.start, self.edges), dtype=np.float64)

    def plan_month(self, k: int) -> int:
        """The month of the plan whose levels hold in simulated month k: the first before it, the last after it."""
        return min(max(k + self.first_month, 0), self.months - 1)


def make_horizon(plan: Plan, run_in: int) -> Horizon:
    """The horizon of a plan; `run_in` months precede it (none where a snapshot replaces them)."""
    first = plan.start.year * 12 + plan.start.month - 1 - run_in
    begin = dt.date(first // 12, first % 12 + 1, 1)
    starts = month_starts(begin, run_in + plan.months + plan.follow + 1)
    edges = np.array([(day - plan.start).days for day in starts], dtype=np.float64)
    if run_in == 0:
        edges[0] = 0.0
    return Horizon(plan.start, -run_in, plan.months, edges)
