"""The climate in which deals are sold, in numbers by spells of time: what programmes, shocks and drift do while they
last."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.marketing import ProgrammeTerms
from sim.plan import Plan
from sim.programme import Programme
from sim.selling import Stage
from sim.stages import ACCOUNT_STAGES
from sim.tables.prices import leaves_more
from sim.tables.rivals import pressure_days, weigh_rivals
from sim.tables.shocks import span_of, stress_of

__all__ = ["Climate", "make_climate", "strength"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_SURE = 700.0
"""Log-odds of advancing where nothing else is left."""


class Climate(NamedTuple):
    """E spells, S stages, K causes, P products, M months, B kinds of buyers."""

    since: Floats
    """(E,) day on which each spell begins; the first has always been."""
    kinds: int
    """B, kinds of buyers that a row of its own is kept for (`sim.laws.selling.row_of`): 1, or 4 by what they lack."""
    outlook: Floats
    """(E B, S) log-odds of advancing, what other causes gain or lose included."""
    cause_share: Floats
    """(E B, K) share among the ways in which a stage ends without advancing; 0 for advancing."""
    pace: Floats
    """(E, S) factor on the buyer's time."""
    ease: Floats
    """(E, S) factor on the reps' work."""
    care: Floats
    """(E, 2 + H) what programmes add for customers: to the log-odds of renewal, to satisfaction, and to the log of the
    rate of each of H kinds of happenings."""
    mixes: Floats
    """(E, P) cumulative shares of products among opportunities opened."""
    remixes: bool
    """Whether the product is drawn anew when an opportunity is opened."""
    month: Ints
    """(E,) months since the plan's start, 0 before it."""
    drift_sd: float
    """Standard deviation of a month's step of the random walk of the log-odds of advancing."""
    drawn: bool
    """Whether that walk is in the outlook already."""
    beats: Floats
    """(M,) speed of the buyer's clock in the last stage, by simulated month; empty where it is that of time."""
    edges: Floats
    """(M + 1,) days at which the simulated months begin, and the end of the last."""


def strength(programme: Programme, terms: ProgrammeTerms) -> float:
    """s = 1 - e^(-m/scale), 1 where nothing is said of m."""
    return 1.0 if terms.per_opportunity is None else -math.expm1(-terms.per_opportunity / programme.scale)


def for_customers(programme: Programme, terms: ProgrammeTerms) -> Floats:
    """(2 + H,) what a programme does for customers while it runs, as in `Climate.care`."""
    s = 1.0 if terms.per_customer is None else -math.expm1(-terms.per_customer / programme.scale)
    effects = programme.customers
    rates = [getattr(effects, name) for name in (*ACCOUNT_STAGES, "referral")]
    return s * np.array([effects.renewal, effects.satisfaction, *rates])


