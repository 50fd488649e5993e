"""leadflow backtest as a user meets it: the table, the record, and refusals."""

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import forecasters
import numpy as np
import pytest
from click.testing import Result
from door import tree_of
from forecasters import steady
from typer.testing import CliRunner

from calibration.backtest.methods import METHODS
from leadflow.backtesting import backtest
from leadflow.cli import app

FIRST = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year of deals, three a day, most of them closed within a month; no amounts on open deals."""
    rng = np.random.default_rng(3)
    lines = ["opportunity_id,opened_at,amount,won_amount,closed_at,outcome,loss_reason,segment,product"]
    for place in range(540):
        opened = FIRST + dt.timedelta(days=place // 3)
        closed = opened + dt.timedelta(days=int(rng.gamma(1.5, 12)))
        segment = ("smb", "large")[place % 2]
        if closed > dt.date(2026, 6, 30):
            lines.append(f"d{place},{opened},,,,open,,{segment},A")
        elif rng.random() < 0.5:
            lines.append(f"d{place},{opened},,{rng.integers(50, 150)},{closed},won,,{segment},A")
        else:
            lines.append(f"d{place},{opened},,,{closed},lost,price,{segment},A")
    folder = tmp_path_factory.mktemp("history")
    (folder / "opportunities.csv").write_text("\n".join((*lines, "")), encoding="utf-8")
    return folder


def give(history: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["backtest", str(history), *arguments])


@pytest.mark.usefixtures("quickly")
def test_the_record_has_the_promised_names(export: Path) -> None:
    arguments = ["--target", "wins,bookings", "--horizon", "14,30", "--from", "2026-04-06", "--to", "2026-06-15"]
    answer = give(export, *arguments, "--json", "--quiet")
    assert answer.exit_code == 0, answer.output
    record = json.loads(answer.stdout)
    promised = {
        *("target", "horizon_days", "cutoffs", "method", "wape", "crps"),
        *("crps_over_mean", "cover50", "cover80", "cover95"),
    }
    assert all(promised <= set(row) for row in record["rows"])
    assert {(row["target"], row["horizon_days"]) for row in record["rows"]} == {
        (target, horizon) for target in ("wins", "bookings") for horizon in (14, 30)
    }
    # Mondays from April 6: the last window of 14 days begins after June 15 and ends on the 29th, of 30 after May 25.
    cuts = {row["horizon_days"]: row["cutoffs"] for row in record["rows"]}
    assert cuts == {14: 11, 30: 8}


@pytest.mark.usefixtures("quickly")
def test_the_table_fits_and_says_what_is_missing(export: Path) -> None:
    answer = give(export, "--horizon", "14", "--from", "2026-05-04", "--segment", "smb")
    assert answer.exit_code == 0, answer.output
    assert max(map(len, answer.stdout.splitlines())) <= 80
    assert "wins, 14 days" in answer.stdout
    assert "cure_mixture" in answer.stdout  # losses are recorded: it is named as left out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--target", "weather"], "target"),
        (["--target", "pipeline"], "no open deal has an amount"),
        (["--horizon", "soon"], "whole days"),
        (["--horizon", "0"], "at least one day"),
        (["--every", "year"], "every"),
        (["--target", "win"], "did you mean wins?"),
        (["--horizon", "999999"], "36,500 at most"),
        (["--every", "year"], "such as --every month"),
        (["--from", "2026-05-04", "--to", "2026-04-06"], "exchange them: from 2026-04-06 to 2026-05-04"),
        (["--segment", "tiny"], "segment"),
        (["--by", "product"], "must be segment"),
        (["--by", "segment", "--segment", "smb"], "without --segment"),
        (["--workers", "0"], "workers"),
    ],
)
def test_refusals(export: Path, arguments: list[str], word: str) -> None:
    answer = give(export, *arguments)
    assert answer.exit_code == 2
    assert word in answer.output


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--from", "2020-01-06", "--to", "2020-02-03"], "must not lie before the history begins, on 2026-01-01"),
        (["--from", "2026-01-05", "--to", "2026-01-12"], "by which enough is known"),
        (["--from", "2026-06-25", "--to", "2026-06-28"], "must be followed by a whole window"),
        (["--from", "2027-01-04"], "must be followed by a whole window"),
        (["--horizon", "2000"], "windows of 2000 days or more"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_the_days_that_can_and_nothing_is_written(
    export: Path, tmp_path: Path, arguments: list[str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadflow.backtesting.METHODS", {"naive": METHODS["naive"]})
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "new" / "deep", tmp_path / "empty"):
        answer = give(export, "--horizon", "30", *arguments, "--out", str(out))
        assert answer.exit_code == 2, answer.output
        assert word in answer.output
        if "--horizon" not in arguments:
            assert "cut-offs from 2026-02-02 to 2026-05-31 can be scored" in answer.output
    assert tree_of(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_the_first_and_the_last_cut_off_that_are_named_can_be_scored(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first deal closes on January 6, so four weeks are over on February 2; from May 31 to June 30 are 30 days."""
    monkeypatch.setattr("leadflow.backtesting.METHODS", {"naive": METHODS["naive"]})
    for day, code in (("2026-02-01", 2), ("2026-02-02", 0), ("2026-05-31", 0), ("2026-06-01", 2)):
        assert give(export, "--horizon", "30", "--from", day, "--to", day).exit_code == code, day


