"""Touches in numbers: how often each channel touches a prospect, what that adds to intent, and what the run-in's plan
would add."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import text_key
from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.response import adstock
from sim.laws.touches import CELL_DAYS, memory_days, warmth_left
from sim.plan import Plan
from sim.rates import Spending, weeks_of
from sim.units import DAYS_PER_MONTH

__all__ = ["TouchTable", "join_touches", "make_touches"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class TouchTable(NamedTuple):
    """C channels, D days from the first simulated one, N cells (`sim.laws.touches.CELL_DAYS`) from that day's on."""

    touch_rates: Floats
    """(C, D) touches a week at the planned spend."""
    touch_tops: Floats
    """(C, N) the most in a cell."""
    touch_keys: Ints
    """(C,)"""
    touch_terms: Floats
    """(C, 5) as `sim.laws.touches.scan` wants them, looking at every channel that touches anybody."""
    touch_effects: Floats
    """(C, 5) the same, looking at channels whose touches move intent."""
    touch_actions: Floats
    """(C, 5) the same, looking at channels in whose touches an asset is used that counts for an MQL."""
    touch_before: float
    """Days before capture from which on a lead is touched."""
    touch_half_life: float
    """Days."""
    touch_memory: float
    """Days after which a touch counts nothing."""
    usual_warmth: float
    """Warmth at capture that the root plan's usual spend brings on average."""
    air_cover: float
    """Log-odds of advancing for each unit of warmth above the usual."""
    sale_touch: float
    """Log-odds of advancing that a day of marketing's own touches of an opportunity adds at first."""
    sale_touch_before: float
    """The same of the days before 0."""
    attends: bool
    """Whether there is either."""
    epoch_day: int
    """The plan's start as a proleptic ordinal."""
    warms: bool
    """Whether touches move intent."""
    touches: bool
    """Whether there are any."""


def make_touches(funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon, spending: Spending) -> TouchTable:
    """The numbers of a funnel and a plan whose run-in the root plan drives."""
    journey, channels = funnel.journey, funnel.channels.values()
    days = int(horizon.ends - horizon.begins)
    weeks = weeks_of(plan.start, int(horizon.begins), days)
    rates, usual = np.zeros((len(channels), days)), np.zeros(len(channels))
    for row, (name, channel) in enumerate(funnel.channels.items()):
        a_week = channel.touches.per_month * 7.0 / DAYS_PER_MONTH
        share = np.ones(spending.weekly.shape[1])
        usual[row] = a_week
        if channel.spend > 0.0:
            reference = channel.spend * 7.0 / DAYS_PER_MONTH
            share = adstock(spending.weekly[row], channel.carry_over, float(spending.steady[row])) / reference
            usual[row] *= float(np.mean(root.monthly_spend(name)[:12])) / channel.spend
        rates[row] = a_week * share[weeks - weeks[0]]
    touches = [channel.touches for channel in channels]
    effect = np.array([each.effect if each.per_month > 0.0 else 0.0 for each in touches])
    opened = np.array([np.nan if each.opened is None else each.opened for each in touches])
    terms = np.column_stack(
        (
            effect,
            opened,
            [each.clicked for each in touches],
            [each.action for each in touches],
            [float(each.per_month > 0.0) for each in touches],
        )
    )
    effects = terms.copy()
    # Whether a touch is clicked moves no intent, and is not drawn where only that is asked for.
    effects[:, 2:4] = 0.0
    effects[:, 4] = effect != 0.0
    actions = terms.copy()
    counts = [not plan.scoring.assets or each.asset in plan.scoring.assets for each in touches]
    actions[:, 4] *= (terms[:, 3] > 0.0) & np.array(counts)
    a_day, a_day_before = (
        each.nurture.opportunity_touches / DAYS_PER_MONTH * funnel.nurture.touch_intent * journey.air_cover
        for each in (plan, root)
    )
    kept = warmth_left(journey.before, journey.half_life)
    return TouchTable(
        touch_rates=rates,
        touch_tops=_tops(rates, horizon),
        touch_keys=np.array([text_key(f"channel:{channel.key}") for channel in channels], dtype=np.int64),
        touch_terms=terms,
        touch_effects=effects,
        touch_actions=actions,
        touch_before=journey.before,
        touch_half_life=journey.half_life,
        touch_memory=memory_days(journey.half_life),
        usual_warmth=float(np.sum(usual / 7.0 * effect * np.where(np.isnan(opened), 1.0, opened)) * kept),
        air_cover=journey.air_cover if np.any(effect != 0.0) else 0.0,
        sale_touch=a_day,
        sale_touch_before=a_day_before,
        attends=a_day != 0.0 or a_day_before != 0.0,
        epoch_day=plan.start.toordinal(),
        warms=bool(np.any(effect != 0.0)),
        touches=bool(np.any(terms[:, 4] > 0.0)),
    )


def join_touches(before: TouchTable, after: TouchTable, horizon: Horizon) -> tuple[TouchTable, TouchTable]:
    """The touches of a run-in and of the plan: each with its own terms, and both with the rates of either part."""
    days = -int(horizon.begins)
    rates = np.concatenate((before.touch_rates[:, :days], after.touch_rates[:, days:]), axis=1)
    tops = _tops(rates, horizon)
    return (
        before._replace(touch_rates=rates, touch_tops=tops),
        after._replace(touch_rates=rates, touch_tops=tops),
    )


def _tops(rates: Floats, horizon: Horizon) -> Floats:
    """(C, N) the most in each cell."""
    cells = (horizon.start.toordinal() - 1 + int(horizon.begins) + np.arange(rates.shape[1])) // CELL_DAYS
    return np.asarray(np.maximum.reduceat(rates, np.flatnonzero(np.diff(cells, prepend=cells[0] - 1)), axis=1))
