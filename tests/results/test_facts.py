"""Facts against a slow oracle on random logs, and the identities that hold on what the engine makes."""

from itertools import pairwise

import numpy as np
import pytest

from results.facts import COSTS, Facts, Span
from results.metrics.catalogue import by_channel, by_month, measure
from scenarios.batch import run_batch
from sim.log import Account, EntityType, Kind


def random_log(story, seed):
    """A company whose leads do anything in any order that the log allows."""
    rng = np.random.default_rng(seed)
    made = story(ends=float(rng.uniform(120, 700)))
    for _ in range(int(rng.integers(5, 60))):
        time = float(rng.uniform(-60, 100))
        lead = made.lead(time, int(rng.integers(0, 2)))
        for _ in range(int(rng.integers(0, 4))):
            time += float(rng.exponential(10))
            made.say(time, Kind.MQL, lead)
            made.say(time, Kind.HANDED_OFF, lead)
            wait = float(rng.exponential(5))
            match rng.integers(0, 4):
                case 0:
                    time += wait
                    made.say(time, Kind.WENT_COLD, lead, reason="no_attempt")
                    made.say(time, Kind.WITHDRAWN, lead, reason="cold")
                    break
                case 1:
                    break
                case _:
                    for _ in range(int(rng.integers(1, 4))):
                        time += wait
                        made.attempt(time, lead, float(rng.uniform(0.1, 2)))
        else:
            made.say(time + 1, Kind.ACCEPTED, lead)
            deal = made.opportunity(time + 2, float(rng.uniform(1, 100)), lead, made.entities[lead][2])
            closes = time + 2 + float(rng.exponential(40))
            if rng.random() < 0.4:
                made.win(closes, deal, float(rng.uniform(1, 100)))
            elif rng.random() < 0.7:
                made.say(closes, Kind.LOST, deal, stage=0, reason="price", amount=5.0)
    for account in (Account.PROGRAMME, Account.BASE_PAY, Account.COMMISSION):
        for time in rng.uniform(-90, 200, 20):
            made.pay(float(time), account, float(rng.uniform(1, 9)), actor=int(rng.integers(-1, 2)))
    made.selling(0, 0, 4.0, 6.0, 10.0)
    return made.log()


def slow(log):
    """The definitions once more, one row at a time."""
    rows = sorted(zip(log.events.entity.tolist(), log.events.time.tolist(), log.events.kind.tolist(), strict=True))
    life = {}
    for entity, time, kind in rows:
        life.setdefault(entity, []).append((time, Kind(kind)))
    inside = [t for t in log.ledger.time if 0 <= t < 90]

    def times(entity, kind):
        return [t for t, k in life.get(entity, ()) if k == kind]

    def firsts(kind):
        return [times(e, kind)[0] for e in life if times(e, kind) and 0 <= times(e, kind)[0] < 90]

    waits = []
    contact, missed, known = [], 0, 0
    for happenings in life.values():
        steps = [(t, k) for t, k in happenings if k in (Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD)]
        for (begin, kind), (end, following) in pairwise(steps):
            if kind == Kind.HANDED_OFF and following != Kind.HANDED_OFF and 0 <= begin < 90:
                waits.append(end - begin)
        handoffs = [t for t, k in steps if k == Kind.HANDED_OFF]
        attempts = [t for t, k in steps if k == Kind.ATTEMPT]
        if handoffs and 0 <= handoffs[0] < 90:
            if attempts:
                contact.append(24 * (attempts[0] - handoffs[0]))
            gone = any(k in (Kind.WENT_COLD, Kind.WITHDRAWN) for _, k in happenings)
            known += bool(attempts) or gone
            missed += gone and not attempts
    leads = [e for e, kind in enumerate(log.entities.type) if kind == EntityType.LEAD]
    deals = [e for e, kind in enumerate(log.entities.type) if kind == EntityType.OPPORTUNITY]
    won = {deal: times(deal, Kind.WON)[0] for deal in deals if times(deal, Kind.WON)}
    ripe = [lead for lead in leads if 0 <= times(lead, Kind.CAPTURED)[0] <= log.window.ends - 365]
    ripe = [lead for lead in ripe if times(lead, Kind.CAPTURED)[0] < 90]
    converted = {
        log.entities.parent[d] for d, t in won.items() if t - times(log.entities.parent[d], Kind.CAPTURED)[0] <= 365
    }
    open_at_end = [d for d in deals if times(d, Kind.OPENED)[0] < 90 and not any(
        t < 90 for t in times(d, Kind.WON) + times(d, Kind.LOST))]  # fmt: skip
    values = {}
    for entity, kind, amount in zip(log.events.entity, log.events.kind, log.events.amount, strict=True):
        if kind == Kind.OPENED:
            values[entity] = amount
    cycles = sorted(t - times(d, Kind.OPENED)[0] for d, t in won.items() if 0 <= t < 90)

    def over(a, b):
        return a / b if b else np.nan

    return {
        "leads": len(firsts(Kind.CAPTURED)),
        "mqls": len(firsts(Kind.MQL)),
        "sqls": len(firsts(Kind.ACCEPTED)),
        "new_customers": sum(0 <= t < 90 for t in won.values()),
        "handoff_wait": over(sum(waits), len(waits)),
        "time_to_first_contact": over(sum(contact), len(contact)),
        "never_contacted_share": over(missed, known),
        "lead_to_customer_rate": over(len(converted & set(ripe)), len(ripe)),
        "pipeline_value": sum(values[d] for d in open_at_end),
        "sales_cycle": np.median(cycles) if cycles else np.nan,
        "cac": over(
            sum(a for t, a in zip(log.ledger.time, log.ledger.amount, strict=True) if t in inside),
            sum(0 <= t < 90 for t in won.values()),
        ),
    }


