"""Aligned and misaligned: the presets are what they say, and the page is of what the engine says."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
AGAIN = 4
"""Replications of every scenario that are simulated anew."""


@pytest.fixture(scope="module")
def alignment() -> Any:
    """The script that writes the page."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return __import__("alignment")
    finally:
        sys.path.remove(str(ROOT / "docs"))


@pytest.fixture(scope="module")
def found(alignment: Any) -> Any:
    """Every scenario, as the page was made of."""
    return alignment.stored()


def test_the_presets_differ_in_the_levers_alone(alignment: Any) -> None:
    worlds = alignment.scenarios()
    paths = [path for _, paths in alignment.LEVERS.values() for path in paths]
    levels = {name: [alignment.value(worlds[name].plan, path) for path in paths] for name in ("misaligned", "aligned")}
    assert dict(zip(paths, zip(levels["misaligned"], levels["aligned"], strict=True), strict=True)) == {
        "handoff.profile_agreement": (0.6, 1.0),
        "handoff.message": (-0.15, 0.0),
        "handoff.information": (0.7, 1.0),
        "handoff.transit_loss": (0.03, 0.0),
        "handoff.shared_pipeline": (False, True),
        "scoring.feedback_delay": (6, 1),
    }
    every = tuple(paths)
    apart, aligned = worlds["misaligned"], worlds["aligned"]
    assert alignment.moved(apart, aligned, every).plan.model_copy(update={"name": aligned.plan.name}) == aligned.plan
    assert aligned.plan.months == apart.plan.months == worlds["three-years"].plan.months == 36
    assert aligned.root == apart.root


def test_each_lever_is_switched_on_first_and_last(alignment: Any) -> None:
    worlds = alignment.scenarios()
    for lever, (_, paths) in alignment.LEVERS.items():
        for path in [path for _, each in alignment.LEVERS.values() for path in each]:
            on, off = (alignment.value(worlds[name].plan, path) for name in ("aligned", "misaligned"))
            first, last = (alignment.value(worlds[f"{sign}{lever}"].plan, path) for sign in "+-")
            assert (first, last) == ((on, off) if path in paths else (off, on))


@pytest.mark.parametrize("metric", ["revenue_growth", "profit_change", "revenue", "operating_profit"])
def test_who_is_aligned_grows_faster(alignment: Any, found: Any, metric: str) -> None:
    gain = found.gain("aligned", "misaligned", metric)
    print(metric, gain, alignment.faster(found, metric))
    assert gain.lo > 0


@pytest.mark.parametrize("metric", ["win_rate", "mql_to_sql_rate", "new_customers", "cac"])
def test_alignment_moves_what_lies_on_the_way(found: Any, metric: str) -> None:
    gain = found.gain("aligned", "misaligned", metric)
    print(metric, gain)
    assert (gain.hi < 0) if metric == "cac" else (gain.lo > 0)


def test_parts_and_interaction_make_the_whole(alignment: Any, found: Any) -> None:
    for metric in alignment.METRICS:
        for part in (alignment.alone, alignment.last):
            parts = sum(part(found, lever, metric) for lever in alignment.LEVERS)
            whole = found.of("aligned", metric) - found.of("misaligned", metric)
            np.testing.assert_allclose(parts + alignment.rest(found, metric, part), whole, rtol=1e-6, atol=1e-6)


def test_the_page_is_of_what_is_stored(alignment: Any, found: Any) -> None:
    assert len(found.of("aligned", "revenue")) == alignment.REPLICATIONS
    assert alignment.PAGE.read_text(encoding="utf-8") == alignment.written(found), "run `python docs/alignment.py`"


@pytest.mark.slow
def test_what_is_stored_is_what_the_engine_says(alignment: Any) -> None:
    """Replication by replication, for the first of every scenario; `python docs/alignment.py --check` does all."""
    assert alignment.simulated(AGAIN).are_stored(alignment.STORED), "run `python docs/alignment.py`"
