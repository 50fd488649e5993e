"""One funnel under one plan as arrays."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock, hours_per_month, worked_hours
from sim.disciplines import DISCIPLINES
from sim.draws import text_key
from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.laws.nurture import touch_factor
from sim.laws.outcomes import logit
from sim.laws.selling import ADVANCES, BACK
from sim.plan import Plan
from sim.rates import daily_rates, day_profile, in_hours_shares, weekly_spending
from sim.seats import TEAMS, Seats
from sim.stages import all_stages
from sim.tables.accounts import make_accounts
from sim.tables.buyers import make_buyers
from sim.tables.campaigns import make_campaigns
from sim.tables.climate import make_climate
from sim.tables.handoff import NO_LIMIT, make_handoff
from sim.tables.knowledge import contact_chances, hours_factor, stage_logits
from sim.tables.laws import Laws
from sim.tables.market import make_market
from sim.tables.nurture import make_nurture
from sim.tables.overflow import make_overflow
from sim.tables.pay import make_pay
from sim.tables.people import make_people
from sim.tables.prices import make_prices
from sim.tables.prospecting import make_prospecting
from sim.tables.pursuit import make_pursuit
from sim.tables.sale import make_sale
from sim.tables.scoring import make_cut, make_scoring, separation
from sim.tables.shocks import make_shocks
from sim.tables.signing import make_signing
from sim.tables.tables import Tables
from sim.tables.touches import make_touches
from sim.units import DAYS_PER_MONTH

__all__ = ["Shape", "world_tables"]

Floats = NDArray[np.float64]


class Shape(NamedTuple):
    """What the worlds before and after a plan's start have in common."""

    reasons: tuple[str, ...]
    """All names by number."""
    accounts: bool
    """Whether customers are sold more, now or later."""
    tends: bool
    """Whether more happens to customers than that they renew at a fixed chance, now or later."""


