"""Extreme inputs run: both engines live through them, write the same log, and what must follow from each holds."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from twins import ENGINES, same_log

from scenarios.overrides import override
from sim.funnel import Funnel
from sim.log import Account, EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.snapshot import OpenCustomer, OpenLead, OpenRep, Snapshot
from sim.standing import snapshot_of

SDR, AE = "funnel.sales_development", "funnel.ae"
ALL_DAY = {"calendar": "always"}
NO_EFFORT = {
    f"{SDR}.attempt_effort": 0,
    f"{SDR}.conversation_effort": 0,
    **{f"funnel.stages.{name}.effort": 0 for name in ("meeting", "proposal", "presentation", "close")},
}
LONG_TASKS = {
    f"{SDR}.attempt_effort": "30 hours",
    "funnel.stages.meeting.effort": "60 hours",
    "funnel.stages.meeting.time": "200 days",
}
WILLING = {"elasticity": 2, "give_up": 0.1, "near_quota": 2, "pull_forward": 1}
BY_QUOTA = {"pay.accelerators": [{"above": 1, "times": 3}], "pay.threshold": 1}


EVERY_DAY = [str(dt.date(2027, 1, 1) + dt.timedelta(days=day)) for day in range(80)]
CLOSE = "funnel.stages.close"


def chosen(rivals: dict[str, Any], **choice: Any) -> dict[str, Any]:
    """The last stage is a choice among us, rivals and nobody."""
    return {"funnel.rivals": rivals, f"{CLOSE}.advance": 1, f"{CLOSE}.losses": {}, f"{CLOSE}.choice": choice}


class Extreme(NamedTuple):
    """A change of the company at its start, and what its log must then show."""

    name: str
    change: Mapping[str, Any]
    holds: Callable[[Log], bool]


def count(log: Log, *kinds: Kind) -> int:
    return int(np.isin(log.events.kind, kinds).sum())


def reasons(log: Log, kind: Kind) -> Counter[str]:
    found = log.events.reason[log.events.kind == kind]
    return Counter(log.names.reasons[reason] for reason in found.tolist())


def paid(log: Log, account: Account) -> float:
    return float(log.ledger.amount[log.ledger.account == account].sum())


def times(log: Log, kind: Kind) -> list[float]:
    return log.events.time[log.events.kind == kind].tolist()


EXTREMES = (
    Extreme(
        "no reps",
        {"teams.sdr.headcount": 0, "teams.ae.headcount": 0},
        lambda log: count(log, Kind.HANDED_OFF) > 0 == count(log, Kind.ATTEMPT, Kind.TASK_START, Kind.OPENED),
    ),
    Extreme(
        "no SDRs",
        {"teams.sdr.headcount": 0},
        lambda log: count(log, Kind.WENT_COLD) > 0 == count(log, Kind.ATTEMPT, Kind.OPENED),
    ),
    Extreme(
        "no AEs",
        {"teams.ae.headcount": 0},
        lambda log: reasons(log, Kind.WENT_COLD)["no_ae"] > 0 == count(log, Kind.OPENED, Kind.TASK_START),
    ),
    Extreme(
        "no AEs in a pool",
        {"teams.ae.headcount": 0, "teams.ae.ownership": "pooled", "teams.ae.max_open": "none"},
        lambda log: count(log, Kind.OPENED) > 0 == count(log, Kind.TASK_START, Kind.WON),
    ),
    Extreme(
        "one rep each",
        {"teams.sdr.headcount": 1, "teams.ae.headcount": 1},
        lambda log: count(log, Kind.WON) > 0 and len(log.names.seats) == 2,
    ),
    Extreme(
        "reps who leave in the middle of a task",
        {
            "teams.sdr.headcount": [1, 0],
            "teams.ae.headcount": [1, 0],
            **LONG_TASKS,
            f"{SDR}.attempt_effort": "10 hours",
        },
        lambda log: count(log, Kind.LEFT) == left_at_work(log) == 2,
    ),
    Extreme(
        "reps who stay for a day",
        {"funnel.sdr.tenure": 1, "funnel.ae.tenure": 1, **LONG_TASKS},
        lambda log: left_at_work(log) > 50,
    ),
    Extreme(
        "no account managers in their team",
        {"teams.am": {"headcount": 0}, "funnel.customers.upsell.per_month": 2},
        lambda log: count(log, Kind.OPENED) > count(log, Kind.WON) > 0 == count(log, Kind.EXPANDED),
    ),
    Extreme(
        "endless patience",
        {f"{SDR}.patience": "never", "funnel.ae_patience": "never", "teams.ae.headcount": 0},
        lambda log: count(log, Kind.ACCEPTED) > 0 == count(log, Kind.WENT_COLD),
    ),
    Extreme(
        "no patience",
        {f"{SDR}.patience": 0, "funnel.ae_patience": 0},
        lambda log: count(log, Kind.HANDED_OFF) == count(log, Kind.WENT_COLD) > 0 == count(log, Kind.ATTEMPT),
    ),
    Extreme(
        "no patience with AEs",
        {"funnel.ae_patience": 0},
        # Patience ends before work is handed out at one instant.
        lambda log: count(log, Kind.ACCEPTED) > 0 == count(log, Kind.OPENED),
    ),
    Extreme(
        "a promise of no time, kept to those who are tried at once",
        {
            "handoff.sla": 0,
            "pay.sla_bonus": 1_000,
            "teams.sdr.headcount": 1,
            f"{SDR}.attempt_effort": "8 hours",
            **ALL_DAY,
        },
        lambda log: (
            0 < paid(log, Account.SLA_BONUS) == 1_000 * (latencies(log) == 0.0).sum() < 1_000 * len(latencies(log))
        ),
    ),
    Extreme(
        "a promise of no time, and late leads come first",
        {"handoff.sla": 0, "handoff.breach": "escalate"},
        lambda log: count(log, Kind.BREACHED) > 0 < count(log, Kind.ATTEMPT),
    ),
    Extreme(
        "a promise of no time, and late leads go back without end",
        {"handoff.sla": 0, "handoff.breach": "recycle", "handoff.recycles": "unlimited"},
        lambda log: reasons(log, Kind.RECYCLED)["sla_breach"] == count(log, Kind.BREACHED) > 0,
    ),
    Extreme(
        "a promise of no time, and late leads go to another",
        {"handoff.sla": 0, "handoff.breach": "reassign", "teams.sdr.routing": "round_robin"},
        lambda log: count(log, Kind.BREACHED) > 0 < count(log, Kind.REASSIGNED),
    ),
    Extreme(
        "a single SDR has all late leads",
        {"handoff.sla": 0, "handoff.breach": "reassign", "teams.sdr": {"headcount": 1, "routing": "territory"}},
        lambda log: count(log, Kind.BREACHED) > 0 == count(log, Kind.REASSIGNED),
    ),
    Extreme(
        "no commission",
        {"pay.commission.marketing_sourced": 0},
        lambda log: count(log, Kind.WON) > 0 == paid(log, Account.COMMISSION),
    ),
    Extreme(
        "all of it commission",
        {"pay.commission.marketing_sourced": 1},
        lambda log: paid(log, Account.COMMISSION) == paid(log, Account.BOOKING) > 0,
    ),
    Extreme(
        "no commission, and effort that follows it",
        {"pay.commission.marketing_sourced": 0, "funnel.effort": WILLING},
        lambda log: count(log, Kind.WON) > 0 == paid(log, Account.COMMISSION),
    ),
    Extreme(
        "all of it commission, and effort that follows it",
        {"pay.commission.marketing_sourced": 1, "funnel.effort": WILLING},
        lambda log: paid(log, Account.COMMISSION) == paid(log, Account.BOOKING) > 0,
    ),
    Extreme(
        "a quota of nothing",
        {"teams.ae.quota": 0},
        lambda log: 0 < paid(log, Account.COMMISSION) == pytest.approx(0.1 * paid(log, Account.BOOKING)),
    ),
    Extreme(
        "a quota of nothing, and pay that depends on it",
        {"teams.ae.quota": 0, "funnel.effort": WILLING, "pay.quota_period": "month", **BY_QUOTA},
        lambda log: 0 < paid(log, Account.COMMISSION) == pytest.approx(0.3 * paid(log, Account.BOOKING)),
    ),
    Extreme(
        "a quota out of reach",
        {"teams.ae.quota": 1e12, "funnel.effort": WILLING, "pay.quota_period": "month", **BY_QUOTA},
        lambda log: count(log, Kind.QUOTA_RESET) > 0 == paid(log, Account.COMMISSION),
    ),
    Extreme(
        "a cap of nothing",
        {"pay.cap": 0, "funnel.effort": WILLING},
        lambda log: count(log, Kind.WON) > 0 == paid(log, Account.COMMISSION),
    ),
    Extreme(
        "reps who are paid for nothing",
        {"teams.ae.headcount": 1, f"{SDR}.contact": [0], "handoff.attempts": 1, "pay.draw": 10_000},
        lambda log: paid(log, Account.DRAW) == 4 * 10_000.0 and count(log, Kind.WON) == 0,
    ),
    Extreme(
        "a target of nearly nothing",
        {"teams.sdr.target": 1e-9},
        lambda log: paid(log, Account.VARIABLE_PAY) > 0,
    ),
    Extreme(
        "a bonus for what takes no time",
        {"handoff.sla": 0, "pay.sla_bonus": 1_000, **ALL_DAY, **NO_EFFORT},
        lambda log: paid(log, Account.SLA_BONUS) == 1_000 * count(log, Kind.HANDED_OFF) > 0,
    ),
    Extreme(
        "no quota",
        {"teams.ae.quota": "none"},
        lambda log: 0 < paid(log, Account.COMMISSION) == pytest.approx(0.1 * paid(log, Account.BOOKING)),
    ),
    Extreme(
        "no leads",
        {f"funnel.channels.{name}.leads": 0 for name in ("content", "paid_search", "events", "partner")},
        lambda log: len(log.entities) == 0,
    ),
    Extreme(
        "nobody is good enough",
        {"scoring.threshold": 1e9, "funnel.nurture.ready_good": 0, "funnel.nurture.ready_bad": 0},
        lambda log: count(log, Kind.NURTURE_ENTER) > 0 == count(log, Kind.MQL),
    ),
    Extreme(
        "everybody is good enough",
        {"scoring.threshold": "= -1e9"},
        lambda log: count(log, Kind.MQL) > int((log.entities.type == EntityType.LEAD).sum()) * 0.99,
    ),
    Extreme(
        "no work at all",
        NO_EFFORT | ALL_DAY,
        lambda log: times(log, Kind.TASK_START) == times(log, Kind.STAGE_ENTER) != [],
    ),
    Extreme(
        "reps who hardly sell",
        {"funnel.sdr.selling_share": 1e-6, "funnel.ae.selling_share": 1e-6},
        lambda log: count(log, Kind.ATTEMPT) == len(log.names.seats) - 4 and count(log, Kind.TASK_END) == 0,
    ),
    Extreme(
        "room for one",
        {"teams.ae.max_open": 1},
        lambda log: 0 < count(log, Kind.OPENED) <= 4 + count(log, Kind.WON, Kind.LOST),
    ),
    Extreme(
        "leads that come back without end",
        {
            "handoff.recycles": "unlimited",
            "handoff.attempts": 1,
            f"{SDR}.contact": [0],
            "funnel.nurture.ready_good": 100,
            "funnel.nurture.ready_bad": 100,
        },
        lambda log: count(log, Kind.RECYCLED) > 3 * count(log, Kind.CAPTURED),
    ),
    Extreme(
        "every handoff is lost",
        {"handoff.transit_loss": 1},
        lambda log: (
            count(log, Kind.HANDED_OFF)
            == reasons(log, Kind.WITHDRAWN)["lost_in_transit"]
            > 0
            == count(log, Kind.ATTEMPT)
        ),
    ),
    Extreme(
        "overflow from the first lead on",
        {"handoff.overflow": {"policy": "external", "when_backlog_hours_per_rep": 0}},
        lambda log: count(log, Kind.OVERFLOW_BEGINS) > 2 < count(log, Kind.OVERFLOWED),
    ),
    Extreme(
        "a provider and no SDRs",
        {"teams.sdr.headcount": 0, "handoff.overflow": {"policy": "external", "external": {"time": 0, "fee": 0}}},
        lambda log: count(log, Kind.ATTEMPT) == 0 < count(log, Kind.ACCEPTED) < count(log, Kind.OVERFLOWED),
    ),
    Extreme(
        "a provider who accepts nobody and never answers",
        {
            "teams.sdr.headcount": 1,
            "handoff.overflow": {"policy": "external", "queue_limit": 0, "external": {"time": "never", "quality": 0}},
        },
        lambda log: count(log, Kind.OVERFLOWED) > 0 == count(log, Kind.WENT_COLD),
    ),
    Extreme(
        "a provider who is never ready",
        {"teams.sdr.headcount": 0, "handoff.overflow": {"policy": "external", "external": {"start_up": 1e6}}},
        lambda log: count(log, Kind.OVERFLOW_BEGINS) == 1 and count(log, Kind.OVERFLOWED) == 0,
    ),
    Extreme(
        "no queue and nobody to serve",
        {"teams.sdr.headcount": 0, "handoff.overflow": {"queue_limit": 0}},
        lambda log: reasons(log, Kind.WITHDRAWN)["queue_full"] == count(log, Kind.HANDED_OFF) > 0,
    ),
    Extreme(
        "no queue, for nobody has to wait",
        {"handoff.overflow": {"queue_limit": 0}, **NO_EFFORT, **ALL_DAY},
        lambda log: reasons(log, Kind.WITHDRAWN)["queue_full"] == 0 < count(log, Kind.ATTEMPT),
    ),
    Extreme(
        "AEs who find nothing",
        {"funnel.prospecting": {"channel": "partner", "effort": 1e6}},
        lambda log: count(log, Kind.PROSPECTED) > 0 and opened_by_nobody(log) == 0,
    ),
    Extreme(
        "AEs who find whatever they want",
        {"funnel.prospecting": {"channel": "partner", "effort": 0.1}, "teams.ae.headcount": 1, "teams.ae.max_open": 99},
        lambda log: opened_by_nobody(log) == count(log, Kind.PROSPECTED) > 10,
    ),
    Extreme(
        "AEs who find opportunities while no lead comes",
        {
            "funnel.prospecting": {"channel": "partner"},
            **{f"funnel.channels.{name}.leads": 0 for name in ("content", "paid_search", "events", "partner")},
        },
        lambda log: opened_by_nobody(log) == count(log, Kind.OPENED) > 5,
    ),
    Extreme(
        "reps who are away all year",
        {"funnel.sdr.leave_days": 260, "funnel.ae.leave_days": 260},
        lambda log: count(log, Kind.AWAY) > 50 > 10 > count(log, Kind.ATTEMPT),
    ),
    Extreme(
        "opportunities that nobody takes over",
        {"funnel.ae.tenure": 5, "funnel.ae.handover": 1e6, "funnel.ae.handover_logit": -10, **LONG_TASKS},
        lambda log: count(log, Kind.LEFT) > 20 and count(log, Kind.REASSIGNED) == 0,
    ),
    Extreme(
        "opportunities that are taken over at once and for ever",
        {"funnel.ae.tenure": 1, "funnel.ae.handover": 1e-9, "funnel.ae.handover_logit": 10},
        lambda log: count(log, Kind.REASSIGNED) > 100,
    ),
    Extreme(
        "outcomes that take weeks to write down",
        {"funnel.sdr.coding": 200, "funnel.ae.coding": 200},
        lambda log: count(log, Kind.CAPTURED) > 0 == count(log, Kind.WON),
    ),
    Extreme(
        "reps of every skill, and SDRs who learn to reach nobody",
        {"funnel.sdr.skill_sd": 10, "funnel.ae.skill_sd": 10, "funnel.sdr.learning": -10, "funnel.ae.learning": 10},
        lambda log: count(log, Kind.CONVERSATION) < 0.05 * count(log, Kind.ATTEMPT),
    ),
    Extreme(
        "reps who learn to reach and to win everybody",
        {"funnel.sdr.learning": 10, "funnel.ae.learning": 10},
        lambda log: (
            count(log, Kind.CONVERSATION) > 0.8 * count(log, Kind.ATTEMPT)
            and count(log, Kind.WON) > 5 * count(log, Kind.LOST)
        ),
    ),
    Extreme(
        "AEs who believe in no lead",
        {
            "funnel.pursuit": {"sensitivity": 100, "belief": 0, "learning": 0},
            "funnel.prospecting": {"channel": "partner"},
        },
        lambda log: 0 < count(log, Kind.NEGLECTED) == count(log, Kind.ACCEPTED),
    ),
    Extreme(
        "AEs who have nothing but leads",
        {"funnel.pursuit": {"sensitivity": 100, "belief": 1, "learning": 0}},
        lambda log: count(log, Kind.OPENED) > 0 == count(log, Kind.NEGLECTED),
    ),
    Extreme(
        "spend that is cut to nothing, and no SDRs",
        {
            "teams.sdr.headcount": 0,
            "handoff.overflow": {"policy": "throttle", "when_backlog_hours_per_rep": 0, "throttle": {"cut": 1}},
        },
        lambda log: (
            count(log, Kind.THROTTLED) > 15
            and not log.events.amount[log.events.kind == Kind.THROTTLED].any()
            and programme_in(log, 1) == 0
        ),
    ),
    Extreme(
        "leads none of which is good enough for an SDR, and no SDRs",
        {
            "teams.sdr.headcount": 0,
            "handoff.overflow": {"policy": "hold_nurture", "when_backlog_hours_per_rep": 0, "hold": {"cutoff": 1e9}},
        },
        lambda log: 5 * count(log, Kind.HANDED_OFF) < count(log, Kind.HELD) < count(log, Kind.MQL),
    ),
    Extreme(
        "a market of one account",
        {"funnel.market": {"smb": {"accounts": 1}, "enterprise": {"accounts": 1}}},
        lambda log: at_most_with_us(log, 2),
    ),
    Extreme(
        "a market of one account whom AEs look for, and who refers",
        {
            "funnel.market": {"smb": {"accounts": 1}, "enterprise": {"accounts": 1}},
            "funnel.prospecting": {"channel": "partner", "effort": 0.5},
            "funnel.customers.referral": {"channel": "partner", "promoter": 20, "passive": 20, "detractor": 20},
            "funnel.customers.renewal": 0,
            "funnel.customers.term": 5,
        },
        lambda log: count(log, Kind.PROSPECTED) > 50 > opened_by_nobody(log),
    ),
    Extreme(
        "a shock every day",
        {
            "funnel.shocks": {
                f"shock {day}": {
                    "from": day,
                    "odds": 0.1,
                    "demand": 0.99,
                    "renewal": 0.1,
                    "leaves": {"team": "ae" if k % 2 else "sdr", "who": 1 if k % 3 else "best"},
                    "loses": "biggest_deal",
                }
                for k, day in enumerate(EVERY_DAY)
            }
        },
        lambda log: count(log, Kind.SHOCK) == 80 and count(log, Kind.LEFT) >= 79,
    ),
    Extreme(
        "shocks that leave nothing",
        {
            "funnel.shocks": {
                "all at once": {"from": "2027-01-01", "odds": -50, "time": 0, "demand": 0, "cost": 1e6, "renewal": -50}
            }
        },
        lambda log: bool((log.entities.created[log.entities.type == EntityType.LEAD] < 0).all()),
    ),
    Extreme(
        "buyers who never come to an end",
        {"funnel.shocks": {"all at once": {"from": "2027-01-01", "time": 1e6, "cost": 1e-6, "odds": 50}}},
        lambda log: count(log, Kind.OPENED) > 0,
    ),
    Extreme(
        "everybody prefers a rival", chosen({"acme": {"utility": 50}}, ours=-50), lambda log: count(log, Kind.WON) == 0
    ),
    Extreme(
        "there is nobody else, and everybody decides",
        chosen({}, ours=50, none=-50),
        lambda log: reasons(log, Kind.LOST)["no_decision"] == 0 < count(log, Kind.WON),
    ),
    Extreme(
        "a rival that drives everybody away",
        {"funnel.rivals": {"acme": {"pressure": 50}}},
        lambda log: count(log, Kind.WON) == 0 < reasons(log, Kind.LOST)["competitor"],
    ),
)


def opened_by_nobody(log: Log) -> int:
    """Opportunities that came of no lead."""
    return int(((log.entities.type == EntityType.OPPORTUNITY) & (log.entities.parent < 0)).sum())


def latencies(log: Log) -> NDArray[np.float64]:
    """Days from a handoff to its first attempt, of the leads that were tried."""
    events, ends = log.events, {}
    code = events.entity.astype(np.int64) << 8 | events.visit
    tried = events.kind == Kind.ATTEMPT
    for key, time in zip(code[tried][::-1].tolist(), events.time[tried][::-1].tolist(), strict=True):
        ends[key] = time
    handed = events.kind == Kind.HANDED_OFF
    since = dict(zip(code[handed].tolist(), events.time[handed].tolist(), strict=True))
    return np.array([time - since[key] for key, time in ends.items()])


def programme_in(log: Log, month: int) -> float:
    """Spend on campaigns in a month of the plan."""
    begins = log.window.month_edges[log.window.month_edges >= 0.0][month]
    ledger = log.ledger
    return float(ledger.amount[(ledger.account == Account.PROGRAMME) & (ledger.time == begins)].sum())


def left_at_work(log: Log) -> int:
    """Reps whose task is broken off because they leave."""
    events = log.events
    left = set(zip(events.time[events.kind == Kind.LEFT], events.actor[events.kind == Kind.LEFT], strict=True))
    ended = events.kind == Kind.TASK_END
    return sum(pair in left for pair in zip(events.time[ended], events.actor[ended], strict=True))


def at_most_with_us(log: Log, accounts: int) -> bool:
    """Whether no more leads come than there are accounts, and accounts that have left."""
    left = count(log, Kind.WITHDRAWN, Kind.LOST, Kind.CHURNED)
    return 0 < count(log, Kind.CAPTURED) <= accounts + left


@pytest.fixture(scope="module")
def company(starter: tuple[Funnel, Plan]) -> tuple[Funnel, Plan]:
    """Two months of the starter company with a month's run-in and a third of its leads."""
    funnel, plan = starter
    tree = plan.model_dump(by_alias=True) | {"months": 2, "run_in": 1, "follow": 1}
    fewer = {f"funnel.channels.{name}.leads": "-66%" for name in funnel.channels}
    found = override(funnel, Plan.model_validate(tree), fewer)
    return found.funnel, found.plan


