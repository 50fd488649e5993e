"""Generated worlds for property tests: small funnels and plans that reach every mechanism of the model."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenDeal, Snapshot

START = dt.date(2027, 1, 1)

CHANNELS = ("web", "events", "partner")

CALENDARS: tuple[Any, ...] = (
    "always",
    {},
    {"days": ["tue"], "holidays": "US"},
    {"days": "mon-fri", "hours": "06:00-18:00", "holidays": ["2027-01-04", "2027-02-01"]},
)
EXACT_CALENDARS: tuple[Any, ...] = (
    "always",
    {"hours": "09:00-18:00"},
    {"days": ["tue", "thu"], "hours": "06:00-18:00", "holidays": ["2027-01-05"]},
)
"""Calendars whose hours are binary fractions of a day, so that sums of hours are exact."""

SCORES: tuple[Any, ...] = (
    None,
    None,
    2,
    {"law": "normal", "mean": 1, "sd": 2, "clip": [-1, 4], "floor": True},
    {"law": "normal", "mean": 1, "sd": 1},
    {"law": "table", "at": [-1, 1, 3], "cumulative": [0, 0.4, 1]},
)
VALUES: tuple[Any, ...] = (
    None,
    None,
    900,
    {"law": "exponential", "mean": "5k"},
    {"law": "table", "at": [1000, 9000], "cumulative": [0, 1]},
)
ROUTINGS = ("round_robin", "territory", "score_weighted", "performance_weighted")
REJECTIONS: tuple[Any, ...] = (
    {},
    {"bad": {"no_money": 0.7, "poor_fit": 0.3}},
    {"good": {"not_ready": 0.5, "no_budget": 0.5}, "bad": {"poor_fit": 1.0}},
)


def shares(n: int) -> st.SearchStrategy[list[float]]:
    """n shares that sum to one, some of them zero."""
    weights = st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any)
    return weights.map(lambda row: [w / sum(row) for w in row])


def days_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of buyer time of the order of `scale` days, degenerate ones among them."""
    size = st.sampled_from([0.0, 0.1 * scale, scale, 3 * scale])
    some = st.sampled_from([0.1 * scale, scale, 3 * scale])
    return st.one_of(
        size.map(lambda x: {"law": "constant", "value": x}),
        size.map(lambda x: {"law": "exponential", "mean": x}),
        some.map(lambda x: {"law": "lognormal", "median": x, "sigma": 0.7}),
        some.map(lambda x: {"law": "weibull", "shape": 1.5, "scale": x}),
        some.map(lambda x: {"law": "table", "at": [0, x, 2 * x], "cumulative": [0, 0.7, 1]}),
        st.just({"law": "never"}),
    )


