"""The table of truths is whole, and says what the tests find."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from known_answers import KEPT, Figure, Truths, kept

ROOT = Path(__file__).parents[2]
WANTING: tuple[str, ...] = ()
"""Rows that no test finds yet. This list only ever becomes shorter."""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Any:
    """docs/truths.py."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("truths")


def test_every_row_that_is_asked_for_is_there(table: Any) -> None:
    assert len(table.TRUTHS) == 49
    assert table.LATER == ("D25", "D27", "D28", "D29")
    assert table.wanting() == WANTING, "a row that a test finds now is taken off the list, and none is put on it"
    there = {each.row for each in table.rows()}
    assert there <= set(table.TRUTHS)
    assert len(there) == 45 - len(WANTING)


@pytest.mark.slow
def test_each_test_named_exists() -> None:
    tests = sorted(kept())
    files = sorted({test.partition("::")[0] for test in tests})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "-n", "0", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    gone = set(tests) - set(done.stdout.splitlines())
    assert not gone, f"take them out of {KEPT.relative_to(ROOT)}, or run those of the new names"


def test_a_figure_is_compared_to_six_digits() -> None:
    figure = Figure("D1", "x", "1.5", 1.499, 0.01, 40)
    assert figure.like(figure._replace(found=1.499 * (1 + 9e-7), exact="1.50"))
    for changes in ({"found": 1.499 * (1 + 2e-6)}, {"se": 0.0101}, {"replications": 39}, {"exact": "1.6"}):
        assert not figure.like(figure._replace(**changes))


def test_what_is_not_true_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADFLOW_TRUTHS", raising=False)
    truths = Truths("nowhere")
    samples = [1.0, 1.1, 0.9, 1.05, 0.95]
    with pytest.raises(AssertionError, match="D1 x: exact 2"):
        truths.judge("D1 x", samples, 2.0, 0.1)
    with pytest.raises(AssertionError, match="too little power"):
        truths.judge("D1 x", samples, 1.0, 0.01)
    with pytest.raises(AssertionError, match=r"exact 1\.50"):
        truths.state("D1 x", "1.50", 1.506)
    with pytest.raises(AssertionError, match="exact > 1"):
        truths.state("D1 x", "> 1", 1.0)
    # What holds and is not kept says how it is kept.
    with pytest.raises(AssertionError, match="LEADFLOW_TRUTHS=write"):
        truths.state("D1 x", "1.50", 1.504)


def test_a_test_states_all_that_is_kept_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADFLOW_TRUTHS", raising=False)
    test, figures = next((test, figures) for test, figures in kept().items() if figures[0].se is None)
    truths = Truths(test)
    for figure in figures:
        with pytest.raises(AssertionError, match="not stated any more"):
            truths.close()
        truths.state(f"{figure.row} {figure.what}", figure.exact, figure.found, within=1e-6)
    truths.close()
    assert truths.stated == figures
    with pytest.raises(AssertionError, match="twice"):
        truths.state(f"{figures[0].row} {figures[0].what}", figures[0].exact, figures[0].found)
