"""Two worlds share their luck: nesting leads, the minimally different world, zero levers, permutations, digests."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pandas.testing import assert_frame_equal
from worlds import worlds

from sim.arrivals import arrivals
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import EntityType, Kind, Log, ordinals
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables

EXAMPLES = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def funnel_with(funnel: Funnel, **changes: object) -> Funnel:
    return Funnel.model_validate({**funnel.model_dump(by_alias=True), **changes})


def plan_with(plan: Plan, **changes: object) -> Plan:
    return Plan.model_validate({**plan.model_dump(by_alias=True), **changes})


def happenings(log: Log) -> dict[tuple[int, int, int], tuple[float, ...]]:
    """Events of entities by what pairs worlds: (entity key, kind, n)."""
    events = log.events
    mine = events.entity >= 0
    keys = log.entities.key[events.entity[mine]]
    rows = zip(events.time, events.visit, events.stage, events.reason, events.amount, strict=True)
    row_list = [row for row, keep in zip(rows, mine, strict=True) if keep]
    return dict(zip(zip(keys, events.kind[mine], ordinals(events)[mine], strict=True), row_list, strict=True))


def test_more_spend_means_the_same_leads_and_some_more(starter):  # type: ignore[no-untyped-def]
    funnel, plan = starter
    more = plan_with(plan, spend={**plan.spend, "paid_search": 1.2 * plan.monthly_spend("paid_search")[0]})
    base, other = (make_tables(funnel, p, plan) for p in (plan, more))
    for replication in range(10):
        stream = stream_key(1, replication)
        few, many = arrivals(base, stream), arrivals(other, stream)
        assert set(few["key"].tolist()) < set(many["key"].tolist())
        at = dict(zip(many["key"].tolist(), many["time"].tolist(), strict=True))
        assert all(at[key] == time for key, time in zip(few["key"].tolist(), few["time"].tolist(), strict=True))


def test_one_more_lead_changes_only_what_it_touches(starter):  # type: ignore[no-untyped-def]
    """Where nobody waits for anybody, one more candidate adds its own life and leaves every other life alone."""
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    tree["sales_development"] |= {"attempt_effort": 0, "conversation_effort": 0}
    for stage in tree["stages"].values():
        stage["effort"] = 0
    free = Funnel.model_validate(tree)
    plan = plan_with(plan, teams={"sdr": {"headcount": 1}, "ae": {"headcount": 1}})
    tables = make_tables(free, plan)
    few = arrivals(tables, stream_key(1, 0))
    # Raise one channel by as little as brings exactly one more candidate under the rate.
    low, high = 1.0, 1.01
    for _ in range(60):
        middle = (low + high) / 2
        more = arrivals(tables._replace(rates=tables.rates * np.array([[middle], [1], [1], [1]])), stream_key(1, 0))
        if len(more["key"]) > len(few["key"]) + 1:
            high = middle
        elif len(more["key"]) == len(few["key"]):
            low = middle
        else:
            break
    assert len(more["key"]) == len(few["key"]) + 1
    channels = {**free.model_dump(by_alias=True)["channels"]}
    first = next(iter(channels))
    channels[first] = {**channels[first], "leads": channels[first]["leads"] * middle}
    base, other = simulate(free, plan), simulate(funnel_with(free, channels=channels), plan)
    before, after = happenings(base), happenings(other)
    (extra,) = set(more["key"].tolist()) - set(few["key"].tolist())
    descendants = {extra}
    parents = other.entities.parent
    for row in range(len(other.entities)):
        if parents[row] >= 0 and int(other.entities.key[parents[row]]) in descendants:
            descendants.add(int(other.entities.key[row]))
    assert all(after[key] == value for key, value in before.items())
    assert {key[0] for key in set(after) - set(before)} <= descendants


def test_before_the_extra_lead_comes_nothing_differs(starter):  # type: ignore[no-untyped-def]
    """With finite reps the extra lead may delay others, but not in the past, and it changes nobody's nature."""
    funnel, plan = starter
    usual = plan.monthly_spend("content")
    later = plan_with(plan, spend={**plan.spend, "content": [*usual[:3], 10 * usual[3], *usual[4:]]})
    base, other = simulate(funnel, plan, root=plan), simulate(funnel, later, root=plan)
    turn = float(base.window.month_edges[3]) - 7  # weekly spend blurs the boundary by at most a week
    early = {k: v for k, v in happenings(base).items() if v[0] < turn}
    assert early == {k: v for k, v in happenings(other).items() if v[0] < turn}
    truth = dict(zip(base.entities.key[base.truth.entity], base.truth.fit, strict=True))
    other_truth = dict(zip(other.entities.key[other.truth.entity], other.truth.fit, strict=True))
    assert all(other_truth[key] == fit for key, fit in truth.items())
    assert len(other_truth) > len(truth)


