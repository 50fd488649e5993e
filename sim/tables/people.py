"""What a funnel says about its reps as persons: how long they stay, how they differ, what they learn."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_per_month
from sim.funnel import Funnel
from sim.plan import Plan
from sim.seats import TEAMS

__all__ = ["People", "make_people"]

Floats = NDArray[np.float64]


class People(NamedTuple):
    """Reps of both teams; arrays are (teams,)."""

    drawn: bool
    """Whether the seats' rows are already the persons of a replication (`sim.people.staffed`)."""
    ramp: Floats
    """Working hours of a new hire's ramp."""
    tenure: Floats
    """Mean stay, days; infinite where nobody leaves of his own."""
    backfill: Floats
    """Days from a leaving to the successor's first."""
    skill_sd: Floats
    sdr_learning: float
    """Log-odds of contact for each unit of ln(1 + pieces of work finished)."""
    ae_learning: float
    """The same of advancing."""


def make_people(funnel: Funnel, plan: Plan) -> People:
    """The reps of a funnel's two teams, in days and working hours."""
    reps = [getattr(funnel, team) for team in TEAMS]
    return People(
        drawn=False,
        ramp=np.array([each.ramp * hours_per_month(plan.calendar) for each in reps]),
        tenure=np.array([np.inf if each.tenure is None else each.tenure for each in reps]),
        backfill=np.array([each.backfill for each in reps]),
        skill_sd=np.array([each.skill_sd for each in reps]),
        sdr_learning=funnel.sdr.learning,
        ae_learning=funnel.ae.learning,
    )
