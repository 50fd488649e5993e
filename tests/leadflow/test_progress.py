"""Progress: the engine's compilation is announced, bars move, and nothing of it gets into answers."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door import SCRIPT

import leadflow.progress
import sim.warm

unix = pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")

BAR = re.compile(r"simulating base ([━╸╺]+) +(\d+)/(\d+) elapsed")


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """As where nothing is compiled yet; the list takes the engines that are compiled."""
    compiled: list[str] = []
    monkeypatch.setattr(sim.warm, "engine_is_compiled", lambda engine: engine in compiled)
    monkeypatch.setattr(sim.warm, "warm_up", compiled.append)
    return compiled


@pytest.mark.parametrize("command", ["run", "compare", "forecast"])
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_first_run_says_that_it_compiles_and_a_later_one_nothing(
    give: Callable[..., Any], company: Path, cold: list[str], command: str, engine: str
) -> None:
    given = [command, company, *[company / "plan.yaml"] * (command == "compare"), "--replications", 2, "--json"]
    done = give(*given, "--engine", engine)
    assert done.stderr == "compiling the engine, once (about 15 s) ...\n"
    assert cold[0] == engine
    json.loads(done.stdout)
    assert give(*given, "--engine", engine).stderr == ""


def test_init_says_so_too_and_quiet_is_quiet(give: Callable[..., Any], tmp_path: Path, cold: list[str]) -> None:
    assert "compiling the engine, once" in give("init", tmp_path / "loud").stderr
    cold.clear()
    assert give("init", tmp_path / "quiet", "--quiet").stderr == ""


def test_where_no_folder_takes_the_code_it_is_said(
    give: Callable[..., Any], company: Path, cold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.jit.keeps_code", lambda: False)
    said = give("run", company, "--replications", 1).stderr
    assert "every time, as no folder can take its code: NUMBA_CACHE_DIR may name one" in said


def test_lines_come_now_and_then_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((0.0, 4.0, 11.0, 11.0, 15.0, 22.0))
    monkeypatch.setattr(leadflow.progress.time, "monotonic", lambda: next(clock))
    with leadflow.progress.counting("simulating base") as (show,):
        for done in (1, 2.5, 3, 4):
            show(done, 4)
    assert capsys.readouterr().err == "simulating base: 2 of 4 (62%)\n"


@unix
def test_the_bar_moves_within_a_long_replication_and_over_replications(company: Path) -> None:
    from terminal import Terminal

    funnel = company / "funnel.yaml"
    funnel.write_text(funnel.read_text().replace("leads: 60,", "leads: 60k,").replace("leads: 40,", "leads: 40k,"))
    terminal = Terminal(SCRIPT, "run", company, "--replications", 3, "--workers", 1, "--json")
    terminal.end()
    assert terminal.process.returncode == 0
    assert json.loads(terminal.out)["replications"] == 3
    frames = BAR.findall(terminal.shown)
    counts = [int(done) for _, done, _ in frames]
    assert counts == sorted(counts)
    assert {0, 1} <= set(counts)
    within = {bar for bar, done, _ in frames if done == "1"}
    assert len(within) > 1, "the bar has several lengths while the count stands"
    assert "left" in terminal.shown


@unix
def test_quiet_and_a_pipe_show_no_bar(shell: Callable[..., Any], company: Path) -> None:
    from terminal import Terminal

    terminal = Terminal(SCRIPT, "run", company, "--replications", 2, "--quiet", "--json")
    terminal.end()
    assert terminal.raw == ""
    assert shell("run", company, "--replications", 2, "--json").stderr == ""
