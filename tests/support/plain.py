"""The log's order, its ledger and every default metric once more: plain loops over rows, slow and easy to read."""

import datetime as dt
import math
import statistics
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np

from sim.clock import worked_hours
from sim.draws import Purpose, uniform
from sim.laws.effort import ramped
from sim.log import Account, EntityType, Kind, Log
from sim.seats import TEAMS
from sim.units import DAYS_PER_MONTH


def order(rows: Any) -> list[int]:
    """Canonical order of an engine's rows: by (time, kind, entity), else as they came."""
    return sorted(range(len(rows)), key=lambda i: (rows["time"][i], rows["kind"][i], rows["entity"][i]))


def _number(horizon: Any, time: float) -> int:
    """The month in which a day lies, counted from the plan's start."""
    return max(k for k, edge in enumerate(horizon.edges) if edge <= time) + horizon.first_month


def _day(start: dt.date, month: int) -> int:
    """The first day of a month counted from the plan's start."""
    first = start.year * 12 + start.month - 1 + month
    return (dt.date(first // 12, first % 12 + 1, 1) - start).days


def _hours(tables: Any, time: float) -> float:
    return worked_hours(*tables.clock, float(time))


def _accepted(events: list[dict[str, Any]], seat: int, begin: float, end: float) -> int:
    """Leads that a rep had accepted in some time."""
    return sum(
        event["kind"] == Kind.ACCEPTED and event["actor"] == seat and begin <= event["time"] < end for event in events
    )


def _commissions(plan: Any, root: Any, tables: Any, log: Log, wins: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """(time of payment, amount) for every win: each dollar's rate found by itself, period by period."""
    found = log.events.entity[log.events.kind == Kind.PROSPECTED].tolist()
    earned, paid = [0.0] * len(wins), [win["time"] for win in wins]
    books: dict[tuple[int, int, int], list[int]] = {}
    for i, win in enumerate(wins):
        terms = root if win["time"] < 0 else plan
        pay, quota = terms.pay, terms.teams.ae.quota
        length = {"month": 1, "quarter": 3, "year": 12}[pay.quota_period]
        # What was won before the run begins is nobody's.
        period = _number(tables.horizon, max(win["time"], tables.horizon.begins)) // length * length
        begin, end = _day(plan.start, period), _day(plan.start, period + length)
        who, product = win["actor"], log.names.products[log.entities.product[win["entity"]]]
        rate = pay.commission.self_sourced if win["entity"] in found else pay.commission.marketing_sourced
        rate *= pay.commission.products.get(product, 1)
        there = 0.0
        if who >= 0:
            there = max(min(end, tables.seats.left[who]) - max(begin, tables.seats.hired[who]), 0) / (end - begin)
        if who < 0 or quota is None or there == 0:
            earned[i] = rate * win["amount"]
            continue
        mine = quota * length / 12 * there
        book = books.setdefault((int(who), period, length), [])
        low = sum(wins[j]["amount"] for j in book) + (float(tables.seats.booked[who]) if period == 0 else 0.0)
        high = low + win["amount"]
        edges = sorted({low, high, *(band.above * mine for band in pay.accelerators), (pay.cap or 0) * mine})
        for left, right in pairwise(edge for edge in edges if low <= edge <= high):
            times = [band.times for band in pay.accelerators if band.above * mine <= left]
            if pay.cap is None or right <= pay.cap * mine:
                earned[i] += rate * (right - left) * (times[-1] if times else 1.0)
        book.append(i)
        for j in book:
            if high < pay.threshold * mine:
                paid[j] = math.inf
            elif math.isinf(paid[j]):
                paid[j] = win["time"]
    return [(time, amount if time < math.inf else 0.0) for time, amount in zip(paid, earned, strict=True)]


def spent(begin: float, end: float, log: Log) -> float:
    """Share of the planned spend that is spent between two days, by the weeks in which it is cut."""
    cuts = {
        day: share
        for kind, monday, share in zip(log.events.kind, log.events.time, log.events.amount, strict=True)
        if kind == Kind.THROTTLED
        for day in range(int(monday), int(monday) + 7)
    }
    days = range(int(begin), int(end))
    return sum(cuts.get(day, 1.0) for day in days) / len(days)


def ledger(funnel: Any, plan: Any, root: Any, tables: Any, log: Log) -> list[tuple[Any, ...]]:
    """(time, account, channel, campaign, actor, entity, amount) of every line, in order."""
    horizon, lines = tables.horizon, []

    def line(
        time: float, account: Account, amount: float, channel: int = -1, actor: int = -1, who: int = -1, of: int = -1
    ) -> None:
        if amount != 0:
            lines.append((float(time), int(account), int(channel), of, int(actor), int(who), float(amount)))

    stays: dict[tuple[int, int, bool], list[float]] = {}
    deals: dict[int, list[float]] = {}
    left: set[int] = set()
    more: dict[int, list[tuple[float, float]]] = defaultdict(list)
    handed: dict[tuple[int, int], float] = {}
    tried: dict[int, set[int]] = defaultdict(set)
    events = [{name: column[i] for name, column in log.events.columns().items()} for i in range(len(log.events))]
    for event in events:
        if event["kind"] == Kind.NURTURE_ENTER:
            stays[event["entity"], event["visit"], False] = [event["time"], horizon.ends]
        if event["kind"] == Kind.HELD:
            stays[event["entity"], event["visit"], True] = [event["time"], horizon.ends]
        if event["kind"] == Kind.CHURNED:
            left.add(event["entity"])
        channel = log.entities.channel[event["entity"]] if event["entity"] >= 0 else -1
        product = log.entities.product[event["entity"]] if event["entity"] >= 0 else -1
        time, who, value = event["time"], event["entity"], event["amount"]
        if event["kind"] == Kind.WON:
            line(time, Account.BOOKING, value, channel, -1, who)
            margin = _margin(plan, root, tables, log, who, product)
            line(time, Account.MARGIN, margin * value, channel, -1, who)
            if log.entities.to_customers[who]:
                more[int(log.entities.parent[who])].append((value, margin))
        if event["kind"] in (Kind.WON, Kind.RENEWED):
            for day, part in _payments(plan if time >= 0 else root, tables, time, value):
                line(day, Account.COLLECTION, part, channel, -1, who)
        terms = root if time < 0 and tables.run_in is not None else plan
        if event["kind"] == Kind.SURVEYED:
            line(time, Account.SURVEYS, terms.nps_survey.cost, channel, -1, who)
        if event["kind"] == Kind.OPENED and log.entities.parent[who] in left:
            line(time, Account.WINBACK, terms.winback_cost, channel, -1, who)
        asks = (root if time < 0 else plan).lost_survey
        if event["kind"] == Kind.LOST and asks and not log.entities.to_customers[who]:
            day = asks.every * (math.floor(time / asks.every) + 1)
            key, stream = int(log.entities.key[who]), log.terms.asking.stream
            if day < horizon.ends and uniform(stream, key, Purpose.LOST_SURVEY, 0) < asks.share:
                line(day, Account.LOST_SURVEYS, asks.cost, channel, -1, who)
        if event["kind"] == Kind.OPENED:
            deals[who] = [time, horizon.ends]
        if event["kind"] in (Kind.WON, Kind.LOST):
            deals[who][1] = time
        if event["kind"] == Kind.OVERFLOWED:
            line(time, Account.EXTERNAL, value, channel, -1, who)
        if event["kind"] == Kind.RENEWED:
            line(time, Account.RENEWAL, value, channel, -1, who)
            deal = log.entities.parent[who]
            kept = _margin(plan, root, tables, log, deal, product) * (value - sum(amount for amount, _ in more[who]))
            kept += sum(amount * margin for amount, margin in more[who])
            line(time, Account.RENEWAL_MARGIN, kept, channel, -1, who)
        if event["kind"] == Kind.ATTEMPT and event["visit"] not in tried[who]:
            tried[who].add(event["visit"])
            terms = root if time < 0 else plan
            waited = _hours(tables, time) - _hours(tables, handed[who, event["visit"]])
            if terms.handoff.sla is not None and waited <= terms.handoff.sla + 1 / 3600:
                line(time, Account.SLA_BONUS, terms.pay.sla_bonus, channel, event["actor"], who)
        if event["kind"] == Kind.HANDED_OFF:
            handed[who, event["visit"]] = time
    wins = [event for event in events if event["kind"] == Kind.WON]
    earned: dict[tuple[int, int], float] = defaultdict(float)
    for win, (time, amount) in zip(wins, _commissions(plan, root, tables, log, wins), strict=True):
        line(time, Account.COMMISSION, amount, log.entities.channel[win["entity"]], win["actor"], win["entity"])
        if amount and win["actor"] >= 0:
            earned[int(win["actor"]), _number(horizon, time)] += amount
    for event in events:
        if event["kind"] == Kind.NURTURE_EXIT:
            stays[event["entity"], event["visit"], False][1] = event["time"]
        held = (event["entity"], event["visit"], True)
        if event["kind"] in (Kind.HANDED_OFF, Kind.WITHDRAWN) and held in stays:
            stays[held][1] = min(stays[held][1], event["time"])
    for k in range(len(horizon.edges) - 1):
        begin, end = horizon.edges[k], horizon.edges[k + 1]
        number = k + horizon.first_month
        terms, month = (root, None) if number < 0 else (plan, min(number, horizon.months - 1))
        for c, name in enumerate(funnel.channels):
            spend = root.monthly_spend(name)[:12] if month is None else [plan.monthly_spend(name)[month]]
            line(begin, Account.PROGRAMME, sum(spend) / len(spend) * spent(begin, end, log), c)
        for n, campaign in enumerate(plan.campaigns.values()):
            first, until = ((date - plan.start).days for date in (campaign.from_, campaign.until))
            days = max(min(end, until) - max(begin, first), 0)
            amount = campaign.spend / (until - first) * days * spent(begin, end, log)
            line(begin, Account.PROGRAMME, amount, tuple(funnel.channels).index(campaign.channel), of=n)
        line(begin, Account.OTHER_COST, sum(terms.costs.values()))
        for seat, team in enumerate(tables.seats.team):
            hired, left = tables.seats.hired[seat], tables.seats.left[seat]
            there = max(min(end, left) - max(begin, hired), 0) / (end - begin)
            pay = _team(TEAMS[team], terms, plan, root)
            line(max(begin, hired), Account.BASE_PAY, there * pay.base / 12 * pay.overhead, actor=seat)
            target = getattr(pay, "target", None)
            part = there
            if target is not None:
                part = min(_accepted(events, seat, begin, end) / target, 2 * there)
            line(max(begin, hired), Account.VARIABLE_PAY, part * pay.variable / 12 * pay.overhead, actor=seat)
            if TEAMS[team] == "ae":
                short = max(there * terms.pay.draw - earned[seat, number], 0)
                line(max(begin, hired), Account.DRAW, short, actor=seat)
        for seat, team in enumerate(tables.seats.team):
            pay = _team(TEAMS[team], terms, plan, root)
            hired, left = tables.seats.hired[seat], tables.seats.left[seat]
            if begin <= hired < end and hired > horizon.begins:
                line(hired, Account.RECRUITING, pay.recruiting * pay.base, actor=seat)
            if begin <= left < end and tables.seats.cut[seat]:
                line(left, Account.SEVERANCE, pay.severance * pay.base / 12, actor=seat)
        daily = terms.nurture.cost_per_touch / DAYS_PER_MONTH
        for touches, spells in (
            (terms.nurture.touches_per_month, [(who, *stay) for (who, _, _), stay in stays.items()]),
            (terms.nurture.opportunity_touches, [(who, *open_) for who, open_ in deals.items()]),
        ):
            for who, enters, leaves in spells:
                if min(leaves, end) > max(enters, begin):
                    days = min(leaves, end) - max(enters, begin)
                    cost = days * touches * daily
                    line(max(enters, begin), Account.NURTURE, cost, log.entities.channel[who], -1, who)
    for time, amount, who in _care(funnel, plan, root, tables, log):
        line(time, Account.CARE, amount, log.entities.channel[who], -1, who)
    for time, amount, who in _supports(funnel, plan, root, tables, log):
        line(time, Account.SUPPORT, amount, log.entities.channel[who] if who >= 0 else -1, -1, who)
    return sorted(lines)


def _team(name: str, terms: Any, *others: Any) -> Any:
    """A team's terms; where the plan of the day has no such team, another's."""
    return next(team for each in (terms, *others) if (team := getattr(each.teams, name)) is not None)


def _payments(terms: Any, tables: Any, time: float, value: float) -> list[tuple[float, float]]:
    """(day, amount) of what is paid of a contract before the log ends."""
    billing = terms.billing
    if billing is None:
        return []
    invoices = [time]
    while (later := len(invoices) * billing.every * DAYS_PER_MONTH) < tables.term - 1e-6:
        invoices.append(time + later)
    days = [time + k * billing.every * DAYS_PER_MONTH + billing.terms for k in range(len(invoices))]
    return [(day, value / len(invoices)) for day in days if day < tables.horizon.ends]


def _margin(plan: Any, root: Any, tables: Any, log: Log, deal: int, product: int) -> float:
    """Gross margin of an order, by the discount that held when its opportunity was opened."""
    terms = root if log.entities.created[deal] < 0 and tables.run_in is not None else plan
    off, whole = terms.discounts.get(log.names.products[product], 0.0), float(tables.product_margin[product])
    return (whole - off) / (1 - off) if off else whole


def _care(funnel: Any, plan: Any, root: Any, tables: Any, log: Log) -> list[tuple[float, float, int]]:
    """(time, amount, customer) of what programmes for customers cost in each month in which one is there."""
    left = {
        int(e.item()): t
        for k, e, t in zip(log.events.kind, log.events.entity, log.events.time, strict=True)
        if k == Kind.CHURNED
    }
    found = []
    for who in np.flatnonzero(log.entities.type == EntityType.CUSTOMER).tolist():
        came, gone = float(log.entities.created[who]), left.get(who, tables.horizon.ends)
        for begin, end in pairwise(tables.horizon.edges.tolist()):
            rate = 0.0
            for name, terms in (root if begin < 0 else plan).programmes.items():
                if name in funnel.programmes:
                    first = -math.inf if terms.from_ is None else (terms.from_ - plan.start).days
                    last = math.inf if terms.until is None else (terms.until - plan.start).days
                    days = max(min(end, last) - max(begin, first), 0.0) / (end - begin)
                    rate += (terms.per_customer or 0.0) / DAYS_PER_MONTH * days
            if min(gone, end) > max(came, begin):
                found.append((max(came, begin), rate * (min(gone, end) - max(came, begin)), who))
    return found


def _supports(funnel: Any, plan: Any, root: Any, tables: Any, log: Log) -> list[tuple[float, float, int]]:
    """(time, amount, entity or -1) of what programmes beside the sale cost: for an opportunity, each once."""
    edges, found = tables.horizon.edges.tolist(), []
    entries = [
        (time, int(who), log.names.stages[stage])
        for time, kind, who, stage in zip(
            log.events.time, log.events.kind, log.events.entity, log.events.stage, strict=True
        )
        if kind == Kind.STAGE_ENTER and time >= edges[0]
    ]
    for name in {**root.programmes, **plan.programmes}:
        stages = getattr(funnel.programmes.get(name), "stages", ()) or tuple(funnel.stages)

        def runs(time: float, name: str = name) -> Any:
            terms = (root if time < 0 else plan).programmes.get(name)
            if terms is None:
                return None
            after = terms.from_ is None or time >= (terms.from_ - plan.start).days
            return terms if after and (terms.until is None or time < (terms.until - plan.start).days) else None

        known: set[int] = set()
        for time, who, stage in entries:
            terms = runs(time)
            if terms is not None and who not in known and stage in stages:
                known.add(who)
                found.append((time, terms.per_opportunity or 0.0, who))
        for begin, end in pairwise(edges):
            on = [day for day in range(int(begin), int(end)) if runs(day) is not None]
            if on:
                found.append((on[0], runs(on[0]).monthly * len(on) / (end - begin), -1))
    return found


def selling_hours(tables: Any) -> list[float]:
    """Hours of every seat in every counted month: s (Q(end) - Q(begin)) of the days on which it is filled."""
    clock, seats, edges = tables.clock, tables.seats, tables.horizon.counted_edges

    def done(seat: int, t: float) -> float:
        def worked(time: float) -> float:
            return worked_hours(clock.before, clock.first_day, clock.opens, clock.closes, float(time))

        away = 0.0
        for who, begin, end in zip(seats.away, seats.away_from, seats.away_until, strict=True):
            if who == seat and begin < t:
                away += worked(min(t, end)) - worked(begin)
        return ramped(worked(t) - float(tables.seat_hired[seat]) - away, float(tables.seat_ramp[seat]))

    hours = []
    for seat in range(len(seats.team)):
        for first, last in pairwise(edges):
            begin, end = max(first, seats.hired[seat]), min(last, seats.left[seat])
            there = end > begin
            hours.append(float(tables.seat_share[seat]) * (done(seat, end) - done(seat, begin)) if there else 0.0)
    return hours


class Plain:
    """What happened to whom, as lists."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.lives: dict[int, list[tuple[float, int, float, int]]] = defaultdict(list)
        for i in range(len(log.events)):
            row = (log.events.time[i], log.events.kind[i], log.events.amount[i], log.events.actor[i])
            self.lives[int(log.events.entity[i])].append(row)

    def days(self, who: int, *kinds: Kind) -> list[float]:
        """Days on which any of some things happened to somebody."""
        return [time for time, kind, _, _ in self.lives.get(who, ()) if kind in kinds]

    def everybody(self, kind: EntityType) -> list[int]:
        """Entities of a type."""
        return [i for i, type in enumerate(self.log.entities.type) if type == kind]

    def lead_of(self, who: int) -> int | None:
        """The lead from which somebody descends."""
        while who >= 0 and self.log.entities.type[who] != EntityType.LEAD:
            who = int(self.log.entities.parent[who])
        return who if who >= 0 else None

    def money(self, begin: float, end: float, *accounts: Account, team: str | None = None) -> float:
        """What some accounts took."""
        table, total = self.log.ledger, 0.0
        for time, account, actor, amount in zip(table.time, table.account, table.actor, table.amount, strict=True):
            if begin <= time < end and account in accounts and (team is None or self.team(actor) == team):
                total += amount
        return total

    def team(self, seat: int) -> str | None:
        """A person's team."""
        for one, team in zip(self.log.reps.person, self.log.reps.team, strict=True):
            if one == seat:
                return self.log.names.teams[team]
        return None

    def per_month(self, begin: float, end: float, team: str, of: Any) -> float:
        """Sum over a team's seats and the months inside a stretch."""
        reps, edges, total = self.log.reps, self.log.window.month_edges, 0.0
        for i in range(len(reps)):
            first, last = edges[reps.month[i]], edges[reps.month[i] + 1]
            if self.log.names.teams[reps.team[i]] == team and begin <= first and last <= end:
                total += of(i, first, last)
        return total

    def measure(self, begin: float, end: float) -> dict[str, float]:
        """Every default metric from `begin` to `end`."""
        log, window = self.log, self.log.window

        def inside(day: float) -> bool:
            return begin <= day < end

        def over(a: float, b: float) -> float:
            return a / b if b else math.nan

        def firsts(kind: Kind) -> list[int]:
            return [who for who in self.lives if (days := self.days(who, kind)) and inside(days[0])]

        def happened(kind: Kind) -> int:
            return sum(inside(day) for who in self.lives for day in self.days(who, kind))

        wins = [
            (time, who, amount, actor)
            for who, life in self.lives.items()
            for time, kind, amount, actor in life
            if kind == Kind.WON
        ]
        parents = {int(log.entities.parent[who]) for who in self.everybody(EntityType.CUSTOMER)}
        cost = self.money(begin, end, *(account for account in Account if account < Account.BOOKING))
        marketing = self.money(begin, end, Account.PROGRAMME, Account.NURTURE)
        won = [win for win in wins if inside(win[0])]
        later = set(np.flatnonzero(log.entities.to_customers).tolist())
        new = [win for win in wins if inside(win[0]) and win[1] in parents - later]
        fresh = [win for win in won if win[1] not in later]
        leads, mqls, sqls = happened(Kind.CAPTURED), len(firsts(Kind.MQL)), len(firsts(Kind.ACCEPTED))
        deals = [who for who in self.everybody(EntityType.OPPORTUNITY) if who not in later]
        ripe = window.ends - 365
        opened = {d: (self.days(d, Kind.OPENED) or [float(log.entities.created[d])])[0] for d in deals}
        cohort = [d for d in deals if inside(opened[d]) and opened[d] < ripe]
        captured = {e: self.days(e, Kind.CAPTURED)[0] for e in self.lives if self.days(e, Kind.CAPTURED)}
        of_lead: dict[int | None, list[tuple[float, float]]] = defaultdict(list)
        for time, who, amount, _ in sorted(wins):
            of_lead[self.lead_of(who)].append((time, amount))
        born = [lead for lead, day in captured.items() if inside(day) and day < ripe]
        first_wait, waits, missed, met = [], [], [], []
        for who, life in self.lives.items():
            steps = [(t, k) for t, k, _, _ in life if k in (Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD)]
            for (then, kind), (now, following) in pairwise(steps):
                if kind == Kind.HANDED_OFF and following != Kind.HANDED_OFF and inside(then):
                    waits.append(now - then)
            handed, attempts = self.days(who, Kind.HANDED_OFF), self.days(who, Kind.ATTEMPT)
            gone = self.days(who, Kind.WENT_COLD, Kind.WITHDRAWN)
            if not handed or not inside(handed[0]):
                continue
            if attempts:
                first_wait.append(24 * (attempts[0] - handed[0]))
            if attempts or gone:
                missed.append(not attempts)
            if log.terms.sla is not None:
                hours = self.worked(handed[0], attempts[0] if attempts else window.ends)
                late = hours > log.terms.sla + 1e-6
                if attempts or gone or late:
                    met.append(bool(attempts) and not late)
        worth = {}
        for deal in deals:
            amounts = {kind: amount for _, kind, amount, _ in self.lives[deal]}
            worth[deal] = next(amounts[k] for k in (Kind.OPENED, Kind.WON, Kind.LOST) if k in amounts)
        still = [
            d for d in deals if opened[d] < end and not any(day < end for day in self.days(d, Kind.WON, Kind.LOST))
        ]
        lost, bookings = (
            sum(inside(day) for who in deals for day in self.days(who, Kind.LOST)),
            sum(amount for _, _, amount, _ in won),
        )
        cycle = statistics.median([time - opened[who] for time, who, _, _ in fresh]) if fresh else math.nan
        months = [edge for edge in window.month_edges[1:] if begin < edge <= min(ripe, end)]
        old = end if end <= ripe else max(months, default=begin)
        spent = self.money(begin, old, Account.PROGRAMME)
        earned = sum(
            amount
            for lead, orders in of_lead.items()
            for time, amount in orders
            if lead in captured and begin <= captured[lead] < old and time - captured[lead] <= 365
        )
        margin = sum(
            amount
            for time, account, who, amount in zip(
                log.ledger.time, log.ledger.account, log.ledger.entity, log.ledger.amount, strict=True
            )
            if account == Account.MARGIN and inside(time) and who in parents
        )
        quota = dict(zip(log.names.teams, log.terms.quotas, strict=False)).get("ae")
        heads = self.per_month(
            begin, end, "ae",
            lambda i, a, b: max(min(b, log.reps.left[i]) - max(a, log.reps.hired[i]), 0) / (b - a),
        )  # fmt: skip
        own = sum(amount for _, _, amount, actor in won if self.team(actor) == "ae")
        renewed, churned = happened(Kind.RENEWED), happened(Kind.CHURNED)

        def used(team: str) -> float:
            done = sum(
                amount
                for life in self.lives.values()
                for time, kind, amount, actor in life
                if kind == Kind.TASK_END and inside(time) and self.team(actor) == team
            )
            return over(done, self.per_month(begin, end, team, lambda i, a, b: log.reps.available_hours[i]))

        win_rate = over(len(fresh), len(fresh) + lost)
        return {
            "leads": leads,
            "mqls": mqls,
            "sqls": sqls,
            "opportunities": sum(inside(day) for who in deals for day in self.days(who, Kind.OPENED)),
            "new_customers": len(new),
            "lead_to_mql_rate": over(mqls, leads),
            "mql_to_sql_rate": over(sqls, mqls),
            "opportunity_to_win_rate": over(
                sum(any(day - opened[d] <= 365 for day in self.days(d, Kind.WON)) for d in cohort), len(cohort)
            ),
            "win_rate": win_rate,
            "lead_to_customer_rate": over(
                sum(any(time - captured[e] <= 365 for time, _ in of_lead.get(e, ())) for e in born), len(born)
            ),
            "retention_rate": over(renewed, renewed + churned),
            "time_to_first_contact": over(sum(first_wait), len(first_wait)),
            "handoff_wait": over(sum(waits), len(waits)),
            "never_contacted_share": over(sum(missed), len(missed)),
            "sla_compliance": over(sum(met), len(met)),
            "sales_cycle": cycle,
            "sdr_utilisation": used("sdr"),
            "ae_utilisation": used("ae"),
            "quota_attainment": math.nan if quota is None else over(own, quota / 12 * heads),
            "bookings": bookings,
            "new_bookings": sum(amount for _, _, amount, _ in new),
            "profit": self.money(begin, end, Account.MARGIN) - cost,
            "cac": over(cost, len(new)),
            "payback_months": over(cost, margin / 12),
            "cost_per_lead": over(marketing, leads),
            "cost_per_mql": over(marketing, mqls),
            "cost_per_sql": over(
                marketing
                + self.money(begin, end, Account.EXTERNAL)
                + self.money(begin, end, Account.BASE_PAY, Account.VARIABLE_PAY, Account.SLA_BONUS, team="sdr"),
                sqls,
            ),
            "program_roi": over(earned - spent, spent),
            "pipeline_value": sum(worth[d] for d in still),
            "velocity": over(len(still) * win_rate * over(sum(amount for _, _, amount, _ in fresh), len(fresh)), cycle),
        }

    def worked(self, begin: float, end: float) -> float:
        """Working hours between two moments."""
        clock = self.log.terms.clock
        assert clock is not None
        at = [worked_hours(clock.before, clock.first_day, clock.opens, clock.closes, float(t)) for t in (begin, end)]
        return at[1] - at[0]