def test_all_problems_come_at_once(export: Path) -> None:
    answer = give(export, "--target", "weather,pipeline", "--horizon", "0,30")
    assert answer.exit_code == 2
    assert all(word in answer.output for word in ("weather", "amount", "at least one day"))


@pytest.mark.usefixtures("quickly")
def test_a_frame_has_a_row_a_method(export: Path) -> None:
    found = backtest(export, horizons=(14,), first=dt.date(2026, 5, 4))
    frame = found.to_frame()
    assert len(frame) == len(found.rows) == frame.method.nunique()
    # Only the row's best is better than its best other.
    assert (frame.ratio < 1).sum() == 1


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few methods, none of which takes time; the first stands in for leadflow's own."""
    few = {name: METHODS[name] for name in ("naive", "last_window", "hazard", "cure_mixture", "rhythm")}
    monkeypatch.setattr("leadflow.backtesting.METHODS", {"leadflow": steady, **few})
    monkeypatch.setenv("COLUMNS", "80")


SOME = ("--horizon", "14,30", "--from", "2026-03-02", "--to", "2026-05-25")


def words(answer: Result) -> str:
    """Without line ends, as sentences are folded."""
    return " ".join(answer.stdout.split())


@pytest.mark.usefixtures("quickly")
def test_leadflow_comes_first_and_the_end_says_how_it_stands(export: Path) -> None:
    answer = give(export, *SOME, "--halves")
    assert answer.exit_code == 0, answer.output
    assert max(map(len, answer.stdout.splitlines())) <= 80
    lines = answer.stdout.splitlines()
    for head in [place for place, line in enumerate(lines) if line.startswith("method")]:
        if "verdict" not in lines[head]:
            assert lines[head + 2].startswith("leadflow")
    said = words(answer)
    assert "wins, 14 days, 13 cut-offs" in said
    assert "leadflow beside one method used throughout" in said
    assert "rhythm (reference)" in said
    assert "Leadflow's forecast errs " in said
    # Thirteen weekly cut-offs of 14 and of 30 days: 13 / 2 and 13 / 5 rounded up, of which the more are counted.
    assert "26 forecasts, about 7 of them with windows that do not overlap" in said
    assert "The cut-offs span the longest window only about 3 times" in said
    assert "is not among these methods" not in said
    record = json.loads(give(export, *SOME, "--halves", "--json").stdout)
    assert record["said"][0] in said
    assert [half["standings"][0]["method"] for half in record["halves"]] == ["leadflow", "leadflow"]
    assert record["against"][0]["other"] == ""
    assert "halves" not in json.loads(give(export, *SOME, "--json").stdout)


