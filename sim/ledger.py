"""Every dollar of a run, from its events and its plan: programme spend, nurture, pay, other costs, bookings, margin."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.asked import asked
from sim.billing import Billing
from sim.funnel import Funnel
from sim.invoices import payments
from sim.lines import Lines
from sim.log import NOBODY, Account, Asking, Entities, Events, Kind, Ledger
from sim.orders import care, kept, orders, running
from sim.payroll import by_person_and_month, commission, sla_bonuses, top_ups, variable_share
from sim.plan import Plan
from sim.programme import Programme
from sim.rates import campaign_spending
from sim.seats import AE, SDR, TEAMS
from sim.series import month_lengths
from sim.stays import stay_lines
from sim.survey import kinds_of
from sim.tables import Tables
from sim.teams import Team
from sim.units import DAYS_PER_MONTH

__all__ = ["make_ledger"]

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]


_PAID = int(Account.COLLECTION)
_NO_TEAM = Team(key="nobody", headcount=0)
_NURTURE: tuple[tuple[int, Any], ...] = ((Account.NURTURE, np.int8), (NOBODY, np.int32))
"""Account and actor of its lines, and their types."""


def make_ledger(
    funnel: Funnel,
    plan: Plan,
    root: Plan,
    tables: Tables,
    events: Events,
    entities: Entities,
    asking: Asking | None,
) -> Ledger:
    """What the events and the plan cost and earn; before time 0 at the root plan's terms. asking: of lost buyers, if
    they are asked.

    Monthly amounts accrue on the first day of their month; of a month that is simulated in part, in proportion.
    """
    won = kinds_of(events).row[kinds_of(events).of(Kind.WON)]
    earned, ordered = _commission(tables, events, entities, won), orders(tables, events, entities, won)
    parts = (
        _monthly(funnel, plan, root, tables, events),
        _comings_and_goings(plan, root, tables),
        earned,
        ordered,
        _collections(plan, root, tables, ordered),
        care(funnel, plan, root, tables, events, entities),
        kept(plan, root, events, entities),
        _draws(plan, root, tables, earned),
        _bonuses(plan, root, tables, events, entities),
        _fees(events, entities),
        _campaigns(plan, tables, events),
        _support(funnel, plan, root, tables, events, entities),
        *(() if asking is None else (_lost_surveys(plan, root, tables, events, entities, asking),)),
    )
    columns: Any = zip(*parts, strict=True)
    lines = Lines(*map(np.concatenate, columns))
    order = (lines.amount, lines.entity, lines.actor, lines.campaign, lines.channel, lines.account, lines.time)
    lines = lines.take(np.lexsort(order))
    nurture = _nurture(plan, root, tables, events, entities)
    if nurture is not None:
        lines = lines.with_nurture(nurture)
    return Ledger(
        time=lines.time,
        account=lines.account,
        channel=lines.channel,
        campaign=lines.campaign,
        actor=lines.actor,
        entity=lines.entity,
        amount=lines.amount,
    )


def _presence(tables: Tables) -> tuple[Floats, Floats]:
    """(persons, months) when a person's month begins, and the share of the calendar month in which he is there."""
    edges, seats = tables.horizon.edges, tables.seats
    lengths = month_lengths(tables.horizon.start, edges)
    since = np.maximum(edges[:-1], seats.hired[:, np.newaxis])
    there = np.maximum(np.minimum(edges[1:], seats.left[:, np.newaxis]) - since, 0.0)
    return since, there / lengths


def _collections(plan: Plan, root: Plan, tables: Tables, ordered: Lines) -> Lines:
    """What customers pay of orders and renewals before the log ends; at the terms of the day on which they begin."""
    sold = np.isin(ordered.account, (Account.BOOKING, Account.RENEWAL))
    before = ordered.time < 0.0
    parts = []
    for billing, own, world in ((root.billing, before, tables.run_in or tables), (plan.billing, ~before, tables)):
        contracts = ordered.take(np.flatnonzero(sold & own if billing else np.zeros_like(own)))
        which, day, amount = payments(contracts.time, contracts.amount, world.term, billing or Billing())
        seen = np.flatnonzero(day < tables.horizon.ends)
        paid = contracts.take(which[seen])
        parts.append(paid._replace(time=day[seen], amount=amount[seen], account=np.full_like(paid.account, _PAID)))
    columns: Any = zip(*parts, strict=True)
    return Lines(*map(np.concatenate, columns))


