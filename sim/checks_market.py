"""Rules across the fields of what surrounds a company: its market, rivals, choices, shocks."""

from collections.abc import Iterator
from itertools import pairwise

from sim.checking import distinct_months, near
from sim.errors import Problem
from sim.funnel import Funnel
from sim.market import NO_DECISION
from sim.paths import join
from sim.plan import Plan
from sim.reasons import REASONS
from sim.selling import Stage
from sim.stages import ACCOUNT_STAGES, causes_of

__all__ = ["choice_problems", "leaver_problems", "market_problems"]


def market_problems(funnel: Funnel) -> Iterator[Problem]:
    """Every problem of a funnel's surroundings."""
    to_customers = (getattr(funnel.customers, name) for name in ACCOUNT_STAGES)
    causes = {cause for stage in funnel.stages.values() for cause in causes_of(funnel, stage)}
    causes |= {cause for sale in to_customers for cause in sale.losses}
    for name in funnel.market:
        if name not in funnel.segments:
            rule = "must name a segment of the funnel"
            yield Problem(join(("funnel", "market", name)), rule, name, near(name, funnel.segments))
    yield from _rival_problems(funnel, causes)
    for name, shock in funnel.shocks.items():
        at = ("funnel", "shocks", name)
        if name in REASONS or name in causes:
            rule = "must not be the name of a reason or a cause of loss, as the log knows a shock by it"
            yield Problem(join(at), rule, name, "choose another name")
        if shock.until is not None and shock.until <= shock.from_:
            yield Problem(join((*at, "until")), f"must be later than {shock.from_}", str(shock.until))
        for rival in shock.rivals:
            if rival not in funnel.rivals:
                where = join((*at, "rivals", rival))
                yield Problem(where, "must name a rival of the funnel", rival, near(rival, funnel.rivals))
        for place, channel in enumerate(shock.channels):
            if channel not in funnel.channels:
                where = join((*at, "channels", str(place)))
                yield Problem(where, "must name a channel of the funnel", channel, near(channel, funnel.channels))


def choice_problems(name: str, stage: Stage) -> Iterator[Problem]:
    """What a stage may not say beside a choice."""
    at = ("funnel", "stages", name)
    for field in ("losses", "rework"):
        if getattr(stage, field):
            rule = "must not be given beside a `choice`, which says how the stage may end"
            yield Problem(join((*at, field)), rule, ", ".join(getattr(stage, field)), f"leave {field} out")
    if stage.advance != 1.0:
        rule = "must be 1 beside a `choice`, which says how often we are chosen"
        yield Problem(join((*at, "advance")), rule, f"{stage.advance:g}", "write advance: 1")


def _rival_problems(funnel: Funnel, causes: set[str]) -> Iterator[Problem]:
    chooses = any(stage.choice is not None for stage in funnel.stages.values())
    for name, rival in funnel.rivals.items():
        at = ("funnel", "rivals", name)
        yield from distinct_months((*at, "pressure"), rival.pressure)
        if name in REASONS or name == NO_DECISION:
            rule = "must not be the name of a reason, as the log knows what is lost to a rival by its name"
            yield Problem(join(at), rule, name, "choose another name")
        for place, cause in enumerate(rival.causes):
            if cause not in causes and not chooses:
                where = join((*at, "causes", str(place)))
                yield Problem(where, "must name a cause of loss", cause, near(cause, causes))


def leaver_problems(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    """Reps who are to leave from seats that a plan does not have."""
    for name, shock in funnel.shocks.items():
        if shock.leaves is None or shock.leaves.who == "best":
            continue
        heads = plan.heads(getattr(plan.teams, shock.leaves.team))
        # A seat that is cut and given again is another one.
        seats = heads[0] + sum(max(after - before, 0) for before, after in pairwise(heads))
        if shock.leaves.who > seats:
            rule = f"must be at most {seats}, as the plan has so many seats of the team"
            yield Problem(join(("funnel", "shocks", name, "leaves", "who")), rule, str(shock.leaves.who))