@pytest.mark.usefixtures("quickly")
def test_segments_have_rows_of_their_own(export: Path) -> None:
    record = json.loads(give(export, *SOME, "--by", "segment", "--json").stdout)
    assert {(row["segment"], row["horizon_days"]) for row in record["rows"]} == {
        (segment, days) for segment in ("large", "smb") for days in (14, 30)
    }
    # Two of one target and two of the other: every method stands on four rows.
    assert {one["rows"] for one in record["standings"]} == {4}
    alone = json.loads(give(export, *SOME, "--segment", "smb", "--json").stdout)
    both = {(row["horizon_days"], row["method"]): row["crps"] for row in record["rows"] if row["segment"] == "smb"}
    assert {(row["horizon_days"], row["method"]): row["crps"] for row in alone["rows"]} == both
    shown = give(export, *SOME, "--by", "segment", "--target", "wins,open_pipeline_wins")
    assert shown.exit_code == 0, shown.output
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "each segment by itself" in shown.stdout


@pytest.mark.usefixtures("quickly")
def test_thin_segments_are_left_out_and_said(tmp_path: Path, export: Path) -> None:
    text = (export / "opportunities.csv").read_text().splitlines()
    text[1:41] = [line.replace(",smb,", ",tiny,").replace(",large,", ",tiny,") for line in text[1:41]]
    (tmp_path / "opportunities.csv").write_text("\n".join((*text, "")))
    answer = give(tmp_path, *SOME, "--by", "segment")
    assert "too few wins for rows of their own (fewer than 50): tiny (" in words(answer)


