"""Ranking: the order of means in the metric's direction, and what neighbours differ by, by hand."""

import numpy as np
import pytest

from results.ranking import rank
from results.runset import RunSet
from results.uncertainty import NO_DRAW

BASE = [10.0, 20.0, 30.0, 40.0]


def runs(name: str, values: list[float], metric: str = "profit") -> RunSet:
    found = np.asarray(values, dtype=np.float64)
    draw = np.full(len(found), NO_DRAW)
    empty = np.zeros((len(found), 0, 0))
    return RunSet(name, 1, "simpy", "USD", (metric,), np.arange(len(found)), draw, found[:, None], (), (), empty, 0)


def test_the_best_is_first_and_the_base_stands_in_its_place() -> None:
    worse, better = runs("worse", [8, 19, 29, 36]), runs("better", [11, 22, 33, 42])
    found = rank("profit", runs("base", BASE), [worse, better])
    assert [place.scenario for place in found.places] == ["better", "base", "worse"]
    assert [place.value for place in found.places] == [27, 25, 23]
    assert found.places[1].against_base is None
    first, second, last = found.places
    assert first.against_base is not None
    assert first.against_base.difference.mean == 2
    # 1, 2, 3, 2 and then 2, 1, 1, 4: every interval of four by hand is mean +- 3.18245 sd / 2.
    assert first.over_next is not None
    assert second.over_next is not None
    assert (first.over_next.mean, second.over_next.mean) == (2, 2)
    assert second.over_next.hi95 == pytest.approx(2 + 3.182446305 * np.sqrt(2) / 2)
    assert last.over_next is None
    assert found.ties == (("base", "worse"),)


def test_of_a_cost_the_least_is_first() -> None:
    found = rank("cac", runs("base", BASE, "cac"), [runs("cheap", [1, 2, 3, 4], "cac")])
    assert [place.scenario for place in found.places] == ["cheap", "base"]
    assert found.places[0].over_next is not None
    assert found.places[0].over_next.mean == -22.5


def test_what_is_not_defined_is_last() -> None:
    found = rank("profit", runs("base", BASE), [runs("none", [np.nan] * 4), runs("worse", [1, 2, 3, 4])])
    assert [place.scenario for place in found.places] == ["base", "worse", "none"]
    record = found.to_json()
    assert (record[2]["value"], record[2]["over_next"]) == (None, None)
    assert record[1]["over_next"]["mean"] is None