def both(funnel: Funnel, plan: Plan, **more: Any) -> Log:
    """One world through both engines: one log."""
    names: tuple[EngineName, ...] = ENGINES
    ours, theirs = (simulate(funnel, plan, seed=4, engine=engine, **more) for engine in names)
    same_log(ours, theirs)
    return ours


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda extreme: extreme.name)
def test_an_extreme_runs(extreme: Extreme, company: tuple[Funnel, Plan]) -> None:
    found = override(*company, extreme.change)
    assert extreme.holds(both(found.funnel, found.plan))


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda extreme: extreme.name)
def test_an_extreme_begins_or_ends_with_the_plan(extreme: Extreme, company: tuple[Funnel, Plan]) -> None:
    """The same as a change that acts from the plan's start, and as a company that a scenario makes ordinary again."""
    funnel, plan = company
    found = override(funnel, plan, extreme.change)
    both(found.funnel, found.plan, root=plan, calm=funnel)
    both(funnel, plan, root=found.plan, calm=found.funnel)


def test_a_company_that_has_only_customers(company: tuple[Funnel, Plan]) -> None:
    """Nobody comes any more: all that happens is that terms end, whether they stand at the start or before a run-in."""
    funnel, plan = company
    found = override(funnel, plan, {f"funnel.channels.{name}.leads": 0 for name in funnel.channels})
    for run_in in (False, True):
        start = Snapshot(customers=standing_customers(funnel, 50), run_in=run_in)
        log = both(found.funnel, found.plan, snapshot=start)
        assert (log.entities.type == EntityType.CUSTOMER).sum() == 50
        assert not (log.entities.type == EntityType.LEAD).any()
        assert count(log, Kind.CHURNED) > 0 < count(log, Kind.RENEWED)
        assert count(log, Kind.CAPTURED, Kind.HANDED_OFF, Kind.TASK_START) == 0
        assert (log.window.begins < 0.0) == run_in


