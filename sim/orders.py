"""What customers bring and cost: bookings and their margin, renewals, programmes for them, surveys, and attempts to win
them back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.lines import Lines
from sim.log import NOBODY, Account, Entities, EntityType, Events, Kind
from sim.marketing import ProgrammeTerms
from sim.plan import Plan
from sim.running import total_until
from sim.stays import stay_lines
from sim.survey import kinds_of
from sim.tables import Tables
from sim.tables.prices import net_margin
from sim.units import DAYS_PER_MONTH

__all__ = ["care", "kept", "orders", "returning", "running"]

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]


def orders(tables: Tables, events: Events, entities: Entities, won: Ints) -> Lines:
    """Bookings and margin of what was won; value and margin of what was renewed, each part of it at its own margin."""
    kinds = kinds_of(events)
    renewed = kinds.row[kinds.of(Kind.RENEWED)]
    opened = entities.created[events.entity[won]]
    customers = events.entity[renewed]
    assert (entities.type[customers] == EntityType.CUSTOMER).all()
    margin = _margin(tables, entities.product[events.entity[won]], opened)
    # Who was a customer before the log begins has no opportunity.
    parent = entities.parent[customers]
    ordered = entities.created[np.where(parent == NOBODY, customers, parent)]
    of_customers = _margin(tables, entities.product[customers], ordered)
    value, gain = events.amount[renewed], of_customers * events.amount[renewed]
    later = np.flatnonzero(entities.to_customers[events.entity[won]])
    if len(later):
        # What was sold later is renewed with the rest, and may leave another margin.
        sold = won[later]
        who, time, amount = entities.parent[events.entity[sold]], events.time[sold], events.amount[sold]
        asked = customers, events.time[renewed]
        more, gained = (total_until(who, time, each, *asked) for each in (amount, amount * margin[later]))
        gain += gained - of_customers * more
    rows = np.concatenate((won, renewed))
    entity = events.entity[rows]
    return Lines.of(
        np.tile(events.time[rows], 2),
        np.repeat(
            (Account.BOOKING, Account.RENEWAL, Account.MARGIN, Account.RENEWAL_MARGIN),
            (len(won), len(renewed), len(won), len(renewed)),
        ),
        np.tile(entities.channel[entity], 2),
        np.full(2 * len(rows), NOBODY),
        np.tile(entity, 2),
        np.concatenate((events.amount[won], value, margin * events.amount[won], gain)),
    )


def _margin(tables: Tables, product: Ints, opened: Floats) -> Floats:
    """(orders,) margin of products at the discounts of the day on which their opportunities were opened."""
    before = (tables.run_in or tables).prices.discount
    discount = np.where(opened < 0.0, before[product], tables.prices.discount[product])
    return net_margin(tables.product_margin[product], discount)


def running(terms: ProgrammeTerms, plan: Plan, since: float, until: float) -> tuple[float, float]:
    """Days from and until which a programme runs, within those of the plan whose terms they are."""
    begins = -np.inf if terms.from_ is None else float((terms.from_ - plan.start).days)
    ends = np.inf if terms.until is None else float((terms.until - plan.start).days)
    return max(since, begins), min(until, ends)


def care(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Lines:
    """What programmes cost for each customer while it is one: monthly, in proportion to the days on which they run."""
    edges = tables.horizon.edges
    rate = np.zeros(len(edges) - 1)
    for programmes, since, until in ((root.programmes, -np.inf, 0.0), (plan.programmes, 0.0, np.inf)):
        for name, terms in programmes.items():
            if name in funnel.programmes and terms.per_customer:
                begins, ends = running(terms, plan, since, until)
                days = np.minimum(edges[1:], ends) - np.maximum(edges[:-1], begins)
                rate += terms.per_customer / DAYS_PER_MONTH * np.maximum(days, 0.0) / np.diff(edges)
    customers = np.flatnonzero(entities.type == EntityType.CUSTOMER)
    order = np.lexsort((customers, entities.created[customers]))
    customers = customers[order].astype(np.int64)
    kinds = kinds_of(events)
    gone = kinds.of(Kind.CHURNED)
    none = np.zeros(len(customers), dtype=np.int32)
    time, entity, amount = stay_lines(
        entities.created[customers],
        customers,
        none,
        kinds.time[gone],
        kinds.entity[gone],
        np.zeros(gone.stop - gone.start, dtype=np.int32),
        entities.channel,
        edges,
        tables.horizon.ends,
        rate,
    )
    nobody = np.full(len(time), NOBODY)
    return Lines.of(time, np.full(len(time), int(Account.CARE)), entities.channel[entity], nobody, entity, amount)


def kept(plan: Plan, root: Plan, events: Events, entities: Entities) -> Lines:
    """What it costs to ask customers what they think, and to try to win back who has left."""
    kinds = kinds_of(events)
    asked = kinds.row[kinds.of(Kind.SURVEYED)]
    tried = returning(events, entities)
    time = np.concatenate((events.time[asked], entities.created[tried]))
    entity = np.concatenate((events.entity[asked], tried))
    account = np.repeat((int(Account.SURVEYS), int(Account.WINBACK)), (len(asked), len(tried)))
    surveys = [each.nps_survey.cost if each.nps_survey else 0.0 for each in (root, plan)]
    costs = np.array([surveys, [root.winback_cost, plan.winback_cost]])
    amount = costs[np.where(account == Account.SURVEYS, 0, 1), np.where(time < 0.0, 0, 1)]
    nobody = np.full(len(time), NOBODY)
    return Lines.of(time, account, entities.channel[entity], nobody, entity, amount)


def returning(events: Events, entities: Entities) -> NDArray[np.int64]:
    """(attempts,) the opportunities to win back a customer: it had left when they were opened."""
    offered = np.flatnonzero(entities.to_customers)
    if not len(offered):
        return offered
    kinds = kinds_of(events)
    gone = kinds.of(Kind.CHURNED)
    left = np.full(len(entities), np.inf)
    left[kinds.entity[gone]] = kinds.time[gone]
    return offered[left[entities.parent[offered]] < entities.created[offered]]