@EXAMPLES
@given(world=worlds())
def test_zero_levers_leave_the_log_bit_identical(world):  # type: ignore[no-untyped-def]
    funnel, plan, snapshot = world
    base = simulate(funnel, plan, snapshot=snapshot, seed=2).digest()
    assert simulate(funnel, plan, snapshot=snapshot, seed=2).digest() == base
    months = {name: list(plan.monthly_spend(name)) for name in funnel.channels}
    ae = plan.teams.ae.model_dump(by_alias=True)
    zeroed = plan_with(
        plan,
        spend=months,
        teams={
            "sdr": {**plan.teams.sdr.model_dump(by_alias=True), "headcount": plan.heads(plan.teams.sdr)},
            "ae": {**ae, "max_open": ae["max_open"] or 10**6},
        },
    )
    assert simulate(funnel, zeroed, root=plan, snapshot=snapshot, seed=2).digest() == base


def test_another_seed_or_replication_is_another_world(starter):  # type: ignore[no-untyped-def]
    funnel, plan = starter
    worlds = [simulate(funnel, plan, seed=seed, replication=r).digest() for seed in (1, 2) for r in (0, 1)]
    assert len(set(worlds)) == 4


def test_what_a_scenario_changes_acts_from_the_start(starter):  # type: ignore[no-untyped-def]
    """The run-in is the root plan's and the calm funnel's, event for event, whatever the scenario changes."""
    funnel, plan = starter
    other = plan_with(
        plan,
        scoring={"threshold": 2.5, "form_fields": 8},
        handoff={"attempts": 3, "recycles": 0},
        nurture={"touches_per_month": 4, "release_after": 3},
        spend=dict.fromkeys(plan.spend, 20_000),
        teams={"sdr": {"headcount": 4, "base": 99_000}, "ae": {"headcount": 2, "base": 1, "max_open": 3}},
        costs={},
        pay={"commission": {"marketing_sourced": 0.5}},
    )
    tree = funnel.model_dump(by_alias=True)
    tree["customers"]["renewal"] = 0.1
    tree["sdr"]["selling_share"] = 0.2
    tree["stages"]["close"]["advance"] = 0.3
    tree["arrivals"] |= {"frailty_shape": 2, "market_sd": 0.5}
    base = simulate(funnel, plan)
    changed = simulate(Funnel.model_validate(tree), other, root=plan, calm=funnel)
    before = base.to_frame().query("time < 0")
    assert len(before) > 1000
    assert before.equals(changed.to_frame().query("time < 0"))
    lines = base.to_frame("ledger").query("time < 0 and account != 'nurture'").reset_index(drop=True)
    assert lines.equals(changed.to_frame("ledger").query("time < 0 and account != 'nurture'").reset_index(drop=True))
    early = base.truth.entity[base.entities.created[base.truth.entity] < 0]
    assert np.array_equal(base.truth.score[: len(early)], changed.truth.score[: len(early)])
    assert not base.to_frame().query("time >= 0").equals(changed.to_frame().query("time >= 0"))


def test_a_new_hire_is_not_buried(starter):  # type: ignore[no-untyped-def]
    """New opportunities go to reps in proportion to their speed, so a ramping AE has few at first."""
    funnel, plan = starter
    hired = plan_with(plan, teams={**plan.teams.model_dump(by_alias=True), "ae": {"headcount": [4, 5, 5, 5, 5, 5]}})
    log = simulate(funnel, hired, root=plan)
    opened = log.to_frame().query("kind == 'opened' and time >= 0")
    assert log.names.seats[-1] == "ae 5"
    month = log.window.month_edges
    first = opened.query(f"time >= {month[1]} and time < {month[2]}")["actor"].value_counts()
    assert first.get("ae 5", 0) < first.drop("ae 5", errors="ignore").min()
    assert opened.query(f"time >= {month[5]}")["actor"].eq("ae 5").any()