def test_ten_years_from_a_snapshot(company: tuple[Funnel, Plan]) -> None:
    """What stood at the start ends, and what a run begins with ten years later is as good a start."""
    funnel, plan = company
    tree = plan.model_dump(by_alias=True) | {"months": 120, "follow": 0}
    long = Plan.model_validate(tree)
    few = override(funnel, long, {f"funnel.channels.{name}.leads": "-95%" for name in funnel.channels})
    label = {"channel": "content", "segment": next(iter(funnel.segments))}
    start = Snapshot(
        leads=tuple(OpenLead(f"l{k}", **label, state="nurture", age=30.0 + k, state_age=k / 2) for k in range(40)),
        customers=standing_customers(funnel, 40),
        reps=(OpenRep("ae 1", 20.0, 5_000.0),),
    )
    log = both(few.funnel, few.plan, snapshot=start)
    assert count(log, Kind.CHURNED) > 10
    end = snapshot_of(log, log.window.ends, begun=start)
    assert end.customers
    assert {rep.seat for rep in end.reps} <= set(log.names.seats)
    both(few.funnel, plan, snapshot=end)


def standing_customers(funnel: Funnel, many: int) -> tuple[OpenCustomer, ...]:
    """Customers of many years whose terms end day by day."""
    label = {"channel": "content", "segment": next(iter(funnel.segments)), "product": next(iter(funnel.products))}
    return tuple(OpenCustomer(f"c{k}", **label, amount=1e4, since=2_000.0, renews_in=float(k)) for k in range(many))


