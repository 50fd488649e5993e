"""Worlds steered to what seldom happens by itself: a few values laid over a generated world, all else as drawn.

What both engines must reach is demanded of every batch of worlds; what only a particular turn of things brings about
would otherwise be reached in one batch and missed in the next, whenever anything about the generated worlds changes.
"""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from steer import MANY, PUSHED, SDRS_STAY, SLOW_AES, Steer, of
from steered_customers import OF_CUSTOMERS
from steered_judgement import BY_VALUE, JUDGEMENT
from steered_market import MARKET
from steered_selling import SELLING
from worlds import CALENDARS, scenarios, snapshots
from worlds_laws import ROUTINGS
from worlds_start import standing

from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import Snapshot

__all__ = ["STEERS", "steered"]

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
    *JUDGEMENT,
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
    *SELLING,
    BY_VALUE,
    *OF_CUSTOMERS,
    *MARKET,
)
"""For each mechanism that few generated worlds reach, one that most worlds so steered reach."""

_NOUNS: dict[str, type[Funnel] | type[Plan]] = {"funnel": Funnel, "calm": Funnel, "plan": Plan, "root": Plan}
_RUN_IN = {"funnel": "funnel", "calm": "funnel", "plan": "plan", "root": "plan"}


@st.composite
def steered(draw: st.DrawFn, steer: Steer, calendars: tuple[Any, ...] = CALENDARS) -> dict[str, Any]:
    """A generated world, steered."""
    drawn = draw(scenarios(calendars))
    trees = {name: each.model_dump(by_alias=True) for name, each in drawn.items() if name in _NOUNS}
    snapshot = drawn["snapshot"] if drawn["snapshot"] and not drawn["snapshot"].run_in else None
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
    if snapshot is not None:
        # Who owns what, and what there is to own, follows from the plan as it is now.
        deals = tuple(replace(deal, owner=None) for deal in snapshot.deals)
        snapshot = standing(draw, Snapshot(deals), nouns["funnel"], nouns["plan"])
    return {"snapshot": snapshot, **nouns}


def _lengthen(stages: dict[str, Any], count: int) -> None:
    """Repeat the last stage until there are so many."""
    for k in range(len(stages), count):
        stages[f"stage {k}"] = deepcopy(stages[f"stage {k - 1}"])


def _chosen(draw: st.DrawFn, values: Any) -> Any:
    """Values without strategies: once for a plan and the plan of its run-in."""
    if type(values) is dict:
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
            if type(value) is dict and value and "law" not in value and isinstance(entries.get(name), dict):
                _lay(entries[name], value)
            else:
                entries[name] = deepcopy(value)