def make_climate(
    funnel: Funnel,
    plan: Plan,
    horizon: Horizon,
    stages: Mapping[str, Stage],
    stage_first: list[int],
    shares: list[float],
) -> Climate:
    """The climate of a funnel under a plan; stages: all of them; stage_first: (S + 1,) where causes begin, shares: (K,)
    of the causes."""
    running = {name: terms for name, terms in plan.programmes.items() if name in funnel.programmes}
    spans = {
        name: (_day(terms.from_, plan, -math.inf), _day(terms.until, plan, math.inf)) for name, terms in running.items()
    }
    changes = {day for span in spans.values() for day in span}
    changes |= {day for shock in funnel.shocks.values() for day in span_of(shock, plan)}
    changes |= pressure_days(funnel, plan)
    if funnel.drift > 0.0:
        changes |= {edge for edge in horizon.edges.tolist() if edge > 0.0}
    since = np.array([-math.inf, *sorted(day for day in changes if math.isfinite(day))])
    products = list(funnel.products.values())
    shape = (len(since), len(stages))
    outlook, time, ease = np.zeros(shape), np.zeros(shape), np.ones(shape)
    care = np.zeros((len(since), 3 + len(ACCOUNT_STAGES)))
    weights = np.ones((len(since), len(shares)))
    utility = np.zeros((len(since), len(products)))
    mix = np.array([product.mix for product in products])
    margins = np.array([product.margin for product in products])
    high = leaves_more(mix, margins)
    for name, (begins, ends) in spans.items():
        programme, s = funnel.programmes[name], strength(funnel.programmes[name], running[name])
        on = (since >= begins) & (since < ends)
        at = np.ix_(on, np.array([stage in (programme.stages or funnel.stages) for stage in stages]))
        outlook[at] += programme.advance * s
        time[at] += programme.time * s
        ease[at] *= 1.0 - programme.effort * s
        utility[np.ix_(on, high)] += programme.high_margin * s
        care[on] += for_customers(programme, running[name])
        for number, (stage, each) in enumerate(stages.items()):
            if stage in (programme.stages or funnel.stages):
                for place, cause in enumerate(each.losses, start=stage_first[number] + 1):
                    weights[on, place] *= 1.0 - programme.drivers.get(cause, 0.0) * s
    weigh_rivals(funnel, plan, since, stages, stage_first, weights)
    stress = stress_of(funnel, plan, since)
    outlook += stress.odds[:, np.newaxis]
    care[:, 0] += stress.renewal
    kinds = _by_buyer(funnel, stages, stage_first, len(shares))
    outlook = np.repeat(outlook, len(kinds), axis=0)
    weights = np.repeat(weights, len(kinds), axis=0) * np.tile(kinds, (len(since), 1))
    cause_share = np.tile(np.array(shares), (len(weights), 1))
    _weigh(outlook, cause_share, weights, stage_first)
    mixes = np.cumsum(mix, dtype=np.float64)[np.newaxis].repeat(len(since), axis=0)
    for row in np.flatnonzero(utility.any(axis=1)):
        chosen = mix * np.exp(utility[row])
        mixes[row] = np.cumsum(chosen / chosen.sum())
    mixes[:, -1] = 1.0
    return Climate(
        since=since,
        kinds=len(kinds),
        outlook=outlook,
        cause_share=cause_share,
        pace=np.exp(-time) * stress.pace[:, np.newaxis],
        ease=ease,
        care=care,
        mixes=mixes,
        remixes=bool(utility.any()),
        month=np.maximum(np.searchsorted(horizon.edges, since, side="right") - 1 + horizon.first_month, 0),
        drift_sd=funnel.drift,
        drawn=False,
        beats=_beats(funnel, horizon),
        edges=horizon.edges,
    )


def _by_buyer(funnel: Funnel, stages: Mapping[str, Stage], stage_first: list[int], causes: int) -> Floats:
    """(B, K) factors on the odds of each cause, by what a buyer lacks; a single row where that makes no difference."""
    drivers = funnel.drivers
    if funnel.buyers is None or not any(each.without_budget or each.without_authority for each in drivers.values()):
        return np.ones((1, causes))
    out = np.zeros((4, causes))
    for number, stage in enumerate(stages.values()):
        for place, cause in enumerate(stage.losses, start=stage_first[number] + 1):
            if cause in drivers:
                out[[2, 3], place] += drivers[cause].without_budget
                out[[1, 3], place] += drivers[cause].without_authority
    return np.exp(out)


def _weigh(outlook: Floats, cause_share: Floats, weights: Floats, stage_first: list[int]) -> None:
    """Let causes have other odds: with F the mean of their factors, eta becomes eta - ln F, and shares follow."""
    for number in range(len(stage_first) - 1):
        causes = slice(stage_first[number] + 1, stage_first[number + 1])
        for row in np.flatnonzero((weights[:, causes] != 1.0).any(axis=1)):
            weighed = cause_share[row, causes] * weights[row, causes]
            total = weighed.sum() / cause_share[row, causes].sum()
            outlook[row, number] += -math.log(total) if total > 0.0 else _SURE
            if total > 0.0:
                cause_share[row, causes] = weighed / total


def _day(date: dt.date | None, plan: Plan, otherwise: float) -> float:
    return otherwise if date is None else float((date - plan.start).days)


def _beats(funnel: Funnel, horizon: Horizon) -> Floats:
    """(M,) the rhythm's factors, the plan beginning with a quarter's first month; empty where they are all one."""
    if funnel.rhythm is None or all(factor == 1.0 for factor in funnel.rhythm):
        return np.empty(0)
    months = np.arange(len(horizon.edges) - 1) + horizon.first_month
    return np.array(funnel.rhythm)[months % 3]
