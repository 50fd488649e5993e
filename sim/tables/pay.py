"""Pay as numbers: rates, bands, quota periods and what each person has to book in them, and how effort answers."""

import datetime as dt
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.pay import accelerator
from sim.plan import Plan
from sim.seats import AE, Seats

__all__ = ["PayTerms", "Quotas", "make_pay", "person_quotas"]

Floats = NDArray[np.float64]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class PayTerms(NamedTuple):
    """Pay of one world. P products, Q quota periods, B bands."""

    marketing_rate: float
    """Commission on a dollar of an opportunity that came as a lead."""
    self_rate: float
    """The same of one that the rep found himself."""
    product_factor: Floats
    """(P,) factors on the rate."""
    bands: Floats
    """(B, 2) share of quota from which an accelerator is in force, and its factor."""
    threshold: float
    cap: float
    """Share of quota; infinite for none."""
    reference_rate: float
    """Commission on the next dollar under the root plan, of a rep about to make quota."""
    elasticity: float
    give_up: float
    near_quota: float
    pull_forward: float
    """Probability; 0 without a quota."""
    pull_reach: float
    """Days after a period's end in which a close may be pulled forward."""
    pull_span: float
    """Days before it into which it comes."""
    effort_varies: bool
    """Whether a task's speed depends on pay."""
    counted: bool
    """Whether anything depends on attainment, so that its resets are written down."""
    resets: bool
    """Whether that is so before or after time 0, or quotas differ."""
    periods: Floats
    """(Q + 1,) days at which quota periods begin, and the end of the last; the first may begin before the run."""
    period_quota: Floats
    """(Q,) bookings expected of an AE who is there throughout; infinite for none."""


class Quotas(NamedTuple):
    """(W, Q) what each person has to book in each period, and his part of it. W persons, Q periods."""

    quota: Floats
    """Infinite for who has none: SDRs, and AEs who are not there."""
    begins: Floats
    """Days."""
    ends: Floats


def make_pay(funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon) -> PayTerms:
    """Pay of a plan; the periods before time 0 are the root plan's."""
    pay, team, effort = plan.pay, plan.teams.ae, funnel.effort
    bands = _bands(plan)
    periods, quotas = _periods(plan, root, horizon)
    counted = team.quota is not None and (
        len(bands) > 0 or pay.threshold > 0.0 or pay.cap is not None or not effort.give_up == effort.near_quota == 1.0
    )
    return PayTerms(
        marketing_rate=pay.commission.marketing_sourced,
        self_rate=pay.commission.self_sourced,
        product_factor=np.array([pay.commission.products.get(name, 1.0) for name in funnel.products]),
        bands=bands,
        threshold=pay.threshold,
        cap=math.inf if pay.cap is None else pay.cap,
        reference_rate=_reference(root),
        elasticity=effort.elasticity,
        give_up=effort.give_up,
        near_quota=effort.near_quota,
        pull_forward=effort.pull_forward if team.quota is not None else 0.0,
        pull_reach=30.0,
        pull_span=10.0,
        effort_varies=not (effort.elasticity == 0.0 and effort.give_up == effort.near_quota == 1.0),
        counted=counted,
        resets=counted,
        periods=periods,
        period_quota=quotas,
    )


def _bands(plan: Plan) -> Floats:
    return np.array([(band.above, band.times) for band in plan.pay.accelerators], dtype=np.float64).reshape(-1, 2)


def _reference(root: Plan) -> float:
    """The rate just below 100 % of quota: what a rep on pace earns with the dollar that makes it."""
    about = float(np.nextafter(1.0, 0.0))
    if root.pay.cap is not None and about >= root.pay.cap:
        return 0.0
    return root.pay.commission.marketing_sourced * accelerator(about, _bands(root))


def _periods(plan: Plan, root: Plan, horizon: Horizon) -> tuple[Floats, Floats]:
    """Days at which periods begin, and the end of the last; quota of each. Whole calendar months from the plan's start
    on, and back from it."""
    before, after = _MONTHS[root.pay.quota_period], _MONTHS[plan.pay.quota_period]
    months = horizon.first_month + len(horizon.edges) - 1
    numbers = [-k for k in range(before, before - horizon.first_month, before)][::-1]
    numbers += range(0, months + after, after)
    first = horizon.start.year * 12 + horizon.start.month - 1
    days = [
        float((dt.date(month // 12, month % 12 + 1, 1) - horizon.start).days) for month in (first + n for n in numbers)
    ]
    quotas = [
        math.inf if terms.teams.ae.quota is None else terms.teams.ae.quota * length / 12.0
        for number in numbers[:-1]
        for terms, length in (((root, before) if number < 0 else (plan, after)),)
    ]
    return np.array(days), np.array(quotas)


def person_quotas(seats: Seats, pay: PayTerms) -> Quotas:
    """What each person has to book: the period's quota, for the share of the period in which he is there.

    Where the run begins within a period, that is what is left of it; all of it where an opening tells what was booked.
    """
    told = bool(seats.booked.any())
    since = np.where(seats.hired <= 0.0, -np.inf, seats.hired) if told else seats.hired
    hired, left = since[:, np.newaxis], seats.left[:, np.newaxis]
    begins = np.maximum(pay.periods[:-1], hired)
    ends = np.minimum(pay.periods[1:], left)
    there = np.maximum(ends - begins, 0.0) / (pay.periods[1:] - pay.periods[:-1])
    some = (there > 0.0) & (seats.team == AE)[:, np.newaxis]
    quota = np.full(there.shape, np.inf)
    np.multiply(pay.period_quota, there, out=quota, where=some)
    return Quotas(quota, begins, ends)
