"""How a last stage is decided day by day, in numbers: the pace of each simulated day."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.signing import fill_alive
from sim.plan import Plan
from sim.signing import Drift, Signing
from sim.tables.laws import Laws

__all__ = ["AGES", "SigningTable", "make_signing"]

AGES = 1024
"""Days of age up to which chances stand in a table."""
_LAST_DAYS = 5


class SigningTable(NamedTuple):
    """D simulated days."""

    signs: bool
    """Whether it is decided so."""
    daily: bool
    """Whether it is now or later."""
    signing_paces: NDArray[np.float64]
    """(D,) pace at the usual load, before the replication's drift."""
    signing_first: int
    """The first day."""
    signing_alive: NDArray[np.float64]
    """(causes, AGES) shares of the times of the last stage's causes that are longer than 0, 1, 2, ... days."""
    signing_load: float
    signing_elasticity: float
    drift: Drift
    lead_drift: Drift
    """Of the leads that come."""
    drawn: bool
    """Whether the drift is in the paces already."""


def make_signing(funnel: Funnel, plan: Plan, horizon: Horizon, causes: Sequence[int], laws: Laws) -> SigningTable:
    """The paces of a funnel's last stage; all one where it is decided on entry. causes: the laws of that stage's."""
    noun, first = funnel.signing or Signing(), int(horizon.begins)
    dates = [plan.start + dt.timedelta(days=day) for day in range(first, int(horizon.ends))]
    quarter = np.array([noun.quarter[(date.month - 1) % 3] for date in dates])
    late = np.array([(date + dt.timedelta(days=_LAST_DAYS)).month != date.month for date in dates], dtype=np.bool_)
    weekday = np.array([noun.weekdays[date.weekday()] for date in dates])
    alive = np.empty((len(causes) if funnel.signing is not None else 0, AGES))
    rows, knots = laws.array(), laws.knot_array()
    for row, law in zip(alive, causes, strict=False):
        fill_alive(rows, knots, law, row)
    return SigningTable(
        signs=funnel.signing is not None,
        daily=funnel.signing is not None,
        signing_paces=noun.pace * quarter * np.where(late, noun.month_end, 1.0) * weekday,
        signing_first=first,
        signing_alive=alive,
        signing_load=noun.load,
        signing_elasticity=noun.elasticity,
        drift=noun.drift,
        lead_drift=funnel.arrivals.drift,
        drawn=False,
    )
