"""How commands end: codes, messages, and nothing written. What Ctrl-C leaves is in test_interrupts.py."""

import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from door import tree_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import sim.run
from leadflow.cli import app


def _generator() -> ModuleType:
    file = Path(__file__).parents[1] / "properties" / "broken.py"
    spec = importlib.util.spec_from_file_location("broken_companies_of_the_door", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generator = _generator()
POSITION = re.compile(r"^\S.*?:[1-9]\d*:[1-9]\d*: ", re.MULTILINE)


@pytest.mark.parametrize(("name", "breakage"), generator.BREAKAGES, ids=[name for name, _ in generator.BREAKAGES])
def test_every_broken_company_ends_commands_with_2_and_writes_nothing(name: str, breakage: Any) -> None:
    @settings(max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(data: st.DataObject) -> None:
        company = generator.sound()
        breakage(data.draw, company)
        with tempfile.TemporaryDirectory() as folder:
            generator.write(company, Path(folder))
            before = tree_of(Path(folder))
            what_if = str(Path(folder) / "scenarios" / "what-if.yaml")
            for command in (
                ["check", folder],
                ["run", what_if, "--json"],
                ["forecast", what_if],
                ["compare", what_if, what_if],
            ):
                done = CliRunner().invoke(app, command)
                assert done.exit_code == 2, (command, done.stderr)
                assert POSITION.search(done.stderr), done.stderr
                assert "Traceback" not in done.stderr
                assert done.stdout == ""
                assert tree_of(Path(folder)) == before

    one()


def test_a_broken_plan_from_the_shell(shell: Callable[..., Any], company: Path) -> None:
    (company / "plan.yaml").write_text("name: Bad\nstart: 2027-01-02\nmonths: many\nteams: {sdr: {headcount: -1}}\n")
    before = tree_of(company)
    for command in ("check", "run", "forecast"):
        done = shell(command, company)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert f"{company / 'plan.yaml'}:3:9: months: " in done.stderr
    assert tree_of(company) == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nonsense"], "nonsense"),
        (["run"], "Missing argument"),
        (["run", "DIR", "--engine", "fast"], "--engine"),
        (["run", "DIR", "--replications", "0"], "--replications"),
        (["run", "DIR", "--replications", "auto"], "--replications"),
        (["run", "DIR", "--workers", "0"], "--workers"),
        (["run", "DIR", "--seed", "-1"], "--seed"),
        (["run", "DIR", "--seed", str(2**64)], "--seed"),
        (["report", "DIR", "--html", "OUT", "--seed", str(2**64)], "--seed"),
        (["export", "DIR", "--crm", "OUT", "--replication", str(2**64)], "--replication"),
        (["run", "DIR", "--metric", "bokings"], "did you mean bookings?"),
        (["compare", "DIR", "DIR", "--metric", "bokings"], "did you mean bookings?"),
        (["forecast", "DIR", "--months", "0"], "--months"),
        (["metrics", "bokings"], "did you mean bookings?"),
        (["run", "no such folder"], "no such"),
        (["check", "no such folder"], "no such"),
        (["calibrate", "no such folder", "--out", "OUT"], "no such folder"),
        (["calibrate", "DIR", "--out", "OUT", "--source", "sap"], "generic"),
        (["calibrate", "DIR", "--out", "OUT", "--as-of", "yesterday"], "give a day such as 2026-12-31"),
        (["backtest", "DIR", "--from", "2026-15-01"], "give a day such as 2026-12-31"),
        (["measure", "DIR", "--to", "2026-02-30"], "give a day such as 2026-12-31"),
        (["snapshot", "DIR", "--out", "OUT", "--on", "today"], "give a day such as 2026-12-31"),
        (["calibrate", "DIR", "--out", "OUT", "--mapping", "TABLE"], "give a YAML file that begins with"),
        (["calibrate", "DIR", "--out", "TABLE"], "name a folder"),
        (["calibrate", "DIR", "--out", "DIR"], "is the history's own folder"),
        (["calibrate", "TABLE", "--out", "DIR"], "exists and would be replaced"),
        (["calibrate", "PLAN", "--out", "OUT"], "is not a table"),
        (["calibrate", "DIR"], "--out"),
        (["init", "DIR"], "must be a new or an empty folder"),
        (["init", "OUT", "--template", "strter"], "did you mean starter?"),
    ],
)
def test_bad_usage_ends_with_2_and_writes_nothing(
    give: Callable[..., Any], company: Path, args: list[str], words: str
) -> None:
    table = company / "history" / "opportunities.csv"
    table.parent.mkdir(exist_ok=True)
    table.write_text("opportunity_id,opened_at\n")
    before = tree_of(company.parent)
    places = {"DIR": company, "OUT": company.parent / "out", "TABLE": table, "PLAN": company / "plan.yaml"}
    done = give(*(places.get(arg, arg) for arg in args))
    assert done.exit_code == 2, (done.stdout, done.stderr)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert tree_of(company.parent) == before
    assert not (company.parent / "out").exists()


def test_a_store_that_cannot_be_written_is_named(give: Callable[..., Any], company: Path) -> None:
    (company / "file").write_text("")
    done = give("run", company, "--replications", 1, "--store", company / "file" / "runs")
    assert done.exit_code == 2
    assert str(company / "file") in done.stderr
    assert "Traceback" not in done.stderr


def failing(replication: int, fault: BaseException) -> Callable[..., Any]:
    """The engine, but one replication raises."""
    engine = sim.run.simulate_tables

    def simulate_tables(*args: Any, **options: Any) -> Any:
        if args[6] == replication:
            raise fault
        return engine(*args, **options)

    return simulate_tables


def test_a_fault_of_ours_ends_with_1_and_names_the_run(
    give: Callable[..., Any], company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.run, "simulate_tables", failing(1, ZeroDivisionError("on purpose")))
    before = tree_of(company)
    done = give("run", company, "--replications", 3, "--seed", 7, "--workers", 1, "--json")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "scenario 'base', replication 1, seed 7: ZeroDivisionError: on purpose" in done.stderr
    assert "LEADFLOW_DEBUG=1 leadflow" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree_of(company) == before
    monkeypatch.setenv("LEADFLOW_DEBUG", "1")
    done = give("run", company, "--replications", 3, "--seed", 7, "--workers", 1)
    assert done.exit_code == 1
    assert "Traceback" in done.stderr


def test_ctrl_c_during_init_leaves_nothing(
    give: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim.run, "simulate_tables", failing(0, KeyboardInterrupt()))
    done = give("init", tmp_path / "new")
    assert done.exit_code == 130
    assert list(tmp_path.iterdir()) == []
