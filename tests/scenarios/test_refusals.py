"""Whatever stands wherever in a plan or funnel, its refusal is in a planner's words."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.company import load
from scenarios.refusals import nearest, refusals
from sim.funnel import Funnel
from sim.noun import Noun
from sim.plan import Plan

ODD: list[Any] = [None, True, -5, 1.5, "", "x", "never", "2 weeks", [], [1], [[1]], [{}], [None], {}, {"a": 1}]
ODD += [{"law": "never"}, {"law": ["x"]}, {"from": "2027-01"}, [{"from": "2027-01", "amount": 1}, 5], {"share": 1}]
ODD += [float("nan"), float("inf"), 10**400, "9" * 400, "x" * 300]


TREES: dict[type[Noun], Any] = {}


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for name, inner in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield (*path, name)
        yield from places(inner, (*path, name))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_refusal_speaks_of_the_code(data: st.DataObject) -> None:
    noun: type[Noun] = data.draw(st.sampled_from([Plan, Funnel]))
    tree = copy.deepcopy(TREES[noun])
    path = data.draw(st.sampled_from(list(places(tree))))
    inner = tree
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    try:
        noun.model_validate(tree)
    except ValidationError as error:
        found = refusals(error, noun, tree)
    else:
        return
    assert found
    # Another law makes the old law's numbers the odd ones, so there the whole law is meant.
    changed = path[:-1] if path[-1] == "law" else path
    for refusal in found:
        assert refusal.parts[: len(changed)] == changed[: len(refusal.parts)]
        assert refusal.rule != "is not valid here"
        assert not any(word in refusal.rule for word in ("Input", "Value error", "valid dictionary", "discriminator"))


@pytest.fixture(autouse=True)
def _trees(acme: Path) -> None:
    company = load(acme)
    for noun in (company.plan, company.funnel):
        TREES[type(noun)] = noun.model_dump(mode="json", by_alias=True)


def test_never_is_no_law_of_effort() -> None:
    tree = copy.deepcopy(TREES[Funnel])
    tree["stages"]["Demo"]["effort"] = "never"
    with pytest.raises(ValidationError) as caught:
        Funnel.model_validate(tree)
    (refusal,) = refusals(caught.value, Funnel, tree)
    assert refusal.parts == ("stages", "Demo", "effort")
    assert refusal.got == "'never'"


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("DEMO", ["Demo", "Won"]) == "did you mean Demo?"
    assert nearest("xyz", ["Demo", "Won"]) == "there are: Demo, Won"
    assert nearest("xyz", []) == ""
