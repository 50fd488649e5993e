"""Funnel and plan as dense arrays: what engines and rules read. Days, hours, money; every shape is stated."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock, hours_per_month, make_clock, worked_hours
from sim.disciplines import DISCIPLINES
from sim.draws import text_key
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.horizon import Horizon, make_horizon
from sim.laws.outcomes import logit
from sim.laws.quality import form_separation
from sim.plan import Plan
from sim.rates import Spending, daily_rates, in_hours_shares, weekly_spending
from sim.reasons import REASONS
from sim.seats import TEAMS, Seats, make_seats
from sim.snapshot import Snapshot
from sim.tables.handoff import NO_LIMIT, Handoff, make_handoff
from sim.tables.laws import Laws
from sim.tables.overflow import OverflowTable, make_overflow
from sim.tables.pay import PayTerms, make_pay
from sim.tables.people import People, make_people
from sim.tables.prospecting import Prospecting, make_prospecting
from sim.tables.pursuit import PursuitTable, make_pursuit
from sim.tables.scoring import ScoringTable, make_scoring
from sim.units import DAYS_PER_MONTH

__all__ = ["Tables", "make_tables"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Tables(NamedTuple):
    """One world as arrays. C channels, G segments, P products, S stages, K causes, L laws, D days, W rows of seats:
    the plan's, or in a replication the persons who hold them (`sim.people`)."""

    horizon: Horizon
    clock: Clock
    seats: Seats
    people: People
    reasons: tuple[str, ...]
    laws: Floats
    """(L, 5) rows of `sim.laws.delays`."""
    knots: Floats
    """(2, n) values and cumulative probabilities of table laws."""
    channel_key: Ints
    """(C,)"""
    rates: Floats
    """(C, D) leads a day from the first simulated day, before this replication's shocks."""
    spending: Spending
    in_hours: Floats
    """(D,) share of a day's leads that come inside opening hours."""
    channel_fit: Floats
    channel_intent: Floats
    channel_segments: Floats
    """(C, G) cumulative shares."""
    channel_mql: Floats
    """(C,) probability in place of the score, NaN where the score decides."""
    channel_sql: Floats
    """(C,) probability in place of fit and intent, NaN where they decide."""
    channel_score: Ints
    """(C,) laws of the score, -1 where fit and intent make it."""
    channel_value: Ints
    """(C,) laws, -1 where the product's or the segment's law holds."""
    score_separation: float
    score_intent: float
    score_threshold: float
    scoring: ScoringTable
    steps: Ints
    """(steps,) laws of the delays before the first judgement."""
    ready_good: float
    """Hazard a day."""
    ready_bad: float
    unsubscribe: float
    intent_decay: float
    """Intent lost a day."""
    release_after: float
    """Days."""
    contact: Floats
    """(attempts,) probability of contact at each attempt if the first is immediate."""
    spacing: float
    """Working hours."""
    attempt_law: int
    conversation_law: int
    accept_good: float
    accept_bad: float
    accept_intent: float
    sdr_patience: int
    sdr_discipline: int
    handoff: Handoff
    ae_patience: int
    max_open: int
    ae_discipline: int
    pooled: bool
    """Whether opportunities belong to no AE and their work to whoever is free."""
    bad_fit_logit: float
    segment_time: Floats
    segment_effort: Floats
    segment_logit: Floats
    segment_value: Ints
    """(G,) laws."""
    product_mix: Floats
    """(P,) cumulative shares."""
    product_price: Floats
    product_margin: Floats
    product_value: Ints
    """(P,) laws, -1 where the segment's law holds."""
    stage_logit: Floats
    """(S,) log-odds that a good-fit opportunity advances."""
    stage_penalty: Floats
    """(S,) log-odds lost per 30 days of delay."""
    stage_effort: Ints
    """(S,) laws."""
    stage_late: Ints
    """(S,) 1 where the way out is drawn when the work is done, 0 where at entry."""
    stage_first: Ints
    """(S + 1,) where each stage's causes begin in the cause columns; the first cause of a stage is to advance."""
    cause_law: Ints
    """(K,) laws."""
    cause_share: Floats
    """(K,) share among the stage's losses; 0 for advancing."""
    cause_reason: Ints
    """(K,) reason of a loss; -1 for advancing."""
    renewal_logit: float
    renewal_fit: float
    term: float
    seat_share: Floats
    """(W,) selling share."""
    seat_ramp: Floats
    """(W,) ramp in working hours, 0 for the established."""
    seat_hired: Floats
    """(W,) B(hire) in working hours."""
    seat_skill: Floats
    """(W,) log-odds: of contact for an SDR, of advancing for an AE."""
    pay: PayTerms
    prospecting: Prospecting
    pursuit: PursuitTable
    frailty_shape: float
    """k of the weekly gamma factor, 0 for none."""
    market_sd: float
    market_persistence: float
    overflow: OverflowTable
    run_in: "Tables | None"
    """What holds before time 0, where that is something else."""


