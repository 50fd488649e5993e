"""Horizons: the same world over fewer, more, or earlier months; and the folder a file belongs to."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from door import write_small

from scenarios.company import load, load_scenario
from scenarios.home import home_of
from scenarios.horizon import over, past
from scenarios.scenario import Scenario
from sim.errors import InputError
from sim.log import Log
from sim.plan import Plan
from sim.run import simulate


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write_small(tmp_path)).scenario()


def log_of(scenario: Scenario) -> Log:
    return simulate(scenario.funnel, scenario.plan, root=scenario.root, seed=3)


def events_before(log: Log, day: float) -> list[tuple[float, int, int]]:
    """Time, kind and the key of the entity, of what happens before a day."""
    early = log.events.time < day
    keys = np.append(log.entities.key, 0)[log.events.entity[early]]
    return list(zip(log.events.time[early].tolist(), log.events.kind[early].tolist(), keys.tolist(), strict=True))


def test_a_shorter_horizon_is_the_beginning_of_the_longer(scenario: Scenario) -> None:
    short, long = log_of(over(scenario, 1)), log_of(over(scenario, 3, follow=2))
    assert short.window.counted == short.window.ends == 31.0
    assert len(events_before(short, 31.0)) > 100
    assert events_before(short, 31.0) == events_before(long, 31.0)


def test_a_longer_horizon_needs_the_numbers_of_its_months(scenario: Scenario) -> None:
    assert over(scenario, 5).plan.months == 5
    listed = Plan.model_validate({**scenario.plan.model_dump(by_alias=True), "spend": {"events": [1.0, 2.0, 3.0]}})
    assert over(scenario.replace(plan=listed), 2).plan.monthly_spend("events") == (1.0, 2.0)
    with pytest.raises(InputError, match="must have an entry for each of the plan's 4 months"):
        over(scenario.replace(plan=listed), 4)
    with pytest.raises(InputError, match="must be a whole number from 1 to 600"):
        over(scenario, 0)


def test_the_past_ends_where_the_plan_begins_at_its_first_levels(scenario: Scenario) -> None:
    plan = Plan.model_validate(
        {
            **scenario.plan.model_dump(by_alias=True),
            "spend": {"events": [6000.0, 0.0, 0.0], "paid_search": 9000.0},
            "teams": {
                "sdr": {"headcount": [2, 1, 1]},
                "ae": {"headcount": 3, "hires": [{"month": dt.date(2027, 2, 1), "add": 1}]},
            },
        }
    )
    then = past(scenario.replace(plan=plan, root=plan), 14).plan
    assert (then.start, then.months, then.follow) == (dt.date(2025, 11, 1), 14, 0)
    assert then.monthly_spend("events") == (6000.0,) * 14
    assert then.heads(then.teams.sdr) == (2,) * 14
    assert then.heads(then.teams.ae) == (3,) * 14


def test_the_home_of_a_file_is_its_plans_folder(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "acme")
    deep = tmp_path / "elsewhere" / "deeper.yaml"
    deep.parent.mkdir()
    deep.write_text("extends: ../acme/scenarios/one-more-sdr.yaml\nchange: {months: 2}\n")
    assert load_scenario(deep).plan.months == 2
    for path in (folder, folder / "plan.yaml", folder / "scenarios" / "one-more-sdr.yaml", deep):
        assert home_of(path).resolve() == folder.resolve()


def test_a_plan_may_be_longer_than_the_one_whose_run_in_it_shares(scenario: Scenario) -> None:
    """Nothing else changes: until the shorter one ends both are the same."""
    tree = scenario.plan.model_dump(by_alias=True) | {"months": scenario.plan.months + 3}
    longer = scenario.replace(plan=Plan.model_validate(tree))
    short, long = log_of(scenario), log_of(longer)
    assert longer.root.months < longer.plan.months
    assert long.window.counted > short.window.counted
    end = short.window.counted
    assert len(events_before(short, end)) > 100
    assert events_before(short, end) == events_before(long, end)
