"""Rivals: what buyers choose among them by hand, what pressure does to shares and odds, and what may not be said."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.checks import check_funnel
from sim.funnel import Funnel
from sim.laws.outcomes import sigmoid
from sim.plan import Plan
from sim.stages import first_stages
from sim.tables import Tables, make_tables

LOSSES = {"competitor": 0.4, "price": 0.2, "silence": 0.4}


def funnel(stage: dict[str, Any], **fields: Any) -> Funnel:
    """One stage."""
    tree: dict[str, Any] = {
        "name": "rivals",
        "channels": {"all": {"leads": 10, "spend": 0, "base_share": 1, "segments": {"any": 1}}},
        "segments": {"any": {"value": 1}},
        "products": {"any": {"mix": 1}},
        "stages": {"open": {"time": 5, **stage}},
    }
    return Funnel.model_validate(tree | fields)


def tables(world: Funnel) -> Tables:
    teams = {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}
    terms = {"name": "rivals", "start": "2027-01-01", "months": 6, "run_in": 0, "follow": 0, "teams": teams}
    # What marketing knows of a lead moves the first stage; here it knows what is usual.
    return make_tables(world, Plan.model_validate(terms))


def left(t: Tables, spell: int, shift: float = 0.0) -> tuple[float, list[float]]:
    """Chance of advancing from the stage in a spell, and the chances of its losses."""
    eta = float(t.stage_logit[0]) + float(t.climate.outlook[spell, 0]) + shift
    lost = 1.0 - sigmoid(eta)
    return 1.0 - lost, [lost * share for share in t.climate.cause_share[spell, 1:].tolist()]


CHOICE = {"advance": 1, "choice": {"ours": 1.0, "none": -0.5}}
STILL = {"knowledge": {"stage": 0}}
STEPS = [{"from": "2027-04", "amount": -1}, {"from": "2027-02", "amount": 0.7}]


def test_a_choice_is_its_logit_in_every_spell() -> None:
    rivals = {"acme": {"utility": 0.6, "pressure": STEPS}, "borg": {"utility": 0.2}}
    shocks = {"launch": {"from": "2027-03-15", "until": "2027-04-10", "rivals": {"borg": 0.4}}}
    t = tables(funnel(CHOICE, rivals=rivals, shocks=shocks, **STILL))
    assert t.reasons[-4:] == ("acme", "borg", "no_decision", "launch")
    spells = [(-math.inf, 0, 0), (31, 0.7, 0), (73, 0.7, 0.4), (90, -1, 0.4), (99, -1, 0)]
    assert t.climate.since.tolist() == [since for since, *_ in spells]
    for row, (_, acme, borg) in enumerate(spells):
        weights = [math.exp(u) for u in (1.0, 0.6 + acme, 0.2 + borg, -0.5)]
        ours, others = left(t, row)
        assert [ours, *others] == pytest.approx([w / sum(weights) for w in weights])


@given(st.floats(-3, 3))
def test_what_else_moves_us_moves_our_utility(shift: float) -> None:
    t = tables(funnel(CHOICE, rivals={"acme": {"utility": 0.6}}, **STILL))
    weights = [math.exp(u) for u in (1.0 + shift, 0.6, -0.5)]
    ours, others = left(t, 0, shift)
    assert [ours, *others] == pytest.approx([w / sum(weights) for w in weights])


def test_without_rivals_a_buyer_decides_for_us_or_for_nobody() -> None:
    world = funnel(CHOICE, **STILL)
    assert check_funnel(world) == []
    stage = first_stages(world)["open"]
    assert stage.advance == pytest.approx(sigmoid(1.5))
    assert {name: loss.share for name, loss in stage.losses.items()} == {"no_decision": 1.0}


def test_pressure_weighs_the_causes_of_its_rival() -> None:
    """Two rivals alike share the competitor's losses, and one of them all of price."""
    rivals = {"acme": {"pressure": 0.7, "causes": ["competitor", "price"]}, "borg": {}}
    stage = {"advance": 0.6, "losses": LOSSES}
    calm, pressed = (tables(funnel(stage, rivals=each, **STILL)) for each in ({}, rivals))
    ours, others = left(calm, 0)
    odds = [ours, *others]
    weights = [odds[0], odds[1] * (math.exp(0.7) + 1) / 2, odds[2] * math.exp(0.7), odds[3]]
    ours, others = left(pressed, 0)
    assert [ours, *others] == pytest.approx([w / sum(weights) for w in weights])


def test_rivals_without_pressure_change_nothing() -> None:
    stage = {"advance": 0.6, "losses": LOSSES}
    calm, rivals = (tables(funnel(stage, rivals=each)) for each in ({}, {"acme": {"utility": 3}, "borg": {}}))
    assert calm.climate.outlook.tolist() == rivals.climate.outlook.tolist()
    assert calm.climate.cause_share.tolist() == rivals.climate.cause_share.tolist()


def test_what_rivals_and_choices_may_not_say() -> None:
    again = [{"from": "2027-02", "amount": 1}, {"from": "2027-02", "amount": 2}]
    rivals = {"ready": {}, "no_decision": {}, "acme": {"pressure": again, "causes": ["competitor", "prize"]}}
    found = {problem.where for problem in check_funnel(funnel({"advance": 0.6, "losses": LOSSES}, rivals=rivals))}
    assert found == {
        "funnel.rivals.ready",
        "funnel.rivals.no_decision",
        "funnel.rivals.acme.pressure.1.from",
        "funnel.rivals.acme.causes.1",
    }
    beside = {"advance": 0.6, "losses": LOSSES, "choice": {}}
    assert {problem.where for problem in check_funnel(funnel(beside))} == {
        "funnel.stages.open.losses",
        "funnel.stages.open.advance",
    }
