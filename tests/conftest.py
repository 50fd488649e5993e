"""What tests of several rooms share: the starter company, and where real data is found."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, settings
from known_answers import PASSED, Truths

from sim.funnel import Funnel
from sim.plan import Plan

# The same examples every time, so that a red run is the change's own; --hypothesis-profile=explore looks for others,
# and first is content with the first failure and does not make it smaller. No example has a deadline: the first one may
# have to wait for the compiler.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.register_profile("first", derandomize=True, deadline=None, phases=(Phase.generate,))
settings.load_profile("steady")

STARTER = Path(__file__).parent.parent / "scenarios" / "library" / "starter"


@pytest.fixture(scope="session")
def starter() -> tuple[Funnel, Plan]:
    """Funnel and plan of the starter company, shortened to six months so that tests are quick."""
    funnel: Any = yaml.safe_load((STARTER / "funnel.yaml").read_text())
    plan: Any = yaml.safe_load((STARTER / "plan.yaml").read_text())
    return Funnel.model_validate(funnel), Plan.model_validate(
        {**plan, "months": 6, "run_in": 4, "follow": 3, "targets": {}}
    )


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the public data sets; tests on real files are skipped where LEADFLOW_DATA does not name it."""
    folder = os.environ.get("LEADFLOW_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("LEADFLOW_DATA names no folder with the public data sets")
    return Path(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def truths(request: pytest.FixtureRequest) -> Iterator[Truths]:
    """The rows of the table of truths that a test states; a test that fails has nothing to keep."""
    found = Truths(request.node.nodeid)
    yield found
    if request.node.stash.get(PASSED, False):
        found.close()


@pytest.fixture
def judged(truths: Truths) -> Callable[[str, list[float], float, float], None]:
    """Judge a simulated row: its name (`D1 mean wait`), samples, exact value, and the greatest relative error."""
    return truths.judge


@pytest.fixture
def stated(truths: Truths) -> Callable[..., None]:
    """Judge a computed row: its name, the exact value with the digits that are given, and what was computed."""
    return truths.state
