"""What people earn beyond base: commission by quota period, draws, variable pay by target, bonuses for the SLA."""

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_at
from sim.horizon import Horizon
from sim.laws.pay import commissions
from sim.log import NOBODY, Entities, Events, Kind
from sim.plan import Plan
from sim.survey import kinds_of
from sim.tables import PayTerms, Tables, person_quotas

__all__ = ["by_person_and_month", "commission", "sla_bonuses", "top_ups", "variable_share"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SECOND = 1.0 / 3600.0
"""Hours; as much as a log may lose in writing times."""
_MOST = 2.0
"""Times variable pay is paid at most for accepted leads beyond the target."""


def commission(tables: Tables, events: Events, entities: Entities, rows: Ints) -> tuple[Floats, Floats]:
    """When commission on the wins in some rows is paid, and how much; (wins,) each, in order of time.

    A sale counts in the quota period in which it is won, at the terms that hold then. What is earned below a threshold
    is paid when the threshold is reached.
    """
    time, amount, entity = events.time[rows], events.amount[rows], events.entity[rows]
    paid, pay = time.copy(), np.empty(len(rows))
    kinds = kinds_of(events)
    found = np.isin(entity, kinds.entity[kinds.of(Kind.PROSPECTED)])
    early = int(np.searchsorted(time, 0.0)) if tables.run_in is not None else 0
    for world, part in ((tables.run_in or tables, slice(0, early)), (tables, slice(early, None))):
        terms, who = world.pay, entity[part]
        rate = (
            np.where(found[part], terms.self_rate, terms.marketing_rate) * terms.product_factor[entities.product[who]]
        )
        if len(terms.bands) == 0 and np.isinf(terms.cap) and terms.threshold == 0.0:
            pay[part] = rate * amount[part]
            continue
        sales = len(who)
        held, payer = np.empty(sales, dtype=np.int64), np.empty(sales, dtype=np.int64)
        commissions(
            events.actor[rows[part]].astype(np.int64),
            quota_period(terms, time[part]),
            amount[part],
            rate,
            person_quotas(tables.seats, terms).quota,
            terms.bands,
            terms.cap,
            terms.threshold,
            tables.seats.booked,
            np.zeros(len(tables.seats.team)),
            held,
            pay[part],
            payer,
        )
        paid[part] = time[part][payer]
    return paid, pay


def quota_period(terms: PayTerms, time: Floats) -> Ints:
    """Number of the quota period in which each time lies."""
    found: Ints = np.searchsorted(terms.periods, time, side="right") - 1
    return found


def by_person_and_month(horizon: Horizon, persons: int, time: Floats, actor: Ints, amount: Floats | None) -> Floats:
    """(persons, months) sums of amounts, or counts; what nobody did is left out."""
    months = len(horizon.edges) - 1
    month = np.searchsorted(horizon.edges, time, side="right") - 1
    some = (actor != NOBODY) & (month >= 0) & (month < months)
    place = actor[some] * months + month[some]
    weights = None if amount is None else amount[some]
    return np.bincount(place, weights=weights, minlength=persons * months).astype(np.float64).reshape(persons, months)


def top_ups(draw: Floats, present: Floats, earned: Floats) -> Floats:
    """(persons, months) what commission falls short of the draw, which is guaranteed for the time present.

    draw: a month, 0 for who has none, broadcast to present and earned: (persons, months).
    """
    return np.maximum(draw * present - earned, 0.0)


def variable_share(accepted: Floats, target: Floats, present: Floats) -> Floats:
    """(persons, months) share of a month's variable pay: leads accepted over the target for a whole month, at most
    twice the time present; just the time present where the target is infinite, which stands for none."""
    return np.where(np.isinf(target), present, np.minimum(accepted / target, _MOST * present))


def sla_bonuses(plan: Plan, root: Plan, tables: Tables, events: Events) -> tuple[Ints, Floats]:
    """Rows of first attempts that came within the SLA, and the bonus for each, at the terms that hold then."""
    if plan.pay.sla_bonus == root.pay.sla_bonus == 0.0:
        return np.empty(0, dtype=np.int64), np.empty(0)
    kinds = kinds_of(events)
    tries, handed = (kinds.row[kinds.of(kind)] for kind in (Kind.ATTEMPT, Kind.HANDED_OFF))
    # One handoff in a visit, and the first of its attempts: rows stand in order of time, and sorting keeps that order.
    code = {
        kind: events.entity[rows].astype(np.int64) * (1 << 31) + events.visit[rows]
        for kind, rows in ((0, tries), (1, handed))
    }
    order = np.argsort(code[0], kind="stable")
    visits, first = np.unique(code[0][order], return_index=True)
    first_try = tries[order[first]]
    by_visit = np.argsort(code[1], kind="stable")
    begun = handed[by_visit[np.searchsorted(code[1][by_visit], visits)]]
    waited = hours_at(tables.clock, events.time[first_try]) - hours_at(tables.clock, events.time[begun])
    early = events.time[first_try] < 0.0
    sla, bonus = (
        np.where(early, *(-np.inf if figure is None else figure for figure in figures))
        for figures in ((root.handoff.sla, plan.handoff.sla), (root.pay.sla_bonus, plan.pay.sla_bonus))
    )
    in_time = waited <= sla + _SECOND
    return first_try[in_time], bonus[in_time]
