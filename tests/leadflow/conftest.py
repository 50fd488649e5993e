"""What the tests of the door share: a small company on disk, and two ways to give a command."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door import SCRIPT, write_small
from typer.testing import CliRunner


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company; not to be written to."""
    return write_small(tmp_path_factory.mktemp("door") / "small")


@pytest.fixture
def company(small: Path, tmp_path: Path) -> Path:
    """A copy of the small company that a test may write to."""
    return Path(shutil.copytree(small, tmp_path / "small"))


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give a command in this process: its result has exit_code, stdout and stderr."""
    from leadflow.cli import app

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("LEADFLOW_DEBUG", raising=False)

    def command(*args: object) -> Any:
        return CliRunner().invoke(app, [str(arg) for arg in args])

    return command


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Give a command as a user does, in a process of its own, with everything piped."""

    def command(*args: object, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SCRIPT), *map(str, args)], capture_output=True, text=True, timeout=300, check=False, **options
        )

    return command
