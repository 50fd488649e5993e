"""Rules across fields: what each field alone cannot show. All problems are gathered, and raised once.

A problem's `where` is the dotted path of the field from `funnel` or `plan` on; whoever read the files adds positions.
"""

import datetime as dt
import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from sim.capture import Channel
from sim.development import SalesDevelopment
from sim.distributions import median
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.paths import join, split
from sim.plan import Plan
from sim.reasons import REASONS
from sim.series import Step, by_month, month_starts
from sim.teams import Team
from sim.units import DAYS_PER_MONTH

__all__ = ["MAX_LEADS", "MAX_PERSONS", "check", "check_funnel", "check_pair", "check_plan", "expected_leads"]

MAX_LEADS = 20_000_000
"""Leads of one replication beyond which a run is refused."""

MAX_PERSONS = 20_000
"""Persons of one team in one replication beyond which a run is refused."""

_SUM_TOLERANCE = 1e-6
_SEASON_TOLERANCE = 0.005


def check(funnel: Funnel, plan: Plan) -> None:
    """Raise InputError with every problem of the funnel, the plan, and the two together."""
    problems = [*check_funnel(funnel), *check_plan(plan), *check_pair(funnel, plan)]
    if problems:
        raise InputError(problems)


def check_funnel(funnel: Funnel) -> list[Problem]:
    """Every problem of a funnel by itself."""
    return list(_funnel_problems(funnel))


def _funnel_problems(funnel: Funnel) -> Iterator[Problem]:
    for name, channel in funnel.channels.items():
        yield from _distinct_months(("funnel", "channels", name, "volume"), channel.volume)
        at = ("funnel", "channels", name, "segments")
        yield from _sum_to_one(at, channel.segments.values(), "the shares of a channel's segments")
        for segment in channel.segments:
            if segment not in funnel.segments:
                rule = "must name a segment of the funnel"
                yield Problem(join((*at, segment)), rule, segment, _near(segment, funnel.segments))
    mixes = (product.mix for product in funnel.products.values())
    yield from _sum_to_one(("funnel", "products"), mixes, "the mixes of the products")
    for name, stage in funnel.stages.items():
        at = ("funnel", "stages", name, "losses")
        if stage.losses:
            shares = (loss.share for loss in stage.losses.values())
            yield from _sum_to_one(at, shares, "the shares of a stage's losses")
        elif stage.advance < 1:
            yield Problem(join(at), "must be given where `advance` is below 1", f"advance {stage.advance:g}")
    mean = math.fsum(funnel.arrivals.season) / 12
    if abs(mean - 1) > _SEASON_TOLERANCE:
        remedy = f"divide each of the twelve by {mean:.6g}"
        rule = "the mean of the twelve months must be 1"
        yield Problem("funnel.arrivals.season", rule, f"a mean of {mean:.6g}", remedy)
    yield from _development_problems(funnel.sales_development)
    for kind in ("channels", "segments", "products", "stages"):
        yield from _distinct_keys(("funnel", kind), getattr(funnel, kind))
    for team in ("sdr", "ae"):
        ramp = getattr(funnel, team).ramp
        if ramp > 60:
            yield Problem(f"funnel.{team}.ramp", "must be at most 60 months", f"{ramp} months")
    if funnel.prospecting is not None and funnel.prospecting.channel not in funnel.channels:
        name = funnel.prospecting.channel
        rule = "must name a channel of the funnel"
        yield Problem("funnel.prospecting.channel", rule, name, _near(name, funnel.channels))
    if funnel.origin:
        yield from _known_origins(funnel)


def _development_problems(development: SalesDevelopment) -> Iterator[Problem]:
    at = ("funnel", "sales_development")
    for fit in ("good", "bad"):
        shares = getattr(development.rejections, fit)
        yield from _sum_to_one((*at, "rejections", fit), shares.values(), "the shares of the reasons")
        for name in shares:
            if name in REASONS and name != "poor_fit":
                rule = "must not be a reason that the model itself gives"
                yield Problem(join((*at, "rejections", fit, name)), rule, name, "choose another name")
    if development.speed_curve == "oldroyd" and development.speed_exponent is not None:
        rule = "must be none with the curve oldroyd, which has no exponent"
        yield Problem(join((*at, "speed_exponent")), rule, f"{development.speed_exponent:g}")


