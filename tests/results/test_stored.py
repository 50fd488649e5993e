"""The scenario of a stored run: made of its manifest, or read from the company's files, but never another one."""

import dataclasses
from pathlib import Path

import pytest
from door import write_small

from results.store import Store, run_digest
from results.stored import scenario_of
from scenarios.company import load_scenario
from sim.errors import InputError


@pytest.fixture
def stored(tmp_path: Path):
    """A company, its scenario, and the manifest of a run of it."""
    from leadflow.api import run

    company = write_small(tmp_path / "small")
    scenario = load_scenario(company)
    answer = run(scenario, 2, seed=3)
    home = Store(company / "runs").save(scenario, answer.runs)
    return company, scenario, Store(company / "runs").read(home.name)[0]


def test_it_is_made_of_what_the_manifest_holds(stored, tmp_path):
    _, scenario, manifest = stored
    found = scenario_of(manifest, tmp_path / "nowhere")
    assert run_digest(found, 2, 3, manifest.engine) == manifest.run
    assert (found.funnel, found.plan, found.root) == (scenario.funnel, scenario.plan, scenario.root)


def test_one_with_draws_is_read_from_the_company(stored):
    """What a manifest does not hold is in the company's files, as long as these are what they were."""
    company, scenario, manifest = stored
    without = dataclasses.replace(manifest, inputs=manifest.inputs | {"draws": "of a posterior"})
    assert scenario_of(without, company).plan == scenario.plan
    plan = company / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("months: ", "months: 1 # "), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be repeated"):
        scenario_of(without, company)
