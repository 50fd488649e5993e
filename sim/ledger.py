"""Every dollar of a run, from its events and its plan: programme spend, nurture, pay, other costs, bookings, margin."""

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.log import NOBODY, Account, Entities, EntityType, Events, Kind, Ledger
from sim.plan import Plan
from sim.seats import TEAMS
from sim.tables import Tables
from sim.units import DAYS_PER_MONTH

__all__ = ["make_ledger"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Lines:
    """Collects ledger lines as columns."""

    def __init__(self) -> None:
        self.parts: list[tuple[Floats, Ints, Ints, Ints, Ints, Floats]] = []

    def add(
        self,
        account: Account,
        time: Floats,
        amount: Floats,
        channel: Ints | int = NOBODY,
        actor: Ints | int = NOBODY,
        entity: Ints | int = NOBODY,
    ) -> None:
        """Add lines of one account; scalars stand for all of them. Lines of nothing are left out."""
        some = amount != 0.0
        shape = amount.shape

        def column(values: Ints | int) -> Ints:
            full: Ints = np.broadcast_to(np.asarray(values, dtype=np.int64), shape)
            return np.asarray(full[some], dtype=np.int64)

        self.parts.append(
            (time[some], column(int(account)), column(channel), column(actor), column(entity), amount[some])
        )

    def table(self) -> Ledger:
        """The lines in canonical order."""
        time, account, channel, actor, entity, amount = (
            np.concatenate([part[k] for part in self.parts]) for k in range(6)
        )
        order = np.lexsort((amount, entity, actor, channel, account, time))
        nobody = np.full(len(order), NOBODY, dtype=np.int64)
        return Ledger(
            time=time[order].astype(np.float64),
            account=account[order].astype(np.int64),
            channel=channel[order].astype(np.int64),
            campaign=nobody,
            actor=actor[order].astype(np.int64),
            entity=entity[order].astype(np.int64),
            amount=amount[order].astype(np.float64),
        )


def make_ledger(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Ledger:
    """What the events and the plan cost and earn; before time 0 at the root plan's terms.

    Monthly amounts accrue on the first day of their month.
    """
    lines = _Lines()
    _monthly(lines, funnel, plan, root, tables)
    _nurture(lines, plan, root, tables, events, entities)
    _orders(lines, plan, root, tables, events, entities)
    return lines.table()


def _monthly(lines: _Lines, funnel: Funnel, plan: Plan, root: Plan, tables: Tables) -> None:
    horizon = tables.horizon
    edges = horizon.edges
    months = np.arange(len(edges) - 1)
    before = months + horizon.first_month < 0
    in_plan = np.array([horizon.plan_month(int(k)) for k in months])
    for number, name in enumerate(funnel.channels):
        run_in = float(np.mean(root.monthly_spend(name)[:12]))
        spend = np.where(before, run_in, np.array(plan.monthly_spend(name))[in_plan])
        lines.add(Account.PROGRAMME, edges[:-1], spend, channel=number)
    other = np.where(before, sum(root.costs.values()), sum(plan.costs.values()))
    lines.add(Account.OTHER_COST, edges[:-1], other)
    seats = tables.seats
    length = np.diff(edges)
    for seat, (team, hired, left) in enumerate(zip(seats.team, seats.hired, seats.left, strict=True)):
        terms, first_terms = getattr(plan.teams, TEAMS[team]), getattr(root.teams, TEAMS[team])
        present = np.clip(np.minimum(edges[1:], left) - np.maximum(edges[:-1], hired), 0.0, None) / length
        since = np.maximum(edges[:-1], hired)
        for account, part in ((Account.BASE_PAY, "base"), (Account.VARIABLE_PAY, "variable")):
            now, then = (getattr(each, part) / 12.0 * each.overhead for each in (terms, first_terms))
            lines.add(account, since, present * np.where(before, then, now), actor=seat)


def _nurture(lines: _Lines, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> None:
    """Touches of every stay, split by calendar month and dated where the stay enters the month."""
    daily, before = (
        terms.touches_per_month * terms.cost_per_touch / DAYS_PER_MONTH for terms in (plan.nurture, root.nurture)
    )
    enters = events.kind == Kind.NURTURE_ENTER
    if daily == before == 0.0 or not enters.any():
        return
    entered = np.lexsort((events.visit[enters], events.entity[enters]))
    entity, visit = events.entity[enters][entered], events.visit[enters][entered]
    begin = events.time[enters][entered]
    end = np.full(len(begin), tables.horizon.ends)
    exits = events.kind == Kind.NURTURE_EXIT
    # Stays are numbered by (lead, visit), which both ends of a stay share.
    code = entity * (visit.max() + 1) + visit
    exit_code = events.entity[exits] * (visit.max() + 1) + events.visit[exits]
    end[np.searchsorted(code, exit_code)] = events.time[exits]
    edges = tables.horizon.edges
    for month in range(len(edges) - 1):
        overlap = np.minimum(end, edges[month + 1]) - np.maximum(begin, edges[month])
        some = overlap > 0.0
        lines.add(
            Account.NURTURE,
            np.maximum(begin[some], edges[month]),
            overlap[some] * (before if edges[month] < 0 else daily),
            channel=entities.channel[entity[some]],
            entity=entity[some],
        )


def _orders(lines: _Lines, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> None:
    won = events.kind == Kind.WON
    time, amount, deal = events.time[won], events.amount[won], events.entity[won]
    margin = tables.product_margin[entities.product[deal]]
    channel = entities.channel[deal]
    rate = np.where(time < 0, root.pay.commission.marketing_sourced, plan.pay.commission.marketing_sourced)
    lines.add(Account.COMMISSION, time, rate * amount, channel=channel, actor=events.actor[won], entity=deal)
    lines.add(Account.BOOKING, time, amount, channel=channel, entity=deal)
    lines.add(Account.MARGIN, time, margin * amount, channel=channel, entity=deal)
    renewed = events.kind == Kind.RENEWED
    customer = events.entity[renewed]
    assert (entities.type[customer] == EntityType.CUSTOMER).all()
    value = events.amount[renewed]
    where = events.time[renewed]
    lines.add(Account.RENEWAL, where, value, channel=entities.channel[customer], entity=customer)
    margin = tables.product_margin[entities.product[customer]]
    lines.add(Account.RENEWAL_MARGIN, where, margin * value, channel=entities.channel[customer], entity=customer)