def check_plan(plan: Plan) -> list[Problem]:
    """Every problem of a plan by itself."""
    return list(_plan_problems(plan))


def _plan_problems(plan: Plan) -> Iterator[Problem]:
    if plan.start.day != 1:
        first = plan.start.replace(day=1).isoformat()
        yield Problem("plan.start", "must be the first day of a month", plan.start.isoformat(), f"write {first}")
    ahead = plan.months + plan.follow
    if not _in_range(plan):
        got = f"{plan.start.isoformat()} with {plan.run_in} months before and {ahead} after"
        yield Problem("plan.start", "all months must lie between the years 1900 and 2200", got)
    for channel, spend in plan.spend.items():
        yield from _series_problems(("plan", "spend", channel), spend, plan)
    for name in ("sdr", "ae"):
        team: Team = getattr(plan.teams, name)
        at = ("plan", "teams", name)
        yield from _series_problems((*at, "headcount"), team.headcount, plan)
        if _year_after(plan.start, ahead) <= 2200:
            end = month_starts(plan.start, plan.months + 1)[-1]
            for place, hire in enumerate(team.hires):
                if hire.month >= end:
                    rule = f"must be a month of the plan, which ends before {end:%Y-%m}"
                    yield Problem(join((*at, "hires", place, "month")), rule, f"{hire.month:%Y-%m}")
    ae = plan.teams.ae
    if ae.ownership == "pooled" and ae.max_open is not None:
        rule = "must be none in a pool, where opportunities belong to no AE"
        yield Problem("plan.teams.ae.max_open", rule, str(ae.max_open), "write max_open: none, or ownership: owned")
    if ae.ownership == "pooled" and ae.routing != "least_loaded":
        rule = "must be least_loaded in a pool, where leads are given to no AE"
        remedy = "write routing: least_loaded, or ownership: owned"
        yield Problem("plan.teams.ae.routing", rule, ae.routing, remedy)
    if plan.handoff.breach is not None and plan.handoff.sla is None:
        rule = "needs a service level that can be breached"
        yield Problem("plan.handoff.breach", rule, plan.handoff.breach, "write sla: 4 hours, or breach: none")
    if plan.handoff.breach == "reassign" and plan.teams.sdr.routing == "pool":
        rule = "must not be reassign where every lead waits for all SDRs"
        remedy = "write breach: escalate, or teams.sdr.routing: round_robin"
        yield Problem("plan.handoff.breach", rule, plan.handoff.breach, remedy)
    overflow = plan.handoff.overflow
    until, when = overflow.until_backlog_hours_per_rep, overflow.when_backlog_hours_per_rep
    if until is not None and until > when:
        rule = f"must be at most the {when:g} hours at which overflow begins (when_backlog_hours_per_rep)"
        yield Problem("plan.handoff.overflow.until_backlog_hours_per_rep", rule, f"{until:g}")
    yield from _distinct_keys(("plan", "teams"), {"sdr": plan.teams.sdr, "ae": plan.teams.ae})
    yield from _pay_problems(plan)
    by = plan.targets.by
    if by is not None and by not in month_starts(plan.start, plan.months):
        yield Problem("plan.targets.by", "must be a month of the plan", f"{by:%Y-%m}")
    yield from _calendar_problems(plan)


def _pay_problems(plan: Plan) -> Iterator[Problem]:
    pay = plan.pay
    for place, (low, high) in enumerate(pairwise(pay.accelerators), start=1):
        if high.above <= low.above:
            rule = "must be above the accelerator before it, so that each share of quota has one rate"
            yield Problem(join(("plan", "pay", "accelerators", place, "above")), rule, f"{high.above:.0%}")
    if pay.cap is not None and pay.cap < pay.threshold:
        rule = "must be at least the threshold, or no commission is ever paid"
        yield Problem("plan.pay.cap", rule, f"a cap of {pay.cap:.0%} and a threshold of {pay.threshold:.0%}")
    given = {"accelerators": bool(pay.accelerators), "threshold": pay.threshold > 0, "cap": pay.cap is not None}
    if plan.teams.ae.quota is None and any(given.values()):
        names = " and ".join(name for name, is_given in given.items() if is_given)
        rule = "must be given where pay depends on it"
        yield Problem(
            "plan.teams.ae.quota", rule, f"none, with pay.{names}", "give bookings expected of a head, a year"
        )
    if pay.sla_bonus > 0 and plan.handoff.sla is None:
        rule = "must be given where a bonus is paid for keeping it"
        yield Problem("plan.handoff.sla", rule, f"none, with pay.sla_bonus {pay.sla_bonus:g}")


