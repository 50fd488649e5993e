"""Many levers turned at once, some of them with the company and some from the plan's start: one log in both engines."""

import os
from typing import Any

import numpy as np
import pytest
from twins import ENGINES, same_log

from scenarios.lever import Lever
from scenarios.levers import LEVERS
from scenarios.overrides import override
from sim.errors import InputError
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import simulate

MODELS = int(os.environ.get("LEADFLOW_MODELS", "200"))
"""Companies of a long run."""
FIRST = int(os.environ.get("LEADFLOW_FIRST_BATCH", "1000"))
MOST = 24
"""Levers turned in one company."""


def turned(funnel: Funnel, plan: Plan, levers: list[Lever]) -> tuple[Funnel, Plan, list[Lever]]:
    """A company with these levers turned, each as far as those before it let it; and which were."""
    done = []
    for lever in levers:
        try:
            found = override(funnel, plan, {**lever.given, **lever.beside, lever.path: lever.turned})
        except InputError:
            continue
        funnel, plan = found.funnel, found.plan
        done.append(lever)
    return funnel, plan, done


def live_through_both(seed: int, company: tuple[Funnel, Plan]) -> list[str]:
    """Compare the engines on a company with levers turned at random; returns the paths of those that were."""
    rng = np.random.default_rng(seed)
    chosen = [LEVERS[k] for k in rng.choice(len(LEVERS), size=MOST, replace=False)]
    cut = int(rng.integers(MOST + 1))
    calm, root, before = turned(*company, chosen[:cut])
    # A plan lasts as long as its root, and a last stage is decided in one way in run-in and plan.
    later = [lever for lever in chosen[cut:] if not {"months", "funnel.signing"} & set(lever.given)]
    funnel, plan, after = turned(calm, root, later)
    world: dict[str, Any] = {"root": root, "calm": calm, "seed": seed}
    ours, theirs = (simulate(funnel, plan, engine=engine, **world) for engine in ENGINES)
    try:
        same_log(ours, theirs)
    except AssertionError as error:
        error.add_note(f"seed {seed}: {[lever.path for lever in before]}, then {[lever.path for lever in after]}")
        raise
    return [lever.path for lever in (*before, *after)]


@pytest.fixture(scope="module")
def company(starter: tuple[Funnel, Plan]) -> tuple[Funnel, Plan]:
    """Three months of the starter company with two months' run-in and a third of its leads."""
    funnel, plan = starter
    tree = plan.model_dump(by_alias=True) | {"months": 3, "run_in": 2, "follow": 1}
    fewer = {f"funnel.channels.{name}.leads": "-66%" for name in funnel.channels}
    found = override(funnel, Plan.model_validate(tree), fewer)
    return found.funnel, found.plan


def test_levers_together(company: tuple[Funnel, Plan]) -> None:
    reached = {path for seed in range(24) for path in live_through_both(seed, company)}
    assert len(reached) > 0.8 * len({lever.path for lever in LEVERS})


@pytest.mark.slow
def test_levers_together_in_a_long_run(company: tuple[Funnel, Plan]) -> None:
    """LEADFLOW_MODELS and LEADFLOW_FIRST_BATCH choose how many and which."""
    reached = {path for seed in range(FIRST, FIRST + MODELS) for path in live_through_both(seed, company)}
    assert {lever.path for lever in LEVERS} == reached
