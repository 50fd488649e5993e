"""What must hold of customers' lives in any log: when and why they renew or leave, and when they are sold more.

Nothing here calls the search of the engines: every candidate of every cell is drawn, and cut by the day's rate.
"""

import math
from statistics import NormalDist

import pytest
from happenings import NEVER, Happenings
from scipy.stats import poisson

from sim.draws import Purpose, Tag, child_key, turn, uniform
from sim.log import EntityType, Kind
from sim.tables import Tables

MANY = 12
"""Customers whose every occasion is looked at in a run."""
_NORMAL = NormalDist()


def satisfaction(run: Happenings, customer: int) -> float:
    """How satisfied a customer is."""
    return _NORMAL.inv_cdf(uniform(run.stream, run.key[customer], int(Purpose.SATISFACTION), 0))


def cared(t: Tables, time: float) -> list[float]:
    """What programmes do for customers at a time."""
    row = max(k for k, since in enumerate(t.climate.since.tolist()) if since <= time)
    return list(t.accounts.care[row].tolist())


def customers_of(run: Happenings) -> list[int]:
    """The customers."""
    return [entity for entity, kind in enumerate(run.type) if kind == EntityType.CUSTOMER]


def customers_renew_by_their_odds(run: Happenings) -> int:
    """Terms follow one another, and each end is by the number drawn and the odds of the day; returns how many."""
    seen, together = 0, {(row.entity, row.time) for row in run.of_kind(Kind.EXPANDED)}
    for customer in customers_of(run):
        ends = sorted(
            (row for row in run.of_kind(Kind.RENEWED, Kind.CHURNED) if row.entity == customer),
            key=lambda row: row.visit,
        )
        begins = run.created[customer]
        for k, row in enumerate(ends):
            assert row.visit == k
            assert row.time == begins + run.at(begins).term
            t = run.at(row.time)
            logit, ease, *_ = cared(t, row.time)
            eta = t.renewal_logit + (t.renewal_fit if run.fit[customer] else 0.0) + logit
            eta += t.accounts.satisfaction_renewal * (satisfaction(run, customer) + ease)
            number = uniform(run.stream, run.key[customer], int(Purpose.RENEWAL), turn(0, k))
            chance = 1.0 / (1.0 + math.exp(-eta)) if math.isfinite(eta) else float(eta > 0)
            if abs(number - chance) > 1e-9:
                assert (row.kind == Kind.RENEWED) == (number < chance)
            if row.kind == Kind.CHURNED:
                assert k + 1 == len(ends)
                shares = t.accounts.churn_share.tolist()
                number = uniform(run.stream, run.key[customer], int(Purpose.CHURN_CAUSE), 0)
                names = t.accounts.churn_reason.tolist()
                assert row.reason == (names[sum(number >= each for each in shares[:-1])] if names else -1)
            # Of what happens at one instant the log does not tell what came first.
            if (row.entity, row.time) not in together:
                assert row.amount == pytest.approx(_value(run, customer, row.time))
            begins, seen = row.time, seen + 1
        if not ends or ends[-1].kind == Kind.RENEWED:
            assert begins + run.at(begins).term >= run.ends
    return seen


def _value(run: Happenings, customer: int, time: float) -> float:
    """What a customer pays a year just before a time."""
    (first,) = [row.amount for row in run.of_kind(Kind.WON) if row.entity == run.parent[customer]]
    more = [row.amount for row in run.of_kind(Kind.EXPANDED) if row.entity == customer and row.time < time]
    return first + math.fsum(more)


