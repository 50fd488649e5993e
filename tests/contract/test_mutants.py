"""The faults of `mutants.py` can be planted; three of them are, so that the script stays in order, all by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutants.py")


def test_the_texts_to_be_changed_stand_once_in_their_files() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--texts"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every text stands once" in done.stdout


@pytest.mark.slow
def test_planted_faults_are_caught() -> None:
    names = ("stale-end", "slots-late", "one-too-many")
    done = subprocess.run([sys.executable, str(SCRIPT), *names], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 of 3 faults caught" in done.stdout