def _monthly(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, events: Events) -> Lines:
    """Programmes, other costs and pay, from a matrix of (channels, other costs, base pay, variable pay) by month."""
    horizon, seats = tables.horizon, tables.seats
    edges = horizon.edges
    months, channels, heads = len(edges) - 1, len(funnel.channels), len(seats.team)
    number = np.arange(months) + horizon.first_month
    before = number < 0
    levels = np.array([plan.monthly_spend(name) for name in funnel.channels])
    run_in = np.array([[np.mean(root.monthly_spend(name)[:12])] for name in funnel.channels])
    since, present = _presence(tables)
    now, then = (
        np.array([(team.base / 12.0 * team.overhead, team.variable / 12.0 * team.overhead) for team in teams])
        for teams in (_teams(plan, root), _teams(root, plan))
    )
    shares = (present, _share_of_variable(plan, root, tables, events, present))
    base, variable = (
        share * np.where(before, then[seats.team, part, np.newaxis], now[seats.team, part, np.newaxis])
        for part, share in enumerate(shares)
    )
    spend = np.where(before, run_in, levels[:, np.minimum(np.maximum(number, 0), horizon.months - 1)])
    spend = spend * horizon.simulated_shares * _spent(edges, events)
    other = np.where(before, sum(root.costs.values()), sum(plan.costs.values()))[np.newaxis] * horizon.simulated_shares
    rows = (channels, 1, heads, heads)
    accounts = [int(Account[name]) for name in ("PROGRAMME", "OTHER_COST", "BASE_PAY", "VARIABLE_PAY")]
    nobody = [NOBODY]
    return Lines.of(
        np.concatenate((np.tile(edges[:-1], channels + 1), since.ravel(), since.ravel())),
        np.repeat(np.repeat(np.array(accounts), rows), months),
        np.repeat([*range(channels), *nobody * (1 + 2 * heads)], months),
        np.repeat([*nobody * (channels + 1), *range(heads), *range(heads)], months),
        np.full(sum(rows) * months, NOBODY),
        np.concatenate((spend, other, base, variable)).ravel(),
    )


def _teams(plan: Plan, other: Plan) -> list[Team]:
    """The terms of each team under a plan; where it has the team no more, or not yet, those of the other plan."""
    return [plan.teams.of(name) or other.teams.of(name) or _NO_TEAM for name in TEAMS]


def _campaigns(plan: Plan, tables: Tables, events: Events) -> Lines:
    """What campaigns cost, month by month."""
    edges, place = tables.horizon.edges, tables.campaign.campaign_channel
    months = len(edges) - 1
    month = np.repeat(np.arange(months), np.diff(edges).astype(np.int64))
    spent = [
        np.bincount(month, weights=campaign_spending(each, plan, tables.horizon), minlength=months)
        for each in plan.campaigns.values()
    ]
    amount = (np.array(spent).reshape(len(place), months) * _spent(edges, events)).ravel()
    nothing = np.full(amount.size, NOBODY)
    return Lines.of(
        np.tile(edges[:-1], len(place)),
        np.full(amount.size, Account.PROGRAMME),
        np.repeat(place, months),
        nothing,
        nothing,
        amount,
        np.repeat(np.arange(len(place)), months),
    )


def _spent(edges: Floats, events: Events) -> Floats:
    """(months,) share of the planned spend that is spent: less in weeks whose spend is cut."""
    rows = kinds_of(events).row[kinds_of(events).of(Kind.THROTTLED)]
    cut = np.zeros(len(edges) - 1)
    for monday, share in zip(events.time[rows].tolist(), events.amount[rows].tolist(), strict=True):
        days = np.minimum(edges[1:], monday + 7.0) - np.maximum(edges[:-1], monday)
        cut += np.maximum(days, 0.0) * (1.0 - share)
    return 1.0 - cut / (edges[1:] - edges[:-1])


def _comings_and_goings(plan: Plan, root: Plan, tables: Tables) -> Lines:
    """Recruiting of every rep who comes, severance of every rep whose seat is cut; at the terms of the day."""
    seats = tables.seats
    comes = np.flatnonzero(seats.hired > tables.horizon.begins)
    goes = np.flatnonzero(seats.cut)
    now, then = (
        np.array([(team.recruiting * team.base, team.severance * team.base / 12.0) for team in teams])
        for teams in (_teams(plan, root), _teams(root, plan))
    )
    who, time = np.concatenate((comes, goes)), np.concatenate((seats.hired[comes], seats.left[goes]))
    what = np.repeat((0, 1), (len(comes), len(goes)))
    nobody = np.full(len(who), NOBODY)
    amount = np.where(time < 0.0, then[seats.team[who], what], now[seats.team[who], what])
    accounts = np.array([int(Account.RECRUITING), int(Account.SEVERANCE)])[what]
    return Lines.of(time, accounts, nobody, who, nobody, amount)


