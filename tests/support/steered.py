"""Worlds steered to what seldom happens by itself: a few values laid over a generated world, all else as drawn.

What both engines must reach is demanded of every batch of worlds; what only a particular turn of things brings about
would otherwise be reached in one batch and missed in the next, whenever anything about the generated worlds changes.
"""

from copy import deepcopy
from typing import Any, NamedTuple

from hypothesis import strategies as st
from worlds import CALENDARS, scenarios, snapshots
from worlds_judgement import REJECTIONS
from worlds_laws import ROUTINGS

from sim.funnel import Funnel
from sim.plan import Plan

__all__ = ["STEERS", "Steer", "steered"]


class Steer(NamedTuple):
    """What a world is steered to, and values by dotted path: of its funnel, its plan, its run-in's plan and funnel.

    A strategy is drawn from; `*` stands for every entry. A steer with `before` or `calm` gives the world a run-in of
    another plan or funnel, one with `deals` opportunities that are open at the start.
    """

    to: str
    funnel: dict[str, Any]
    plan: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    calm: dict[str, Any] | None = None
    deals: bool = False
    stages: int = 1
    """The least number of stages; the last one is repeated."""


def of(*values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(values)


MANY = {
    "channels.*.leads": 15,
    "channels.*.mql_probability": 1.0,
    "channels.*.sql_probability": 1.0,
    "nurture.steps": (),
    "sales_development.contact": [0.9, 0.5, 0.5],
}
"""Leads that nearly all become opportunities."""
SDRS_STAY = {"sdr.tenure": None, "sdr.leave_days": 0, "sdr.coding": 0.0}
SLOW_SDRS = (
    MANY
    | SDRS_STAY
    | {
        "sdr.selling_share": of(0.02, 0.05),
        "sales_development.attempt_effort": of(0.1, 0.4),
        "sales_development.patience": "never",
    }
)
QUICK_SDRS = MANY | {
    "sdr.selling_share": 1.0,
    "sales_development.attempt_effort": 0.1,
    "sales_development.conversation_effort": 0.1,
    "sales_development.patience": "never",
    "ae_patience": "never",
    "pursuit": None,
}
AES_STAY = {"ae.tenure": None, "ae.leave_days": 0}
SLOW_AES = QUICK_SDRS | {
    "ae.selling_share": of(0.05, 0.1),
    "stages.*.effort": of(3, {"law": "lognormal", "median": 4, "sigma": 0.7}),
    "stages.*.advance": 0.8,
    "stages.*.time": {"law": "exponential", "mean": 12},
}
"""Leads become opportunities, and these queue."""
PUSHED = {"handoff": {"transit_loss": 0, "overflow": {}, "sla": None, "breach": None}, "pay.sla_bonus": 0}
FULL_TEAM = {"teams.sdr.headcount": of(1, 2), "teams.ae.headcount": of(1, 2), "teams.ae.max_open": None}
ALL_DAY = {"calendar": {"hours": "00:00-24:00", "days": "mon-sun"}}
ONE_SDR = PUSHED | {"teams.sdr.headcount": 1}
LEARNING = {"form_fields": 4, "feedback_delay": 0, "feedback_outcomes": of(4, 20)}
LATE = {"handoff.sla": 0.5, "handoff.attempts": 2}
HOLDING = {"policy": "hold_nurture", "when_backlog_hours_per_rep": 0, "hold": {"cutoff": 9}}
THROTTLING = {"policy": "throttle", "when_backlog_hours_per_rep": 0}
SELLING = SLOW_AES | AES_STAY | {"ae.selling_share": 0.3, "stages.*.effort": 1}
A_SALE = {"segments.*.value": 900, "products.*.value": None, "channels.*.value": None}

_LINES = (
    ("owned", "fifo", "score"),
    ("owned", "lifo", "fresh_first"),
    ("owned", "score", "cost_benefit"),
    ("owned", "later_stage", "lifo"),
    ("pooled", "fifo", "fifo"),
    ("pooled", "lifo", "score"),
    ("pooled", "score", "fresh_first"),
    ("pooled", "later_stage", "cost_benefit"),
)

STEERS = (
    *(
        Steer(
            f"lines of AEs, {ownership}, by {ae}, and of SDRs by {sdr}",
            SLOW_AES | SDRS_STAY | {"sdr.selling_share": 0.1},
            PUSHED
            | {
                "teams.sdr": {"discipline": sdr, "headcount": 1},
                "teams.ae": {"discipline": ae, "ownership": ownership, "headcount": of(1, 2)},
            },
        )
        for ownership, ae, sdr in _LINES
    ),
    Steer(
        "SDRs' lines sorted anew",
        SLOW_SDRS,
        ONE_SDR | {"spend.*": 3000, "teams.sdr.discipline": of("score", "lifo"), "teams.sdr.routing": "pool"},
        {"teams.sdr.discipline": of("fifo", "fresh_first")},
    ),
    Steer("no room in the SDRs' line", SLOW_SDRS, ONE_SDR | {"handoff.overflow": {"queue_limit": of(0, 3)}}),
    Steer("spend that is cut", SLOW_SDRS, ONE_SDR | {"handoff.overflow": THROTTLING}),
    Steer("a cut in spend that ends", SLOW_SDRS, ONE_SDR, {"handoff.overflow": THROTTLING}),
    Steer(
        "leads of their SDRs pass into a pool",
        SLOW_SDRS,
        PUSHED | {"spend.*": 3000, "teams.sdr.headcount": of(1, 2), "teams.sdr.routing": "pool"},
        {"teams.sdr.routing": of(*ROUTINGS)},
    ),
    Steer(
        "holds that end",
        SLOW_SDRS | {"nurture.unsubscribe": 0.0},
        ONE_SDR | {"spend.*": 3000},
        {"handoff.overflow": HOLDING},
    ),
    Steer(
        "held leads that are gone or are held to the end",
        SLOW_SDRS | {"nurture.unsubscribe": 0.5},
        ONE_SDR | {"handoff.overflow": HOLDING},
    ),
    Steer(
        "held by feedback",
        SLOW_SDRS,
        ONE_SDR | {"handoff.overflow": HOLDING | {"hold": {"cutoff": "feedback", "at_most": of(None, 5)}}},
    ),
    Steer(
        "held, and judged with what intent is left",
        SLOW_SDRS
        | {"channels.*.sql_probability": None, "channels.*.fit_share": 0.5, "nurture.intent_decay": 10.0}
        | {"sdr.selling_share": 0.3, "nurture.unsubscribe": 0.0},
        ONE_SDR | {"handoff.overflow": HOLDING | {"hold": {"cutoff": 9, "at_most": of(2, 5)}}},
    ),
    Steer(
        "held because the line is full",
        SLOW_SDRS,
        ONE_SDR | {"handoff.overflow": HOLDING | {"when_backlog_hours_per_rep": 999, "queue_limit": of(0, 3)}},
    ),
    Steer(
        "a provider for whom there is no room",
        SLOW_SDRS | {"channels.*.sql_probability": 0.5},
        ONE_SDR
        | {"handoff.overflow": {"policy": "external", "queue_limit": of(0, 3), "when_backlog_hours_per_rep": 999}},
    ),
    Steer(
        "a provider who has to begin",
        SLOW_SDRS | {"channels.*.sql_probability": 0.5},
        ONE_SDR
        | {
            "handoff.overflow": {
                "policy": "external",
                "when_backlog_hours_per_rep": 0,
                "external": {"start_up": 7, "time": 0.25},
            }
        },
    ),
    Steer(
        "late leads pass to another",
        SLOW_SDRS,
        LATE | {"handoff.breach": "reassign", "teams.sdr": {"routing": of(*ROUTINGS), "headcount": 2}},
    ),
    Steer(
        "late leads that nobody else can take",
        SLOW_SDRS,
        LATE | {"handoff.breach": "reassign", "teams.sdr": {"routing": of(*ROUTINGS), "headcount": 1}},
    ),
    Steer(
        "late leads go back, as far as they may",
        SLOW_SDRS,
        ONE_SDR | LATE | {"handoff.breach": "recycle", "handoff.recycles": of(0, 1)},
    ),
    Steer(
        "SDRs who leave",
        SLOW_SDRS | {"sdr.tenure": 20, "sdr.backfill": 3, "sdr.leave_days": of(0, 60)},
        PUSHED | {"teams.sdr": {"routing": of(*ROUTINGS), "headcount": of(1, 2)}, "handoff.sla": None},
    ),
    *(
        Steer(
            f"scoring that learns from sales, {feedback}, {threshold}",
            QUICK_SDRS
            | SDRS_STAY
            | {"channels.*.leads": 25, "channels.*.mql_probability": None, "channels.*.sql_probability": None}
            | {"channels.*.score": None},
            PUSHED
            | ALL_DAY
            | {"teams.sdr.headcount": 2, "scoring": LEARNING | {"threshold": threshold, "acceptable": acceptable}}
            | {"scoring.feedback": feedback},
            {"scoring": {"feedback_outcomes": 6, "feedback": before}},
        )
        for feedback, before in (("monthly", "monthly"), ("monthly", None), (None, "monthly"))
        for threshold, acceptable in ((-0.5, 0.6), (2, 0.25))
    ),
    *(
        Steer(
            f"rejections with reasons, {n}",
            MANY
            | {"channels.*.sql_probability": 0.5, "sdr.selling_share": 1.0, "sales_development.rejections": reasons},
            PUSHED | {"handoff.recycles": of(1, "unlimited"), "handoff.recycle_share": 0.5},
        )
        for n, reasons in enumerate(REJECTIONS[1:])
    ),
    Steer(
        "a run-in that differs in its plan",
        MANY,
        PUSHED
        | {
            "handoff.attempts": 3,
            "teams.ae.ownership": "owned",
            "teams.ae.max_open": 4,
            "teams.sdr.routing": of(*ROUTINGS),
        },
        {"handoff.attempts": 1, "teams.ae.max_open": of(None, 9), "teams.sdr.routing": "pool"},
    ),
    Steer(
        "a run-in that differs in its funnel",
        {
            "stages.*.resolve": "at_entry",
            "nurture.steps": (),
            "channels.*.score": None,
            "prospecting": None,
            "pursuit": None,
            "ae.skill_sd": 1.0,
            "sdr.skill_sd": 1.0,
        },
        calm={
            "stages.*.resolve": "after_effort",
            "nurture.steps": of((1,), (1, 2)),
            "channels.*.score": 2,
            "prospecting": {"effort": 3, "channel": "web"},
            "pursuit": {"sensitivity": 0.002},
            "ae.skill_sd": 0.0,
            "sdr.skill_sd": 0.0,
        },
    ),
    Steer(
        "a pool is divided up",
        SLOW_AES | AES_STAY,
        FULL_TEAM | {"teams.ae.ownership": "owned"},
        {"teams.ae.ownership": "pooled"},
    ),
    Steer(
        "AEs' own lines sorted anew",
        SLOW_AES | AES_STAY,
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "owned", "teams.ae.discipline": of("score", "lifo")},
        {"teams.ae.discipline": of("fifo", "later_stage")},
    ),
    Steer(
        "a pool's line sorted anew",
        SLOW_AES | AES_STAY,
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "pooled", "teams.ae.discipline": of("score", "lifo")},
        {"teams.ae.discipline": of("fifo", "later_stage")},
    ),
    Steer(
        "a pool takes over what leavers left",
        SLOW_AES | {"ae.tenure": 20, "ae.handover": 30},
        PUSHED | FULL_TEAM | {"teams.ae.ownership": "pooled"},
        {"teams.ae.ownership": "owned"},
    ),
    Steer(
        "what leavers left changes hands",
        SLOW_AES
        | {"ae.tenure": 20, "ae.backfill": 0, "ae.handover": of(2, 10), "ae.handover_logit": -2.0, "ae.leave_days": 0}
        | {"ae.selling_share": 0.3, "stages.*.effort": 1, "stages.*.time": {"law": "exponential", "mean": 6}},
        PUSHED | {"teams.ae.ownership": "owned", "teams.ae.headcount": 2, "teams.ae.max_open": None},
        stages=3,
    ),
    Steer(
        "nobody is there to take over what leavers left",
        SLOW_AES | {"ae.tenure": 30, "ae.backfill": 30, "ae.handover": 0, "ae.leave_days": 130},
        PUSHED | {"teams.ae.ownership": "owned", "teams.ae.headcount": 2, "teams.ae.max_open": None},
    ),
    Steer(
        "deals at the start advance",
        AES_STAY
        | {"stages.*.advance": 1.0, "stages.*.time": of(3, {"law": "exponential", "mean": 4}), "stages.*.effort": 1},
        {"teams.ae.headcount": 2},
        deals=True,
        stages=3,
    ),
    Steer(
        "stages of no length",
        QUICK_SDRS | AES_STAY | {"stages.*.time": 0, "stages.*.effort": 0, "stages.*.advance": 0.8, "ae.coding": 0.0},
        PUSHED | FULL_TEAM | ALL_DAY,
        stages=3,
    ),
    Steer(
        "AEs who learn, each from his own",
        SELLING
        | {"pursuit": {"sensitivity": 0.002, "learning": 0.5}, "channels.*.fit_share": 0.5}
        | {"stages.*.effort": 0.5, "stages.*.time": 3},
        PUSHED | {"teams.ae.headcount": 2, "teams.ae.max_open": None, "teams.ae.ownership": "owned"},
    ),
    Steer(
        "effort that pay raises",
        SELLING | {"effort.elasticity": of(0.3, 1.0), "segments.*.value": of("10k", "50k")},
        PUSHED
        | FULL_TEAM
        | {
            "teams.ae.quota": "12k",
            "teams.ae.ownership": "owned",
            "pay.commission.marketing_sourced": 0.1,
            "pay.accelerators": [{"above": 1, "times": 2}],
            "pay.cap": None,
        },
    ),
    Steer(
        "effort near quota",
        SELLING | A_SALE | {"effort.near_quota": 1.3},
        PUSHED
        | FULL_TEAM
        | {"teams.ae.quota": of("48k", "96k", "192k"), "teams.ae.ownership": "owned", "pay.quota_period": "month"},
    ),
    Steer(
        "a quota of nothing",
        SELLING,
        PUSHED
        | FULL_TEAM
        | {"teams.ae.quota": 0, "pay.accelerators": [{"above": 1, "times": 2}], "pay.threshold": 0.3},
    ),
    Steer(
        "closes pulled forward, some to before their work is done",
        SELLING
        | {"stages.*.effort": of(3, 6), "stages.*.time": of(8, 12, 20), "stages.*.resolve": "at_entry"}
        | {"effort.pull_forward": 1.0},
        PUSHED
        | {
            "teams.ae.quota": "150k",
            "teams.ae.ownership": "owned",
            "teams.ae.headcount": 2,
            "pay.quota_period": "month",
        },
    ),
)
"""For each mechanism that few generated worlds reach, one that most worlds so steered reach."""

