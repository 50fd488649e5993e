"""Every dollar of a run, from its events and its plan: programme spend, nurture, pay, other costs, bookings, margin."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.log import NOBODY, Account, Entities, EntityType, Events, Kind, Ledger
from sim.plan import Plan
from sim.seats import TEAMS
from sim.stays import stay_lines
from sim.survey import kinds_of
from sim.tables import Tables
from sim.units import DAYS_PER_MONTH

__all__ = ["make_ledger"]

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]


class _Lines(NamedTuple):
    """Lines as columns, in the narrow types of the finished table."""

    time: Floats
    account: NDArray[np.int8]
    channel: NDArray[np.int16]
    actor: NDArray[np.int32]
    entity: NDArray[np.int32]
    amount: Floats

    @classmethod
    def of(cls, time: Any, account: Any, channel: Any, actor: Any, entity: Any, amount: Floats) -> "_Lines":
        """Lines of equally long columns; lines of nothing are left out."""
        some = np.flatnonzero(amount)
        return cls(
            time[some],
            np.asarray(account, dtype=np.int8)[some],
            np.asarray(channel, dtype=np.int16)[some],
            np.asarray(actor, dtype=np.int32)[some],
            np.asarray(entity, dtype=np.int32)[some],
            amount[some],
        )

    def take(self, order: Any) -> "_Lines":
        """The lines in some order."""
        return _Lines(*(column[order] for column in self))

    def with_nurture(self, many: "_Lines") -> "_Lines":
        """These lines and the many of nurture, both in canonical order, as one."""
        place = np.searchsorted(many.time, self.time, side="left")
        after = self.account > Account.NURTURE
        place[after] = np.searchsorted(many.time, self.time[after], side="right")
        place += np.arange(len(place))
        rest = np.ones(len(self.time) + len(many.time), dtype=bool)
        rest[place] = False

        def column(few: Any, most: Any) -> Any:
            both = np.empty(len(rest), dtype=few.dtype)
            both[place] = few
            both[rest] = most
            return both

        return _Lines(*map(column, self, many))


def make_ledger(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Ledger:
    """What the events and the plan cost and earn; before time 0 at the root plan's terms.

    Monthly amounts accrue on the first day of their month.
    """
    parts = (
        _monthly(funnel, plan, root, tables),
        _comings_and_goings(plan, root, tables),
        _orders(plan, root, tables, events, entities),
    )
    columns: Any = zip(*parts, strict=True)
    lines = _Lines(*map(np.concatenate, columns))
    lines = lines.take(np.lexsort((lines.amount, lines.entity, lines.actor, lines.channel, lines.account, lines.time)))
    nurture = _nurture(plan, root, tables, events, entities)
    if nurture is not None:
        lines = lines.with_nurture(nurture)
    return Ledger(
        time=lines.time,
        account=lines.account,
        channel=lines.channel,
        campaign=np.full(len(lines.time), NOBODY, dtype=np.int16),
        actor=lines.actor,
        entity=lines.entity,
        amount=lines.amount,
    )


def _monthly(funnel: Funnel, plan: Plan, root: Plan, tables: Tables) -> _Lines:
    """Programmes, other costs and pay, from a matrix of (channels, other costs, base pay, variable pay) by month."""
    horizon, seats = tables.horizon, tables.seats
    edges = horizon.edges
    months, channels, heads = len(edges) - 1, len(funnel.channels), len(seats.team)
    number = np.arange(months) + horizon.first_month
    before = number < 0
    levels = np.array([plan.monthly_spend(name) for name in funnel.channels])
    run_in = np.array([[np.mean(root.monthly_spend(name)[:12])] for name in funnel.channels])
    hired, left = seats.hired[:, np.newaxis], seats.left[:, np.newaxis]
    since = np.maximum(edges[:-1], hired)
    present = np.maximum(np.minimum(edges[1:], left) - since, 0.0) / (edges[1:] - edges[:-1])
    now, then = (
        np.array([(team.base / 12.0 * team.overhead, team.variable / 12.0 * team.overhead) for team in teams])
        for teams in ([getattr(each.teams, name) for name in TEAMS] for each in (plan, root))
    )
    base, variable = (
        present * np.where(before, then[seats.team, part, np.newaxis], now[seats.team, part, np.newaxis])
        for part in (0, 1)
    )
    spend = np.where(before, run_in, levels[:, np.minimum(np.maximum(number, 0), horizon.months - 1)])
    other = np.where(before, sum(root.costs.values()), sum(plan.costs.values()))[np.newaxis]
    rows = (channels, 1, heads, heads)
    accounts = [int(Account[name]) for name in ("PROGRAMME", "OTHER_COST", "BASE_PAY", "VARIABLE_PAY")]
    nobody = [NOBODY]
    return _Lines.of(
        np.concatenate((np.tile(edges[:-1], channels + 1), since.ravel(), since.ravel())),
        np.repeat(np.repeat(np.array(accounts), rows), months),
        np.repeat([*range(channels), *nobody * (1 + 2 * heads)], months),
        np.repeat([*nobody * (channels + 1), *range(heads), *range(heads)], months),
        np.full(sum(rows) * months, NOBODY),
        np.concatenate((spend, other, base, variable)).ravel(),
    )


def _comings_and_goings(plan: Plan, root: Plan, tables: Tables) -> _Lines:
    """Recruiting of every rep who comes, severance of every rep whose seat is cut; at the terms of the day."""
    seats = tables.seats
    comes = np.flatnonzero(seats.hired > tables.horizon.begins)
    goes = np.flatnonzero(seats.cut)
    now, then = (
        np.array([(team.recruiting * team.base, team.severance * team.base / 12.0) for team in teams])
        for teams in ([getattr(each.teams, name) for name in TEAMS] for each in (plan, root))
    )
    who, time = np.concatenate((comes, goes)), np.concatenate((seats.hired[comes], seats.left[goes]))
    what = np.repeat((0, 1), (len(comes), len(goes)))
    nobody = np.full(len(who), NOBODY)
    amount = np.where(time < 0.0, then[seats.team[who], what], now[seats.team[who], what])
    accounts = np.array([int(Account.RECRUITING), int(Account.SEVERANCE)])[what]
    return _Lines.of(time, accounts, nobody, who, nobody, amount)


def _nurture(plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> _Lines | None:
    """Touches of every stay, split by calendar month and dated where the stay enters the month; none if they cost
    nothing."""
    daily, before = (
        terms.touches_per_month * terms.cost_per_touch / DAYS_PER_MONTH for terms in (plan.nurture, root.nurture)
    )
    if daily == before == 0.0:
        return None
    horizon = tables.horizon
    edges = horizon.edges
    kinds = kinds_of(events)
    enters, exits = kinds.of(Kind.NURTURE_ENTER), kinds.of(Kind.NURTURE_EXIT)
    time, entity, amount = stay_lines(
        kinds.time[enters],
        kinds.entity[enters],
        events.visit[kinds.row[enters]],
        kinds.time[exits],
        kinds.entity[exits],
        events.visit[kinds.row[exits]],
        entities.channel,
        edges,
        horizon.ends,
        np.where(edges[:-1] < 0.0, before, daily),
    )
    return _Lines(
        time,
        np.full(len(time), int(Account.NURTURE), dtype=np.int8),
        entities.channel[entity],
        np.full(len(time), NOBODY, dtype=np.int32),
        entity.astype(np.int32),
        amount,
    )


def _orders(plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> _Lines:
    """Commission, bookings and margin of what was won; value and margin of what was renewed."""
    kinds = kinds_of(events)
    won, renewed = kinds.row[kinds.of(Kind.WON)], kinds.row[kinds.of(Kind.RENEWED)]
    rows = np.concatenate((won, renewed))
    wins, renewals = len(won), len(renewed)
    time, amount, entity, actor = events.time[rows], events.amount[rows], events.entity[rows], events.actor[rows]
    assert (entities.type[entity[wins:]] == EntityType.CUSTOMER).all()
    margin = tables.product_margin[entities.product[entity]] * amount
    pay = (each.pay.commission.marketing_sourced for each in (root, plan))
    commission = np.where(time[:wins] < 0, *pay) * amount[:wins]
    nobody = np.full(2 * len(rows), NOBODY)
    return _Lines.of(
        np.concatenate((time[:wins], time, time)),
        np.repeat(
            (Account.COMMISSION, Account.BOOKING, Account.RENEWAL, Account.MARGIN, Account.RENEWAL_MARGIN),
            (wins, wins, renewals, wins, renewals),
        ),
        entities.channel[np.concatenate((entity[:wins], entity, entity))],
        np.concatenate((actor[:wins], nobody)),
        np.concatenate((entity[:wins], entity, entity)),
        np.concatenate((commission, amount, margin)),
    )
