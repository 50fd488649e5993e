"""A snapshot of a run's first day is the snapshot with which it began."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from worlds import worlds

from sim.first_rows import in_order
from sim.run import simulate
from sim.snapshot import CAPTURED, NURTURE, OPEN, Snapshot
from sim.standing import snapshot_of


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(starts=("deals",)))
def test_the_first_day_is_as_the_run_began(world):  # type: ignore[no-untyped-def]
    """But for what is drawn where nothing is given: amounts, who owns a deal, and whether an open lead was let go."""
    funnel, plan, snapshot = world
    assume(snapshot is not None)
    log = simulate(funnel, plan, snapshot=snapshot, seed=3)
    found = snapshot_of(log, 0.0, begun=snapshot)
    expected = Snapshot(
        *(
            tuple(noun for _, _, noun in in_order(getattr(snapshot, group), 0.0))
            for group in ("deals", "leads", "customers")
        ),
        reps=snapshot.reps,
    )
    pooled = plan.teams.ae.ownership == "pooled"
    assert len(found.leads) == len(expected.leads)
    for lead, its_own in zip(found.leads, expected.leads, strict=True):
        if its_own.state == OPEN and lead.state == NURTURE:
            assert lead == replace(its_own, state=NURTURE, state_age=lead.state_age)
        else:
            assert lead == replace(its_own, state=CAPTURED if its_own.state == OPEN else its_own.state)
    assert found.customers == tuple(replace(each, owner=None if pooled else each.owner) for each in expected.customers)
    assert found.reps == expected.reps
    assert len(found.deals) == len(expected.deals)
    for ours, its in zip(found.deals, expected.deals, strict=True):
        owner = None if pooled else its.owner or ours.owner
        assert ours == replace(its, owner=owner, amount=ours.amount if its.amount is None else its.amount)
    # What such a run begins with is where another begins.
    assert snapshot_of(simulate(funnel, plan, snapshot=found, seed=4), 0.0, begun=found) == found
