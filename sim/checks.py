"""Rules across fields: what each field alone cannot show. All problems are gathered, and raised once.

A problem's `where` is the dotted path of the field from `funnel` or `plan` on; whoever read the files adds positions.
"""

import datetime as dt
import math
from collections.abc import Iterator

from sim.capture import Channel
from sim.checking import near
from sim.checks_customers import referral_problems
from sim.checks_funnel import check_funnel
from sim.checks_market import leaver_problems
from sim.checks_plan import check_plan, has_known_months, spend_problems
from sim.distributions import median
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.paths import join
from sim.plan import Plan
from sim.series import by_month, month_starts
from sim.stages import causes_of
from sim.teams import TEAMS
from sim.units import DAYS_PER_MONTH

__all__ = ["MAX_LEADS", "MAX_PERSONS", "check", "check_funnel", "check_pair", "check_plan", "expected_leads"]

MAX_LEADS = 20_000_000
"""Leads of one replication beyond which a run is refused."""

MAX_PERSONS = 20_000
"""Persons of one team in one replication beyond which a run is refused."""

MAX_TOUCHES = 500
"""Touches of one prospect through one channel in a week beyond which a run is refused: more than any prospect notices,
and so few that their numbers (`sim.laws.touches`) fit into a draw's turn however spend lies within its month."""


def check(funnel: Funnel, plan: Plan) -> None:
    """Raise InputError with every problem of the funnel, the plan, and the two together."""
    problems = [*check_funnel(funnel), *check_plan(plan), *check_pair(funnel, plan)]
    if problems:
        raise InputError(problems)


def check_pair(funnel: Funnel, plan: Plan) -> list[Problem]:
    """Every problem of a plan with a funnel."""
    problems = list(_pair_problems(funnel, plan))
    # It takes a sound pair to say how many customers a customer brings.
    if not problems and funnel.customers.referral is not None and not check_funnel(funnel):
        problems += referral_problems(funnel, plan)
    return problems


