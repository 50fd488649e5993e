"""Every broken company is refused with positions, in a planner's words, and nothing is written."""

import importlib.util
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.company import check_paths, load_scenario
from sim.errors import InputError


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("broken_companies", Path(__file__).with_name("broken.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generator = _generator()
POSITION = re.compile(r"(?P<file>.+?):[1-9]\d*:[1-9]\d*(: |$)", re.DOTALL)
JARGON = re.compile(
    r"pydantic|Input should|Value error|validation|Traceback|ScannerError|NoneType|Noun|_[a-z]+\(|<class"
)


def tree_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(company: object, files: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator.write(company, folder)
        before = tree_of(folder)
        with pytest.raises(InputError) as caught:
            load_scenario(folder / "scenarios" / "what-if.yaml")
        listed = check_paths([folder])
        assert tree_of(folder) == before
        assert listed
        for problem in (*caught.value.problems, *listed):
            assert POSITION.match(problem.where), str(problem)
            assert not JARGON.search(f"{problem.rule} {problem.remedy}"), str(problem)
            assert "is not valid here" not in problem.rule, str(problem)
        if len(files) == 1 and files[0]:
            named = [problem.where.startswith(f"{folder / files[0]}:") for problem in caught.value.problems]
            assert any(named), str(caught.value)


def test_the_company_that_is_broken_is_sound_before(tmp_path: Path) -> None:
    generator.write(generator.sound(), tmp_path)
    assert check_paths([tmp_path]) == []
    scenario = load_scenario(tmp_path / "scenarios" / "what-if.yaml")
    assert scenario.plan.heads(scenario.plan.teams.sdr) == (4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8)
    assert scenario.plan.handoff.attempts == 2


@pytest.mark.parametrize(("name", "breakage"), generator.BREAKAGES, ids=[name for name, _ in generator.BREAKAGES])
def test_each_breakage_is_refused(name: str, breakage: object) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def one(data: st.DataObject) -> None:
        company = generator.sound()
        refused(company, [breakage(data.draw, company)])  # type: ignore[operator]

    one()


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(generator.broken(most=3))
def test_many_breakages_at_once_are_refused(case: tuple[list[str], list[str], object]) -> None:
    _, files, company = case
    refused(company, files)
