"""Shipped companies do what they did; whoever means to change that writes the file anew and shows the difference."""

import json

import pytest
from golden import GOLDEN, WATCHED, scenario, story


@pytest.mark.parametrize("name", WATCHED)
def test_a_shipped_company_comes_to_what_it_came_to(name: str) -> None:
    now, then = story(scenario(name)), json.loads(GOLDEN.read_text())[name]
    assert now["events"] == then["events"]
    assert now["ledger"] == pytest.approx(then["ledger"], rel=1e-9)