def _occasions(run: Happenings, customer: int, ends: float) -> list[tuple[float, int, int]]:
    """(time, kind, key) of every occasion to sell a customer more until it leaves."""
    out, begins, feeling = [], run.created[customer], satisfaction(run, customer)
    before = run.tables.touch.epoch_day - 1
    tops = max(float(t.accounts.account_tops.max()) for t in (run.tables, run.at(-1.0)))
    for what in range(len(run.tables.accounts.account_tops)):
        own = child_key(run.key[customer], int(Tag.HAPPENING), what)
        for year in range((before + math.floor(begins)) // 365, (before + math.floor(ends)) // 365 + 1):
            low, high, band = 0.0, 0.25, 0
            while low < tops:
                cell = child_key(own, int(Tag.CELL), year * 256 + band)
                count = int(poisson.ppf(uniform(run.stream, cell, int(Purpose.HAPPENING_COUNT), 0), high - low))
                for n in range(count):
                    time = 365.0 * year - before + 365.0 * uniform(run.stream, cell, int(Purpose.HAPPENING_TIME), n)
                    if not begins < time < ends:
                        continue
                    accounts, (_, ease, *logs) = run.at(time).accounts, cared(run.at(time), time)
                    rate = accounts.account_rates[what, int(feeling + ease > accounts.promoter)] * math.exp(logs[what])
                    level = low + (high - low) * uniform(run.stream, cell, int(Purpose.HAPPENING_LEVEL), n)
                    if level < rate:
                        out.append((time, what, child_key(cell, int(Tag.HAPPENING), n)))
                low, high, band = high, high + min(high, 16.0), band + 1
    return sorted(out)


def customers_are_sold_more_on_every_occasion(run: Happenings) -> int:
    """Each occasion is an opportunity, unless one is open, the customer may spend no more, or lacks nothing; and there
    are no others. Returns how many occasions there were."""
    seen, labels = 0, run.log.entities
    for row in run.of_kind(Kind.WON):
        if row.entity in run.to_customers:
            who = run.parent[row.entity]
            (more,) = [each for each in run.of_kind(Kind.EXPANDED) if (each.entity, each.time) == (who, row.time)]
            assert (more.amount, more.actor) == (row.amount, row.actor)
    for customer in customers_of(run)[:MANY]:
        gone = [row.time for row in run.of_kind(Kind.CHURNED) if row.entity == customer]
        offers = {run.key[each]: each for each in run.to_customers if run.parent[each] == customer}
        mine = list(offers.values())
        for time, what, key in _occasions(run, customer, min([*gone, run.ends])):
            seen += 1
            deal = offers.pop(child_key(key, int(Tag.OPPORTUNITY), 0), None)
            others = (each for each in mine if each != deal)
            if any(run.created[each] < time < run.closed.get(each, NEVER) for each in others):
                assert deal is None
                continue
            accounts, value = run.at(time).accounts, _value(run, customer, time)
            wallet = run.at(run.created[customer]).accounts.wallet
            room = _value(run, customer, run.created[customer]) / wallet - value if wallet else NEVER
            bought = [each for each in mine if run.closed.get(each, NEVER) < time and run.of(Kind.WON, each, 1)]
            has = {int(labels.product[each]) for each in (customer, *bought)}
            lacks = [
                k
                for k, share in enumerate([b - a for a, b in _steps(run.at(time).product_mix.tolist())])
                if k not in has and share > 0.0
            ]
            wanted = min(float(accounts.account_sizes[what]) * value, room)
            if abs(wanted) < 1e-6 * value:
                continue
            assert (deal is not None) == (wanted > 0.0 and (what == 0 or bool(lacks)))
            if deal is not None:
                (opened,) = run.of(Kind.OPENED, deal, 0)
                assert opened.time == pytest.approx(time, abs=1e-9)
                assert opened.amount == pytest.approx(wanted)
                assert run.of(Kind.STAGE_ENTER, deal, 0)[0].stage == run.tables.sold + what
                product = int(labels.product[deal])
                assert product in lacks if what else product == labels.product[customer]
        assert not offers
    return seen


def _steps(cumulative: list[float]) -> list[tuple[float, float]]:
    return list(zip([0.0, *cumulative[:-1]], cumulative, strict=True))