def _share_of_variable(plan: Plan, root: Plan, tables: Tables, events: Events, present: Floats) -> Floats:
    """(persons, months) share of a month's variable pay that is paid."""
    targets = (plan.teams.sdr.target, root.teams.sdr.target)
    if targets == (None, None):
        return present
    now, then = (np.inf if target is None else target for target in targets)
    edges, accepted = tables.horizon.edges, kinds_of(events).row[kinds_of(events).of(Kind.ACCEPTED)]
    target = np.where(edges[:-1] < 0.0, then, now) * np.where(tables.seats.team == SDR, 1.0, np.inf)[:, np.newaxis]
    done = by_person_and_month(
        tables.horizon, len(present), events.time[accepted], events.actor[accepted].astype(np.int64), None
    )
    return variable_share(done, target, present)


def _draws(plan: Plan, root: Plan, tables: Tables, earned: Lines) -> Lines:
    """What AEs are paid because their commission of a month falls short of the draw; it accrues with base pay."""
    horizon, seats = tables.horizon, tables.seats
    since, present = _presence(tables)
    draw = np.where(horizon.edges[:-1] < 0.0, root.pay.draw, plan.pay.draw) * (seats.team == AE)[:, np.newaxis]
    if draw.any():
        commissions = by_person_and_month(
            horizon, len(present), earned.time, earned.actor.astype(np.int64), earned.amount
        )
        draw = top_ups(draw, present, commissions)
    persons = np.broadcast_to(np.arange(len(present))[:, np.newaxis], draw.shape)
    nothing = np.full(draw.size, NOBODY)
    return Lines.of(since.ravel(), np.full(draw.size, Account.DRAW), nothing, persons.ravel(), nothing, draw.ravel())


