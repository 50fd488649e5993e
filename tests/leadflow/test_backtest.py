"""leadflow backtest as a user meets it: the table, the record, and refusals."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

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


@pytest.mark.slow
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


def test_the_table_fits_and_says_what_is_missing(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
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
        (["--from", "2026-06-25", "--to", "2026-06-28"], "on record"),
        (["--segment", "tiny"], "segment"),
    ],
)
def test_refusals(export: Path, arguments: list[str], word: str) -> None:
    answer = give(export, *arguments)
    assert answer.exit_code == 2
    assert word in answer.output


def test_all_problems_come_at_once(export: Path) -> None:
    answer = give(export, "--target", "weather,pipeline", "--horizon", "0,30")
    assert answer.exit_code == 2
    assert all(word in answer.output for word in ("weather", "amount", "at least one day"))


def test_a_frame_has_a_row_a_method(export: Path) -> None:
    found = backtest(export, horizons=(14,), first=dt.date(2026, 5, 4))
    frame = found.to_frame()
    assert len(frame) == len(found.rows) == frame.method.nunique()
    assert frame.ratio.min() == 1.0
