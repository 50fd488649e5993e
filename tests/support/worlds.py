"""Generated worlds for property tests: small funnels and plans that reach every mechanism of the model."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from worlds_capture import arrivals, campaigns, channels, journey, spend
from worlds_customers import customers, lives
from worlds_judgement import (
    BUYERS,
    handoff,
    knowledge,
    nurture,
    nurturing,
    overflows,
    sales_development,
    scoring,
    sdr_team,
)
from worlds_laws import ROUTINGS, days_laws
from worlds_market import calmed, shocked
from worlds_selling import (
    ae_team,
    attending,
    discounts,
    products,
    programmes,
    prospecting,
    pursuit,
    reclaiming,
    running,
    segments,
    stages,
)
from worlds_start import before_run_in, standing

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


@st.composite
def funnels(draw: st.DrawFn, names: tuple[str, ...], stage_count: int) -> dict[str, Any]:
    """The tree of a funnel with these channels and so many stages."""
    return {
        "name": "generated",
        "channels": channels(draw, names),
        "segments": segments(draw),
        "products": products(draw),
        "stages": draw(stages(stage_count)),
        "arrivals": arrivals(draw),
        "journey": journey(draw),
        "buyers": draw(st.sampled_from(BUYERS)),
        "knowledge": knowledge(draw),
        "nurture": {**nurturing(draw), "touch_intent": 0.3},
        "sales_development": sales_development(draw),
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
        "prospecting": prospecting(draw, names),
        **programmes(draw),
        "pursuit": pursuit(draw),
        "bad_fit_logit": draw(st.sampled_from([-1.2, 0.0])),
        "customers": customers(draw),
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
def plans(draw: st.DrawFn, names: tuple[str, ...], months: int) -> dict[str, Any]:
    """What may differ between a plan and the plan of its run-in."""
    ownership = draw(st.sampled_from(["owned", "pooled"]))
    quota = draw(st.sampled_from([None, "220k", "150k", "12k", 0]))
    sla = draw(st.sampled_from([None, 0.5, 8, 0]))
    hire = {"month": START + dt.timedelta(days=31 * draw(st.integers(0, months - 1))), "add": 1}
    return {
        "spend": spend(draw, names),
        "campaigns": campaigns(draw, names),
        "scoring": scoring(draw),
        "nurture": {**nurture(draw), **reclaiming(draw), **attending(draw)},
        "handoff": handoff(draw, sla),
        "teams": {"sdr": sdr_team(draw, months), "ae": ae_team(draw, months, hire, ownership, quota)},
        "pay": draw(pay(quota is not None, sla is not None)),
        "programmes": running(draw),
        "discounts": discounts(draw),
        "lost_survey": draw(st.sampled_from([None, None, {"every": 20, "share": 0.5, "cost": 5}])),
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
    """A funnel, a plan and perhaps who is there on the start; about a hundred leads, all mechanisms within reach.

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
    snapshot = draw(snapshots(names, list(funnel.stages))) if start == "deals" else None
    funnel = shocked(draw, lives(draw, funnel), START)
    if snapshot is not None:
        snapshot = standing(draw, snapshot, funnel, plan)
    elif plan.run_in > 0:
        snapshot = before_run_in(draw, funnel)
    return funnel, plan, snapshot


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
        calm = lives(draw, Funnel.model_validate(funnel.model_dump(by_alias=True) | other))
        arguments["calm"] = calmed(draw, calm, START)
        arguments["snapshot"] = before_run_in(draw, arguments["calm"])
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
    for team in ("sdr", "ae"):
        root["teams"][team]["headcount"] = 1
    root["teams"]["ae"]["max_open"] = own["teams"]["ae"]["max_open"] = None
    if how := draw(st.sampled_from(["owned", "pooled", None])):
        root["teams"]["ae"]["ownership"] = own["teams"]["ae"]["ownership"] = how
    for team in ("sdr", "ae"):
        own["teams"][team]["headcount"] = draw(st.sampled_from([1, 2, 0]))
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