def world_tables(
    funnel: Funnel, plan: Plan, root: Plan, horizon: Horizon, clock: Clock, seats: Seats, shape: Shape
) -> Tables:
    """The arrays of one funnel under one plan, from beginning to end; `root` is the plan that drives the run-in."""
    laws, reasons = Laws(), shape.reasons
    stages = all_stages(funnel, shape.accounts)
    to_customers = list(stages.values())[len(funnel.stages) :]
    stage_first = [0]
    cause_law: list[int] = []
    cause_share: list[float] = []
    cause_reason: list[int] = []
    for stage in stages.values():
        advance = laws.add(stage.time)
        cause_law.append(advance)
        cause_share.append(0.0)
        cause_reason.append(ADVANCES)
        for name, loss in stage.losses.items():
            cause_law.append(laws.add(loss.time) if loss.time is not None else advance)
            cause_share.append(loss.share)
            cause_reason.append(reasons.index(name))
        for name, loss in stage.rework.items():
            cause_law.append(laws.add(loss.time) if loss.time is not None else advance)
            cause_share.append(loss.share)
            cause_reason.append(BACK - list(funnel.stages).index(name))
        stage_first.append(len(cause_law))
    handoff = make_handoff(funnel, plan, reasons, laws)
    touches = plan.nurture.touches_per_month
    care = touch_factor(touches, funnel.nurture.touch_effect, funnel.nurture.touch_scale)
    channels = list(funnel.channels.values())
    segments = list(funnel.segments.values())
    products = list(funnel.products.values())
    development = funnel.sales_development
    share, ramp, hired = _seat_columns(funnel, plan, seats, clock)
    rates = daily_rates(funnel, plan, root, horizon)
    counted = slice(int(-horizon.begins), int(horizon.counted - horizon.begins))
    saved = hours_factor(funnel, plan)
    hazards = (
        funnel.nurture.ready_bad * care / DAYS_PER_MONTH,
        funnel.nurture.ready_good * care / DAYS_PER_MONTH,
    )
    cut = make_cut(funnel, plan, rates[:, counted].mean(axis=1))
    profiles = day_profile(funnel)
    spending = weekly_spending(funnel, plan, root, horizon)
    scores = laws.add_all(channel.score for channel in channels)
    last_stage = slice(stage_first[len(funnel.stages) - 1], stage_first[len(funnel.stages)])
    climate = make_climate(funnel, plan, horizon, stages, stage_first, cause_share)
    return Tables(
        horizon=horizon,
        clock=clock,
        seats=seats,
        people=make_people(funnel, plan),
        reasons=reasons,
        channel_key=np.array([text_key(f"channel:{channel.key}") for channel in channels], dtype=np.int64),
        rates=rates,
        spending=spending,
        campaign=make_campaigns(funnel, plan, horizon, spending, scores),
        touch=make_touches(funnel, plan, root, horizon, spending),
        in_hours=in_hours_shares(funnel, plan, horizon, clock),
        day_profiles=profiles,
        day_profile=np.full(int(horizon.ends - horizon.begins), len(profiles) - 1, dtype=np.int64),
        channel_fit=np.array([channel.fit_share for channel in channels]),
        channel_intent=np.array([channel.intent for channel in channels]),
        channel_segments=np.array(
            [_cumulative(channel.segments.get(name, 0.0) for name in funnel.segments) for channel in channels]
        ),
        channel_mql=_optional(channel.mql_probability for channel in channels),
        channel_sql=_optional(channel.sql_probability for channel in channels),
        channel_score=scores,
        channel_value=laws.add_all(channel.value for channel in channels),
        score_separation=separation(funnel, plan),
        score_intent=funnel.score.intent_weight,
        score_threshold=cut.threshold,
        scoring=make_scoring(funnel, plan, cut.shifts),
        steps=laws.add_all(funnel.nurture.steps),
        ready_good=hazards[1],
        ready_bad=hazards[0],
        unsubscribe=(funnel.nurture.unsubscribe + funnel.nurture.unsubscribe_per_touch * touches) / DAYS_PER_MONTH,
        nurture=make_nurture(funnel, plan, reasons, hazards),
        intent_decay=funnel.nurture.intent_decay / DAYS_PER_MONTH,
        release_after=plan.nurture.release_after * DAYS_PER_MONTH,
        contact=contact_chances(funnel, plan),
        spacing=development.spacing,
        attempt_law=laws.add(development.attempt_effort, saved),
        conversation_law=laws.add(development.conversation_effort, saved),
        accept_good=development.accept_good,
        accept_bad=development.accept_bad,
        accept_intent=development.accept_intent,
        buyers=make_buyers(funnel, plan),
        sdr_patience=laws.add(development.patience),
        sdr_discipline=DISCIPLINES[plan.teams.sdr.discipline],
        handoff=handoff,
        ae_patience=laws.add(funnel.ae_patience),
        max_open=plan.teams.ae.max_open or NO_LIMIT,
        ae_discipline=DISCIPLINES[plan.teams.ae.discipline],
        pooled=plan.teams.ae.ownership == "pooled",
        managed=plan.teams.am is not None,
        am_discipline=DISCIPLINES["fifo" if plan.teams.am is None else plan.teams.am.discipline],
        bad_fit_logit=funnel.bad_fit_logit,
        segment_time=np.array([segment.time for segment in segments]),
        segment_effort=np.array([segment.effort for segment in segments]),
        segment_logit=np.array([segment.advance_logit for segment in segments]),
        segment_value=laws.add_all(segment.value for segment in segments),
        product_mix=_cumulative(product.mix for product in products),
        prices=make_prices(funnel, plan),
        product_margin=np.array([product.margin for product in products]),
        product_value=laws.add_all(product.value for product in products),
        stage_logit=np.array([*stage_logits(funnel, plan), *(logit(stage.advance) for stage in to_customers)]),
        stage_penalty=np.array([stage.delay_penalty for stage in stages.values()]),
        stage_effort=laws.add_all(stage.effort for stage in stages.values()),
        stage_late=np.array([stage.resolve == "after_effort" for stage in stages.values()], dtype=np.int64),
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
        sale=make_sale(funnel, plan, list(stages.values()), reasons),
        climate=climate,
        signing=make_signing(funnel, plan, horizon, cause_law[last_stage], laws),
        stage_names=tuple(stages),
        sold=len(funnel.stages),
        accounts=make_accounts(funnel, plan, reasons, climate.care, shape.tends),
        market=make_market(funnel),
        shocks=make_shocks(funnel, plan, reasons),
        run_in=None,
        # Last, because the calls above add laws.
        laws=laws.array(),
        knots=laws.knot_array(),
    )


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
            worked = worked_hours(clock.before, clock.first_day, clock.opens, clock.closes, float(seats.hired[seat]))
            hired[seat] = worked - seats.worked[seat]
    return share, ramp, hired


def _cumulative(shares: Iterable[float]) -> Floats:
    total = np.cumsum(np.fromiter(shares, dtype=np.float64))
    total[-1] = 1.0
    return total


def _optional(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
