"""Overflow by hand: when it begins, where leads go, what it costs; and levers at nothing, which change nothing."""

from typing import Any

import numpy as np
import pytest

from sim.checks import check
from sim.errors import InputError
from sim.funnel import Funnel
from sim.laws.overflow import (
    EXTERNAL,
    HOLD,
    KEEP,
    PASS,
    PUSH,
    REFUSE,
    SEND,
    backlog,
    load,
    overflows,
    reached,
    releases,
    too_full,
    way,
)
from sim.log import NOBODY, Account, Kind, Log
from sim.plan import Plan
from sim.run import simulate

Starter = tuple[Funnel, Plan]


def changed(plan: Plan, overflow: dict[str, Any], **team: Any) -> Plan:
    """A plan with terms of overflow."""
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["overflow"] = overflow
    tree["teams"]["sdr"] |= team
    return Plan.model_validate(tree)


def count(log: Log, kind: Kind) -> int:
    """Rows of a kind."""
    return int((log.events.kind == kind).sum())


def test_backlog_is_the_expected_work_of_all_that_waits() -> None:
    line, hours = np.zeros(100, dtype=np.int64), np.array([0.5, 0.25])
    line[[0, 1, 5]] = 3, 2, 1
    assert backlog(line, hours) == 3 * 0.5 + 2 * 0.25 + 0.25


def test_overflow_begins_above_one_level_and_ends_at_the_other() -> None:
    assert not overflows(False, 8.0, 8.0, 4.0)
    assert overflows(False, 8.1, 8.0, 4.0)
    assert overflows(True, 4.1, 8.0, 4.0)
    assert not overflows(True, 4.0, 8.0, 4.0)
    assert load(16.0, 2) == 8.0
    assert load(0.1, 0) == np.inf
    assert load(0.0, 0) == 0.0


def test_the_way_of_a_lead() -> None:
    for on in (False, True):
        assert way(PUSH, on, False, True, 0.0, 1.0) == PASS
        assert way(PUSH, on, True, True, 0.0, 1.0) == REFUSE
        assert way(EXTERNAL, on, False, False, 0.0, 1.0) == PASS
        assert way(EXTERNAL, on, True, False, 0.0, 1.0) == REFUSE
        assert way(EXTERNAL, on, True, True, 0.0, 1.0) == SEND
        assert way(HOLD, on, True, True, 9.0, 1.0) == KEEP
        assert way(HOLD, on, False, True, 1.0, 1.0) == PASS
    assert way(EXTERNAL, True, False, True, 0.0, 1.0) == SEND
    assert way(EXTERNAL, False, False, True, 0.0, 1.0) == PASS
    assert way(HOLD, True, False, True, 0.9, 1.0) == KEEP
    assert way(HOLD, False, False, True, 0.9, 1.0) == PASS
    assert too_full(0, 0, 0)
    assert not too_full(0, 1, 0)
    assert not too_full(2, 0, 3)


def test_when_a_lead_is_held_no_longer() -> None:
    assert releases(HOLD, False, False, 4.0, 4.0)
    assert not releases(HOLD, False, False, 4.1, 4.0)
    assert not releases(HOLD, False, True, 0.0, 4.0)
    assert not releases(HOLD, True, False, 4.0, 4.0)
    assert releases(PUSH, True, True, 99.0, 4.0)


def test_a_provider_makes_all_attempts(stated: Any) -> None:
    """D40: contact probability .14 at 1, 3, 6, 8 attempts."""
    for n, exact in ((1, "0.14000000"), (3, "0.36394400"), (6, "0.59543276"), (8, "0.70078207")):
        stated(f"D40 reached in {n} attempts of a provider", exact, reached(np.full(n, 0.14), 1.0))
    assert reached(np.full(3, 0.14), 0.0) == 0.0


@pytest.mark.parametrize(
    "nothing",
    [
        {"policy": "external", "when_backlog_hours_per_rep": 1e6},
        {"policy": "external", "when_backlog_hours_per_rep": 0, "external": {"start_up": "1000 weeks"}},
        {"policy": "hold_nurture", "when_backlog_hours_per_rep": 1e6},
        {"policy": "hold_nurture", "when_backlog_hours_per_rep": 0, "hold": {"cutoff": -1e6}},
        {"queue_limit": 1_000_000},
    ],
)
def test_a_lever_at_nothing_changes_nothing(starter: Starter, nothing: dict[str, Any]) -> None:
    funnel, plan = starter
    kept = (int(Kind.OVERFLOW_BEGINS), int(Kind.OVERFLOW_ENDS))
    ours, theirs = simulate(funnel, plan), simulate(funnel, changed(plan, nothing), root=plan)
    other = ~np.isin(theirs.events.kind, kept)
    for name, column in ours.events.columns().items():
        assert np.array_equal(column, theirs.events.columns()[name][other])
    assert np.array_equal(ours.ledger.amount, theirs.ledger.amount)


