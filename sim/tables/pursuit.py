"""Pursuit as numbers: what a lead, and a find of the rep's own, is worth to him and how much work it takes."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.outcomes import sigmoid
from sim.plan import Plan
from sim.selling import Segment
from sim.tables.chain import entries, has_rework, passages
from sim.tables.knowledge import stage_logits

__all__ = ["PursuitTable", "make_pursuit"]

Floats = NDArray[np.float64]


class PursuitTable(NamedTuple):
    """C channels, G segments, P products."""

    pursues: bool
    """Whether AEs choose among leads."""
    sensitivity: float
    """Log-odds per unit of money an hour."""
    belief: float
    belief_learning: float
    experience: float
    """Log-odds a year."""
    tracking: float
    lead_order: Floats
    """(C, G, P) win rate x value x the product's factor on commission, of a good-fit lead that nobody delays."""
    deal_hours: Floats
    """(G,) mean hours of work that a good-fit opportunity takes."""
    own_order: float
    """Mean of the former over what an AE finds himself, bad fit earning nothing; 0 where AEs do not prospect."""
    own_hours: float
    """Mean hours of finding it and of its work."""


def make_pursuit(funnel: Funnel, plan: Plan, orders: Floats) -> PursuitTable:
    """The numbers of a funnel and a plan; orders: (C, G, P) win rate x value."""
    terms = funnel.pursuit
    if terms is None:
        none = np.zeros_like(orders)
        return PursuitTable(False, 0.0, 0.0, 0.0, 0.0, 0.0, none, np.zeros(len(funnel.segments)), 0.0, 0.0)
    factors = np.array([plan.pay.commission.products.get(name, 1.0) for name in funnel.products])
    orders = orders * factors
    hours = np.array([_hours(funnel, plan, segment) for segment in funnel.segments.values()])
    own_order, own_hours = 0.0, 0.0
    if funnel.prospecting is not None:
        name = funnel.prospecting.channel
        channel = funnel.channels[name]
        segments = np.array([channel.segments.get(segment, 0.0) for segment in funnel.segments])
        products = np.array([product.mix for product in funnel.products.values()])
        own_order = channel.fit_share * float(segments @ orders[list(funnel.channels).index(name)] @ products)
        own_hours = mean(funnel.prospecting.effort) + float(segments @ hours)
    return PursuitTable(
        pursues=True,
        sensitivity=terms.sensitivity,
        belief=terms.belief,
        belief_learning=terms.learning,
        experience=terms.experience,
        tracking=plan.handoff.tracking,
        lead_order=orders,
        deal_hours=hours,
        own_order=own_order,
        own_hours=own_hours,
    )


def _hours(funnel: Funnel, plan: Plan, segment: Segment) -> float:
    """Mean hours of a segment's good-fit opportunity: each stage's, coding included, whenever it is entered."""
    if has_rework(funnel):
        entered = entries(passages(funnel, stage_logits(funnel, plan) + segment.advance_logit))[0]
        work = (mean(stage.effort) * segment.effort + funnel.ae.coding for stage in funnel.stages.values())
        return math.fsum(times * hours for times, hours in zip(entered.tolist(), work, strict=True))
    reached, hours = 1.0, []
    for eta, stage in zip(stage_logits(funnel, plan).tolist(), funnel.stages.values(), strict=True):
        hours.append(reached * (mean(stage.effort) * segment.effort + funnel.ae.coding))
        reached *= sigmoid(eta + segment.advance_logit)
    return math.fsum(hours)
