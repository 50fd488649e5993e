"""Ctrl-C: what was finished is shown, kept and marked; the code is 130; and a process ends soon after the signal."""

import ctypes
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from door import SCRIPT, tree_of
from terminal import Terminal

import sim.run
from leadflow import load, run
from leadflow.answers import Run, Unfinished
from leadflow.progress import interrupts_kept
from results.store import Store, run_digest

unix = pytest.mark.skipif(os.name == "nt", reason="there are no such terminals and signals")

SOON = 5.0
"""Seconds from signal to end that pass even on a busy machine; it is well below one on an idle one."""


def interrupted_at(monkeypatch: pytest.MonkeyPatch, replication: int) -> None:
    """Ctrl-C comes during a replication."""
    engine = sim.run.simulate_tables

    def simulate_tables(*args: Any, **options: Any) -> Any:
        if args[6] >= replication:
            raise KeyboardInterrupt
        return engine(*args, **options)

    monkeypatch.setattr(sim.run, "simulate_tables", simulate_tables)


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_run_keeps_the_replications_that_were_finished(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    whole = json.loads(give("run", company, "--replications", 3, "--json", "--engine", engine).stdout)
    interrupted_at(monkeypatch, 3)
    given = ("run", company, "--replications", 9, "--workers", 1, "--engine", engine, "--store", company / "kept")
    done = give(*given, "--json")
    assert done.exit_code == 130
    assert "interrupted: 3 of 9 replications were finished (seed 1)" in done.stderr
    assert "Traceback" not in done.stderr
    record = json.loads(done.stdout)
    assert record["interrupted"] == {"finished": 3, "asked": 9}
    assert record["warnings"][0] == "interrupted: these are the first 3 of 9 replications"
    assert (record["replications"], record["engine"]) == (3, engine)
    assert record["metrics"] == whole["metrics"], "they are the first replications of the run"
    assert record["run"] == whole["run"], "what is kept is the run of three"
    store = Store(company / "kept")
    (manifest,) = store.stored()
    assert (manifest.replications, manifest.asked) == (3, 9)
    assert manifest.whole == run_digest(load(company).scenario(), 9, 1, engine)
    kept, runs = store.read(record["run"])
    assert kept.run == record["run"]
    assert runs.replication.tolist() == [0, 1, 2]
    shown = give(*given)
    assert shown.exit_code == 130
    assert "the first 3 of 9 replications" in shown.stdout
    assert "interrupted: these are the first 3 of 9" in shown.stdout


def test_one_replication_tells_nothing(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_at(monkeypatch, 1)
    before = tree_of(company)
    for command in (["run", company], ["compare", company, company / "plan.yaml"], ["forecast", company]):
        done = give(*command, "--replications", 5)
        assert done.exit_code == 130
        assert done.stdout == ""
        assert done.stderr == "interrupted: 1 of 5 replications were finished\n"
    assert tree_of(company) == before


def test_a_comparison_keeps_whole_pairs(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ("compare", company, company / "scenarios" / "one-more-sdr.yaml", "--json")
    whole = json.loads(give(*given, "--replications", 4).stdout)
    interrupted_at(monkeypatch, 4)
    done = give(*given, "--replications", 7)
    assert done.exit_code == 130
    record = json.loads(done.stdout)
    assert record["interrupted"] == {"finished": 4, "asked": 7}
    assert record["comparisons"] == whole["comparisons"]
    assert "interrupted: 4 of 7 replications of each scenario" in done.stderr
    shown = give(*given[:-1], "--replications", 7)
    assert "the first 4 of 7 replications of each scenario" in shown.stdout


def test_a_forecast_keeps_its_months_without_the_gap(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(give("forecast", company, "--json", "--replications", 4).stdout)
    assert whole["gap"] is not None
    interrupted_at(monkeypatch, 4)
    done = give("forecast", company, "--json", "--replications", 7)
    assert done.exit_code == 130
    record = json.loads(done.stdout)
    assert record["interrupted"] == {"finished": 4, "asked": 7}
    assert (record["bookings"], record["gap"]) == (whole["bookings"], None)
    assert record["arithmetic"] == whole["arithmetic"]


def test_a_forecast_that_is_broken_off_before_the_gap_is_whole_but_for_it(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(give("forecast", company, "--json", "--replications", 4).stdout)
    engine, made = sim.run.simulate_tables, []

    def simulate_tables(*args: Any, **options: Any) -> Any:
        made.append(args[6])
        if len(made) > 4:
            raise KeyboardInterrupt
        return engine(*args, **options)

    monkeypatch.setattr(sim.run, "simulate_tables", simulate_tables)
    done = give("forecast", company, "--json", "--replications", 4)
    assert done.exit_code == 130
    record = json.loads(done.stdout)
    assert "interrupted" not in record
    assert (record["bookings"], record["gap"]) == (whole["bookings"], None)
    assert "without the gap" in done.stderr


def test_in_python_the_answer_comes_with_the_interrupt(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted_at(monkeypatch, 3)
    with pytest.raises(KeyboardInterrupt) as stopped:
        run(load(company).scenario(), 6)
    assert isinstance(stopped.value, Unfinished)
    assert isinstance(stopped.value.answer, Run)
    assert (stopped.value.finished, stopped.value.asked, len(stopped.value.answer.runs)) == (3, 6, 3)


# Real processes, real signals, on a terminal


def counted(shown: str) -> int:
    """Replications finished, as the bar last said."""
    return max((int(done) for done in re.findall(r"(\d+)/\d+ elapsed", shown)), default=0)


@unix
def test_ctrl_c_ends_a_run_soon_and_leaves_a_record_that_can_be_read(company: Path) -> None:
    given = (SCRIPT, "run", company, "--replications", 100_000, "--json")
    terminal = Terminal(*given)
    terminal.until(lambda shown: counted(shown) >= 5)
    took = terminal.interrupt()
    print(f"{took:.2f} s from the signal to the end")
    assert terminal.process.returncode == 130
    assert took < SOON
    record = json.loads(terminal.out)
    assert record["interrupted"] == {"finished": record["replications"], "asked": 100_000}
    assert record["replications"] >= 5
    (manifest,) = Store(company / "runs").stored()
    assert (manifest.run, manifest.replications) == (record["run"], record["replications"])
    assert "interrupted: " in terminal.shown
    assert "Traceback" not in terminal.shown
    again = run(load(company).scenario(), 5)
    kept = Store(company / "runs").read(record["run"])[1]
    np.testing.assert_array_equal(kept.values[:5], again.runs.values)


@unix
def test_ctrl_c_ends_one_long_replication(company: Path) -> None:
    """Millions of leads in one replication: a day, and so the signal, comes many times before its end."""
    funnel = company / "funnel.yaml"
    funnel.write_text(funnel.read_text().replace("leads: 60,", "leads: 250k,").replace("leads: 40,", "leads: 150k,"))
    terminal = Terminal(SCRIPT, "run", company, "--replications", 1, "--json")
    terminal.until(lambda shown: re.search(r"━.* 0/1 elapsed", shown) and moves(shown) > 2)
    took = terminal.interrupt()
    print(f"{took:.2f} s from the signal to the end")
    assert terminal.process.returncode == 130
    assert took < SOON
    assert terminal.out == ""
    assert "interrupted: 0 of 1 replications were finished" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert not (company / "runs").exists()


def moves(shown: str) -> int:
    """How many lengths of its bar have been seen."""
    bars = re.findall(r"(?:━|╸)+[━╸╺]* +\d+/\d+ elapsed", shown)
    return len(set(bars))


@unix
@pytest.mark.slow
def test_ctrl_c_ends_the_processes_of_simpy_too(company: Path) -> None:
    given = (SCRIPT, "run", company, "--replications", 5000, "--workers", 2, "--engine", "simpy", "--json")
    terminal = Terminal(*given)
    terminal.until(lambda shown: counted(shown) >= 4)
    took = terminal.interrupt()
    print(f"{took:.2f} s from the signal to the end")
    assert terminal.process.returncode == 130
    assert took < SOON
    assert json.loads(terminal.out)["interrupted"]["asked"] == 5000
    deadline = time.monotonic() + 60
    while alive(terminal.process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(terminal.process.pid)


def alive(group: int) -> bool:
    """Whether any process of a group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@unix
def test_ctrl_c_while_the_engine_compiles(company: Path, tmp_path: Path) -> None:
    terminal = Terminal(SCRIPT, "run", company, environment={"NUMBA_CACHE_DIR": str(tmp_path / "cold")})
    terminal.until(lambda shown: "compiling the engine, once" in shown and "0:00:01" in shown)
    took = terminal.interrupt()
    print(f"{took:.2f} s from the signal to the end")
    assert terminal.process.returncode == 130
    assert took < SOON
    assert terminal.out == ""
    assert "interrupted" in terminal.shown
    assert "Traceback" not in terminal.shown


@unix
def test_ctrl_c_that_a_callback_swallows_comes_once_more(capfd: pytest.CaptureFixture[str]) -> None:
    """What is raised in a callback of the compiler is printed and forgotten."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("only the main thread is interrupted")
    callback = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))
    rounds = 0

    def compiles() -> None:
        nonlocal rounds
        callback()
        while rounds < 3000:
            rounds += 1
            time.sleep(0.01)

    with pytest.raises(KeyboardInterrupt), interrupts_kept():
        compiles()
    assert rounds < 2000
    assert "Traceback" not in capfd.readouterr().err
