"""A backtest that is kept cut-off by cut-off: gone on with, cut into runs, and refused where it is another one."""

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from forecasters import failing, steady

from calibration.backtest.cutoffs import cutoffs
from calibration.backtest.kept import Kept, history_digest, keep
from calibration.backtest.methods import METHODS, MakeForecaster, each_target
from calibration.backtest.run import Stretch, run_cutoffs
from calibration.backtest.trials import Trial
from calibration.history import History
from scenarios.workers import Interrupted
from sim.errors import InputError, RunError

END = dt.date(2026, 6, 30)
DAYS = cutoffs(dt.date(2026, 4, 6), dt.date(2026, 5, 25))


@pytest.fixture
def whole(history_of: Callable[..., History]) -> History:
    """Two deals a day over half a year, half of them won after ten days, in two segments."""
    rows = []
    for day in range(180):
        opened = dt.date(2026, 1, 1) + dt.timedelta(days=day)
        closed = opened + dt.timedelta(days=10)
        known = closed <= END
        rows.append(f"{opened},,{50 + day},{closed},won,,smb,A" if known else f"{opened},,,,open,,smb,A")
        rows.append(f"{opened},,,{closed},lost,price,large,A" if known else f"{opened},,,,open,,large,A")
    return history_of(rows, END)


def stretch(whole: History, folder: Path, methods: dict[str, MakeForecaster], **more: object) -> Stretch:
    made = Stretch(whole, ("",), methods, ("wins", "open_pipeline_wins"), (14, 30), DAYS, Kept(folder))
    folder.mkdir(exist_ok=True)
    return dataclasses.replace(made, **more)


def read(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (folder / "cutoffs").iterdir()}