@EXAMPLES
@given(world=worlds())
def test_the_order_and_names_of_channels_do_not_matter(world):  # type: ignore[no-untyped-def]
    funnel, plan, snapshot = world
    tree = funnel.model_dump(by_alias=True)
    turned = Funnel.model_validate({**tree, "channels": dict(reversed(tree["channels"].items()))})
    base, other = simulate(funnel, plan, snapshot=snapshot), simulate(turned, plan, snapshot=snapshot)
    if plan.scoring.feedback or any(channel.touches.effect for channel in funnel.channels.values()):
        # Sums over channels (what scoring learns, warmth) are rounded in the order of the channels.
        assert_frame_equal(base.to_frame(), other.to_frame(), rtol=1e-12)
    else:
        assert base.to_frame().equals(other.to_frame())
    assert base.to_frame("entities").equals(other.to_frame("entities"))
    # A renamed channel keeps its key and with it its leads' luck.
    if tree["prospecting"] is not None:
        tree["prospecting"]["channel"] = f"new {tree['prospecting']['channel']}"
    if tree["customers"]["referral"] is not None:
        tree["customers"]["referral"]["channel"] = f"new {tree['customers']['referral']['channel']}"
    for shock in tree["shocks"].values():
        shock["channels"] = [f"new {name}" for name in shock["channels"]]
    renamed = Funnel.model_validate({**tree, "channels": {f"new {name}": c for name, c in tree["channels"].items()}})
    spend = {f"new {name}": amount for name, amount in plan.spend.items()}
    if snapshot is None:
        campaigns = {
            name: {**each.model_dump(by_alias=True), "channel": f"new {each.channel}"}
            for name, each in plan.campaigns.items()
        }
        again = simulate(renamed, plan_with(plan, spend=spend, campaigns=campaigns))
        assert again.to_frame().equals(base.to_frame())


def test_doubled_money_doubles_bookings(starter):  # type: ignore[no-untyped-def]
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    for segment in tree["segments"].values():
        segment["value"]["median"] *= 2
    for channel in tree["channels"].values():
        channel["spend"] *= 2
    doubled = plan_with(plan, spend={name: 2 * amount for name, amount in plan.spend.items()})
    base, other = simulate(funnel, plan), simulate(Funnel.model_validate(tree), doubled)
    won = base.events.kind == Kind.WON
    np.testing.assert_allclose(other.events.amount[won], 2 * base.events.amount[won], rtol=1e-12)
    assert (base.events.time == other.events.time).all()


def test_a_snapshot_with_no_horizon_left_returns_itself(starter):  # type: ignore[no-untyped-def]
    from sim.snapshot import OpenDeal, Snapshot

    funnel, plan = starter
    deals = tuple(
        OpenDeal(f"D{k}", "content", "smb", "core", stage, 1000.0 * k, 30.0 + k, 10.0)
        for k, stage in enumerate(funnel.stages)
    )
    log = simulate(funnel, plan, snapshot=Snapshot(deals))
    frame = log.to_frame()
    before = frame[frame["time"] < 0]
    assert sorted(before.loc[before["kind"] == "opened", "amount"]) == [1000.0 * k for k in range(4)]
    assert sorted(before.loc[before["kind"] == "stage_enter", "stage"]) == sorted(funnel.stages)
    assert set(before["kind"]) == {"opened", "stage_enter"}
    assert (log.entities.type[:4] == EntityType.OPPORTUNITY).all()


@pytest.mark.parametrize("hashseed", ["0", "4711"])
def test_digests_do_not_depend_on_the_process(starter, hashseed):  # type: ignore[no-untyped-def]
    funnel, plan = starter
    code = (
        "import sys, json; from sim.funnel import Funnel; from sim.plan import Plan; from sim.run import simulate;"
        "f, p = json.load(sys.stdin);"
        "print(simulate(Funnel.model_validate(f), Plan.model_validate(p), seed=9).digest())"
    )
    world = [noun.model_dump(mode="json", by_alias=True) for noun in (funnel, plan)]
    out = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(world),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hashseed},
    )
    assert out.stdout.strip() == simulate(funnel, plan, seed=9).digest()