def _cumulative(shares: Iterable[float]) -> Floats:
    total = np.cumsum(np.fromiter(shares, dtype=np.float64))
    total[-1] = 1.0
    return total


def _optional(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _seat_columns(funnel: Funnel, plan: Plan, seats: Seats, clock: Clock) -> tuple[Floats, Floats, Floats]:
    monthly = hours_per_month(plan.calendar)
    share = np.empty(len(seats.team))
    ramp = np.zeros(len(seats.team))
    hired = np.zeros(len(seats.team))
    for seat, team in enumerate(seats.team):
        reps = getattr(funnel, TEAMS[team])
        share[seat] = reps.selling_share
        if seats.new[seat] and reps.ramp:
            ramp[seat] = reps.ramp * monthly
            hired[seat] = worked_hours(
                clock.before, clock.first_day, clock.opens, clock.closes, float(seats.hired[seat])
            )
    return share, ramp, hired


def make_tables(
    funnel: Funnel,
    plan: Plan,
    root: Plan | None = None,
    snapshot: Snapshot | None = None,
    calm: Funnel | None = None,
) -> Tables:
    """The arrays of a world.

    root: the plan that drives the run-in (the plan itself if none); calm: the funnel of the run-in, before any stress
    (the funnel itself if none); a snapshot replaces the run-in. What the plan and the funnel change acts from time 0:
    until then `Tables.run_in` holds. Raises InputError where the two funnels differ in more than numbers.
    """
    root, calm = root or plan, calm or funnel
    horizon = make_horizon(plan, 0 if snapshot is not None else root.run_in)
    # A task may begin before the end and finish after it, so the clock reaches beyond the last simulated day.
    clock = make_clock(plan.calendar, plan.start, int(horizon.begins), int(horizon.ends) + 800)
    seats = make_seats(plan, root, horizon)
    reasons = list(REASONS)
    for world in (calm, funnel):
        rejections = world.sales_development.rejections
        reasons += [name for name in dict.fromkeys((*rejections.good, *rejections.bad)) if name not in reasons]
        for stage in world.stages.values():
            reasons += [name for name in stage.losses if name not in reasons]
    tables = _tables(funnel, plan, root, horizon, clock, seats, tuple(reasons))
    if horizon.first_month == 0 or (root == plan and calm == funnel):
        return tables
    _check_structure(calm, funnel)
    before = _tables(calm, root, root, horizon, clock, seats, tuple(reasons))
    days = -int(horizon.begins)
    # Even if nothing depends on attainment on either side of time 0: the run-in's quota must not outlive it.
    resets = bool(np.isfinite(tables.pay.period_quota).any())
    pay = tables.pay._replace(resets=resets)
    return tables._replace(
        pay=pay,
        run_in=before._replace(
            pay=before.pay._replace(resets=resets, periods=pay.periods, period_quota=pay.period_quota)
        ),
        rates=np.concatenate((before.rates[:, :days], tables.rates[:, days:]), axis=1),
        in_hours=np.concatenate((before.in_hours[:days], tables.in_hours[days:])),
    )


def _check_structure(calm: Funnel, funnel: Funnel) -> None:
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
    if problems:
        raise InputError(problems)


def _tables(
    funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon, clock: Clock, seats: Seats, reasons: tuple[str, ...]
) -> Tables:
    laws = Laws()
    stage_first = [0]
    cause_law: list[int] = []
    cause_share: list[float] = []
    cause_reason: list[int] = []
    for stage in funnel.stages.values():
        advance = laws.add(stage.time)
        cause_law.append(advance)
        cause_share.append(0.0)
        cause_reason.append(-1)
        for name, loss in stage.losses.items():
            cause_law.append(laws.add(loss.time) if loss.time is not None else advance)
            cause_share.append(loss.share)
            cause_reason.append(reasons.index(name))
        stage_first.append(len(cause_law))
    handoff = make_handoff(funnel, plan, reasons)
    touches = plan.nurture.touches_per_month
    care = min(1.0 + funnel.nurture.touch_effect * max(touches - 2.0, 0.0), 1.5)
    channels = list(funnel.channels.values())
    segments = list(funnel.segments.values())
    products = list(funnel.products.values())
    development = funnel.sales_development
    share, ramp, hired = _seat_columns(funnel, plan, seats, clock)
    return Tables(
        horizon=horizon,
        clock=clock,
        seats=seats,
        people=make_people(funnel, plan),
        reasons=reasons,
        channel_key=np.array([text_key(f"channel:{channel.key}") for channel in channels], dtype=np.int64),
        rates=daily_rates(funnel, plan, root, horizon),
        spending=weekly_spending(funnel, plan, root, horizon),
        in_hours=in_hours_shares(funnel, plan, horizon, clock),
        channel_fit=np.array([channel.fit_share for channel in channels]),
        channel_intent=np.array([channel.intent for channel in channels]),
        channel_segments=np.array(
            [_cumulative(channel.segments.get(name, 0.0) for name in funnel.segments) for channel in channels]
        ),
        channel_mql=_optional(channel.mql_probability for channel in channels),
        channel_sql=_optional(channel.sql_probability for channel in channels),
        channel_score=laws.add_all(channel.score for channel in channels),
        channel_value=laws.add_all(channel.value for channel in channels),
        score_separation=form_separation(
            plan.scoring.form_fields, funnel.score.separation, funnel.score.field_gain, funnel.score.field_decay
        ),
        score_intent=funnel.score.intent_weight,
        score_threshold=plan.scoring.threshold,
        scoring=make_scoring(plan.scoring),
        steps=laws.add_all(funnel.nurture.steps),
        ready_good=funnel.nurture.ready_good * care / DAYS_PER_MONTH,
        ready_bad=funnel.nurture.ready_bad * care / DAYS_PER_MONTH,
        unsubscribe=(funnel.nurture.unsubscribe + funnel.nurture.unsubscribe_per_touch * touches) / DAYS_PER_MONTH,
        intent_decay=funnel.nurture.intent_decay / DAYS_PER_MONTH,
        release_after=plan.nurture.release_after * DAYS_PER_MONTH,
        contact=np.array(development.contact[: plan.handoff.attempts]),
        spacing=development.spacing,
        attempt_law=laws.add(development.attempt_effort),
        conversation_law=laws.add(development.conversation_effort),
        accept_good=development.accept_good,
        accept_bad=development.accept_bad,
        accept_intent=development.accept_intent,
        sdr_patience=laws.add(development.patience),
        sdr_discipline=DISCIPLINES[plan.teams.sdr.discipline],
        handoff=handoff,
        ae_patience=laws.add(funnel.ae_patience),
        max_open=plan.teams.ae.max_open or NO_LIMIT,
        ae_discipline=DISCIPLINES[plan.teams.ae.discipline],
        pooled=plan.teams.ae.ownership == "pooled",
        bad_fit_logit=funnel.bad_fit_logit,
        segment_time=np.array([segment.time for segment in segments]),
        segment_effort=np.array([segment.effort for segment in segments]),
        segment_logit=np.array([segment.advance_logit for segment in segments]),
        segment_value=laws.add_all(segment.value for segment in segments),
        product_mix=_cumulative(product.mix for product in products),
        product_price=np.array([product.price for product in products]),
        product_margin=np.array([product.margin for product in products]),
        product_value=laws.add_all(product.value for product in products),
        stage_logit=np.array([logit(stage.advance) for stage in funnel.stages.values()]),
        stage_penalty=np.array([stage.delay_penalty for stage in funnel.stages.values()]),
        stage_effort=laws.add_all(stage.effort for stage in funnel.stages.values()),
        stage_late=np.array([stage.resolve == "after_effort" for stage in funnel.stages.values()], dtype=np.int64),
        stage_first=np.array(stage_first, dtype=np.int64),
        cause_law=np.array(cause_law, dtype=np.int64),
        cause_share=np.array(cause_share),
        cause_reason=np.array(cause_reason, dtype=np.int64),
        renewal_logit=logit(funnel.customers.renewal),
        renewal_fit=funnel.customers.renewal_fit,
        term=funnel.customers.term,
        seat_share=share,
        seat_ramp=ramp,
        seat_hired=hired,
        seat_skill=np.zeros(len(seats.team)),
        pay=make_pay(funnel, plan, root, horizon),
        prospecting=make_prospecting(funnel, laws),
        pursuit=make_pursuit(funnel, plan, handoff.order),
        frailty_shape=funnel.arrivals.frailty_shape or 0.0,
        market_sd=funnel.arrivals.market_sd,
        market_persistence=funnel.arrivals.market_persistence,
        overflow=make_overflow(funnel, plan, root, laws),
        run_in=None,
        # Last, because the calls above add laws.
        laws=laws.array(),
        knots=laws.knot_array(),
    )