def _pair_problems(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    for channel in plan.spend:
        if channel not in funnel.channels:
            rule = "must name a channel of the funnel"
            yield Problem(join(("plan", "spend", channel)), rule, channel, near(channel, funnel.channels))
    for name, campaign in plan.campaigns.items():
        if campaign.channel not in funnel.channels:
            where = join(("plan", "campaigns", name, "channel"))
            rule, remedy = "must name a channel of the funnel", near(campaign.channel, funnel.channels)
            yield Problem(where, rule, campaign.channel, remedy)
    for product in plan.pay.commission.products:
        if product not in funnel.products:
            at = ("plan", "pay", "commission", "products", product)
            yield Problem(join(at), "must name a product of the funnel", product, near(product, funnel.products))
    causes = {"stalled", *(cause for stage in funnel.stages.values() for cause in causes_of(funnel, stage))}
    again = causes | {name for name, shock in funnel.shocks.items() if shock.loses is not None}
    for place, cause in enumerate(plan.nurture.reclaim_causes):
        if cause not in again:
            where = join(("plan", "nurture", "reclaim_causes", str(place)))
            yield Problem(where, "must name a cause of loss", cause, near(cause, again))
    if plan.reporting.accuracy < 1.0 and len(causes) < 2:
        rule = "needs a funnel with more causes of loss than one"
        yield Problem("plan.reporting.accuracy", rule, str(plan.reporting.accuracy), "write 1")
    for product in plan.discounts:
        if product not in funnel.products:
            path = join(("plan", "discounts", product))
            yield Problem(path, "must name a product of the funnel", product, near(product, funnel.products))
    for name in plan.programmes:
        if name not in funnel.programmes:
            rule = "must name a programme of the funnel"
            yield Problem(join(("plan", "programmes", name)), rule, name, near(name, funnel.programmes))
    known = len(funnel.sales_development.contact)
    if plan.handoff.attempts > known:
        rule = f"must be at most {known}, as the funnel gives {known} contact probabilities (sales_development.contact)"
        yield Problem("plan.handoff.attempts", rule, str(plan.handoff.attempts))
    if plan.handoff.accept == "readiness" and funnel.buyers is None:
        rule = "needs a funnel that says who has budget and authority (buyers)"
        yield Problem("plan.handoff.accept", rule, plan.handoff.accept, "write accept: judgement, or give buyers")
    for name in plan.scoring.profile.segments:
        if name not in funnel.segments:
            rule = "must name segments of the funnel"
            yield Problem("plan.scoring.profile.segments", rule, name, near(name, funnel.segments))
    for asked in ("budget", "authority"):
        if getattr(plan.scoring.profile, asked) and funnel.buyers is None:
            rule = "needs a funnel that says who has budget and authority (buyers)"
            yield Problem(f"plan.scoring.profile.{asked}", rule, "true", "write false, or give buyers")
    yield from _behaviour_problems(funnel, plan)
    yield from leaver_problems(funnel, plan)
    if all(channel.mql_probability is not None for channel in funnel.channels.values()):
        where = "where no lead is judged by its score (every channel has an mql_probability)"
        if plan.scoring.feedback:
            yield Problem("plan.scoring.feedback", f"must be none {where}", plan.scoring.feedback)
        if plan.scoring.rule != "fixed":
            yield Problem("plan.scoring.rule", f"must be fixed {where}", plan.scoring.rule)
    if not list(spend_problems(plan)) and has_known_months(plan):
        leads = expected_leads(funnel, plan)
        if leads > MAX_LEADS:
            rule = f"the run must make at most {MAX_LEADS:,} leads"
            remedy = "look for a channel's `leads` or `spend`, the growth or a number of months that is too large"
            yield Problem("plan", rule, f"about {leads:.3g}", remedy)
        yield from _too_many_touches(funnel, plan)
        yield from _too_many_finds(funnel, plan)
        yield from _too_many_persons(funnel, plan)


def _behaviour_problems(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    scoring, channels = plan.scoring, funnel.channels.values()
    named = {channel.touches.asset for channel in channels if channel.touches.asset is not None}
    for place, name in enumerate(scoring.assets):
        if name not in named:
            where = join(("plan", "scoring", "assets", str(place)))
            yield Problem(where, "must name an asset of a channel (touches.asset)", name, near(name, named))
    used = [
        channel.touches.asset
        for channel in channels
        if channel.touches.per_month > 0.0 and channel.touches.clicked > 0.0 and channel.touches.action > 0.0
    ]
    if scoring.actions and not any(not scoring.assets or asset in scoring.assets for asset in used):
        rule = "needs a channel in whose touches an asset that counts is used (touches.per_month, clicked and action)"
        yield Problem("plan.scoring.actions", rule, str(scoring.actions), "write 0, or say how assets are used")


def _too_many_touches(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    """Spend so far above a channel's reference that its prospects would be touched without end."""
    for name, channel in funnel.channels.items():
        share = max(_spend_levels(plan, name)) / channel.spend if channel.spend > 0.0 else 1.0
        weekly = channel.touches.per_month * share * 7.0 / DAYS_PER_MONTH
        if weekly > MAX_TOUCHES:
            rule = f"at the plan's spend a prospect must be touched at most {MAX_TOUCHES} times a week"
            remedy = "look at this, and at whether the channel's reference `spend` is what its touches are counted at"
            where = join(("funnel", "channels", name, "touches", "per_month"))
            yield Problem(where, rule, f"about {weekly:.3g} a week", remedy)


def _too_many_finds(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    """An effort so small that AEs would find opportunities without end."""
    if funnel.prospecting is None:
        return
    opens, closes = plan.calendar.hours
    monthly = funnel.ae.selling_share * len(plan.calendar.days) * (closes - opens) / 7 * DAYS_PER_MONTH
    heads = plan.heads(plan.teams.ae)
    hours = monthly * (heads[0] * plan.run_in + sum(heads) + heads[-1] * plan.follow)
    least = max(hours / MAX_LEADS, 0.01)
    effort = median(funnel.prospecting.effort)
    if effort < least:
        rule = f"must be at least {least:.2g} hours as often as not, or AEs would find opportunities without end"
        yield Problem("funnel.prospecting.effort", rule, f"{effort:.2g} hours")


def _too_many_persons(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    """Stays so short that seats are held by persons without end."""
    for name in TEAMS:
        reps, heads = getattr(funnel, name), plan.heads(plan.teams.of(name))
        if reps.tenure is not None:
            seat_days = DAYS_PER_MONTH * (heads[0] * plan.run_in + sum(heads) + heads[-1] * plan.follow)
            persons = seat_days / (reps.tenure + reps.backfill)
            if persons > MAX_PERSONS:
                rule = f"seats must be held by at most {MAX_PERSONS:,} persons one after another"
                yield Problem(f"funnel.{name}.tenure", rule, f"about {persons:.3g}", "give a longer tenure")


def expected_leads(funnel: Funnel, plan: Plan) -> float:
    """About how many leads a replication makes: run-in, plan and follow-up, each month at its spend, no carry-over.

    The responses to spend, and their scaling, are those of `sim.laws.response`.
    """
    form = math.exp(-funnel.score.field_cost * max(0, plan.scoring.form_fields - 3))
    total = 0.0
    for name, channel in funnel.channels.items():
        levels = _spend_levels(plan, name)
        first = _months_before(plan.start, plan.run_in)
        volumes = by_month(channel.volume, first, len(levels), before=1.0)
        starts = month_starts(first, len(levels) + 1)
        for month, (level, volume) in enumerate(zip(levels, volumes, strict=True)):
            growth = funnel.arrivals.growth ** ((month - plan.run_in) / 12)
            demand, cost = _shocked(funnel, name, starts[month], starts[month + 1])
            total += channel.leads * _response(channel, level / cost) * volume * growth * form * demand
    return total


def _shocked(funnel: Funnel, channel: str, first: dt.date, end: dt.date) -> tuple[float, float]:
    """What shocks that touch a month multiply a channel's leads by, and its cost."""
    demand = cost = 1.0
    for shock in funnel.shocks.values():
        lasts = shock.from_ < end and (shock.until is None or shock.until > first)
        if lasts and (not shock.channels or channel in shock.channels):
            demand, cost = demand * shock.demand, cost * shock.cost
    return demand, cost


def _spend_levels(plan: Plan, name: str) -> list[float]:
    """About what is spent on a channel in each month of run-in, plan and follow-up, campaigns included."""
    spend = plan.monthly_spend(name)
    before = math.fsum(spend[:12]) / len(spend[:12])
    levels = [before] * plan.run_in + list(spend) + [spend[-1]] * plan.follow
    for campaign in plan.campaigns.values():
        if campaign.channel == name:
            months = max((campaign.until - campaign.from_).days / DAYS_PER_MONTH, 1.0)
            first = plan.run_in + math.floor((campaign.from_ - plan.start).days / DAYS_PER_MONTH)
            for month in range(max(first, 0), min(first + math.ceil(months), len(levels))):
                levels[month] += campaign.spend / months
    return levels


def _response(channel: Channel, spend: float) -> float:
    """Leads at a monthly spend, as a multiple of those at the reference spend."""
    if channel.spend <= 0:
        return 1.0
    if spend <= 0:
        return channel.base_share

    if channel.response == "power":
        log_gain = channel.elasticity * (math.log(spend) - math.log(channel.spend))
        return channel.base_share + (1 - channel.base_share) * math.exp(min(log_gain, 300.0))

    def odds_against(spend: float) -> float:
        log_ratio = math.log(channel.half_spend) + math.log(channel.spend) - math.log(spend)
        return math.exp(min(channel.shape * log_ratio, 300.0))

    gain = (1 + odds_against(channel.spend)) / (1 + odds_against(spend))
    return channel.base_share + (1 - channel.base_share) * gain


def _months_before(start: dt.date, months: int) -> dt.date:
    first = start.year * 12 + start.month - 1 - months
    return dt.date(first // 12, first % 12 + 1, 1)
