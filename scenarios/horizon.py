"""Horizon: a scenario over other months than its plan's, longer, shorter or in the past."""

import datetime as dt

from scenarios.scenario import Scenario
from sim.checks import check_pair, check_plan
from sim.errors import InputError, Problem
from sim.plan import Plan
from sim.teams import TEAMS
from sim.units import MOST_MONTHS

__all__ = ["over", "past"]


def over(scenario: Scenario, months: int, follow: int = 0) -> Scenario:
    """The same world over its first `months` months, with `follow` uncounted months after them.

    What happens in months that both share is the same. InputError where a plan made longer lacks a month's number.
    """
    plan = _changed(scenario.plan, {"months": months, "follow": follow})
    if months > scenario.plan.months:
        problems = [*check_plan(plan), *check_pair(scenario.funnel, plan)]
        if problems:
            raise InputError(problems)
    return scenario.replace(plan=plan)


def past(scenario: Scenario, months: int) -> Scenario:
    """The same world over the `months` months that end where its plan begins, at the plan's first levels.

    The months before those are the root plan's run-in; who is there at its start by a file, and posterior
    draws, are left out.
    """
    plan, root = scenario.plan, scenario.root
    first = plan.start.year * 12 + plan.start.month - 1 - months
    start = dt.date(first // 12, first % 12 + 1, 1)
    changes = {"start": start, "months": months, "follow": 0, "open_pipeline": None, "opening": {}}
    then = _changed(plan, {**changes, **_first_levels(plan)})
    return scenario.replace(
        plan=then, root=_changed(root, {**changes, **_first_levels(root)}), draws=None, snapshot=None
    )


def _first_levels(plan: Plan) -> dict[str, object]:
    """Spend and heads of the plan's first month, as levels that hold in every month."""
    teams = {
        name: {**team.model_dump(by_alias=True), "headcount": plan.heads(team)[0], "hires": ()}
        for name in TEAMS
        if (team := plan.teams.of(name)) is not None
    }
    return {"spend": {channel: plan.monthly_spend(channel)[0] for channel in plan.spend}, "teams": teams}


def _changed(plan: Plan, changes: dict[str, object]) -> Plan:
    tree = {**plan.model_dump(by_alias=True), **changes}
    if not isinstance(tree["months"], int) or not 1 <= tree["months"] <= MOST_MONTHS:
        raise InputError(Problem("months", f"must be a whole number from 1 to {MOST_MONTHS}", str(tree["months"])))
    return Plan.model_validate(tree)
