"""Leaks: every lead and opportunity of new business that was lost, where, why, and what it might have brought.

Money is missed at a leak only if it could have been earned. An opportunity has a value of its own (record mode); a lead
that never became one is worth the mean value of its segment's opportunities times the odds, among leads that came as
far as it did, of being won within 365 days from there. In rough-estimate mode every order is worth what an order was
worth on average.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from results.spans import Bools, Floats, Ints, ratio
from sim.log import NOBODY, EntityType, Kind

if TYPE_CHECKING:
    from results.facts import Facts, Rows

__all__ = ["GAPS", "STEPS", "Leaks", "Worth", "leaks", "step_of", "worth"]

STEPS = ("nurture", "sales development", "waiting for an AE", "capture")
"""Where a lead can be lost: by the last of entering nurture, being handed off (or sent to an external provider), being
accepted; the last is that of a lead that never came so far."""

GAPS = {
    "poor_fit": "quality",
    "no_attempt": "capacity",
    "no_ae": "capacity",
    "queue_full": "capacity",
    "sla_breach": "capacity",
    "neglected": "pay",
}
"""Why leads that sales got are not followed up (article 004): their quality, too few to work on them, or that an AE's
hour earns more elsewhere, by what he believes of them. Other causes are none of the three."""

_ENTRANCES = ((Kind.NURTURE_ENTER, Kind.HELD), (Kind.HANDED_OFF, Kind.OVERFLOWED), (Kind.ACCEPTED,))
"""How a lead comes into each step but the last, in which it begins."""


class Worth(NamedTuple):
    """What an order, and a lead at each step, is worth in one log."""

    order: Floats
    """(segments + 1,) mean value of the opportunities of each segment; the last place is for an unknown segment. That
    of all where a segment has none."""
    average: float
    """Mean value of the orders of new business won in the window; NaN = there are none."""
    odds: Floats
    """(steps,) share of the leads that came to a step that were won within 365 days, of those that came to it at least
    365 days before the log ends; NaN = there are none."""
    kept: Floats
    """(products + 1,) share of an order's value that is left as gross margin less the commission on it, by the orders
    won in the window; of all products where one has none, and in the last place."""

    def of_leads(self, segment: Ints, step: Ints) -> tuple[Floats, Floats, Floats]:
        """(leads,) value, rough value and profit of leads of some segments at some steps."""
        value = self.order[segment] * self.odds[step]
        return value, self.average * self.odds[step], value * self.kept[-1]

    def of_opportunities(self, value: Floats, product: Ints) -> tuple[Floats, Floats, Floats]:
        """(opportunities,) the same of opportunities."""
        return value, np.full(len(value), self.average), value * self.kept[product]


class Leaks(NamedTuple):
    """(leads or opportunities lost,) in the order of time."""

    time: Floats
    entity: Ints
    place: Ints
    """Of a lead the step, as index into STEPS; of an opportunity the stage; `NOBODY` if that is not recorded."""
    reason: Ints
    revenue: Floats
    rough: Floats
    """Revenue in rough-estimate mode."""
    profit: Floats
    good_fit: Floats
    """1 where the lead was of good fit, 0 where not; NaN = not known."""


def leaks(facts: "Facts") -> tuple[Leaks, Leaks]:
    """The leads withdrawn and the opportunities of new business lost in a log."""
    entities, known = facts.log.entities, facts.worth
    gone, lost = facts.rows(Kind.WITHDRAWN), facts.sales(Kind.LOST)
    step = step_of(facts, gone.entity, np.inf)
    of_leads = known.of_leads(entities.segment[gone.entity].astype(np.int64), step)
    of_deals = known.of_opportunities(lost.amount, entities.product[lost.entity].astype(np.int64))
    return _leaks(facts, gone, step, of_leads), _leaks(facts, lost, lost.stage, of_deals)


def _leaks(facts: "Facts", rows: "Rows", place: Ints, amounts: tuple[Floats, Floats, Floats]) -> Leaks:
    fit = np.append(facts.good_fit, np.nan)[facts.leads_of(rows.entity)]
    return Leaks(rows.time, rows.entity, place, rows.reason, *amounts, good_fit=fit)


def step_of(facts: "Facts", leads: Ints, day: float) -> Ints:
    """(leads,) the step in which each is before a day, or was last."""
    entered = [[_latest(facts, kind, day)[leads] for kind in kinds] for kinds in _ENTRANCES]
    latest = np.array([np.nan_to_num(days, nan=-np.inf).max(axis=0) for days in entered])
    latest = latest.reshape(len(_ENTRANCES), len(leads))
    # Of two at one instant the later step counts, as in the order of the log.
    step = len(_ENTRANCES) - 1 - np.argmax(latest[::-1], axis=0)
    return np.where(np.isinf(latest.max(axis=0)), len(_ENTRANCES), step)


def _latest(facts: "Facts", kind: Kind, day: float) -> Floats:
    """(entities,) day of the last happening of a kind before a day."""
    rows, days = facts.rows(kind), np.full(len(facts.log.entities), np.nan)
    before = rows.take(slice(0, int(np.searchsorted(rows.time, day))))
    # Of several values assigned to one place numpy keeps the last.
    days[before.entity] = before.time
    return days


def worth(facts: "Facts") -> Worth:
    """What orders and leads are worth, as the log has it."""
    log, entities = facts.log, facts.log.entities
    deals = facts.is_opportunity & ~facts.to_customers & ~np.isnan(facts.value)
    wins = facts.sales(Kind.WON).within(facts.window)
    return Worth(
        order=_means(facts.value[deals], np.ones(deals.sum()), entities.segment[deals], len(log.names.segments)),
        average=float(ratio(wins.amount.sum(), np.array(len(wins)))),
        odds=np.array([_odds(facts, came) for came in _came(facts)]),
        kept=_means(
            facts.kept_of_orders[wins.entity], wins.amount, entities.product[wins.entity], len(log.names.products)
        ),
    )


def _means(amount: Floats, weight: Floats, label: Any, count: int) -> Floats:
    """(labels + 1,) sum of amounts over sum of weights by label; that of all where a label has none, and at the end."""
    whole = ratio(amount.sum(), weight.sum())
    places = np.where(label == NOBODY, count, label).astype(np.int64)
    by_label = ratio(*(np.bincount(places, part, count + 1) for part in (amount, weight)))
    found = np.where(np.bincount(places, minlength=count + 1) > 0, by_label, whole)
    found[-1] = whole
    return np.asarray(found)


def _came(facts: "Facts") -> list[Floats]:
    """(steps, entities) day on which each lead came to a step for the first time."""
    entities = facts.log.entities
    firsts = [np.fmin.reduce([facts.first(kind) for kind in kinds]) for kinds in _ENTRANCES]
    return [*firsts, np.where(entities.type == EntityType.LEAD, entities.created, np.nan)]


def _odds(facts: "Facts", came: Floats) -> float:
    old: Bools = came <= facts.log.window.ends - facts.maturity
    return float(ratio((facts.lead_won[old] - came[old] <= facts.maturity).sum(), np.array(old.sum())))
