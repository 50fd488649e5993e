"""The door: lazy names, no numpy before it is needed, and no foreigner in a room."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import leadflow

HEAVY = ("numpy", "pandas", "numba", "scipy", "simpy", "pyarrow")


def python(code: str, *, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with a folder first on its path."""
    before = f"import sys; sys.path.insert(0, {str(path)!r})\n" if path else "import sys\n"
    return subprocess.run(
        [sys.executable, "-c", before + code], capture_output=True, text=True, timeout=120, check=False
    )


def loaded_after(code: str) -> list[str]:
    done = python(f"{code}\nimport json; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))")
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import leadflow") == []


@pytest.mark.parametrize(
    "command", ["", "run", "compare", "forecast", "calibrate", "init", "check", "metrics", "attribute", "backtest"]
)
def test_help_loads_nothing_heavy(command: str) -> None:
    args = [part for part in (command, "--help") if part]
    code = f"from leadflow.cli import app\ntry:\n    app({args!r})\nexcept SystemExit as end:\n    assert end.code == 0"
    assert loaded_after(code) == []


def test_check_loads_no_numpy(small: Path) -> None:
    given = ["check", str(small)]
    code = (
        f"from leadflow.cli import app\ntry:\n    app({given!r})\nexcept SystemExit as end:\n    assert end.code == 0"
    )
    assert "numpy" not in loaded_after(code)


def test_the_verbs_are_there() -> None:
    assert leadflow.__all__ == [
        "attribute",
        "backtest",
        "calibrate",
        "compare",
        "forecast",
        "load",
        "measure",
        "run",
        "simulate",
    ]
    for verb in leadflow.__all__:
        assert callable(getattr(leadflow, verb))
        assert getattr(leadflow, verb).__doc__
    assert set(leadflow.__all__) <= set(dir(leadflow))


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'optimize'.*it has attribute, backtest, calibrate"):
        leadflow.optimize  # noqa: B018


@pytest.mark.parametrize("room", ["sim", "results", "scenarios", "calibration"])
def test_a_foreign_room_is_refused_with_its_path(room: str, tmp_path: Path) -> None:
    intruder = tmp_path / room / "__init__.py"
    intruder.parent.mkdir()
    intruder.write_text('"""Somebody else."""\n')
    done = python("from leadflow import simulate", path=tmp_path)
    assert done.returncode == 1
    assert f"another package called `{room}` stands in leadflow's way: {intruder}" in done.stderr
    code = "from leadflow.cli import main\nsys.argv = ['leadflow', 'metrics']\nmain()"
    done = python(code, path=tmp_path)
    assert done.returncode == 2
    assert str(intruder) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_room_that_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results.py").write_text("import no_such_package_anywhere\n")
    done = python("from leadflow import run", path=tmp_path)
    assert done.returncode == 1
    assert "the package `results` cannot be imported: ModuleNotFoundError" in done.stderr


def test_the_guard_lets_our_own_rooms_pass() -> None:
    from leadflow.guard import ROOMS, check_rooms

    check_rooms()
    assert ROOMS == ("sim", "scenarios", "results", "calibration")
