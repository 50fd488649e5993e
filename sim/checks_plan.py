"""Rules across the fields of a plan."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from sim.checking import distinct_keys, near, series_problems
from sim.errors import Problem
from sim.overflow import Overflow
from sim.paths import join
from sim.plan import Plan
from sim.series import month_starts
from sim.teams import TEAMS, AeTeam
from sim.working_time import Calendar

__all__ = ["check_plan", "has_known_months", "spend_problems"]


def check_plan(plan: Plan) -> list[Problem]:
    """Every problem of a plan by itself."""
    return [
        *_month_problems(plan),
        *spend_problems(plan),
        *_head_problems(plan),
        *_ae_problems(plan.teams.ae),
        *_scoring_problems(plan),
        *_handoff_problems(plan),
        *_overflow_problems(plan.handoff.overflow),
        *distinct_keys(("plan", "teams"), {name: team for name in TEAMS if (team := plan.teams.of(name))}),
        *_pay_problems(plan),
        *_programme_problems(plan),
        *_target_problems(plan),
        *_calendar_problems(plan.calendar),
        *_campaign_problems(plan),
    ]


def _month_problems(plan: Plan) -> Iterator[Problem]:
    if plan.start.day != 1 and _runs_in(plan):
        rule = f"must be the first day of a month after a run-in ({plan.run_in} months)"
        remedy = f"write {plan.start.replace(day=1)}, or begin with who is there: open_pipeline; or run_in: 0"
        yield Problem("plan.start", rule, plan.start.isoformat(), remedy)
    if not has_known_months(plan):
        got = f"{plan.start.isoformat()} with {plan.run_in} months before and {plan.months + plan.follow} after"
        yield Problem("plan.start", "all months must lie between the years 1900 and 2200", got)


def _runs_in(plan: Plan) -> bool:
    """Whether months before the start are simulated: with an opening of deals, leads or reps there are none."""
    return plan.run_in > 0 and not any((plan.open_pipeline, plan.opening.leads, plan.opening.reps))


def spend_problems(plan: Plan) -> Iterator[Problem]:
    """The problems of spend by channel."""
    for channel, spend in plan.spend.items():
        yield from series_problems(("plan", "spend", channel), spend, plan)


def _head_problems(plan: Plan) -> Iterator[Problem]:
    for name in TEAMS:
        team = plan.teams.of(name)
        if team is None:
            continue
        at = ("plan", "teams", name)
        yield from series_problems((*at, "headcount"), team.headcount, plan)
        if _year_after(plan.start, plan.months + plan.follow) <= 2200:
            end = month_starts(plan.start, plan.months + 1)[-1]
            for place, hire in enumerate(team.hires):
                if hire.month >= end:
                    rule = f"must be a month of the plan, which ends before {end:%Y-%m}"
                    yield Problem(join((*at, "hires", place, "month")), rule, f"{hire.month:%Y-%m}")


def _ae_problems(ae: AeTeam) -> Iterator[Problem]:
    if ae.ownership == "pooled" and ae.max_open is not None:
        rule = "must be none in a pool, where opportunities belong to no AE"
        yield Problem("plan.teams.ae.max_open", rule, str(ae.max_open), "write max_open: none, or ownership: owned")
    if ae.ownership == "pooled" and ae.routing != "least_loaded":
        rule = "must be least_loaded in a pool, where leads are given to no AE"
        remedy = "write routing: least_loaded, or ownership: owned"
        yield Problem("plan.teams.ae.routing", rule, ae.routing, remedy)


def _scoring_problems(plan: Plan) -> Iterator[Problem]:
    scoring = plan.scoring
    if scoring.rule != "fixed" and scoring.feedback is not None:
        rule = "must be fixed where feedback moves the threshold"
        yield Problem("plan.scoring.rule", rule, scoring.rule, "write rule: fixed, or feedback: none")


def _handoff_problems(plan: Plan) -> Iterator[Problem]:
    if plan.handoff.breach is not None and plan.handoff.sla is None:
        rule = "needs a service level that can be breached"
        yield Problem("plan.handoff.breach", rule, plan.handoff.breach, "write sla: 4 hours, or breach: none")
    if plan.handoff.breach == "reassign" and plan.teams.sdr.routing == "pool":
        rule = "must not be reassign where every lead waits for all SDRs"
        remedy = "write breach: escalate, or teams.sdr.routing: round_robin"
        yield Problem("plan.handoff.breach", rule, plan.handoff.breach, remedy)


def _overflow_problems(overflow: Overflow) -> Iterator[Problem]:
    until, when = overflow.until_backlog_hours_per_rep, overflow.when_backlog_hours_per_rep
    if until is not None and until > when:
        rule = f"must be at most the {when:g} hours at which overflow begins (when_backlog_hours_per_rep)"
        yield Problem("plan.handoff.overflow.until_backlog_hours_per_rep", rule, f"{until:g}")


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


def _programme_problems(plan: Plan) -> Iterator[Problem]:
    for name, terms in plan.programmes.items():
        if terms.from_ is not None and terms.until is not None and terms.until <= terms.from_:
            rule = f"must be after the first day, {terms.from_}"
            yield Problem(join(("plan", "programmes", name, "until")), rule, str(terms.until))


def _target_problems(plan: Plan) -> Iterator[Problem]:
    by = plan.targets.by
    if by is not None and by not in month_starts(plan.start, plan.months):
        yield Problem("plan.targets.by", "must be a month of the plan", f"{by:%Y-%m}")


def _campaign_problems(plan: Plan) -> Iterator[Problem]:
    yield from distinct_keys(("plan", "campaigns"), plan.campaigns)
    for name, campaign in plan.campaigns.items():
        at = ("plan", "campaigns", name)
        if campaign.from_ < plan.start:
            rule = f"must not be before the plan's start ({plan.start.isoformat()})"
            yield Problem(join((*at, "from")), rule, campaign.from_.isoformat())
        if campaign.until <= campaign.from_:
            rule = f"must be after its first day ({campaign.from_.isoformat()})"
            yield Problem(join((*at, "until")), rule, campaign.until.isoformat())


def _calendar_problems(calendar: Calendar) -> Iterator[Problem]:
    if not _is_timezone(calendar.timezone):
        import zoneinfo

        remedy = near(calendar.timezone, zoneinfo.available_timezones()) or "give a name such as Europe/Berlin"
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
        return "must be a country code whose holidays are known", near(country, known) or "such as US, GB or DE-BY"
    except Exception:
        # The package looks classes up by name; what a strange name does there is not ours to predict.
        return "must be a country code such as US or DE-BY, or a list of dates", ""
    return "", ""


def has_known_months(plan: Plan) -> bool:
    """Whether all months lie between the years 1900 and 2200."""
    return _year_after(plan.start, -plan.run_in) >= 1900 and _year_after(plan.start, plan.months + plan.follow) <= 2200


def _year_after(start: dt.date, months: int) -> int:
    return (start.year * 12 + start.month - 1 + months) // 12
