"""A run-in that is too short is told of by `run` and `forecast`, and only where one is to be looked at."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadflow import forecast, load, run
from leadflow.defaults import CHECK_FROM
from scenarios.scenario import Scenario
from sim.snapshot import Snapshot

STARTER = Path(__file__).parents[2] / "scenarios" / "library" / "starter"
TOLD = r"the run-in of 1 month is too short: when it ends, 6\d% of the work that is usually under way is missing"


def starter(**changes: object) -> Scenario:
    """The starter company over one month, after a run-in of one."""
    found = load(STARTER).scenario("base")
    tree = {"months": 1, "follow": 0, "run_in": 1, "targets": {}, **changes}
    plan = found.plan.model_copy(update={**tree, "targets": type(found.plan.targets)()})
    return found.replace(plan=plan, root=plan)


def said(scenario: Scenario, replications: int = CHECK_FROM) -> str:
    """What a run warns of."""
    return "\n".join(run(scenario, replications, workers=1).runs.warnings)


def test_far_too_short_is_told() -> None:
    told = said(starter())
    assert re.match(TOLD, told)
    assert re.search(r"write `run_in: \d+`", told)


def test_a_forecast_tells_it_too() -> None:
    assert re.match(TOLD, forecast(starter(), replications=CHECK_FROM, workers=1).warnings[0])


@pytest.mark.parametrize(
    ("scenario", "replications"),
    [
        pytest.param(lambda: starter(run_in=9), CHECK_FROM, id="long enough"),
        pytest.param(lambda: starter(run_in_check=False), CHECK_FROM, id="not to be looked at"),
        pytest.param(lambda: starter(run_in=0), CHECK_FROM, id="a company that begins empty"),
        pytest.param(lambda: starter().replace(snapshot=Snapshot(())), CHECK_FROM, id="begins with a list of deals"),
        pytest.param(starter, CHECK_FROM - 1, id="a few replications to try something out"),
    ],
)
def test_nothing_is_told(scenario: Callable[[], Scenario], replications: int) -> None:
    assert "run-in" not in said(scenario(), replications)


def test_it_stands_among_what_a_command_tells(company: Path, give: Callable[..., Any]) -> None:
    (company / "plan.yaml").write_text((STARTER / "plan.yaml").read_text())
    (company / "funnel.yaml").write_text((STARTER / "funnel.yaml").read_text())
    tree = yaml.safe_load((company / "plan.yaml").read_text())
    tree |= {"months": 1, "follow": 0, "run_in": 1}
    tree.pop("targets", None)
    (company / "plan.yaml").write_text(yaml.safe_dump(tree))
    done = give("run", company, "--replications", CHECK_FROM, "--workers", 1, "--quiet")
    assert done.exit_code == 0, done.stderr
    assert "What to know" in done.stdout
    assert "the run-in of 1 month is too short" in " ".join(done.stdout.split())
    done = give("run", company / "plan.yaml", "--replications", CHECK_FROM - 1, "--workers", 1, "--quiet")
    assert "run-in" not in done.stdout
