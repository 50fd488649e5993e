"""What a funnel says about its reps as persons: how long they stay, how they differ, what they learn."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_per_month
from sim.funnel import Funnel
from sim.plan import Plan
from sim.seats import TEAMS
from sim.units import DAYS_PER_YEAR

__all__ = ["People", "make_people"]

Floats = NDArray[np.float64]


class People(NamedTuple):
    """Reps of all teams; arrays are (teams,)."""

    drawn: bool
    """Whether the seats' rows are already the persons of a replication (`sim.people.staffed`)."""
    ramp: Floats
    """Working hours of a new hire's ramp."""
    tenure: Floats
    """Mean stay, days; infinite where nobody leaves of his own."""
    backfill: Floats
    """Days from a leaving to the successor's first."""
    leave: Floats
    """Days from one week of leave to the next, on average; infinite where nobody takes any."""
    skill_sd: Floats
    sdr_learning: float
    """Log-odds of contact for each unit of ln(1 + pieces of work finished)."""
    ae_learning: float
    """The same of advancing."""
    sdr_coding: float
    """Hours on top of a conversation."""
    ae_coding: float
    """Hours on top of a stage's work."""
    am_coding: float
    """The same of account managers."""
    handover: float
    """Days for which a leaver's opportunities lie."""
    handover_logit: float
    """Log-odds of advancing of an opportunity that changed hands because its AE left."""


def make_people(funnel: Funnel, plan: Plan) -> People:
    """The reps of a funnel's teams, in days and working hours."""
    reps = [getattr(funnel, team) for team in TEAMS]
    return People(
        drawn=False,
        ramp=np.array([each.ramp * hours_per_month(plan.calendar) for each in reps]),
        tenure=np.array([np.inf if each.tenure is None else each.tenure for each in reps]),
        backfill=np.array([each.backfill for each in reps]),
        leave=np.array([5.0 * DAYS_PER_YEAR / each.leave_days if each.leave_days else np.inf for each in reps]),
        skill_sd=np.array([funnel.sdr.skill_sd, funnel.ae.skill_sd, 0.0]),
        sdr_learning=funnel.sdr.learning,
        ae_learning=funnel.ae.learning,
        sdr_coding=funnel.sdr.coding,
        ae_coding=funnel.ae.coding,
        am_coding=funnel.am.coding,
        handover=funnel.ae.handover,
        handover_logit=funnel.ae.handover_logit,
    )
