"""A run that begins with a whole company: what is refused, what the past shows, and where what waits is drawn from."""

from typing import Any

import numpy as np
import pytest

from sim.errors import InputError
from sim.log import Account, EntityType, Kind
from sim.run import resume, simulate, simulate_until
from sim.snapshot import OpenCustomer, OpenDeal, OpenLead, OpenRep, Snapshot

ENGINES = ("simpy", "compiled")


@pytest.fixture
def labels(starter: Any) -> dict[str, str]:
    funnel, _ = starter
    return {name: next(iter(getattr(funnel, f"{name}s"))) for name in ("channel", "segment", "product")}


def company(labels: dict[str, str], stage: str) -> Snapshot:
    of_lead = {name: labels[name] for name in ("channel", "segment")}
    states = ("nurture", "handed_off")
    return Snapshot(
        deals=tuple(
            OpenDeal(f"d{k}", **labels, stage=stage, amount=9e3, age=40.0, stage_age=9.0, owner="ae 2")
            for k in range(3)
        ),
        leads=tuple(OpenLead(f"l{k}", **of_lead, state=states[k % 2], age=30.0, state_age=3.0) for k in range(40)),
        customers=tuple(OpenCustomer(f"c{k}", **labels, amount=1e4, since=700.0, renews_in=30.0) for k in range(8)),
        reps=(OpenRep("sdr 1", 20.0), OpenRep("ae 1", 45.0, 30_000.0)),
    )


def test_both_engines_tell_the_same_of_a_company_that_stands(starter: Any, labels: dict[str, str]) -> None:
    funnel, plan = starter
    start = company(labels, next(iter(funnel.stages)))
    one, other = (simulate(funnel, plan, snapshot=start, engine=engine) for engine in ENGINES)
    assert one.digest() == other.digest()
    past = one.events.time < 0.0
    assert one.window.begins == 0.0
    assert (one.events.kind[past] == Kind.RENEWED).sum() == 8
    assert (one.events.kind[past] == Kind.WON).sum() == 8
    assert ((one.events.kind == Kind.HANDED_OFF) & past).sum() == 20
    renewed = np.isin(one.events.kind, (Kind.RENEWED, Kind.CHURNED)) & (one.events.time == 30.0)
    assert renewed.sum() == 8
    brought = (one.events.kind == Kind.HIRED) & (one.events.amount > 0.0)
    assert one.events.amount[brought].tolist() == [30_000.0]
    owners = one.entities.owner[(one.entities.type == EntityType.OPPORTUNITY) & (one.entities.created == -40.0)]
    assert {one.names.seats[owner] for owner in owners.tolist()} == {"ae 2"}
    # What was booked before is in no counted month.
    assert (one.ledger.time[one.ledger.account == Account.BOOKING] < 0.0).sum() == 8


def test_a_ramp_goes_on_from_where_it_is(starter: Any) -> None:
    funnel, plan = starter
    assert funnel.ae.ramp > 0

    def hours(*reps: OpenRep) -> float:
        log = simulate(funnel, plan, snapshot=Snapshot(reps=reps))
        mine = np.array(log.names.seats)[log.reps.person] == "ae 1"
        return float(log.reps.available_hours[mine & (log.reps.month == 0)].sum())

    full, fresh, half, old = hours(), *(hours(OpenRep("ae 1", days)) for days in (1.0, 40.0, 4_000.0))
    assert fresh < half < full
    assert old == pytest.approx(full)


def test_customers_alone_come_before_the_run_in(starter: Any, labels: dict[str, str]) -> None:
    funnel, plan = starter
    start = Snapshot(customers=company(labels, "").customers, run_in=True)
    one, other = (simulate(funnel, plan, snapshot=start, engine=engine) for engine in ENGINES)
    assert one.digest() == other.digest()
    assert one.window.begins < -100.0
    ends = np.isin(one.events.kind, (Kind.RENEWED, Kind.CHURNED)) & (one.events.time == one.window.begins + 30.0)
    assert ends.sum() == 8


def test_a_checkpoint_goes_on_with_such_a_start(starter: Any, labels: dict[str, str]) -> None:
    funnel, plan = starter
    start = company(labels, next(iter(funnel.stages)))
    whole = simulate(funnel, plan, snapshot=start).digest()
    for day in (0.0, 17.25):
        here = simulate_until(funnel, plan, day, snapshot=start)
        assert resume(here, funnel, plan, snapshot=start).digest() == whole
        assert resume(here, funnel, plan, snapshot=start, engine="simpy").digest() == whole


def test_all_that_is_wrong_is_told_at_once(starter: Any, labels: dict[str, str]) -> None:
    funnel, plan = starter
    of_lead = {name: labels[name] for name in ("channel", "segment")}
    wrong = Snapshot(
        leads=(
            OpenLead("x", "nope", "no", "asleep", 3.0, 4.0),
            OpenLead("x", **of_lead, state="nurture", age=0.0, state_age=0.0),
        ),
        customers=(
            OpenCustomer("q", **labels, amount=-5.0, since=500.0, renews_in=100.0, owner="sdr 1"),
            OpenCustomer("r", **labels, amount=1.0, since=20.0, renews_in=20.0),
            OpenCustomer("s", **labels, amount=1.0, since=400.0, renews_in=900.0),
        ),
        reps=(OpenRep("ae 99", 0.0), OpenRep("sdr 1", 3.0, 5.0)),
        run_in=True,
    )
    with pytest.raises(InputError) as refused:
        simulate(funnel, plan, snapshot=wrong)
    assert [problem.where.removeprefix("snapshot.") for problem in refused.value.problems] == [
        "run_in",
        *(f"leads.0.{name}" for name in ("channel", "segment", "state_age", "state")),
        *("leads.1.id", "leads.1.age"),
        *("customers.0.amount", "customers.0.owner", "customers.1.renews_in", "customers.2.renews_in"),
        *("reps.0.seat", "reps.0.tenure", "reps.1.booked"),
    ]


@pytest.mark.parametrize(
    ("since", "renews_in", "renewed"), [(0.0, 365.0, 0), (1.0, 365.0, 0), (700.0, 30.0, 1), (1460.0, 1.0, 3)]
)
def test_terms_renewed_follow_from_dates(since: float, renews_in: float, renewed: int, labels: dict[str, str]) -> None:
    assert OpenCustomer("c", **labels, amount=1.0, since=since, renews_in=renews_in).renewed(365.0) == renewed
