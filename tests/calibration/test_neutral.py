"""A mechanism without data is neutral: added at its neutral value, it changes no digit of a calibrated forecast."""

import datetime as dt
import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import leadflow
from calibration.calibrate import calibrate
from calibration.history import read_history
from calibration.observe import observe
from scenarios.company import load
from scenarios.lever import every_field, steps_to
from scenarios.overrides import override
from scenarios.scenario import Scenario
from sim.funnel import Funnel
from sim.paths import join, split
from sim.plan import Plan
from sim.run import simulate

_WORDS = ("seconds", "warnings", "assumptions", "capacity")
"""What is said beside the figures, and what a quota comes to."""


def _table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibration_neutral", Path(__file__).with_name("neutral.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TABLE = _table()


def forecast(scenario: Scenario) -> dict[str, Any]:
    """The figures of a forecast of three months."""
    return leadflow.forecast(scenario, months=3, replications=2, workers=1).to_json()


def close(one: Any, other: Any) -> bool:
    """Whether two records hold the same numbers, but for the rounding of a sum; words are not looked at."""
    if isinstance(one, dict):
        return all(close(one[key], other[key]) for key in one if key not in _WORDS)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, float):
        return isinstance(other, int | float) and math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)
    return bool(one == other)


def named(value: Any, names: dict[str, Any]) -> Any:
    """A setting with the company's names in it."""
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, dict):
        return {named(key, names): named(each, names) for key, each in value.items()}
    if value == ["{segments}"]:
        return names["segments"]
    return [named(each, names) for each in value] if isinstance(value, list) else value


def names_of(scenario: Scenario) -> dict[str, Any]:
    funnel, start = scenario.funnel, scenario.plan.start
    stage = next(iter(funnel.stages))
    return {
        "channel": next(iter(funnel.channels)),
        "segment": next(iter(funnel.segments)),
        "segments": list(funnel.segments),
        "product": next(iter(funnel.products)),
        "stage": stage,
        "cause": next(iter(funnel.stages[stage].losses)),
        "start": str(start),
        "later": str(start + dt.timedelta(days=60)),
        "month": str(start + dt.timedelta(days=40))[:7],
    }


def moved_by(scenario: Scenario) -> list[str]:
    """The mechanisms that, added to a company, move its forecast."""
    base, names = forecast(scenario), names_of(scenario)
    assert any(row["mean"] for row in base["wins"])
    moved = []
    for mechanism, changes in TABLE.SETTINGS.items():
        outcome = override(scenario.funnel, scenario.plan, named(changes, names))
        assert (outcome.funnel, outcome.plan) != (scenario.funnel, scenario.plan), mechanism
        found = forecast(scenario.replace(funnel=outcome.funnel, plan=outcome.plan))
        exact = all(found[key] == base[key] for key in ("wins", "bookings"))
        # The planner's own arithmetic sums the same shares in another order.
        if not (exact and close(base, found)):
            moved.append(mechanism)
    return moved


def test_no_neutral_mechanism_moves_the_forecast_of_a_small_history(tmp_path: Path, miniature: ModuleType) -> None:
    history = read_history(miniature.olist(tmp_path / "crm"), "olist", as_of=dt.date(2017, 12, 31))
    calibrate(history).write(tmp_path / "fit")
    assert moved_by(load(tmp_path / "fit").scenario()) == []


@pytest.mark.slow
def test_no_neutral_mechanism_moves_the_forecast_of_a_whole_crm(tmp_path: Path, starter: tuple[Funnel, Plan]) -> None:
    """Of a company with MQLs, stages, values and reasons; its history is its simulated CRM's."""
    funnel, plan = starter
    year = {**plan.model_dump(by_alias=True), "start": "2026-01-01", "months": 12, "follow": 0}
    observe(simulate(funnel, Plan.model_validate(year), seed=11), tmp_path / "crm", whole=True)
    calibrate(read_history(tmp_path / "crm", as_of=dt.date(2026, 12, 31))).write(tmp_path / "fit")
    assert moved_by(load(tmp_path / "fit").scenario()) == []


def test_every_field_of_funnel_and_plan_is_in_one_of_the_two_tables() -> None:
    """A new field must be given a neutral setting, or the reason why it has none."""
    fields = set(every_field())

    def reached(path: str, value: Any) -> set[str]:
        field = steps_to(path)[-1].path
        if field in fields:
            return {field}
        assert isinstance(value, dict), path
        return set().union(*(reached(join((*split(path), key)), each) for key, each in value.items()))

    names = {"month": "2027-01", "start": "2027-01-01", "later": "2027-02-01", "segments": ["segment"]}
    names |= {name: name for name in ("channel", "segment", "product", "stage", "cause")}
    found: set[str] = set()
    for changes in TABLE.SETTINGS.values():
        found |= set().union(*(reached(path, value) for path, value in named(changes, names).items() if value != {}))
    assert found | set(TABLE.ELSEWHERE) == fields
    assert not found & set(TABLE.ELSEWHERE)
