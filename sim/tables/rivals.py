"""Rivals in numbers: the pressure of each in each spell, and what it does to causes of loss."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.choice import pressed
from sim.market import Rival
from sim.plan import Plan
from sim.selling import Stage
from sim.series import Step
from sim.tables.shocks import span_of

__all__ = ["pressure_days", "pressures", "weigh_rivals"]

Floats = NDArray[np.float64]


def pressure_days(funnel: Funnel, plan: Plan) -> set[float]:
    """The days on which the pressure of a rival changes, shocks apart."""
    return {float((step.from_ - plan.start).days) for rival in funnel.rivals.values() for step in _steps(rival)}


def pressures(funnel: Funnel, plan: Plan, since: Floats) -> Floats:
    """(rivals, E) what is added to the utility of each in the spells that begin on these days (E,)."""
    out = np.zeros((len(funnel.rivals), len(since)))
    for row, (name, rival) in enumerate(funnel.rivals.items()):
        if not isinstance(rival.pressure, (tuple, Step)):
            out[row] = rival.pressure
        for step in sorted(_steps(rival), key=lambda step: step.from_):
            out[row, since >= (step.from_ - plan.start).days] = step.amount
        for shock in funnel.shocks.values():
            begins, ends = span_of(shock, plan)
            out[row, (since >= begins) & (since < ends)] += shock.rivals.get(name, 0.0)
    return out


def weigh_rivals(
    funnel: Funnel, plan: Plan, since: Floats, stages: Mapping[str, Stage], stage_first: list[int], weights: Floats
) -> None:
    """Multiply the weights (E, K) of causes of loss by what rivals' pressure makes of them."""
    pressure = pressures(funnel, plan, since)
    utility, names = np.array([rival.utility for rival in funnel.rivals.values()]), list(funnel.rivals)
    for number, stage in enumerate(stages.values()):
        for place, cause in enumerate(stage.losses, start=stage_first[number] + 1):
            if stage.choice is not None:
                whose = [row for row, name in enumerate(names) if name == cause]
            else:
                whose = [row for row, rival in enumerate(funnel.rivals.values()) if cause in rival.causes]
            for spell in np.flatnonzero(pressure[whose].any(axis=0)):
                weights[spell, place] *= pressed(utility[whose], pressure[whose, spell])


def _steps(rival: Rival) -> tuple[Step[float], ...]:
    pressure = rival.pressure
    if isinstance(pressure, Step):
        return (pressure,)
    return pressure if isinstance(pressure, tuple) else ()
