"""What is left of leads and touches in weeks whose spend is cut."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.horizon import Horizon
from sim.laws.response import adstock
from sim.rates import weekly_level, weeks_of
from sim.tables import Tables

__all__ = ["Spent", "mondays"]

Floats = NDArray[np.float64]


class Spent:
    """The share of the planned spend that is spent, week by week, and what the channels bring at it."""

    def __init__(self, tables: Tables):
        channels, weeks = tables.spending.weekly.shape
        self.begins = int(tables.horizon.begins)
        self.start = tables.horizon.start
        self.planned = tables.touch.touch_rates
        self.share = np.ones(weeks)
        """(W,)"""
        self.kept = np.ones(channels)
        """(C,) this week's rate of leads as a share of the rate at the planned spend."""
        touches = any(world is not None and world.touch.touches for world in (tables, tables.run_in))
        self.touch_rates = self.planned.copy() if tables.overflow.throttles and touches else self.planned
        """(C, D) touches a week at what is spent, up to this week."""

    def week(self, day: float) -> int:
        """The number of a day's week, counted from the run's first."""
        first, now = weeks_of(self.start, self.begins, 1)[0], weeks_of(self.start, math.floor(day), 1)[0]
        return int(now - first)

    def respond(self, tables: Tables, day: float) -> None:
        """For the rest of a day's week rates follow the spend, with the same carry-over and saturation as planned
        spend's; tables: the plan that holds."""
        week = self.week(day)
        if (self.share[: week + 1] == 1.0).all():
            return
        weekly, steady, curves = tables.spending
        since = math.floor(day) - self.begins
        # Weeks begin on Mondays, and a proleptic ordinal that 7 divides is a Sunday's.
        until = since + 7 - (self.start.toordinal() + math.floor(day) - 1) % 7
        for channel, curve in enumerate(curves):
            before = float(steady[channel])
            planned, real = weekly[channel, : week + 1], weekly[channel, : week + 1] * self.share[: week + 1]
            leads = (float(weekly_level(curve, each, before)[week]) for each in (real, planned))
            self.kept[channel] = _ratio(*leads)
            if tables.touch.touches and curve[2] > 0.0:
                left = _ratio(*(float(adstock(each, float(curve[0]), before)[week]) for each in (real, planned)))
                self.touch_rates[channel, since:until] = self.planned[channel, since:until] * left


def mondays(horizon: Horizon) -> list[float]:
    """The beginnings of weeks inside a horizon."""
    first = math.floor(horizon.begins) + 1
    first += (1 - horizon.start.toordinal() - first) % 7
    return [float(day) for day in range(first, math.ceil(horizon.ends), 7)]


def _ratio(real: float, planned: float) -> float:
    return real / planned if planned > 0.0 else 1.0
