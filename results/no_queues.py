"""The world without queues: the same company with work that takes no time, buyers who wait, and AEs without a limit.

It is an ordinary scenario. Luck is keyed by lead and deal, so it pairs with the world it was made from, and what
differs between the two is what waiting for reps does.
"""

import math
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

from scenarios.overrides import apply_stress
from scenarios.scenario import Scenario
from sim.checks import MAX_LEADS, expected_leads
from sim.clock import hours_per_month
from sim.distributions import Constant, Never
from sim.funnel import Funnel
from sim.laws.delays import upper_quantile
from sim.paths import join
from sim.plan import Plan
from sim.tables import make_tables
from sim.tables.chain import entries, has_rework, passages
from sim.tables.knowledge import stage_logits
from sim.teams import AeTeam, AmTeam, SdrTeam
from sim.units import DAYS_PER_MONTH

__all__ = ["LONGEST", "settled", "without_queues"]

T = TypeVar("T", SdrTeam, AeTeam, AmTeam)

LONGEST = 36
"""Months after the plan beyond which nothing is followed."""

MOST_RECYCLES = 10
"""Returns to nurture that are waited for where they are unlimited."""

_LATE = 0.005
"""Share of a law's durations that last longer than what is waited for; the rule that marks an open deal a zombie."""

_MOST_LEADS = 10.0
"""A longer follow may make at most this many times the scenario's own leads (a fast-growing company is cut short)."""


def without_queues(scenario: Scenario) -> Scenario:
    """The scenario with all effort 0, no patience that ends, no limit on open deals, and at least one head a team.

    Opening hours stay, and so does what hangs on them: a lead that comes at night is tried in the morning. A scenario
    that has no queues already comes back unchanged but for its name.
    """
    changes = tuple(_changes(scenario.funnel))
    quiet = scenario.replace(
        name=f"{scenario.name} without queues",
        plan=_roomy(scenario.plan),
        root=_roomy(scenario.root),
    )
    if not changes:
        return quiet
    # As stress changes they hold in every parameter draw, after the scenario's own; in the run-in they hold as well.
    return quiet.replace(
        funnel=apply_stress(scenario.funnel, changes),
        calm=apply_stress(scenario.calm or scenario.funnel, changes),
        stress=(*scenario.stress, *changes),
    )


def _changes(funnel: Funnel) -> Iterator[tuple[str, Any]]:
    development = funnel.sales_development
    efforts = [
        (("sales_development", "attempt_effort"), development.attempt_effort),
        (("sales_development", "conversation_effort"), development.conversation_effort),
        *((("stages", name, "effort"), stage.effort) for name, stage in funnel.stages.items()),
    ]
    for path, effort in efforts:
        if not (isinstance(effort, Constant) and effort.value == 0):
            yield join(path), 0.0
    for path, patience in (
        (("sales_development", "patience"), development.patience),
        (("ae_patience",), funnel.ae_patience),
    ):
        if not isinstance(patience, Never):
            yield join(path), "never"


def _roomy(plan: Plan) -> Plan:
    teams = plan.teams
    sdr, ae = _staffed(plan, teams.sdr), _staffed(plan, teams.ae)
    am = None if teams.am is None else _staffed(plan, teams.am)
    if ae.max_open is not None:
        ae = ae.model_copy(update={"max_open": None})
    if sdr is teams.sdr and ae is teams.ae and am is teams.am:
        return plan
    return plan.model_copy(update={"teams": teams.model_copy(update={"sdr": sdr, "ae": ae, "am": am})})


def _staffed(plan: Plan, team: T) -> T:
    heads = plan.heads(team)
    if min(heads) >= 1:
        return team
    return team.model_copy(update={"headcount": tuple(max(level, 1) for level in heads), "hires": ()})


def settled(scenario: Scenario) -> Scenario:
    """The scenario followed until what can still happen has happened, at most `LONGEST` months after the plan.

    That is: two stays in nurture if leads are recycled once, all attempts, and every stage to the 99.5 % quantile of
    each of its laws. The time comes after the last month, so nothing within the plan changes.
    """
    plan = scenario.plan
    follow = max(plan.follow, min(LONGEST, math.ceil(_days(scenario) / DAYS_PER_MONTH)))
    most = min(MAX_LEADS, _MOST_LEADS * expected_leads(scenario.funnel, plan))
    while follow > plan.follow and expected_leads(scenario.funnel, _followed(plan, follow)) > most:
        follow -= 1
    return scenario.replace(plan=_followed(plan, follow))


def _followed(plan: Plan, months: int) -> Plan:
    return plan if months == plan.follow else plan.model_copy(update={"follow": months})


def _days(scenario: Scenario) -> float:
    """Days from capture until hardly anything is left to happen."""
    funnel, plan = scenario.funnel, scenario.plan
    tables = make_tables(funnel, plan, scenario.root, scenario.snapshot)

    def late(law: int) -> float:
        return float(upper_quantile(tables.laws, tables.knots, law, _LATE))

    def longest(laws: Any) -> float:
        return max((days for days in map(late, laws) if math.isfinite(days)), default=0.0)

    first = tables.stage_first
    stages = math.fsum(
        passes * longest(tables.cause_law[first[stage] : first[stage + 1]])
        for stage, passes in enumerate(_most_passes(funnel, plan))
    )
    steps = math.fsum(longest([law]) for law in tables.steps)
    working_hours_a_day = hours_per_month(plan.calendar) / DAYS_PER_MONTH
    attempts = (plan.handoff.attempts - 1) * tables.spacing / working_hours_a_day
    nurtured = any(channel.mql_probability != 1 for channel in funnel.channels.values())
    recycles = MOST_RECYCLES if isinstance(plan.handoff.recycles, str) else plan.handoff.recycles
    stays = (1 if nurtured else 0) + recycles
    passes = 1 + recycles
    passing = passes * (longest([tables.handoff.delay_law]) + attempts)
    return float(steps + stays * tables.release_after + passing + stages * float(np.max(tables.segment_time)))


def _most_passes(funnel: Funnel, plan: Plan) -> list[int]:
    """By stage, how often an opportunity enters it at most, but for a share of `_LATE`."""
    if not has_rework(funnel):
        return [1] * len(funnel.stages)
    again = 1.0 - 1.0 / np.diagonal(entries(passages(funnel, stage_logits(funnel, plan))))
    return [1 + math.ceil(math.log(_LATE) / math.log(p)) if p > _LATE else 1 for p in again.tolist()]