def _bonuses(plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Lines:
    """Bonuses of SDRs for leads tried in time."""
    rows, amount = sla_bonuses(plan, root, tables, events)
    entity = events.entity[rows]
    account = np.full(len(rows), Account.SLA_BONUS)
    return Lines.of(events.time[rows], account, entities.channel[entity], events.actor[rows], entity, amount)


def _commission(tables: Tables, events: Events, entities: Entities, won: Ints) -> Lines:
    """Commission on what was won."""
    paid, pay = commission(tables, events, entities, won)
    entity = events.entity[won]
    account = np.full(len(won), Account.COMMISSION)
    return Lines.of(paid, account, entities.channel[entity], events.actor[won], entity, pay)


def _nurture(plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Lines | None:
    """Touches of every stay, and of every opportunity while it is open, split by calendar month and dated where the
    stay enters the month; none if they cost nothing."""
    before = tables.horizon.edges[:-1] < 0.0
    rate, of_deals = (
        np.where(before, *(getattr(terms.nurture, touches) * terms.nurture.cost_per_touch for terms in (root, plan)))
        / DAYS_PER_MONTH
        for touches in ("touches_per_month", "opportunity_touches")
    )
    if not rate.any() and not of_deals.any():
        return None
    kinds = kinds_of(events)

    def visits(which: Any, stays: bool) -> NDArray[np.int32]:
        return events.visit[kinds.row[which]] if stays else np.zeros(len(kinds.row[which]), dtype=np.int32)

    def lines(rate: Floats, stays: bool, enter: Kind, *leave: Kind) -> Lines:
        """Lines between rows of one visit if these are stays, of one life else."""
        enters = kinds.of(enter)
        exits = np.concatenate([np.arange(kinds.of(kind).start, kinds.of(kind).stop) for kind in leave])
        time, entity, amount = stay_lines(
            kinds.time[enters],
            kinds.entity[enters],
            visits(enters, stays),
            kinds.time[exits],
            kinds.entity[exits],
            visits(exits, stays),
            entities.channel,
            tables.horizon.edges,
            tables.horizon.ends,
            rate,
        )
        account, nobody = (np.full(len(time), int(number), dtype=kind) for number, kind in _NURTURE)
        none = np.full(len(time), NOBODY, dtype=np.int16)
        return Lines(time, account, entities.channel[entity], nobody, entity.astype(np.int32), amount, none)

    holds, parts = kinds.of(Kind.HELD), [lines(rate, True, Kind.NURTURE_ENTER, Kind.NURTURE_EXIT)]
    if holds.stop > holds.start:
        # A lead that is held back is nurtured on, until it is handed off or leaves; who is handed off may leave later.
        parts.append(lines(rate, True, Kind.HELD, Kind.WITHDRAWN, Kind.HANDED_OFF))
    if of_deals.any():
        parts.append(lines(of_deals, False, Kind.OPENED, Kind.WON, Kind.LOST))
    if len(parts) == 1:
        return parts[0]
    columns: Any = zip(*parts, strict=True)
    all_of_it = Lines(*map(np.concatenate, columns))
    return all_of_it.take(np.lexsort((all_of_it.entity, all_of_it.channel, all_of_it.time)))


def _fees(events: Events, entities: Entities) -> Lines:
    """What the provider of external sales development charges for each lead."""
    kinds = kinds_of(events)
    rows = kinds.row[kinds.of(Kind.OVERFLOWED)]
    entity, nobody = events.entity[rows], np.full(len(rows), NOBODY)
    account = np.full(len(rows), int(Account.EXTERNAL))
    return Lines.of(events.time[rows], account, entities.channel[entity], nobody, entity, events.amount[rows])


def _lost_surveys(plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities, asking: Asking) -> Lines:
    """Questions to lost buyers, on the days of the surveys; a loss of the run-in is asked about at the root's cost."""
    row, day, _ = asked(asking, events, entities, tables.horizon.ends)
    entity, nobody = events.entity[row], np.full(len(row), NOBODY)
    costs = np.array([each.lost_survey.cost if each.lost_survey else 0.0 for each in (root, plan)])
    account = np.full(len(row), int(Account.LOST_SURVEYS))
    amount = costs[(events.time[row] >= 0.0).astype(np.int64)]
    return Lines.of(day, account, entities.channel[entity], nobody, entity, amount)


def _support(funnel: Funnel, plan: Plan, root: Plan, tables: Tables, events: Events, entities: Entities) -> Lines:
    """Programmes beside the sale: monthly in proportion to the days on which they run, and for each opportunity when it
    first enters one of their stages meanwhile; until time 0 those of the root plan."""
    edges, lengths = tables.horizon.edges, month_lengths(tables.horizon.start, tables.horizon.edges)
    kinds = kinds_of(events)
    entered = kinds.row[kinds.of(Kind.STAGE_ENTER)]
    entered = entered[events.time[entered] >= edges[0]]
    time, who, stage = events.time[entered], events.entity[entered].astype(np.int64), events.stage[entered]
    times, entity, amounts = [np.empty(0)], [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for name in dict.fromkeys((*root.programmes, *plan.programmes)):
        programme = funnel.programmes.get(name, Programme())
        acts = np.array([each in (programme.stages or funnel.stages) for each in tables.stage_names])
        cost = np.full(len(time), np.nan)
        for terms, since, until in (
            (root.programmes.get(name), -np.inf, 0.0),
            (plan.programmes.get(name), 0.0, np.inf),
        ):
            if terms is None:
                continue
            begins, ends = running(terms, plan, since, until)
            runs = np.minimum(edges[1:], ends) - np.maximum(edges[:-1], begins)
            months = np.flatnonzero(runs > 0.0)
            times.append(np.maximum(edges[months], begins))
            entity.append(np.full(len(months), NOBODY))
            amounts.append(terms.monthly * runs[months] / lengths[months])
            cost[(time >= begins) & (time < ends) & acts[stage]] = terms.per_opportunity or 0.0
        paid = np.flatnonzero(~np.isnan(cost))
        _, first = np.unique(who[paid], return_index=True)
        times.append(time[paid[first]])
        entity.append(who[paid[first]])
        amounts.append(cost[paid[first]])
    about = np.concatenate(entity)
    channel = (
        np.where(about == NOBODY, NOBODY, entities.channel[about]) if len(entities) else np.full(len(about), NOBODY)
    )
    nobody = np.full(len(about), NOBODY)
    account = np.full(len(about), int(Account.SUPPORT))
    return Lines.of(np.concatenate(times), account, channel, nobody, about, np.concatenate(amounts))
