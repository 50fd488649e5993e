"""Facts against a slow oracle on random logs, and the identities that hold on what the engine makes."""

import dataclasses
import math
import threading
from itertools import pairwise

import numpy as np
import plain
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import scenarios

from results.cuts import by_part
from results.facts import COSTS, Facts
from results.kept import kept
from results.metrics.catalogue import by_month, measure
from results.spans import Span, Spans, mean_known, sums
from scenarios.batch import run_batch
from sim.log import Account, EntityType, Kind, Ledger
from sim.run import simulate

EVER = Spans.of(Span(-np.inf, np.inf))


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
    whole, months, channels = measure(log, additive), by_month(log, additive), by_part(log, "channel", additive)
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
    assert facts.count(Kind.MQL, Spans.of(Span(3.0, 7.0))).tolist() == [2]
    assert facts.count_first(Kind.MQL, Spans.of(facts.window)).tolist() == [1]


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
        assert facts.count(Kind.WITHDRAWN, EVER).tolist() == [gone.sum()]
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
        assert [len(waits.entity)] == Facts(log).count(Kind.HANDED_OFF, EVER).tolist()


def test_the_ledger_is_what_the_metrics_report(logs):
    for log in logs:
        facts, found = Facts(log), measure(log)
        window = Spans.of(facts.window)
        inside = (log.ledger.time >= 0) & (log.ledger.time < log.window.counted)
        costs = log.ledger.amount[inside & np.isin(log.ledger.account, COSTS)].sum()
        assert found["cac"] * found["new_customers"] == pytest.approx(costs, rel=1e-12)
        assert facts.money((Account.BOOKING,), window) == pytest.approx(found["bookings"], rel=1e-12)
        assert found["profit"] == pytest.approx(facts.money((Account.MARGIN,), window) - costs, rel=1e-9)
        assert found["new_bookings"] == found["bookings"]
        # Programmes: three months of 18,000; other: three of 1,000.
        assert facts.money((Account.PROGRAMME,), window) == pytest.approx(54_000, rel=1e-12)
        assert facts.money((Account.OTHER_COST,), window) == pytest.approx(3_000, rel=1e-12)


def test_hours_worked_fit_into_the_hours_there_were(logs):
    for log in logs:
        for team in ("sdr", "ae"):
            facts = Facts(log)
            window = Spans.of(facts.window)
            used = facts.hours(team, window)
            assert 0 < used < facts.available(team, window)
            by_seat = log.events.amount[
                (log.events.kind == Kind.TASK_END) & (log.events.time >= 0) & (log.events.time < log.window.counted)
            ].sum()
            assert used < by_seat
        both = sum(facts.hours(team, window) for team in ("sdr", "ae"))
        assert both == pytest.approx(by_seat, rel=1e-12)


def test_sums_of_spans_do_not_mind_what_lies_outside():
    time = np.array([0.0, 1.0, 1.0, 2.0, 5.0])
    value = np.array([1.0, 10.0, 100.0, np.nan, 1000.0])
    spans = Spans.of(Span(0, 1), Span(1, 2), Span(0, 2), Span(2, 9), Span(5, 9), Span(9, 9), Span(3, 1))
    np.testing.assert_array_equal(sums(time, value, spans), [1, 110, 111, np.nan, 1000, 0, 0])
    np.testing.assert_array_equal(mean_known(time, value, spans).value, [1, 55, 37, 1000, 1000, np.nan, np.nan])
    assert spans.inside(time).tolist()[:6] == [1, 2, 3, 2, 1, 0]


def test_a_long_sum_is_as_exact_as_a_short_one():
    value = np.full(1_000_001, 0.1)
    (total,) = sums(np.arange(len(value)) * 1.0, value, EVER)
    assert total == pytest.approx(math.fsum(value), rel=1e-13)


@given(arguments=scenarios(), matures=st.sampled_from([None, 0.6, 2.0]))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_metric_of_any_world_is_its_plain_definition(arguments, matures):
    """In the window and in every month of it, also where the log is so long that part of the cohorts is mature."""
    log = simulate(**arguments)
    if matures is not None:
        ends = 365.0 + matures * log.window.counted
        log = dataclasses.replace(log, window=dataclasses.replace(log.window, ends=ends))
    told = plain.Plain(log)
    edges = log.window.month_edges.tolist()
    assert measure(log) == pytest.approx(told.measure(0.0, log.window.counted), rel=1e-9, abs=1e-9, nan_ok=True)
    months = by_month(log)
    for k, (begin, end) in enumerate(pairwise(edges)):
        found = {id: values[k] for id, values in months.items()}
        assert found == pytest.approx(told.measure(begin, end), rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("seed", range(5))
def test_an_unordered_ledger_and_wide_columns_say_the_same(story, seed):
    """A history's tables come as they are."""
    log = random_log(story, seed)
    order = np.random.default_rng(seed).permutation(len(log.ledger))
    mixed = Ledger(**{name: column[order] for name, column in log.ledger.columns().items()})
    other = dataclasses.replace(log, ledger=mixed)
    assert measure(other) == pytest.approx(measure(log), rel=1e-12, nan_ok=True)


def test_hires_are_not_programme_costs(story):
    """Kinds and accounts are numbered on their own, so 1 is both HIRED and PROGRAMME."""
    made = story()
    made.lead(1.0)
    made.say(0.0, Kind.HIRED, -1, actor=0)
    facts = Facts(made.log(simulated=False))
    assert facts.records(Kind.HIRED)
    assert not facts.records(Account.PROGRAMME)
    assert np.isnan(measure(made.log(simulated=False), ["cost_per_lead"])["cost_per_lead"])


def test_threads_share_no_lock_on_what_is_kept():
    """A value is computed once an instance, and while one is being made another instance's can be."""
    made = []

    class Noun:
        def __init__(self, other=None):
            self.other = other

        @kept
        def value(self):
            made.append(self)
            if self.other is not None:
                thread = threading.Thread(target=lambda: self.other.value)
                thread.start()
                thread.join(5)
                assert not thread.is_alive()
            return 7

    noun = Noun(Noun())
    assert (noun.value, noun.value, noun.other.value) == (7, 7, 7)
    assert len(made) == 2