def test_external_support_relieves_sdrs_and_costs_a_fee_for_each_lead(starter: Starter) -> None:
    """A surge for one SDR: more leads are accepted with a provider than without, and it is paid."""
    funnel, plan = starter
    gains, fees = [], 0.0
    for replication in range(8):
        push, external = (
            simulate(funnel, changed(plan, {"policy": policy}, headcount=1), replication=replication)
            for policy in ("push", "external")
        )
        gains.append(count(external, Kind.ACCEPTED) - count(push, Kind.ACCEPTED))
        lines = external.ledger.account == Account.EXTERNAL
        assert lines.sum() == count(external, Kind.OVERFLOWED)
        assert set(external.ledger.amount[lines]) == {60.0}
        fees += external.ledger.amount[lines].sum()
        assert not (push.ledger.account == Account.EXTERNAL).any()
        talked = external.events.kind == Kind.CONVERSATION
        assert (external.events.actor[talked] == NOBODY).any()
    assert fees > 0.0
    assert np.mean(gains) > 4 * np.std(gains, ddof=1) / np.sqrt(len(gains))


def test_a_provider_without_quality_has_nothing_accepted(starter: Starter) -> None:
    funnel, plan = starter
    log = simulate(funnel, changed(plan, {"policy": "external", "external": {"quality": 0}}, headcount=1))
    assert count(log, Kind.OVERFLOWED) > 50
    accepted = log.events.kind == Kind.ACCEPTED
    assert (log.events.actor[accepted] != NOBODY).all()


def test_what_is_held_waits_in_nurture_until_there_is_room(starter: Starter) -> None:
    """Nobody is lost but by unsubscribing; touches are paid; and less waits for the SDR."""
    funnel, plan = starter
    push, hold = (
        simulate(funnel, changed(plan, {"policy": policy, "hold": {"cutoff": 1e6}}, headcount=1))
        for policy in ("push", "hold_nurture")
    )
    assert count(hold, Kind.HELD) > 100
    events, names = hold.events, hold.names.reasons
    held = set(events.entity[events.kind == Kind.HELD].tolist())
    gone = (events.kind == Kind.WITHDRAWN) & (events.reason == names.index("unsubscribed"))
    assert held & set(events.entity[gone].tolist())
    assert count(hold, Kind.WENT_COLD) < count(push, Kind.WENT_COLD)

    def nurture(log: Log) -> float:
        return float(log.ledger.amount[log.ledger.account == Account.NURTURE].sum())

    assert nurture(hold) > nurture(push)


def test_a_lead_held_for_no_time_is_pushed(starter: Starter) -> None:
    funnel, plan = starter
    ours = simulate(funnel, changed(plan, {}, headcount=1))
    terms = {"policy": "hold_nurture", "hold": {"cutoff": 1e6, "at_most": 0}}
    theirs = simulate(funnel, changed(plan, terms, headcount=1))
    more = np.isin(theirs.events.kind, (Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS, Kind.HELD))
    assert (theirs.events.kind == Kind.HELD).sum() > 100
    for name, column in ours.events.columns().items():
        assert np.array_equal(column, theirs.events.columns()[name][~more])


def test_a_full_queue_takes_nobody(starter: Starter) -> None:
    funnel, plan = starter
    log = simulate(funnel, changed(plan, {"queue_limit": 0}, headcount=1))
    full = log.names.reasons.index("queue_full")
    gone = (log.events.kind == Kind.WITHDRAWN) & (log.events.reason == full)
    assert gone.sum() > 50
    cold = log.events.kind == Kind.WENT_COLD
    assert (log.events.reason[cold] != log.names.reasons.index("no_attempt")).all()


def test_overflow_ends_below_where_it_begins(starter: Starter) -> None:
    funnel, plan = starter
    check(funnel, changed(plan, {"until_backlog_hours_per_rep": 8}))
    with pytest.raises(InputError, match="until_backlog_hours_per_rep"):
        check(funnel, changed(plan, {"until_backlog_hours_per_rep": 9}))