def effort_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of effort of the order of `scale` hours."""
    return days_laws(scale).filter(lambda law: law["law"] != "never")


@st.composite
def stages(draw: st.DrawFn, count: int) -> dict[str, Any]:
    """Stages in chain or mixture form, resolved at entry or after the work; one with a single cause of loss."""
    out = {}
    for k in range(count):
        parts = draw(shares(2))
        losses: dict[str, Any] = {"competitor": parts[0], "no_budget": {"share": parts[1]}}
        if draw(st.booleans()):
            losses["no_budget"]["time"] = draw(days_laws(15))
        if draw(st.booleans()):
            losses = dict(reversed(losses.items()))
        out[f"stage {k}"] = {
            "time": draw(days_laws(4)),
            "resolve": draw(st.sampled_from(["at_entry", "after_effort"])),
            "effort": draw(effort_laws(4)),
            "advance": draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
            "losses": draw(st.sampled_from([losses, losses, {"silence": 1.0}])),
            "delay_penalty": draw(st.sampled_from([0.0, 0.5, 20.0])),
        }
    return out


@st.composite
def funnels(draw: st.DrawFn, names: tuple[str, ...], stage_count: int) -> dict[str, Any]:
    """The tree of a funnel with these channels and so many stages."""
    channels = {}
    for name in names:
        mix = draw(shares(2))
        leads = draw(st.sampled_from([5, 10, 25]))
        channels[name] = {
            "leads": leads,
            "volume": {"from": "2027-02", "amount": 2} if leads == 5 else 1,
            "spend": draw(st.sampled_from([500, 3000])),
            "fit_share": draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
            "intent": draw(st.sampled_from([-0.5, 0.5])),
            "carry_over": draw(st.sampled_from([0.0, 0.6])),
            "segments": {"smb": mix[0], "enterprise": mix[1]},
            "score": draw(st.sampled_from(SCORES)),
            "mql_probability": draw(st.sampled_from([None, None, 0.5])),
            "sql_probability": draw(st.sampled_from([None, 0.5, 1.0])),
            "value": draw(st.sampled_from(VALUES)),
        }
    return {
        "name": "generated",
        "channels": channels,
        "segments": {
            "smb": {"value": {"law": "lognormal", "median": "10k", "sigma": 0.4}},
            "enterprise": {
                "value": "50k",
                "time": draw(st.sampled_from([1.6, 0.0])),
                "effort": 1.8,
                "advance_logit": -0.1,
            },
        },
        "products": {
            "core": {"mix": 0.6},
            "plus": {"mix": 0.4, "price": 1.3, "value": draw(st.sampled_from(VALUES))},
        },
        "stages": draw(stages(stage_count)),
        "arrivals": {
            "in_hours_share": draw(st.sampled_from([None, 0.8, 1.0])),
            "frailty_shape": draw(st.sampled_from([None, 4.0])),
            "market_sd": draw(st.sampled_from([0.0, 0.2])),
            "growth": draw(st.sampled_from([1.0, 1.5])),
        },
        "nurture": {
            "ready_good": draw(st.sampled_from([0.0, 1.0, 5.0])),
            "ready_bad": draw(st.sampled_from([0.0, 0.1, 1.0])),
            "unsubscribe": draw(st.sampled_from([0.0, 0.5])),
            "steps": draw(st.lists(effort_laws(3), max_size=2)),
        },
        "sales_development": {
            "contact": draw(st.permutations([0.5, 0.3, 0.9])),
            "spacing": draw(st.sampled_from([0, 12])),
            "attempt_effort": draw(effort_laws(0.3)),
            "conversation_effort": draw(effort_laws(1)),
            "patience": draw(days_laws(5) | days_laws(30) | st.just("never")),
            "speed_curve": draw(st.sampled_from(["attenuated", "moderate", "oldroyd"])),
            "speed_scale": draw(st.sampled_from([1, 5])),
            "rejections": draw(st.sampled_from(REJECTIONS)),
        },
        "sdr": {"selling_share": draw(st.sampled_from([0.05, 0.3, 1.0, 1.0])), **draw(persons([None, None, None, 30]))},
        "ae": {
            "selling_share": draw(st.sampled_from([0.05, 0.1, 0.3, 1.0])),
            **draw(persons([None, None, None, 20, 60])),
            **draw(handovers),
        },
        "effort": {
            "elasticity": draw(st.sampled_from([0.3, 0.0, 1.0])),
            "give_up": draw(st.sampled_from([1.0, 0.6])),
            "near_quota": draw(st.sampled_from([1.3, 1.0])),
            "pull_forward": draw(st.sampled_from([1.0, 1.0, 0.5, 0.0])),
        },
        "ae_patience": draw(days_laws(5) | days_laws(30) | st.just("never")),
        "prospecting": draw(
            st.sampled_from(
                [
                    None,
                    None,
                    {"effort": 3, "channel": names[-1]},
                    {"effort": {"law": "exponential", "mean": 6}, "channel": names[0]},
                ]
            )
        ),
        "pursuit": draw(
            st.sampled_from(
                [
                    None,
                    None,
                    {"sensitivity": 0.002, "learning": 0.3},
                    {"sensitivity": 0.0005, "belief": 0.5, "experience": 2},
                ]
            )
        ),
        "bad_fit_logit": draw(st.sampled_from([-1.2, 0.0])),
        "customers": {"renewal": draw(st.sampled_from([0.0, 0.5, 1.0])), "term": draw(st.sampled_from([20, 365]))},
    }


handovers = st.fixed_dictionaries(
    {"handover": st.sampled_from([0, 0, 2, 10]), "handover_logit": st.sampled_from([0.0, -2.0])}
)
"""What becomes of the opportunities of an AE who leaves."""


@st.composite
def persons(draw: st.DrawFn, stays: list[int | None]) -> dict[str, Any]:
    """Reps as persons: how long they stay, how they differ, what they learn."""
    return {
        "ramp": draw(st.sampled_from([0, 3])),
        "tenure": draw(st.sampled_from(stays)),
        "backfill": draw(st.sampled_from([0, 3, 30])),
        "skill_sd": draw(st.sampled_from([0.0, 1.0])),
        "learning": draw(st.sampled_from([0.0, 0.3])),
        "leave_days": draw(st.sampled_from([0, 0, 0, 60, 180])),
        "coding": draw(st.sampled_from([0.0, 0.375])),
    }


@st.composite
def overflows(draw: st.DrawFn) -> dict[str, Any]:
    """What becomes of leads that SDRs have no time for; often nothing."""
    return {
        "policy": draw(st.sampled_from(["push", "external", "throttle", "hold_nurture", "hold_nurture"])),
        "when_backlog_hours_per_rep": draw(st.sampled_from([0, 1, 1, 4])),
        "until_backlog_hours_per_rep": draw(st.sampled_from([None, 0])),
        "queue_limit": draw(st.sampled_from([None, None, 0, 3])),
        "hold": {
            "cutoff": draw(st.sampled_from(["feedback", "feedback", 1.5, 9])),
            "at_most": draw(st.sampled_from([None, None, 0, 5])),
        },
        "external": {
            "fee": 60,
            "quality": draw(st.sampled_from([0.0, 0.85, 1.0])),
            "time": draw(st.sampled_from([0.0, 0.25, {"law": "table", "at": [0.2, 0.5], "cumulative": [0, 1]}])),
            "start_up": draw(st.sampled_from([0, 0, 7])),
        },
        "throttle": {"cut": draw(st.sampled_from([0.5, 1.0]))},
    }


feedbacks = st.fixed_dictionaries(
    {
        "feedback": st.sampled_from([None, None, "monthly"]),
        "feedback_delay": st.sampled_from([0, 0, 1]),
        "feedback_outcomes": st.sampled_from([8, 2]),
        "acceptable": st.sampled_from([0.25, 0.02, 0.7]),
    }
)
"""Whether scoring learns from sales, from few verdicts."""


@st.composite
def plans(draw: st.DrawFn, names: tuple[str, ...], months: int) -> dict[str, Any]:
    """What may differ between a plan and the plan of its run-in."""
    lists = st.lists(st.sampled_from([2, 1, 0, 3]), min_size=months, max_size=months)
    ownership = draw(st.sampled_from(["owned", "pooled"]))
    quota = draw(st.sampled_from([None, "220k", "150k", "12k", 0]))
    sla = draw(st.sampled_from([None, 0.5, 8, 0]))
    hire = {"month": START + dt.timedelta(days=31 * draw(st.integers(0, months - 1))), "add": 1}
    return {
        "spend": {name: draw(st.sampled_from([0, 1000, 5000])) for name in names},
        "scoring": {
            "threshold": draw(st.sampled_from([-9, -9, 1.0])),
            "form_fields": draw(st.integers(0, 6)),
            **draw(feedbacks),
        },
        "nurture": {
            "release_after": draw(st.sampled_from([0, 1, 12])),
            "touches_per_month": draw(st.sampled_from([2, 3])),
        },
        "handoff": {
            "attempts": draw(st.integers(1, 3)),
            "recycles": draw(st.integers(0, 2) | st.just("unlimited")),
            "recycle_share": draw(st.sampled_from([1, 1, 0.5, 0])),
            "transit_loss": draw(st.sampled_from([0, 0, 0.3])),
            "sla": sla,
            "tracking": draw(st.sampled_from([0, 0, 1])),
            "breach": draw(st.sampled_from([None, "reassign", "recycle", "escalate"])),
            "overflow": draw(st.just({}) | overflows()),
        },
        "teams": {
            "sdr": {
                "headcount": draw(st.sampled_from([1, 2]) | lists),
                "discipline": draw(st.sampled_from(["fifo", "score", "lifo", "fresh_first", "cost_benefit"])),
                "routing": draw(st.sampled_from(["pool", "pool", *ROUTINGS])),
                "base": "50k",
                "variable": "10k",
                "recruiting": draw(st.sampled_from([0.0, 0.2])),
                "severance": draw(st.sampled_from([0, 1])),
                "target": draw(st.sampled_from([None, 1, 4])),
            },
            "ae": {
                "headcount": draw(st.sampled_from([1, 2]) | st.just([2, 0, 1, 0][:months]) | lists),
                "hires": draw(st.sampled_from([[], [], [hire | {"ramped": False}], [hire | {"ramped": True}]])),
                "discipline": draw(st.sampled_from(["fifo", "score", "later_stage", "lifo"])),
                "routing": draw(st.sampled_from(["least_loaded", "least_loaded", *ROUTINGS])),
                "ownership": ownership,
                "max_open": None if ownership == "pooled" else draw(st.sampled_from([None, 1, 4, 9])),
                "base": "70k",
                "recruiting": draw(st.sampled_from([0.0, 0.2])),
                "severance": draw(st.sampled_from([0, 2])),
                "quota": quota,
            },
        },
        "pay": draw(pay(quota is not None, sla is not None)),
    }


@st.composite
def pay(draw: st.DrawFn, quota: bool, sla: bool) -> dict[str, Any]:
    """Pay beyond base; what needs a quota or a service level only where there is one."""
    bands: list[Any] = [[{"above": 1, "times": 2}], [{"above": "50%", "times": 2}], []]
    bands.append([{"above": 0, "times": 1.5}, {"above": 1, "times": 1}])
    return {
        "commission": {
            "marketing_sourced": draw(st.sampled_from([0.1, 0.0, 1.0])),
            "self_sourced": draw(st.sampled_from([0.1, 0.2])),
            "products": draw(st.sampled_from([{}, {"plus": 2}])),
        },
        "accelerators": draw(st.sampled_from(bands)) if quota else [],
        "threshold": draw(st.sampled_from([0.0, 0.3])) if quota else 0.0,
        "cap": draw(st.sampled_from([None, None, 1.2])) if quota else None,
        "draw": draw(st.sampled_from([0, 800])),
        "quota_period": draw(st.sampled_from(["month", "month", "quarter", "year"])),
        "sla_bonus": draw(st.sampled_from([0, 20])) if sla else 0,
    }


@st.composite
def worlds(
    draw: st.DrawFn, calendars: tuple[Any, ...] = CALENDARS, starts: tuple[str, ...] = ("nothing", "run-in", "deals")
) -> tuple[Funnel, Plan, Snapshot | None]:
    """A funnel, a plan and perhaps deals open at the start; about a hundred leads, all mechanisms within reach.

    starts: what may come before the plan.
    """
    start = draw(st.sampled_from(starts))
    names = CHANNELS[: draw(st.integers(1, 3))]
    funnel = Funnel.model_validate(draw(funnels(names, draw(st.sampled_from([2, 3, 1])))))
    months = draw(st.sampled_from([3, 2, 4, 1]))
    plan = Plan.model_validate(
        {
            **draw(plans(names, months)),
            "name": "generated",
            "start": START,
            "months": months,
            "calendar": draw(st.sampled_from(calendars)),
            "costs": {"staff": 1000},
            "run_in": draw(st.integers(1, 2)) if start == "run-in" else 0,
            "follow": draw(st.integers(0, 2)),
        }
    )
    return funnel, plan, draw(snapshots(names, list(funnel.stages))) if start == "deals" else None


@st.composite
def snapshots(draw: st.DrawFn, channels: tuple[str, ...], stages: list[str]) -> Snapshot:
    """Up to ten deals open at the start."""
    deals = []
    for k in range(draw(st.sampled_from([10, 5, 1, 0]))):
        stage_age = draw(st.sampled_from([0.0, 2.0, 5.0, 400.0]))
        deals.append(
            OpenDeal(
                id=f"deal {k}",
                channel=draw(st.sampled_from(channels)),
                segment=draw(st.sampled_from(["smb", "enterprise"])),
                product=draw(st.sampled_from(["core", "plus"])),
                stage=draw(st.sampled_from(stages)),
                amount=draw(st.sampled_from([None, 0.0, 12_000.0])),
                age=stage_age + draw(st.sampled_from([0.0, 30.0])),
                stage_age=stage_age,
                zombie=draw(st.sampled_from([False, False, True])),
            )
        )
    return Snapshot(tuple(deals))


@st.composite
def scenarios(draw: st.DrawFn, calendars: tuple[Any, ...] = CALENDARS) -> dict[str, Any]:
    """Arguments of `simulate`: a world, and perhaps another plan and another funnel for its run-in.

    What differs is drawn field by field, so that a run-in may have any other law, score, discipline, ownership,
    headcount, number of steps, way of resolving a stage.
    """
    changes = draw(st.sampled_from(["none", "none", "plan", "funnel", "both"]))
    starts = ("nothing", "run-in", "deals", "deals") if changes == "none" else ("run-in",)
    funnel, plan, snapshot = draw(worlds(calendars, starts))
    arguments: dict[str, Any] = {"funnel": funnel, "plan": plan, "snapshot": snapshot}
    names = tuple(funnel.channels)
    if changes in ("plan", "both"):
        other = draw(_some_of(draw(plans(names, plan.months))))
        arguments["root"] = Plan.model_validate(plan.model_dump(by_alias=True) | other)
    if changes in ("funnel", "both"):
        other = draw(_some_of(draw(funnels(names, len(funnel.stages)))))
        arguments["calm"] = Funnel.model_validate(funnel.model_dump(by_alias=True) | other)
    return arguments


@st.composite
def busy_scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Worlds whose reps have more work than they can do, so that queues are full when the run-in's plan ends."""
    arguments = draw(scenarios())
    funnel, plan = arguments["funnel"], arguments["plan"]
    tree = funnel.model_dump(by_alias=True)
    tree["nurture"]["steps"] = ()
    tree["sales_development"] |= {"attempt_effort": draw(st.sampled_from([0.1, 0.4])), "patience": "never"}
    tree["ae_patience"] = "never"
    tree["sdr"] |= {"selling_share": draw(st.sampled_from([0.02, 1.0])), "tenure": None, "leave_days": 0}
    tree["ae"] |= {"selling_share": draw(st.sampled_from([0.02, 0.1])), "tenure": draw(st.sampled_from([None, 20, 20]))}
    tree["ae"] |= {"handover": draw(st.sampled_from([0, 30, 30])), "leave_days": draw(st.sampled_from([0, 250]))}
    for channel in tree["channels"].values():
        channel |= {"leads": 20, "mql_probability": 1.0, "sql_probability": 1.0}
    for stage in tree["stages"].values():
        stage |= {"effort": draw(st.sampled_from([3, {"law": "lognormal", "median": 4, "sigma": 0.7}])), "advance": 0.8}
    own = plan.model_dump(by_alias=True) | {"run_in": 2, "calendar": "always"}
    other = draw(plans(tuple(funnel.channels), plan.months))
    root = own | {"teams": other["teams"], "handoff": own["handoff"] | {"overflow": draw(overflows())}}
    for team in root["teams"].values():
        team["headcount"] = 1
    root["teams"]["ae"]["max_open"] = own["teams"]["ae"]["max_open"] = None
    if how := draw(st.sampled_from(["owned", "pooled", None])):
        root["teams"]["ae"]["ownership"] = own["teams"]["ae"]["ownership"] = how
    for team in own["teams"].values():
        team["headcount"] = draw(st.sampled_from([1, 2, 0]))
    if draw(st.sampled_from([False, False, True])):
        root["teams"]["sdr"]["routing"], own["teams"]["sdr"]["routing"] = draw(st.sampled_from(ROUTINGS)), "pool"
        own["teams"]["sdr"]["headcount"] = draw(st.sampled_from([1, 2]))
    return {
        "funnel": Funnel.model_validate(tree),
        "plan": Plan.model_validate(own),
        "snapshot": None,
        "root": Plan.model_validate(root),
    }


@st.composite
def _some_of(draw: st.DrawFn, tree: dict[str, Any]) -> dict[str, Any]:
    """Some of a tree's entries."""
    return {name: entry for name, entry in tree.items() if draw(st.booleans())}