def test_a_forecaster_is_asked_once_a_cut_off_for_everything(whole: History, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    run_cutoffs(stretch(whole, tmp_path / "a", {"leadflow": partial(steady, diary)}), 1)
    lines = [line.split(" ", 4) for line in diary.read_text().splitlines()]
    assert [(line[1], line[2]) for line in lines] == [(str(k), str(day)) for k, day in enumerate(DAYS, 1)]
    assert {line[4] for line in lines} == {"wins+open_pipeline_wins (14, 30)"}
    made = Kept(tmp_path / "a").read(DAYS)
    # It says nothing of wins from the open pipeline, which is no forecast and no fault.
    assert {trial.target for trial in made if math.isfinite(trial.crps)} == {"wins"}
    assert {trial.target for trial in made} == {"wins", "open_pipeline_wins"}


def test_each_segment_has_forecasters_of_its_own(whole: History, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    both = stretch(whole, tmp_path / "a", {"leadflow": partial(steady, diary)}, segments=("smb", "large"))
    run_cutoffs(both, 1)
    lines = [line.split(" ") for line in diary.read_text().splitlines()]
    assert [(line[1], line[3]) for line in lines] == [
        (str(k), name) for k in range(1, len(DAYS) + 1) for name in ("smb", "large")
    ]
    made = both.kept.read(DAYS[:1])
    wins = {each.segment: each.actual for each in made if (each.target, each.horizon) == ("wins", 14)}
    assert wins == {"smb": 14.0, "large": 0.0}


def test_what_is_kept_is_not_made_again(whole: History, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    task = stretch(whole, tmp_path / "a", {"leadflow": partial(steady, diary), "naive": METHODS["naive"]})
    run_cutoffs(task, 1)
    full = read(tmp_path / "a")
    for day in DAYS[3:5]:
        (tmp_path / "a" / "cutoffs" / f"{day}.jsonl").unlink()
    diary.unlink()
    told: list[tuple[float, int]] = []
    run_cutoffs(task, 1, lambda done, total: told.append((done, total)))
    assert [line.split(" ")[2] for line in diary.read_text().splitlines()] == [str(day) for day in DAYS[3:5]]
    assert told == [(6, 8), (7, 8), (8, 8)]
    assert read(tmp_path / "a") == full


def test_two_processes_make_the_trials_that_one_makes(whole: History, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    methods = {"leadflow": partial(steady, diary), "naive": METHODS["naive"], "hazard": METHODS["hazard"]}
    run_cutoffs(stretch(whole, tmp_path / "one", methods, segments=("smb", "large")), 1)
    diary.unlink()
    told: list[float] = []
    two = stretch(whole, tmp_path / "two", methods, segments=("smb", "large"))
    run_cutoffs(two, 2, lambda done, total: told.append(done))
    assert read(tmp_path / "one") == read(tmp_path / "two")
    assert told[0] == 0
    assert told[-1] == len(DAYS)
    # Each process has neighbouring cut-offs.
    by_process: dict[str, list[str]] = {}
    for line in diary.read_text().splitlines():
        process, _, day, *_ = line.split(" ")
        by_process.setdefault(process, []).append(day)
    days = [str(day) for day in DAYS for _ in range(2)]
    assert sorted(by_process.values()) == [days[:8], days[8:]]


def test_ctrl_c_keeps_what_is_finished(whole: History, tmp_path: Path) -> None:
    def stopped(done: float, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    task = stretch(whole, tmp_path / "a", {"leadflow": steady})
    with pytest.raises(KeyboardInterrupt) as caught:
        run_cutoffs(task, 1, stopped)
    assert not isinstance(caught.value, Interrupted)
    assert sorted(read(tmp_path / "a")) == [f"{day}.jsonl" for day in DAYS[:3]]


def test_a_failure_names_its_cut_off(whole: History, tmp_path: Path) -> None:
    task = stretch(whole, tmp_path / "a", {"leadflow": partial(failing, "2026-04-13")})
    with pytest.raises(RunError, match="cut-off 2026-04-20: ArithmeticError: nothing converges"):
        run_cutoffs(task, 1)
    assert len(read(tmp_path / "a")) == 2


def test_trials_come_back_as_they_were(tmp_path: Path) -> None:
    nan = math.nan
    day = dt.date(2026, 4, 6)
    there = Trial("wins", 30, "a", day, 7.0, 1 / 3, 0.1, ((1.0, 2.0), (0.0, 9.0), (0.0, 11.5)), 0.25, 1.5, 2.0, "smb")
    not_there = Trial("wins", 30, "b", day, 7.0, nan, nan, ((nan, nan),) * 3, nan, nan, nan)
    kept = Kept(tmp_path)
    kept.write(day, (there, not_there))
    assert repr(kept.read((day,))) == repr((there, not_there))
    assert kept.read((day + dt.timedelta(days=1),)) == ()


def test_a_digest_is_of_all_that_the_tables_hold(whole: History) -> None:
    assert history_digest(whole) == history_digest(dataclasses.replace(whole, rows={}, findings=()))
    deals = whole.tables.opportunities
    for column, value in (("opened", 0.0), ("segment", "other"), ("won_amount", np.nan)):
        changed = getattr(deals, column).copy()
        changed[0] = value
        tables = dataclasses.replace(whole.tables, opportunities=deals.replace(**{column: changed}))
        assert history_digest(dataclasses.replace(whole, tables=tables)) != history_digest(whole)
    assert history_digest(dataclasses.replace(whole, as_of=END + dt.timedelta(days=1))) != history_digest(whole)


def test_another_backtest_is_refused_and_nothing_written(whole: History, tmp_path: Path) -> None:
    home = tmp_path / "deep" / "kept"
    settings = {"targets": ("wins",), "cutoffs": ["2026-04-06"] * 5}
    assert keep(home, whole, settings) == keep(home, whole, dict(settings)) == Kept(home)
    before = (home / "backtest.json").read_text()
    assert json.loads(before)["targets"] == ["wins"]
    shorter = dataclasses.replace(whole, as_of=END - dt.timedelta(days=9))
    with pytest.raises(InputError) as caught:
        keep(home, shorter, settings | {"targets": ("wins", "bookings")})
    said = " ".join(map(str, caught.value.problems))
    assert "another history" in said
    assert "targets wins, and now wins, bookings" in said
    assert (home / "backtest.json").read_text() == before
    for name, text in (("letter.txt", "Dear Ann"), ("backtest.json", "[]")):
        other = tmp_path / name.replace(".", "-")
        other.mkdir()
        (other / name).write_text(text)
        with pytest.raises(InputError, match="folder of a backtest"):
            keep(other, whole, settings)
        assert [file.name for file in other.iterdir()] == [name]
    with pytest.raises(InputError, match="is a file"):
        keep(tmp_path / "letter-txt" / "letter.txt", whole, settings)


def test_a_baseline_answers_for_every_target(whole: History) -> None:
    forecaster = each_target(lambda history, target, horizons: np.full((2, len(horizons)), len(target)))
    made = forecaster(whole, ("wins", "bookings"), (7, 14))
    assert {target: draws.tolist() for target, draws in made.items()} == {
        "wins": [[4, 4], [4, 4]],
        "bookings": [[8, 8], [8, 8]],
    }
