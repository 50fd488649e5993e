"""Reps and prospects on a terminal of eighty columns: every table fits, and the picture says where luck ends."""

import json

import numpy as np
import pytest

from leadflow.render.page import Page
from leadflow.render.prospects import show_prospects
from leadflow.render.reps import show_reps
from results.luck import Band
from results.prospects.tables import lift_table
from results.reps.cases import QUESTIONS, Cases
from results.reps.comparison import RepComparison, rep_comparison, rep_table
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan
from sim.run import simulate

NAMES = ("Ann", "Maximiliana Featherstonehaugh", "Bob", "Cat")


@pytest.fixture(autouse=True)
def _eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def log(starter: tuple[Funnel, Plan]) -> Log:
    return simulate(*starter, seed=1)


def comparison(question: int, rates: tuple[float, ...]) -> RepComparison:
    """Four reps, of whom the last has few cases."""
    count = (400, 300, 5000, 20)
    rep = np.repeat(np.arange(4), count)
    success = np.concatenate([np.arange(n) < n * rate for n, rate in zip(count, rates, strict=True)])
    return RepComparison((rep_table(QUESTIONS[question], Cases(rep, success, {}), NAMES),))


@pytest.mark.parametrize("rates", [(0.5, 0.2, 0.35, 0.3), (0.05, 0.02, 0.035, 0.05), (0.99, 0.95, 0.97, 1.0)])
@pytest.mark.parametrize("question", range(len(QUESTIONS)))
def test_reps_fit_eighty_columns(question: int, rates: tuple[float, ...], capsys: pytest.CaptureFixture[str]) -> None:
    show_reps(Page(), comparison(question, rates))
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= 80
    assert any(line.startswith("Maximiliana Feat") and "\N{HORIZONTAL ELLIPSIS}" in line for line in shown)
    assert any(line.startswith("Cat") and "20*" in line for line in shown)


def test_the_picture_of_a_rep(capsys: pytest.CaptureFixture[str]) -> None:
    # 200 of 400, 60 of 300 and 1,600 of 5,000: all together 1,866 of 5,720 or 32.6 %.
    made = comparison(0, (0.5, 0.2, 0.32, 0.3))
    first = made.tables[0].rows[0]
    assert (first.rep, first.luck) == ("Ann", Band(112, 149))
    show_reps(Page(), made)
    ann, bob, _, maximiliana = (
        line for line in capsys.readouterr().out.splitlines() if line.startswith(("Ann", "Bob", "Cat", "Max"))
    )
    # What is expected of Ann's 400 lies well below her 50 %, which is the right edge of the picture.
    assert ann.index("[") < ann.index("|") < ann.index("]") < ann.index("o ")
    assert ann.rstrip().endswith("above")
    assert bob.count("o") >= 1
    assert not bob.rstrip().endswith(("above", "below"))
    assert maximiliana.rstrip().endswith("below")


@pytest.mark.parametrize("reps", [2, 4, 5, 8])
def test_of_few_reps_it_is_not_counted_how_many_are_outside(reps: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each won 30 of 100. Below five reps the band of one is nearly all that there is to be outside of."""
    rep = np.repeat(np.arange(reps), 100)
    table = rep_table(
        QUESTIONS[0], Cases(rep, np.tile(np.arange(100) < 30, reps), {}), [f"rep {k}" for k in rep[::100]]
    )
    show_reps(Page(), RepComparison((table,)))
    shown = " ".join(capsys.readouterr().out.split())
    assert ("reps outside the 95 % band" in shown) == (reps >= 5)
    assert "That reps differ at all is not distinguishable from luck" in shown


def test_a_run_is_shown_and_is_plain_data(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    reps, prospects = rep_comparison(log), lift_table(log)
    show_reps(Page(), reps)
    show_prospects(Page(), prospects, "USD")
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "Closers: opportunities closed, won" in shown
    assert "Which leads are won" in shown
    for record in (reps.to_json(), prospects.to_json()):
        assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_nothing_to_compare_is_said(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    none = log.events.kind == 0
    empty = type(log.events)(**{name: column[none] for name, column in log.events.columns().items()})
    bare = Log(empty, log.entities, log.ledger, log.reps, log.names, log.window)
    show_reps(Page(), rep_comparison(bare))
    show_prospects(Page(), lift_table(bare), "USD")
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.count("are not recorded") == len(QUESTIONS) + 4
    assert "Reps that cannot be compared" in shown
    assert "What cannot be told" in shown
