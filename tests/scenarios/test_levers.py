"""Every lever of funnel and plan: at nothing it changes no log, turned it moves its metric the way that is promised."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadflow import compare
from results.metrics.catalogue import CATALOGUE
from scenarios.company import load
from scenarios.lever import Lever, every_field, steps_to
from scenarios.levers import LEVERS, NO_LEVERS
from scenarios.scenario import Scenario
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import simulate

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.path)


@cache
def log_digest(funnel: str, plan: str, root: str, calm: str | None) -> str:
    """The digest of one replication of a world."""
    return simulate(
        Funnel.model_validate_json(funnel),
        Plan.model_validate_json(plan),
        root=Plan.model_validate_json(root),
        calm=None if calm is None else Funnel.model_validate_json(calm),
        seed=3,
    ).digest()


def digest(scenario: Scenario) -> str:
    calm = None if scenario.calm is None else scenario.calm.model_dump_json(by_alias=True)
    trees: Any = (scenario.funnel, scenario.plan, scenario.root)
    return log_digest(*(tree.model_dump_json(by_alias=True) for tree in trees), calm)


@EACH
def test_a_lever_at_nothing_changes_no_log(lever: Lever, starter: tuple[Funnel, Plan]) -> None:
    """The log of a scenario that sets the lever to nothing is that of the company without it, bit for bit."""
    worlds = lever.worlds(*starter)
    assert worlds.nothing.plan != worlds.nothing.root, "the run-in and the plan are two worlds"
    assert digest(worlds.nothing) == digest(worlds.without)


@EACH
def test_a_lever_turned_changes_the_log(lever: Lever, starter: tuple[Funnel, Plan]) -> None:
    worlds = lever.worlds(*starter)
    same = (worlds.turned.funnel, worlds.turned.plan.model_copy(update={"name": worlds.without.plan.name}))
    assert same != (worlds.without.funnel, worlds.without.plan)


@pytest.mark.slow
@EACH
def test_the_sign_of_a_lever_holds(lever: Lever) -> None:
    """The 95 % interval of the metric's paired difference lies on the side of zero that is promised."""
    company = load(ROOT / "scenarios" / "library" / "starter").scenario()
    worlds = lever.worlds(company.funnel, company.plan)
    answer = compare(worlds.without, worlds.turned, replications=lever.replications, metrics=[lever.metric], workers=1)
    found = answer.comparisons[0].of(lever.metric).difference
    print(f"{lever.path}: {lever.metric} {found.mean:+.4g} [{found.lo95:+.4g}, {found.hi95:+.4g}]")
    assert lever.sign * found.lo95 > 0
    assert lever.sign * found.hi95 > 0


def test_every_field_is_a_lever_or_said_to_be_none() -> None:
    levers = {steps_to(lever.path)[-1].path for lever in LEVERS}
    assert levers | set(NO_LEVERS) == set(every_field())
    assert not levers & set(NO_LEVERS)
    assert {lever.metric for lever in LEVERS} <= set(CATALOGUE)
    assert len({(lever.path, repr(lever.turned), repr(lever.given)) for lever in LEVERS}) == len(LEVERS)


def test_the_page_of_levers_is_that_of_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, words and defaults; the figures have the sign and lie clear of zero, and a slow test simulates them."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    page = __import__("levers")
    assert Path(page.__file__) == ROOT / "docs" / "levers.py"
    text = page.PAGE.read_text(encoding="utf-8")
    figures = page.figures_of(text)
    shown = [figures[cells[0], cells[4]] for cells in (page.row(lever, "") for lever in LEVERS)]
    assert page.written(shown) == text, "run `python docs/levers.py` and say which changed"
    for lever, figure in zip(LEVERS, shown, strict=True):
        parts = figure.replace("[", "").replace("]", "").replace(",", "").split()
        # The mean, the lower and the upper limit.
        assert len(parts) == 3
        assert all(lever.sign * float(part) > 0 for part in parts), lever.path
