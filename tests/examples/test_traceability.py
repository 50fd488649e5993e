"""The page of demands has every line that asks for a mechanism, but for those that nothing answers to yet."""

import importlib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WANTING: tuple[str, ...] = ()
"""Lines that nothing answers to. This list only ever becomes shorter."""


@pytest.fixture
def docs(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`docs/NAME.py` by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module


def test_every_line_that_asks_for_a_mechanism_is_on_the_page(docs: Any) -> None:
    demands, traceability = docs("demands"), docs("traceability")
    assert len(demands.MECHANISMS) == len(set(demands.MECHANISMS)) == 66
    assert traceability.unheard() == WANTING, "a line that is answered now is taken off the list"
    ids = [demand.id for demand in demands.DEMANDS]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda id: tuple(int(part) for part in id.split(".")))
    assert not set(demands.FIGURES) & set(demands.MECHANISMS)
    assert set(ids) <= {*demands.MECHANISMS, *demands.FIGURES}
    assert not traceability.missing()


def test_every_metric_has_a_worked_example(docs: Any) -> None:
    from results.metrics.catalogue import CATALOGUE

    assert set(CATALOGUE) == docs("traceability").worked()
    assert len(CATALOGUE) >= 120


def test_what_is_not_there_is_found(docs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    demand, traceability = docs("demand"), docs("traceability")
    pinned = ("results/test_reps.py::test_three_reps_on_paper",)
    shows = (demand.REP_TABLE, "results.reps.nothing", "results.nowhere.at_all", "no_such_metric", "Kind.NOTHING")
    monkeypatch.setattr(traceability, "DEMANDS", (demand.Demand("001.12", "a table", (), shows, pinned),))
    assert traceability.missing() == [f"001.12: {name}" for name in shows[1:]]
