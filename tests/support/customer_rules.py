"""What must hold of customers' lives in any log: when and why they renew or leave, and when they are sold more.

Nothing here calls the search of the engines: every candidate of every cell is drawn, and cut by the day's rate.
"""

import math
from statistics import NormalDist
from weakref import WeakKeyDictionary

import pytest
from happenings import NEVER, Happenings, Row
from scipy.stats import poisson

from sim.draws import Purpose, Tag, child_key, turn, uniform
from sim.log import NOBODY, EntityType, Kind
from sim.seats import AE, AM
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
    over = run.of_entities(Kind.RENEWED, Kind.CHURNED)
    for customer in customers_of(run):
        ends = sorted(over[customer], key=lambda row: row.visit)
        begins = run.created[customer]
        for k, row in enumerate(ends):
            assert row.visit == k
            assert row.time == begins + run.at(begins).term
            if run.past(row):
                begins = row.time
                continue
            t = run.at(row.time)
            logit, ease, *_ = cared(t, row.time)
            accounts, eta = t.accounts, t.renewal_logit
            if accounts.ageing_alpha > 0.0:
                chance = (accounts.ageing_beta + k) / (accounts.ageing_alpha + accounts.ageing_beta + k)
                eta = math.log(chance / (1.0 - chance))
            eta += (t.renewal_fit if run.fit[customer] else 0.0) + logit
            eta += accounts.satisfaction_renewal * (satisfaction(run, customer) + ease)
            eta -= lives_before(run, customer) * accounts.second_life
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


def lives_before(run: Happenings, customer: int) -> int:
    """How often a customer was won back."""
    deal = run.parent[customer]
    return 1 + lives_before(run, run.parent[deal]) if deal in run.to_customers else 0


def customers_are_asked_in_turn(run: Happenings) -> int:
    """One who becomes a customer under a plan with surveys is asked at its intervals until it leaves; what it answers
    is of its class; returns how many answers there are."""
    seen, surveys, churns = 0, run.of_entities(Kind.SURVEYED), run.of_entities(Kind.CHURNED)
    for customer in customers_of(run):
        asked = surveys[customer]
        gone = min([row.time for row in churns[customer]], default=NEVER)
        assert all(run.created[customer] <= row.time <= gone for row in asked)
        worlds = [run.tables] if run.tables.run_in is None or run.created[customer] >= 0.0 else []
        for t in worlds:
            day, every = run.created[customer] + t.accounts.survey_every, t.accounts.survey_every
            if customer in run.standing:
                first = uniform(run.stream, run.key[customer], int(Purpose.SURVEY), 0)
                day = run.tables.horizon.begins + every * first
            expected = []
            while every > 0.0 and day < min(gone, run.ends):
                expected.append(day)
                day += every
            # Of what happens at one instant the log does not tell what came first.
            assert [row.time for row in asked if row.time < gone] == expected
        for row in asked:
            t = run.at(row.time).accounts
            day = run.tables.touch.epoch_day + math.floor(row.time)
            number = uniform(run.stream, run.key[customer], int(Purpose.SURVEY), turn(1, day % 65_536))
            assert (row.amount >= 0.0) == (number < t.survey_response)
            if row.amount < 0.0:
                continue
            seen += 1
            mood = satisfaction(run, customer) + cared(run.at(row.time), row.time)[1]
            low, high = (9, 10) if mood > t.promoter else (0, 6) if mood < t.detractor else (7, 8)
            assert low <= row.amount <= high
            assert row.amount == int(row.amount)
    return seen


def who_has_left_is_won_back_as_drawn(run: Happenings) -> int:
    """The first occasion after a churn, within its time, is an opportunity to return; returns how many there were."""
    seen, wins, returns = 0, run.of_entities(Kind.WON), run.of_entities(Kind.WON_BACK)
    anew = {run.parent[customer] for customer in customers_of(run)}
    for row in run.of_kind(Kind.CHURNED):
        customer, t = row.entity, run.at(row.time)
        mine = [each for each in run.more_sales[customer] if run.created[each] > row.time]
        found = []
        if t.accounts.account_tops[2] > 0.0:
            ends = min(row.time + t.accounts.may_return, run.ends)
            found = [each for each in _occasions(run, customer, row.time, ends, {2}) if _returns(run, row, each[0])]
        assert len(mine) == min(len(found), 1)
        if not mine:
            continue
        (deal,), (time, _, key) = mine, found[0]
        seen += 1
        assert run.key[deal] == child_key(key, int(Tag.OPPORTUNITY), 0)
        (opened,) = run.of(Kind.OPENED, deal, 0)
        assert opened.time == pytest.approx(time, abs=1e-9)
        assert opened.amount == pytest.approx(float(run.at(time).accounts.account_sizes[2]) * row.amount)
        won, back = wins[deal], returns[customer]
        assert [(each.time, each.actor, each.amount) for each in won] == [
            (each.time, each.actor, each.amount) for each in back
        ]
        assert (deal in anew) == bool(won)
    return seen


