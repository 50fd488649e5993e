"""Three of the faults of `mutants.py`, so that the script stays in order; all of them are tried by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutants.py")


@pytest.mark.slow
def test_planted_faults_are_caught() -> None:
    names = ("stale-end", "slots-late", "one-too-many")
    done = subprocess.run([sys.executable, str(SCRIPT), *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 faults caught" in done.stdout
