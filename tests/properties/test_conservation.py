"""What must hold on every run: leads and deals are conserved, dollars add up, time runs forward, Little's law."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, given, settings
from worlds import worlds

from sim.log import NOBODY, Account, EntityType, Kind, Log, ordinals
from sim.plan import Plan
from sim.run import simulate

EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def count(log: Log, kind: Kind) -> np.ndarray:
    """(entities,) how often a kind happened to each entity."""
    rows = (log.events.kind == kind) & (log.events.entity >= 0)
    return np.bincount(log.events.entity[rows], minlength=len(log.entities))


@EXAMPLES
@given(world=worlds())
def test_leads_and_deals_are_conserved(world):  # type: ignore[no-untyped-def]
    funnel, plan, snapshot = world
    log = simulate(funnel, plan, snapshot=snapshot, seed=3)
    kind_of = log.entities.type
    leads, deals = kind_of == EntityType.LEAD, kind_of == EntityType.OPPORTUNITY
    opened_by_lead = np.bincount(log.entities.parent[deals & (log.entities.parent >= 0)], minlength=len(log.entities))
    withdrawn = count(log, Kind.WITHDRAWN)
    # A lead ends once: as an opportunity, or withdrawn; otherwise it is open. Whose opportunity is lost may return.
    events, returned = log.events, np.zeros(len(log.entities), dtype=np.int64)
    rows = {kind: events.kind == kind for kind in (Kind.ACCEPTED, Kind.RECYCLED)}
    accepted = set(zip(events.entity[rows[Kind.ACCEPTED]], events.visit[rows[Kind.ACCEPTED]], strict=True))
    for lead, visit in zip(events.entity[rows[Kind.RECYCLED]], events.visit[rows[Kind.RECYCLED]], strict=True):
        returned[lead] += (lead, visit) in accepted
    assert (count(log, Kind.CAPTURED)[leads] == 1).all()
    assert ((withdrawn + opened_by_lead - returned)[leads] <= 1).all()
    won, lost = count(log, Kind.WON), count(log, Kind.LOST)
    assert (count(log, Kind.OPENED)[deals] == 1).all()
    assert ((won + lost)[deals] <= 1).all()
    assert (won[~deals] + lost[~deals] == 0).all()
    customers = kind_of == EntityType.CUSTOMER
    more = log.entities.to_customers
    assert customers.sum() == won[~more].sum()
    assert won.sum() == (kind_of == EntityType.ORDER).sum()
    # Every exit has a reason, and the reasons partition the exits.
    for kind in (Kind.WITHDRAWN, Kind.LOST):
        rows = log.events.kind == kind
        assert (log.events.reason[rows] >= 0).all()
    by_reason = np.bincount(log.events.reason[log.events.kind == Kind.WITHDRAWN], minlength=len(log.names.reasons))
    assert withdrawn[leads].sum() == by_reason.sum()
    # A qualified lead is handed off, or goes to the provider; if it is held, perhaps later, or never. Where that takes
    # time, the last one may not have come so far, and then nothing has become of it since.
    ways = count(log, Kind.HANDED_OFF) + count(log, Kind.OVERFLOWED)
    assert (ways <= count(log, Kind.MQL)).all()
    on_its_way = count(log, Kind.MQL) - ways - count(log, Kind.HELD)
    assert on_its_way.max() <= (getattr(plan.handoff.delay, "value", math.inf) > 0.0)
    events, mql = log.events, log.events.kind == Kind.MQL
    latest = np.full((2, len(log.entities)), -np.inf)
    for row, which in zip(latest, (events.entity >= 0, mql), strict=True):
        np.maximum.at(row, events.entity[which], events.time[which])
    assert (latest[0] == latest[1])[on_its_way > 0].all()


@EXAMPLES
@given(world=worlds())
def test_the_log_is_canonical(world):  # type: ignore[no-untyped-def]
    funnel, plan, snapshot = world
    log = simulate(funnel, plan, snapshot=snapshot, seed=4)
    events = log.events
    keys = list(zip(events.time, events.kind, events.entity, ordinals(events), strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert (events.time < log.window.ends).all()
    assert (log.entities.id == np.arange(len(log.entities))).all()
    assert len(np.unique(log.entities.key)) == len(log.entities)
    begun = np.full(len(log.entities), np.inf)
    np.minimum.at(begun, events.entity[events.entity >= 0], events.time[events.entity >= 0])
    assert (events.time[events.entity >= 0] >= begun[events.entity[events.entity >= 0]]).all()
    # Reps never do more hours than they have, and never a negative number.
    assert (events.amount[events.kind != Kind.RETRAINED] >= 0).all()  # whose amount is a threshold
    busy = np.zeros(len(log.names.seats))
    inside = (events.kind == Kind.TASK_END) & (events.time >= 0) & (events.time < log.window.counted)
    np.add.at(busy, events.actor[inside], events.amount[inside])
    available = np.bincount(log.reps.person, weights=log.reps.available_hours, minlength=len(log.names.seats))
    longest = events.amount[events.kind == Kind.TASK_END].max(initial=0.0)
    assert (busy <= available + longest + 1e-6).all()


@EXAMPLES
@given(world=worlds())
def test_every_dollar_is_accounted_for(world):  # type: ignore[no-untyped-def]
    funnel, plan, snapshot = world
    log = simulate(funnel, plan, snapshot=snapshot, seed=5)
    events, ledger = log.events, log.ledger
    won = events.kind == Kind.WON

    def total(account: Account) -> float:
        return float(ledger.amount[ledger.account == account].sum())

    assert np.isclose(total(Account.BOOKING), events.amount[won].sum())
    assert np.isclose(total(Account.RENEWAL), events.amount[events.kind == Kind.RENEWED].sum())
    _pay_of_everybody(plan, log)
    counted = (ledger.time >= 0) & (ledger.time < log.window.counted)
    programme = ledger.amount[(ledger.account == Account.PROGRAMME) & counted].sum()
    planned = np.array([plan.monthly_spend(name) for name in funnel.channels]).sum(axis=0)
    edges = log.window.month_edges
    for campaign in plan.campaigns.values():
        first, until = ((day - plan.start).days for day in (campaign.from_, campaign.until))
        inside = np.minimum(edges[1:], until) - np.maximum(edges[:-1], first)
        planned = planned + campaign.spend / (until - first) * np.maximum(inside, 0.0)
    days = [(float(monday) + day, 1.0 - share) for monday, share in _throttled(log) for day in range(7)]
    cut = [sum(part for day, part in days if a <= day < b) / (b - a) for a, b in pairwise(edges)]
    assert np.isclose(programme, (planned * (1.0 - np.array(cut))).sum())
    assert np.isclose(ledger.amount[(ledger.account == Account.OTHER_COST) & counted].sum(), 1000 * plan.months)
    # Everybody is paid for the part of each month that he is there: where nobody leaves, that is every head.
    reps, edges = log.reps, log.window.month_edges
    begin, end = edges[reps.month], edges[reps.month + 1]
    there = np.maximum(np.minimum(end, reps.left) - np.maximum(begin, reps.hired), 0.0) / (end - begin)
    heads = [float(there[reps.team == team].sum()) for team in (0, 1)]
    for team, name in enumerate(("sdr", "ae")):
        planned = sum(plan.heads(getattr(plan.teams, name)))
        taken = any(shock.leaves is not None for shock in funnel.shocks.values())
        if getattr(funnel, name).tenure is None and not taken:
            assert np.isclose(heads[team], planned)
        assert heads[team] <= planned + 1e-9
    base = ledger.amount[(ledger.account == Account.BASE_PAY) & counted].sum()
    assert np.isclose(base, (heads[0] * 50_000 + heads[1] * 70_000) / 12 * 1.25)
    # Nurture: every day of every stay costs the plan's touches.
    code = events.entity * 1000 + events.visit
    entered = events.kind == Kind.NURTURE_ENTER
    left = events.kind == Kind.NURTURE_EXIT
    ends = dict(zip(code[left], events.time[left], strict=True))
    since = np.maximum(events.time[entered], log.window.begins)
    stays = [ends.get(c, log.window.ends) - t for c, t in zip(code[entered], since, strict=True)]
    held = events.kind == Kind.HELD
    over = np.isin(events.kind, (Kind.HANDED_OFF, Kind.WITHDRAWN))
    ends = dict(zip(code[over][::-1], events.time[over][::-1], strict=True))
    stays += [ends.get(c, log.window.ends) - t for c, t in zip(code[held], events.time[held], strict=True)]
    monthly = plan.nurture.touches_per_month * plan.nurture.cost_per_touch
    # Opportunities that marketing goes on with are touched from their opening to their close.
    closed = np.isin(events.kind, (Kind.WON, Kind.LOST))
    closes = dict(zip(events.entity[closed], events.time[closed], strict=True))
    opened, begins = events.kind == Kind.OPENED, log.window.begins
    sales = [
        max(closes.get(who, log.window.ends), begins) - max(t, begins)
        for who, t in zip(events.entity[opened], events.time[opened], strict=True)
    ]
    touched = plan.nurture.opportunity_touches * plan.nurture.cost_per_touch
    paid = (sum(stays) * monthly + sum(sales) * touched) / (365.25 / 12)
    assert np.isclose(total(Account.NURTURE), paid)


@EXAMPLES
@given(world=worlds())
def test_littles_law_holds_as_an_identity(world):  # type: ignore[no-untyped-def]
    """D4: over a finite horizon the integral of the number in a queue is the sum of the times spent in it."""
    funnel, plan, snapshot = world
    log = simulate(funnel, plan, snapshot=snapshot, seed=6)
    events, begins, ends = log.events, log.window.begins, log.window.ends

    def identity(enter: np.ndarray, leave: np.ndarray, visit: np.ndarray = events.visit) -> None:
        # By visit, because one may begin in the instant in which another ends.
        time, entity = events.time, list(zip(events.entity.tolist(), visit.tolist(), strict=True))
        moves = np.flatnonzero(enter | leave)
        step = np.where(enter[moves], 1.0, -1.0)
        edges = np.concatenate(([begins], np.maximum(time[moves], begins), [ends]))
        integral = float((np.concatenate(([0.0], np.cumsum(step))) * np.diff(edges)).sum())
        spent = {}
        total = 0.0
        for row in moves:
            if enter[row]:
                spent[entity[row]] = max(float(time[row]), begins)
            else:
                total += max(float(time[row]), begins) - spent.pop(entity[row])
        total += sum(ends - since for since in spent.values())
        assert abs(integral - total) <= 1e-9 * max(1.0, abs(total))

    kind = events.kind
    first_try = (kind == Kind.ATTEMPT) & (_nth_in_visit(log, Kind.ATTEMPT) == 0)
    cold = (kind == Kind.WENT_COLD) & (events.reason == log.names.reasons.index("no_attempt"))
    never_there = [log.names.reasons.index(name) for name in ("lost_in_transit", "queue_full")]
    gone = (kind == Kind.WITHDRAWN) & np.isin(events.reason, never_there)
    identity(kind == Kind.HANDED_OFF, first_try | cold | gone)
    identity(kind == Kind.OPENED, (kind == Kind.WON) | (kind == Kind.LOST), np.zeros_like(events.visit))
    identity(kind == Kind.NURTURE_ENTER, kind == Kind.NURTURE_EXIT)


def _pay_of_everybody(plan: Plan, log: Log) -> None:
    """Every dollar of pay is somebody's, of the team that it is for; commission is no more than the highest rate."""
    events, ledger = log.events, log.ledger
    team_of = np.append(np.array([("sdr", "ae").index(seat.split()[0]) for seat in log.names.seats], dtype=int), NOBODY)
    pay = plan.pay
    for account, team in ((Account.COMMISSION, 1), (Account.DRAW, 1), (Account.SLA_BONUS, 0)):
        rows = ledger.account == account
        teams = set(team_of[ledger.actor[rows]].tolist())
        # An order that no rep worked on is nobody's.
        assert teams <= ({team, NOBODY} if account == Account.COMMISSION else {team})
    won = events.kind == Kind.WON
    rates = (pay.commission.marketing_sourced, pay.commission.self_sourced)
    most = max([1.0, *(band.times for band in pay.accelerators)]) * max([1.0, *pay.commission.products.values()])
    paid = ledger.account == Account.COMMISSION
    assert ledger.amount[paid].sum() <= max(rates) * most * events.amount[won].sum() * (1 + 1e-9)
    assert set(ledger.entity[paid].tolist()) <= set(events.entity[won].tolist())
    if not pay.accelerators and pay.cap is None and pay.threshold == 0.0 and not pay.commission.products:
        prospected = np.isin(events.entity[won], events.entity[events.kind == Kind.PROSPECTED])
        expected = np.where(prospected, rates[1], rates[0]) * events.amount[won]
        assert np.isclose(ledger.amount[paid].sum(), expected.sum())
    # A draw is paid where a month's commission is short of it, up to it.
    for actor in set(ledger.actor[ledger.account == Account.DRAW].tolist()):
        for begin, end in pairwise(log.window.month_edges):
            mine = (ledger.actor == actor) & (ledger.time >= begin) & (ledger.time < end)
            accounts = (Account.DRAW, Account.COMMISSION)
            short, earned = (ledger.amount[mine & (ledger.account == account)].sum() for account in accounts)
            assert short + earned <= max(pay.draw, earned) * (1 + 1e-9)


def _throttled(log: Log) -> list[tuple[float, float]]:
    """(Monday, share that is spent) of the weeks whose spend is cut."""
    rows = log.events.kind == Kind.THROTTLED
    return list(zip(log.events.time[rows].tolist(), log.events.amount[rows].tolist(), strict=True))


def _nth_in_visit(log: Log, kind: Kind) -> np.ndarray:
    seen: dict[tuple[int, int], int] = {}
    out = np.zeros(len(log.events), dtype=int)
    for row in np.flatnonzero(log.events.kind == kind):
        key = (int(log.events.entity[row]), int(log.events.visit[row]))
        out[row] = seen.get(key, 0)
        seen[key] = out[row] + 1
    return out