@pytest.mark.parametrize("seed", range(25))
def test_the_fast_way_is_the_slow_way(story, seed):
    log = random_log(story, seed)
    expected = slow(log)
    assert measure(log, expected) == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", range(10))
def test_cuts_of_a_random_log_sum_to_the_whole(story, seed):
    log = random_log(story, seed)
    additive = ("leads", "mqls", "sqls", "opportunities", "new_customers", "bookings", "new_bookings")
    whole, months, channels = measure(log, additive), by_month(log, additive), by_channel(log, additive)
    for id in additive:
        assert months[id].sum() == pytest.approx(whole[id], rel=1e-12, abs=1e-9), id
        assert sum(channels[id].values()) == pytest.approx(whole[id], rel=1e-12, abs=1e-9), id


def test_of_several_happenings_first_and_last_are_kept(story):
    made = story()
    lead, other = made.lead(1.0), made.lead(1.5)
    for time in (7.0, 3.0, 5.0):
        made.say(time, Kind.MQL, lead)
    facts = Facts(made.log())
    assert facts.first(Kind.MQL)[lead] == 3.0
    assert facts.last(Kind.MQL)[lead] == 7.0
    assert np.isnan(facts.first(Kind.MQL)[other])
    assert facts.count(Kind.MQL, Span(3.0, 7.0)) == 2
    assert facts.count_first(Kind.MQL, facts.window) == 1


def test_a_referred_lead_is_its_own_lead(story):
    made = story()
    lead = made.lead(1.0)
    made.win(5.0, made.opportunity(2.0, 9.0, lead, 0), 9.0)
    customer = len(made.entities) - 2
    referred = made.entity(EntityType.LEAD, 6.0, customer, 0)
    deal = made.opportunity(7.0, 9.0, referred, 0)
    assert Facts(made.log()).lead_of[[lead, customer, referred, deal]].tolist() == [lead, lead, referred, referred]


@pytest.fixture(scope="module")
def logs(scenario):
    return run_batch(scenario, 3, 11, lambda log: log, workers=1)


def test_leads_and_deals_are_conserved_in_every_run(logs):
    """Created = gone by each exit + still there: nothing is lost and nothing counted twice."""
    for log in logs:
        facts = Facts(log)
        leads = log.entities.type == EntityType.LEAD
        gone = ~np.isnan(facts.first(Kind.WITHDRAWN))
        has_deal = np.zeros(len(leads), dtype=bool)
        has_deal[log.entities.parent[facts.is_opportunity]] = True
        assert not (gone & has_deal)[leads].any()
        assert facts.count(Kind.WITHDRAWN, Span(-np.inf, np.inf)) == gone.sum()
        closed = ~np.isnan(facts.closed)
        assert np.isfinite(facts.opened[facts.is_opportunity]).all()
        assert (facts.closed[closed] >= facts.opened[closed]).all()
        is_won, is_lost = (~np.isnan(facts.first(kind)) for kind in (Kind.WON, Kind.LOST))
        assert not (is_won & is_lost).any()
        assert (log.entities.type == EntityType.CUSTOMER).sum() == is_won.sum()


def test_little_holds_for_the_wait_after_handoff(logs):
    """The integral of the number waiting is the sum of the waits, counted from the events on their own."""
    for log in logs:
        waits = Facts(log).waits
        ends = np.where(np.isnan(waits.ended), log.window.ends, waits.ended)
        times = np.concatenate((waits.handed_off, ends))
        order = np.argsort(times, kind="stable")
        queue = np.cumsum(np.repeat((1, -1), len(ends))[order])[:-1]
        area = float((queue * np.diff(times[order])).sum())
        assert area == pytest.approx(float((ends - waits.handed_off).sum()), rel=1e-9)
        assert len(waits.entity) == Facts(log).count(Kind.HANDED_OFF, Span(-np.inf, np.inf))


def test_the_ledger_is_what_the_metrics_report(logs):
    for log in logs:
        facts, found = Facts(log), measure(log)
        inside = (log.ledger.time >= 0) & (log.ledger.time < log.window.counted)
        costs = log.ledger.amount[inside & np.isin(log.ledger.account, COSTS)].sum()
        assert found["cac"] * found["new_customers"] == pytest.approx(costs, rel=1e-12)
        assert facts.money((Account.BOOKING,), facts.window) == pytest.approx(found["bookings"], rel=1e-12)
        assert found["profit"] == pytest.approx(facts.money((Account.MARGIN,), facts.window) - costs, rel=1e-9)
        assert found["new_bookings"] == found["bookings"]
        # Programmes: three months of 18,000; other: three of 1,000.
        assert facts.money((Account.PROGRAMME,), facts.window) == pytest.approx(54_000, rel=1e-12)
        assert facts.money((Account.OTHER_COST,), facts.window) == pytest.approx(3_000, rel=1e-12)


def test_hours_worked_fit_into_the_hours_there_were(logs):
    for log in logs:
        for team in ("sdr", "ae"):
            facts = Facts(log)
            used = facts.hours(team, facts.window)
            assert 0 < used < facts.available(team, facts.window)
            by_seat = log.events.amount[
                (log.events.kind == Kind.TASK_END) & (log.events.time >= 0) & (log.events.time < log.window.counted)
            ].sum()
            assert used < by_seat
        both = sum(Facts(log).hours(team, Facts(log).window) for team in ("sdr", "ae"))
        assert both == pytest.approx(by_seat, rel=1e-12)
