"""What an engine needs to know of overflow: levels of backlog, the queue's limit, the provider's terms."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.overflow import EXTERNAL, HOLD, PUSH, THROTTLE
from sim.plan import Plan
from sim.tables.handoff import NO_LIMIT
from sim.tables.knowledge import contact_chances, mean_hours
from sim.tables.laws import Laws

__all__ = ["MOST_ATTEMPTS", "OverflowTable", "make_overflow"]

MOST_ATTEMPTS = 100
"""Attempts that a funnel may know (`sales_development.contact`)."""

_POLICIES = {"push": PUSH, "hold_nurture": HOLD, "external": EXTERNAL, "throttle": THROTTLE}


class OverflowTable(NamedTuple):
    """Overflow as numbers. Hours, days, money."""

    diverts: bool
    """Whether an MQL may go another way than to sales development."""
    overflow_policy: int
    overflow_begins: float
    """Hours of backlog per SDR present above which it begins."""
    overflow_ends: float
    """Hours at or below which it ends."""
    queue_limit: int
    backlog_hours: NDArray[np.float64]
    """(attempts,) expected hours of attempt n, its conversation included, if the first attempt is immediate."""
    cadence_hours: float
    """Expected hours of a lead from the first attempt to the last."""
    cutoff: float
    """Leads that score less are held; NaN where reviews set it."""
    hold_at_most: float
    """Days."""
    external_fee: float
    external_quality: float
    external_law: int
    """Days."""
    external_start_up: float
    """Days."""
    throttle_cut: float
    throttles: bool
    """Whether spend may be cut, here or in the run-in."""


def make_overflow(funnel: Funnel, plan: Plan, root: Plan, laws: Laws) -> OverflowTable:
    """The numbers of a funnel and a plan, whose run-in is the root's; the provider's law is added to `laws`."""
    terms = plan.handoff.overflow
    attempt, conversation = mean_hours(funnel, plan)
    ends = terms.until_backlog_hours_per_rep
    contact = contact_chances(funnel, plan)
    hours = attempt + contact * conversation
    tried = np.cumprod(np.concatenate(([1.0], 1.0 - contact[:-1])))
    hold = terms.hold
    return OverflowTable(
        diverts=terms.policy != "push" or terms.queue_limit is not None,
        overflow_policy=_POLICIES[terms.policy],
        overflow_begins=terms.when_backlog_hours_per_rep,
        overflow_ends=terms.when_backlog_hours_per_rep / 2 if ends is None else ends,
        queue_limit=NO_LIMIT if terms.queue_limit is None else terms.queue_limit,
        backlog_hours=hours,
        cadence_hours=float((tried * hours).sum()),
        cutoff=math.nan if isinstance(hold.cutoff, str) else hold.cutoff,
        hold_at_most=math.inf if hold.at_most is None else hold.at_most,
        external_fee=terms.external.fee,
        external_quality=terms.external.quality,
        external_law=laws.add(terms.external.time),
        external_start_up=terms.external.start_up,
        throttle_cut=terms.throttle.cut,
        throttles="throttle" in (terms.policy, root.handoff.overflow.policy),
    )