def each_team_works_what_is_its(run: Happenings) -> int:
    """What is opened for customers while there are account managers is theirs, and nobody's own; all else is the AEs'.
    Returns how many pieces of work account managers begin."""
    team, seen = run.tables.seats.team, 0
    for deal in run.managed:
        (opened,) = run.of(Kind.OPENED, deal, 0)
        assert opened.actor == NOBODY
        assert not run.of(Kind.REASSIGNED, deal, 0)
    for row in run.of_kind(Kind.TASK_START):
        theirs = row.entity in run.managed
        assert team[row.actor] == (AM if theirs else AE)
        seen += theirs
    wins = [row for row in run.of_kind(Kind.WON) if row.entity in run.managed]
    assert all(row.actor != NOBODY and team[row.actor] == AM for row in wins)
    return seen


def _returns(run: Happenings, churn: Row, time: float) -> bool:
    """Whether there is anything to sell to one who returns."""
    return bool(churn.amount * run.at(time).accounts.account_sizes[2] > 0.0)


def _value(run: Happenings, customer: int, time: float) -> float:
    """What a customer pays a year just before a time."""
    (first,) = [row.amount for row in _lines(run)[0][run.parent[customer]]]
    more = [row.amount for row in _lines(run)[1][customer] if row.time < time]
    return first + math.fsum(more)


_LINES: WeakKeyDictionary[Happenings, tuple[dict[int, list[Row]], dict[int, list[Row]]]] = WeakKeyDictionary()


def _lines(run: Happenings) -> tuple[dict[int, list[Row]], dict[int, list[Row]]]:
    """Orders won by opportunity, and what customers bought more by customer."""
    if run not in _LINES:
        _LINES[run] = run.of_entities(Kind.WON), run.of_entities(Kind.EXPANDED)
    return _LINES[run]


def _occasions(
    run: Happenings, customer: int, begins: float, ends: float, kinds: set[int]
) -> list[tuple[float, int, int]]:
    """(time, kind, key) of every occasion of some kinds between two times."""
    out, feeling = [], satisfaction(run, customer)
    before = run.tables.touch.epoch_day - 1
    tops = max(float(t.accounts.account_tops.max()) for t in (run.tables, run.at(-1.0)))
    for what in kinds:
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
                    mood = feeling + ease
                    kind = 1 if mood > accounts.promoter else 2 if mood < accounts.detractor else 0
                    rate = accounts.account_rates[what, kind] * math.exp(logs[what])
                    level = low + (high - low) * uniform(run.stream, cell, int(Purpose.HAPPENING_LEVEL), n)
                    if level < rate:
                        out.append((time, what, child_key(cell, int(Tag.HAPPENING), n)))
                low, high, band = high, high + min(high, 16.0), band + 1
    return sorted(out)


def customers_are_sold_more_on_every_occasion(run: Happenings) -> int:
    """Each occasion is an opportunity, unless one is open, the customer may spend no more, or lacks nothing; and there
    are no others. Returns how many occasions there were."""
    seen, labels = 0, run.log.entities
    churns, grown = run.of_entities(Kind.CHURNED), run.of_entities(Kind.EXPANDED, Kind.WON_BACK)
    for row in run.of_kind(Kind.WON):
        if row.entity in run.to_customers:
            (more,) = [each for each in grown[run.parent[row.entity]] if each.time == row.time]
            assert (more.amount, more.actor) == (row.amount, row.actor)
    for customer in customers_of(run)[:MANY]:
        gone = [row.time for row in churns[customer]]
        ends = min([*gone, run.ends])
        offered = [each for each in run.more_sales[customer] if run.created[each] <= ends]
        offers = {run.key[each]: each for each in offered}
        mine = list(offers.values())
        brought = {
            run.key[each]: each
            for each, parent in enumerate(run.parent)
            if parent == customer and run.type[each] == EntityType.LEAD
        }
        named = sum(row.entity == customer for row in run.of_kind(Kind.REFERRED))
        assert len(brought) == named or (run.tables.market.depletes and len(brought) < named)
        since = max(run.created[customer], run.tables.horizon.begins)
        for time, what, key in _occasions(run, customer, since, ends, {0, 1, 3}):
            seen += 1
            if what == 3:
                lead = brought.pop(child_key(key, int(Tag.REFERRAL), 0), None)
                if lead is None and run.tables.market.depletes:
                    # It is with us already.
                    continue
                assert lead is not None
                assert run.created[lead] == pytest.approx(time, abs=1e-9)
                assert labels.channel[lead] == run.at(time).accounts.referral_channel
                continue
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
        assert not brought
    return seen


def _steps(cumulative: list[float]) -> list[tuple[float, float]]:
    return list(zip([0.0, *cumulative[:-1]], cumulative, strict=True))
