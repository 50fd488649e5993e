"""Makes the arrays of a world, with those of its run-in where that is something else."""

import numpy as np

from sim.checks_snapshot import check_snapshot
from sim.clock import make_clock
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.horizon import make_horizon
from sim.paths import join
from sim.plan import Plan
from sim.reasons import REASONS
from sim.seats import make_seats, with_history
from sim.snapshot import Snapshot
from sim.stages import all_stages, first_stages, sells_to_customers
from sim.tables.accounts import account_reasons, has_lives
from sim.tables.nurture import nurture_reasons
from sim.tables.shocks import join_shocks
from sim.tables.tables import Tables
from sim.tables.touches import join_touches
from sim.tables.world import Shape, world_tables

__all__ = ["make_tables"]


def make_tables(
    funnel: Funnel,
    plan: Plan,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    calm: Funnel | None = None,
) -> Tables:
    """The arrays of a world.

    root: the plan that drives the run-in (the plan itself if none); calm: the funnel of the run-in, before any stress
    (the funnel itself if none); a snapshot replaces the run-in, unless it says otherwise. What the plan and the funnel
    change acts from time 0: until then `Tables.run_in` holds. Raises InputError where the two funnels differ in more
    than numbers, and for a snapshot of another company.
    """
    root, calm = root or plan, calm or funnel
    starts = snapshot is not None and not snapshot.run_in
    horizon = make_horizon(plan, 0 if starts else root.run_in)
    # A task may begin before the end and finish after it, so the clock reaches beyond the last simulated day.
    clock = make_clock(plan.calendar, plan.start, int(horizon.begins), int(horizon.ends) + 800)
    seats = make_seats(plan, root, horizon)
    if snapshot is not None:
        check_snapshot(snapshot, calm if horizon.first_month < 0 else funnel, horizon, seats)
        seats = with_history(seats, snapshot.reps, plan.calendar)
    reasons = list(REASONS)
    for world in (calm, funnel):
        rejections = world.sales_development.rejections
        reasons += [name for name in dict.fromkeys((*rejections.good, *rejections.bad)) if name not in reasons]
        for stage in first_stages(world).values():
            reasons += [name for name in stage.losses if name not in reasons]
    reasons += [name for name in nurture_reasons((calm, funnel)) if name not in reasons]
    reasons += [name for name in dict.fromkeys((*calm.assets, *funnel.assets)) if name not in reasons]
    accounts = sells_to_customers(calm) or sells_to_customers(funnel)
    for world in (calm, funnel):
        late = [name for sale in all_stages(world, accounts).values() for name in sale.losses]
        late += [*account_reasons(world, accounts), *world.shocks]
        reasons += [name for name in dict.fromkeys(late) if name not in reasons]
    shape = Shape(tuple(reasons), accounts, has_lives(calm, root) or has_lives(funnel, plan))
    tables = world_tables(funnel, plan, root, horizon, clock, seats, shape)
    tables = tables._replace(shocks=join_shocks(tables.shocks, tables.shocks, horizon.begins))
    if horizon.first_month == 0 or (root == plan and calm == funnel):
        return tables
    _check_structure(calm, funnel, plan)
    before = world_tables(calm, root, root, horizon, clock, seats, shape)
    days = -int(horizon.begins)
    earlier = np.where(before.day_profile >= 0, before.day_profile + len(tables.day_profiles), -1)
    # Even if nothing depends on attainment on either side of time 0: the run-in's quota must not outlive it.
    resets = bool(np.isfinite(tables.pay.period_quota).any())
    pay = tables.pay._replace(resets=resets)
    touch_before, touch = join_touches(before.touch, tables.touch, horizon)
    shocks = join_shocks(before.shocks, tables.shocks, horizon.begins)
    depletes = before.market.depletes or tables.market.depletes
    # Who is in nurture at time 0 is looked at by the plan's terms from then on.
    looks = before.scoring.looks or tables.scoring.looks
    return tables._replace(
        pay=pay,
        touch=touch,
        shocks=shocks,
        market=tables.market._replace(depletes=depletes),
        scoring=tables.scoring._replace(looks=looks),
        run_in=before._replace(
            signing=before.signing._replace(daily=tables.signing.daily),
            touch=touch_before,
            shocks=shocks,
            market=before.market._replace(depletes=depletes),
            scoring=before.scoring._replace(looks=looks),
            pay=before.pay._replace(resets=resets, periods=pay.periods, period_quota=pay.period_quota),
        ),
        rates=np.concatenate((before.rates[:, :days], tables.rates[:, days:]), axis=1),
        in_hours=np.concatenate((before.in_hours[:days], tables.in_hours[days:])),
        day_profiles=np.concatenate((tables.day_profiles, before.day_profiles)),
        day_profile=np.concatenate((earlier[:days], tables.day_profile[days:])),
    )


def _check_structure(calm: Funnel, funnel: Funnel, plan: Plan) -> None:
    """What is under way at the start must find its place again, so a scenario changes numbers and not lists."""
    problems = [
        Problem(
            f"funnel.{group}",
            "must keep its entries and their order in a scenario",
            ", ".join(getattr(funnel, group)),
            f"the run-in has {', '.join(getattr(calm, group))}",
        )
        for group in ("channels", "segments", "products", "stages")
        if list(getattr(calm, group)) != list(getattr(funnel, group))
    ]
    if calm.signing is not None and funnel.signing is None:
        rule = "must be there in a scenario if it was in the run-in: deals under way are not decided yet"
        problems.append(Problem("funnel.signing", rule, "none"))
    for name in dict.fromkeys((*calm.shocks, *funnel.shocks)):
        ours, its = funnel.shocks.get(name), calm.shocks.get(name)
        if ours != its and any(each is not None and each.from_ < plan.start for each in (ours, its)):
            rule = "must be in a scenario as it was in the run-in if it began before the plan's start"
            problems.append(Problem(join(("funnel", "shocks", name)), rule, name))
    if problems:
        raise InputError(problems)
