"""How a last stage is decided day by day, in numbers: the pace of each simulated day."""

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.plan import Plan
from sim.signing import Drift, Signing

__all__ = ["SigningTable", "make_signing"]

_LAST_DAYS = 5


class SigningTable(NamedTuple):
    """D simulated days."""

    signs: bool
    """Whether it is decided so."""
    signing_paces: NDArray[np.float64]
    """(D,) pace at the usual load, before the replication's drift."""
    signing_first: int
    """The first day."""
    signing_load: float
    signing_elasticity: float
    drift: Drift
    lead_drift: Drift
    """Of the leads that come."""
    drawn: bool
    """Whether the drift is in the paces already."""


def make_signing(funnel: Funnel, plan: Plan, horizon: Horizon) -> SigningTable:
    """The paces of a funnel's last stage; all one where it is decided on entry."""
    noun, first = funnel.signing or Signing(), int(horizon.begins)
    dates = [plan.start + dt.timedelta(days=day) for day in range(first, int(horizon.ends))]
    quarter = np.array([noun.quarter[(date.month - 1) % 3] for date in dates])
    late = np.array([(date + dt.timedelta(days=_LAST_DAYS)).month != date.month for date in dates], dtype=np.bool_)
    weekday = np.array([noun.weekdays[date.weekday()] for date in dates])
    return SigningTable(
        signs=funnel.signing is not None,
        signing_paces=noun.pace * quarter * np.where(late, noun.month_end, 1.0) * weekday,
        signing_first=first,
        signing_load=noun.load,
        signing_elasticity=noun.elasticity,
        drift=noun.drift,
        lead_drift=funnel.arrivals.drift,
        drawn=False,
    )