_NOUNS: dict[str, type[Funnel] | type[Plan]] = {"funnel": Funnel, "calm": Funnel, "plan": Plan, "root": Plan}
_RUN_IN = {"funnel": "funnel", "calm": "funnel", "plan": "plan", "root": "plan"}


@st.composite
def steered(draw: st.DrawFn, steer: Steer, calendars: tuple[Any, ...] = CALENDARS) -> dict[str, Any]:
    """A generated world, steered."""
    drawn = draw(scenarios(calendars))
    trees = {name: each.model_dump(by_alias=True) for name, each in drawn.items() if name in _NOUNS}
    snapshot = drawn["snapshot"]
    for name in {"funnel", "calm"} & set(trees):
        _lengthen(trees[name]["stages"], steer.stages)
    if steer.deals:
        trees = {name: trees[name] for name in ("funnel", "plan")}
        trees["plan"]["run_in"] = 0
        snapshot = draw(snapshots(tuple(trees["funnel"]["channels"]), list(trees["funnel"]["stages"])))
    elif steer.before is not None or steer.calm is not None:
        trees = {name: deepcopy(trees.get(name, trees[ours])) for name, ours in _RUN_IN.items()}
        trees["plan"]["run_in"] = trees["root"]["run_in"] = 2
        snapshot = None
    of_funnel, of_plan, of_root, of_calm = (
        _chosen(draw, some or {}) for some in (steer.funnel, steer.plan, steer.before, steer.calm)
    )
    for name, tree in trees.items():
        _lay(tree, of_plan if name in ("plan", "root") else of_funnel)
    _lay(trees.get("root", {}), of_root)
    _lay(trees.get("calm", {}), of_calm)
    nouns = {name: _NOUNS[name].model_validate(tree) for name, tree in trees.items()}
    return {"snapshot": snapshot, **nouns}


def _lengthen(stages: dict[str, Any], count: int) -> None:
    """Repeat the last stage until there are so many."""
    for k in range(len(stages), count):
        stages[f"stage {k}"] = deepcopy(stages[f"stage {k - 1}"])


def _chosen(draw: st.DrawFn, values: Any) -> Any:
    """Values without strategies: once for a plan and the plan of its run-in."""
    if isinstance(values, dict):
        return {path: _chosen(draw, value) for path, value in values.items()}
    return draw(values) if isinstance(values, st.SearchStrategy) else values


def _lay(tree: dict[str, Any], values: dict[str, Any]) -> None:
    """Lay values over a tree by their paths; a tree of values is laid over the entries that it names."""
    for path, value in values.items():
        *parents, last = path.split(".")
        nodes = [tree]
        for parent in parents:
            nodes = [child for node in nodes for child in (node.values() if parent == "*" else [node[parent]])]
        for entries, name in [(node, name) for node in nodes for name in (node if last == "*" else [last])]:
            if isinstance(value, dict) and value and "law" not in value and isinstance(entries.get(name), dict):
                _lay(entries[name], value)
            else:
                entries[name] = deepcopy(value)
