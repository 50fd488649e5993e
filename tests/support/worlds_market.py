"""What generated worlds draw of what surrounds a company: rivals, choices, shocks."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from sim.funnel import Funnel

DAYS = (20, 0, 9, 45, -20)
"""On which shocks begin, counted from the plan's start; the last one in a run-in, where there is one."""


POOLS: tuple[dict[str, Any], ...] = (
    *({} for _ in range(6)),
    {"smb": {"accounts": 1}, "enterprise": {"accounts": 5}},
    {"smb": {"accounts": 200}},
    {"smb": {"accounts": 20, "spend": "1M", "growth": 1.1}, "enterprise": {"accounts": 8}},
)
"""Accounts of each segment; most worlds have leads without end, for small markets have few."""


def shocked(draw: st.DrawFn, funnel: Funnel, start: dt.date) -> Funnel:
    """A funnel that is befallen by this and that; half of the time by nothing."""
    if draw(st.booleans()):
        return funnel
    tree = funnel.model_dump(by_alias=True)
    some = {"recession": _recession(tuple(funnel.channels)), "blow": _blow(), "exit": _exit()}
    tree["market"] = draw(st.sampled_from(POOLS))
    tree |= _rivals(draw, tree["stages"], start)
    shocks = {name: draw(each) for name, each in some.items() if draw(st.sampled_from([True, True, False]))}
    for shock in shocks.values():
        shock["from"] = start + dt.timedelta(days=draw(st.sampled_from(DAYS)))
        lasts = draw(st.sampled_from([None, 1, 25, 60]))
        shock["until"] = None if lasts is None else shock["from"] + dt.timedelta(days=lasts)
    return Funnel.model_validate(tree | {"shocks": shocks})


def _rivals(draw: st.DrawFn, stages: dict[str, Any], start: dt.date) -> dict[str, Any]:
    """Rivals, and perhaps a stage in which buyers choose among them."""
    grows = [{"from": start.replace(month=2), "amount": 1.5}, {"from": start.replace(month=3), "amount": -2}]
    rivals = {
        "acme": {
            "utility": draw(st.sampled_from([0.6, 0.0])),
            "pressure": draw(st.sampled_from([0.0, 0.8, grows])),
            "causes": draw(st.sampled_from([("competitor",), ("competitor", "no_budget")])),
        },
        "borg": {"utility": 0.2, "pressure": draw(st.sampled_from([0.0, grows[0]]))},
    }
    name = draw(st.sampled_from([None, *stages]))
    if name is not None:
        choice = {"ours": draw(st.sampled_from([1.0, 0.2])), "none": draw(st.sampled_from([0.0, -3.0]))}
        stages = stages | {name: stages[name] | {"choice": choice, "advance": 1.0, "losses": {}, "rework": {}}}
    return {"rivals": rivals, "stages": stages}


def calmed(draw: st.DrawFn, funnel: Funnel, start: dt.date) -> Funnel:
    """A run-in's funnel: what begins in the run-in befalls it as well, and what begins later perhaps."""
    tree = funnel.model_dump(by_alias=True)
    keeps = draw(st.booleans())
    tree["shocks"] = {name: each for name, each in tree["shocks"].items() if keeps or each["from"] < start}
    return Funnel.model_validate(tree)


@st.composite
def _recession(draw: st.DrawFn, channels: tuple[str, ...]) -> dict[str, Any]:
    return {
        "odds": draw(st.sampled_from([-1.0, 0.0, 1.0])),
        "time": draw(st.sampled_from([2.0, 1.0, 0.5])),
        "demand": draw(st.sampled_from([0.4, 1.0, 2.0])),
        "channels": draw(st.sampled_from([(), channels[:1]])),
        "cost": draw(st.sampled_from([3.0, 1.0, 0.7])),
        "renewal": draw(st.sampled_from([0.0, -1.5, 1.0])),
        "rivals": draw(st.sampled_from([{}, {"acme": 1.5}])),
    }


@st.composite
def _blow(draw: st.DrawFn) -> dict[str, Any]:
    return {"loses": "biggest_deal", "odds": draw(st.sampled_from([0.0, -0.5]))}


@st.composite
def _exit(draw: st.DrawFn) -> dict[str, Any]:
    who = draw(st.sampled_from(["best", "best", 1, 2]))
    loses = draw(st.sampled_from([None, "biggest_deal"]))
    return {"leaves": {"team": draw(st.sampled_from(["ae", "ae", "sdr"])), "who": who}, "loses": loses}