def check_pair(funnel: Funnel, plan: Plan) -> list[Problem]:
    """Every problem of a plan with a funnel."""
    return list(_pair_problems(funnel, plan))


def _pair_problems(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    for channel in plan.spend:
        if channel not in funnel.channels:
            rule = "must name a channel of the funnel"
            yield Problem(join(("plan", "spend", channel)), rule, channel, _near(channel, funnel.channels))
    for product in plan.pay.commission.products:
        if product not in funnel.products:
            at = ("plan", "pay", "commission", "products", product)
            yield Problem(join(at), "must name a product of the funnel", product, _near(product, funnel.products))
    known = len(funnel.sales_development.contact)
    if plan.handoff.attempts > known:
        rule = f"must be at most {known}, as the funnel gives {known} contact probabilities (sales_development.contact)"
        yield Problem("plan.handoff.attempts", rule, str(plan.handoff.attempts))
    if plan.scoring.feedback and all(channel.mql_probability is not None for channel in funnel.channels.values()):
        rule = "must be none where no lead is judged by its score (every channel has an mql_probability)"
        yield Problem("plan.scoring.feedback", rule, plan.scoring.feedback)
    if not list(_unusable_series(plan)) and _in_range(plan):
        leads = expected_leads(funnel, plan)
        if leads > MAX_LEADS:
            rule = f"the run must make at most {MAX_LEADS:,} leads"
            remedy = "look for a channel's `leads` or `spend`, the growth or a number of months that is too large"
            yield Problem("plan", rule, f"about {leads:.3g}", remedy)
        yield from _too_many_finds(funnel, plan)
        yield from _too_many_persons(funnel, plan)


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
    for name in ("sdr", "ae"):
        reps, heads = getattr(funnel, name), plan.heads(getattr(plan.teams, name))
        if reps.tenure is not None:
            seat_days = DAYS_PER_MONTH * (heads[0] * plan.run_in + sum(heads) + heads[-1] * plan.follow)
            persons = seat_days / (reps.tenure + reps.backfill)
            if persons > MAX_PERSONS:
                rule = f"seats must be held by at most {MAX_PERSONS:,} persons one after another"
                yield Problem(f"funnel.{name}.tenure", rule, f"about {persons:.3g}", "give a longer tenure")


def expected_leads(funnel: Funnel, plan: Plan) -> float:
    """About how many leads a replication makes: run-in, plan and follow-up, each month at its spend, no carry-over.

    The Hill curve h(a) = a^al / (K^al + a^al) and the scaling are those of `sim.laws.response`.
    """
    form = math.exp(-funnel.score.field_cost * max(0, plan.scoring.form_fields - 3))
    total = 0.0
    for name, channel in funnel.channels.items():
        spend = plan.monthly_spend(name)
        before = math.fsum(spend[:12]) / len(spend[:12])
        levels = [before] * plan.run_in + list(spend) + [spend[-1]] * plan.follow
        volumes = by_month(channel.volume, _months_before(plan.start, plan.run_in), len(levels), before=1.0)
        for month, (level, volume) in enumerate(zip(levels, volumes, strict=True), start=-plan.run_in):
            growth = funnel.arrivals.growth ** (month / 12)
            total += channel.leads * _response(channel, level) * volume * growth * form
    return total


def _response(channel: Channel, spend: float) -> float:
    """Leads at a monthly spend, as a multiple of those at the reference spend."""
    if channel.spend <= 0:
        return 1.0
    if spend <= 0:
        return channel.base_share

    def odds_against(spend: float) -> float:
        log_ratio = math.log(channel.half_spend) + math.log(channel.spend) - math.log(spend)
        return math.exp(min(channel.shape * log_ratio, 300.0))

    gain = (1 + odds_against(channel.spend)) / (1 + odds_against(spend))
    return channel.base_share + (1 - channel.base_share) * gain


def _sum_to_one(at: tuple[str, ...], shares: Iterable[float], what: str) -> Iterator[Problem]:
    total = math.fsum(shares)
    if abs(total - 1) > _SUM_TOLERANCE:
        yield Problem(join(at), f"{what} must sum to 1", f"a sum of {total:.9g}")


def _distinct_keys(at: tuple[str, ...], entries: Mapping[str, Any]) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, entry in entries.items():
        first = owner.setdefault(entry.key, name)
        if first != name:
            rule = f"must differ from the key of {first}, or the two would share their luck"
            yield Problem(join((*at, name, "key")), rule, entry.key)


def _known_origins(funnel: Funnel) -> Iterator[Problem]:
    tree = funnel.model_dump(by_alias=True)
    for path in funnel.origin:
        try:
            names = split(path)
        except ValueError as error:
            yield Problem(join(("funnel", "origin", path)), str(error), path)
            continue
        value: Any = tree
        for name in names:
            if isinstance(value, Mapping) and name in value:
                value = value[name]
            elif isinstance(value, (list, tuple)) and name.isdigit() and int(name) < len(value):
                value = value[int(name)]
            else:
                remedy = _near(name, value) if isinstance(value, Mapping) else ""
                rule = "must be the path of a field of the funnel"
                yield Problem(join(("funnel", "origin", path)), rule, path, remedy)
                break


def _series_problems(at: tuple[str, ...], series: Any, plan: Plan) -> Iterator[Problem]:
    if not isinstance(series, tuple):
        return
    if not isinstance(series[0], Step):
        if len(series) < plan.months:
            remedy = "give one number for all months, or one for each"
            rule = f"must have an entry for each of the plan's {plan.months} months"
            yield Problem(join(at), rule, f"{len(series)}", remedy)
        return
    yield from _distinct_months(at, series)


def _distinct_months(at: tuple[str, ...], series: Any) -> Iterator[Problem]:
    """The problems of dated steps, where a series is made of them."""
    if not isinstance(series, tuple):
        return
    seen: set[dt.date] = set()
    for place, step in enumerate(series):
        if step.from_ in seen:
            rule = "must differ from the months of the steps before it"
            yield Problem(join((*at, str(place), "from")), rule, f"{step.from_:%Y-%m}")
        seen.add(step.from_)


def _unusable_series(plan: Plan) -> Iterator[Problem]:
    for channel, spend in plan.spend.items():
        yield from _series_problems(("plan", "spend", channel), spend, plan)


def _calendar_problems(plan: Plan) -> Iterator[Problem]:
    calendar = plan.calendar
    if not _is_timezone(calendar.timezone):
        import zoneinfo

        remedy = _near(calendar.timezone, zoneinfo.available_timezones()) or "give a name such as Europe/Berlin"
        yield Problem("plan.calendar.timezone", "must be the name of a time zone", calendar.timezone, remedy)
    if isinstance(calendar.holidays, str):
        rule, remedy = _unknown_country(calendar.holidays)
        if rule:
            yield Problem("plan.calendar.holidays", rule, calendar.holidays, remedy)


def _is_timezone(name: str) -> bool:
    import zoneinfo

    if name == "UTC":
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _unknown_country(code: str) -> tuple[str, str]:
    """The rule that a code of public holidays breaks, and a remedy; empty if it is known."""
    import holidays

    country, _, subdivision = code.partition("-")
    try:
        holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError:
        known = holidays.list_supported_countries(include_aliases=False)
        if country in known:
            return f"must be a region of {country} whose holidays are known", f"known: {', '.join(known[country][:30])}"
        return "must be a country code whose holidays are known", _near(country, known) or "such as US, GB or DE-BY"
    except Exception:
        # The package looks classes up by name; what a strange name does there is not ours to predict.
        return "must be a country code such as US or DE-BY, or a list of dates", ""
    return "", ""


def _in_range(plan: Plan) -> bool:
    """Whether all months lie between the years 1900 and 2200."""
    return _year_after(plan.start, -plan.run_in) >= 1900 and _year_after(plan.start, plan.months + plan.follow) <= 2200


def _months_before(start: dt.date, months: int) -> dt.date:
    first = start.year * 12 + start.month - 1 - months
    return dt.date(first // 12, first % 12 + 1, 1)


def _year_after(start: dt.date, months: int) -> int:
    return (start.year * 12 + start.month - 1 + months) // 12


def _near(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(names)}" if 0 < len(names) <= 20 else ""