@pytest.mark.parametrize("discipline", ["fifo", "score", "cost_benefit"])
def test_a_backlog_of_a_hundred_thousand_leads(discipline: str, company: tuple[Funnel, Plan]) -> None:
    """All of them wait for one SDR at once, and who is tried is whose turn it is."""
    funnel, plan = overwhelmed(company, discipline, 90_000)
    assert waits_in_order(simulate(funnel, plan, seed=4), discipline) > 100_000


@pytest.mark.parametrize("discipline", ["fifo", "lifo", "score", "fresh_first", "cost_benefit"])
def test_a_backlog_of_thousands_in_both_engines(discipline: str, company: tuple[Funnel, Plan]) -> None:
    assert waits_in_order(both(*overwhelmed(company, discipline, 1_500)), discipline) > 2_000


@pytest.mark.slow
def test_a_backlog_of_a_hundred_thousand_leads_in_both_engines(company: tuple[Funnel, Plan]) -> None:
    both(*overwhelmed(company, "cost_benefit", 90_000))


def overwhelmed(company: tuple[Funnel, Plan], discipline: str, leads: int) -> tuple[Funnel, Plan]:
    """One SDR, and so many leads a month of a channel who wait without end."""
    change = {
        **{f"funnel.channels.{name}.mql_probability": 1 for name in company[0].channels},
        "funnel.channels.content.leads": leads,
        f"{SDR}.patience": "never",
        "teams.sdr": {"headcount": 1, "discipline": discipline},
    }
    found = override(*company, change)
    return found.funnel, found.plan


def waits_in_order(log: Log, discipline: str) -> int:
    """How many leads are never tried; those that are come in the discipline's order."""
    events, truth = log.events, log.truth
    assert truth is not None
    handed, tries = (events.kind == kind for kind in (Kind.HANDED_OFF, Kind.ATTEMPT))
    first, at = np.unique(events.entity[handed], return_index=True)
    since = np.full(len(log.entities), np.inf)
    since[first] = events.time[handed][at]
    score = np.zeros(len(log.entities))
    score[truth.entity] = truth.score
    rank = {"fifo": since, "lifo": -since, "fresh_first": since, "score": -score}.get(discipline)
    tried, at = np.unique(events.entity[tries], return_index=True)
    waits = np.isfinite(since)
    for k in np.argsort(at, kind="stable"):
        entity, now = tried[k], events.time[tries][at[k]]
        if rank is not None:
            assert rank[entity] == rank[waits & (since <= now)].min()
        waits[entity] = False
    assert len(tried) > 30
    return int(waits.sum())