@pytest.mark.usefixtures("quickly")
def test_a_folder_keeps_every_forecast_and_refuses_another_backtest(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    first = give(export, *SOME, "--out", str(out))
    assert first.exit_code == 0, first.output
    assert str(out) in first.stdout.replace("\n", "")
    rows = list(csv.DictReader((out / "trials.csv").open()))
    # 13 Mondays, two windows each, six methods, all within the record; one of them had nothing to say.
    assert len(rows) == 13 * 2 * 6
    assert {row["point"] for row in rows if row["method"] == "cure_mixture"} == {""}
    one = next(row for row in rows if row["method"] == "leadflow")
    ends = [float(one[name]) for name in ("low95", "low80", "low50", "point", "high50", "high80", "high95")]
    assert ends == sorted(ends)
    table = list(csv.DictReader((out / "table.csv").open()))
    crps = [float(row["crps"]) for row in rows if (row["method"], row["horizon_days"]) == ("naive", "14")]
    (shown,) = [row for row in table if (row["method"], row["horizon_days"]) == ("naive", "14")]
    assert float(shown["crps"]) == pytest.approx(np.mean(crps))
    assert json.loads((out / "table.json").read_text()) == json.loads(
        give(export, *SOME, "--out", str(out), "--json").stdout
    )
    before = tree_of(out)
    assert give(export, *SOME, "--out", str(out)).stdout == first.stdout
    assert tree_of(out) == before
    for other in (["--target", "wins,open_pipeline_wins"], ["--segment", "smb"], ["--every", "fortnight"]):
        refused = give(export, *SOME, *other, "--out", str(out))
        assert refused.exit_code == 2
        assert "same backtest" in refused.output
    assert tree_of(out) == before


@pytest.mark.usefixtures("quickly")
def test_ctrl_c_shows_and_keeps_what_is_finished(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = give(export, *SOME, "--json")
    calls = 0

    def stopping(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise KeyboardInterrupt
        return real(*args, **options)

    import calibration.backtest.run as room

    real = room.trials_at
    with monkeypatch.context() as patched:
        patched.setattr(room, "trials_at", stopping)
        answer = give(export, *SOME, "--workers", "1", "--out", str(tmp_path / "kept"), "--json")
    assert answer.exit_code == 130
    assert "5 of 13 cut-offs were finished" in answer.stderr
    record = json.loads(answer.stdout)
    assert record["interrupted"] == {"finished": 5, "asked": 13}
    assert {row["cutoffs"] for row in record["rows"]} == {5}
    again = give(export, *SOME, "--out", str(tmp_path / "kept"), "--json")
    assert json.loads(again.stdout) == json.loads(whole.stdout)


@pytest.mark.usefixtures("quickly")
def test_a_page_of_a_backtest(export: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    page = tmp_path / "a.html"
    answer = give(export, "--horizon", "14", "--from", "2026-03-02", "--halves", "--html", str(page))
    assert answer.exit_code == 0, answer.output
    text = page.read_text(encoding="utf-8")
    record = json.loads(give(export, "--horizon", "14", "--from", "2026-03-02", "--json").stdout)
    for heading in ("How leadflow stands", "Do the intervals hold what they promise?", "wins, 14 days", "second half"):
        assert heading in text
    assert f"{record['rows'][0]['crps_over_mean']:.3f}</td>" in text
    assert f"{record['rows'][0]['cutoffs']} forecasts are too few to draw" in text
    assert "because counts are whole" in text
    assert "<script" not in text
    assert give(export, "--horizon", "14", "--html", str(page)).exit_code == 2


@pytest.mark.slow
def test_all_methods_are_scored_on_the_same_cut_offs(export: Path) -> None:
    answer = give(export, "--horizon", "14", "--from", "2026-05-25", "--to", "2026-06-08", "--workers", "1", "--json")
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.stdout)["rows"]
    assert rows[0]["method"] == "leadflow"
    assert {row["cutoffs"] for row in rows} == {3}
    assert {row["method"] for row in rows} >= set(METHODS) - {"cure_mixture", "rhythm", "ets", "arima"}
    # About 21 wins in a window: a forecast that knows no more than that errs a few.
    assert 0 < rows[0]["crps"] < 10


SLOWLY = """
import datetime as dt, sys
from functools import partial
from forecasters import steady
from leadflow.backtesting import backtest

if __name__ == "__main__":
    backtest(sys.argv[1], horizons=(14,), every="day", first=dt.date(2026, 4, 20), last=dt.date(2026, 5, 25),
             methods={"leadflow": partial(steady, pause=float(sys.argv[3])), "other": partial(steady, share=0.5)},
             workers=2, out=sys.argv[2])
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_a_killed_backtest_goes_on(export: Path, tmp_path: Path) -> None:
    script = tmp_path / "slowly.py"
    script.write_text(SLOWLY)
    paths = os.pathsep.join((str(Path(forecasters.__file__).parent), os.environ.get("PYTHONPATH", "")))
    started = partial(subprocess.Popen, env=os.environ | {"PYTHONPATH": paths}, start_new_session=True)
    broken, once = tmp_path / "broken", tmp_path / "once"
    running = started([sys.executable, script, export, broken, "0.1"])
    until = time.monotonic() + 60
    while len(list(broken.glob("cutoffs/*.jsonl"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    kept = {file.name: file.stat().st_mtime_ns for file in broken.glob("cutoffs/*.jsonl")}
    assert 3 <= len(kept) < 36
    assert not (broken / "table.csv").exists()
    for folder in (broken, once):
        assert started([sys.executable, script, export, folder, "0"]).wait() == 0
    assert kept.items() <= {file.name: file.stat().st_mtime_ns for file in broken.glob("cutoffs/*.jsonl")}.items()
    for name in ("table.csv", "table.json", "trials.csv"):
        assert (broken / name).read_bytes() == (once / name).read_bytes()
