"""What generated worlds draw of how a company stands on the start, beyond its open deals: leads, customers, reps."""

from dataclasses import replace

from hypothesis import strategies as st

from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import CAPTURED, HANDED_OFF, NURTURE, OPEN, OpenCustomer, OpenLead, OpenRep, Snapshot


def standing(draw: st.DrawFn, snapshot: Snapshot, funnel: Funnel, plan: Plan) -> Snapshot:
    """A snapshot of deals with what else there may be; its deals may have owners."""
    seats = [f"ae {k + 1}" for k in range(plan.heads(plan.teams.ae)[0])]
    if draw(st.booleans()):
        return snapshot
    owners = st.sampled_from([None, None, *seats])
    deals = tuple(replace(deal, owner=draw(owners)) for deal in snapshot.deals)
    leads = tuple(_lead(draw, funnel, k) for k in range(draw(st.sampled_from([12, 3, 0]))))
    customers = tuple(_customer(draw, funnel, k, owners) for k in range(draw(st.sampled_from([6, 2, 0]))))
    sdrs = [f"sdr {k + 1}" for k in range(plan.heads(plan.teams.sdr)[0])]
    reps = [
        OpenRep(
            seat, draw(st.sampled_from([20.0, 45.5, 400.0])), draw(st.sampled_from([0.0, 9_000.0])) * (seat in seats)
        )
        for seat in (*sdrs, *seats)
        if draw(st.booleans())
    ]
    return Snapshot(deals, leads, customers, tuple(reps))


def before_run_in(draw: st.DrawFn, funnel: Funnel) -> Snapshot | None:
    """Customers of before the run-in, or none."""
    if draw(st.booleans()):
        return None
    customers = (_customer(draw, funnel, k, st.none()) for k in range(draw(st.sampled_from([4, 1]))))
    return Snapshot(customers=tuple(customers), run_in=True)


def _lead(draw: st.DrawFn, funnel: Funnel, k: int) -> OpenLead:
    name = draw(st.sampled_from(list(funnel.channels)))
    channel, age = funnel.channels[name], draw(st.sampled_from([0.0, 3.25, 40.0]))
    judged_by_score = None in (channel.mql_probability, channel.sql_probability)
    state = draw(st.sampled_from([NURTURE, HANDED_OFF, CAPTURED if judged_by_score else OPEN, CAPTURED]))
    there = age + draw(st.sampled_from([0.5, 10.0]))
    return OpenLead(
        id=f"lead {k}",
        channel=name,
        segment=draw(st.sampled_from(list(funnel.segments))),
        state=state,
        age=there,
        state_age=there if state in (CAPTURED, OPEN) else age,
    )


def _customer(draw: st.DrawFn, funnel: Funnel, k: int, owners: st.SearchStrategy[str | None]) -> OpenCustomer:
    term = funnel.customers.term
    left = draw(st.sampled_from([0.25, 0.5, 0.0625])) * term
    return OpenCustomer(
        id=f"customer {k}",
        channel=draw(st.sampled_from(list(funnel.channels))),
        segment=draw(st.sampled_from(list(funnel.segments))),
        product=draw(st.sampled_from(list(funnel.products))),
        amount=draw(st.sampled_from([5_000.0, 40_000.0, 0.0])),
        since=draw(st.sampled_from([1.0, 1.25, 3.0])) * term - left,
        renews_in=left,
        owner=draw(owners),
    )
