"""The cache of compiled functions: kept between processes, and dropped when a rule that they call changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).parents[2] / "sim"
ASK = (
    "from sim.rules import accepts; "
    "print(sum(accepts(1, key, 0, float('nan'), 0.5, 1.0, 0.0, 0.0, 1.0) for key in range(400)), "
    "sum(accepts.stats.cache_hits.values()))"
)


def ask(folder: Path) -> tuple[int, int]:
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    accepted, hits = map(int, done.stdout.split())
    return accepted, hits


def test_a_changed_law_reaches_the_rules_that_call_it(tmp_path: Path) -> None:
    shutil.copytree(ROOM, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    half, hits = ask(tmp_path)
    assert 150 < half < 250
    assert hits == 0
    assert ask(tmp_path) == (half, 1)
    laws = tmp_path / "sim" / "laws" / "outcomes.py"
    text = laws.read_text()
    assert "return scale_odds(p, math.sqrt(m) * math.exp(intent_effect * intent))" in text
    laws.write_text(text.replace("math.sqrt(m) * math.exp(intent_effect * intent)", "0.0"))
    assert ask(tmp_path) == (0, 0)
