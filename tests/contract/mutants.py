"""Plants faults in the engines, one at a time, and shows that the contract tests catch each of them.

    python tests/contract/mutants.py            every fault
    python tests/contract/mutants.py NAME ...   some, by name
    python tests/contract/mutants.py --texts    plants none: looks whether each could be planted

Each fault is planted in a copy of the sources with a compiler's cache of its own. The script fails if a text to be
changed is not found exactly once, if the unchanged copy fails its tests, or if a fault survives.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from faults import MUTANTS, Mutant
from faults_after_handoff import AFTER_HANDOFF
from faults_before_handoff import BEFORE_HANDOFF
from faults_of_checkpoints import OF_CHECKPOINTS
from faults_of_customers import OF_CUSTOMERS
from faults_of_market import OF_MARKET
from faults_of_selling import OF_SELLING
from faults_of_starts import OF_STARTS

FAULTS: tuple[Mutant, ...] = (
    *MUTANTS,
    *AFTER_HANDOFF,
    *BEFORE_HANDOFF,
    *OF_SELLING,
    *OF_CUSTOMERS,
    *OF_MARKET,
    *OF_STARTS,
    *OF_CHECKPOINTS,
)
HOUSE = Path(__file__).parents[2]
PARTS = ("sim", "scenarios", "tests", "benchmarks", "pyproject.toml")
PATIENCE = 900
"""Seconds after which a run that does not end counts as caught."""


def changed(mutant: Mutant, house: Path) -> dict[Path, str]:
    """The files of a house that a fault changes, as they are then."""
    out: dict[Path, str] = {}
    for edit in mutant.edits:
        path = house / edit.file
        source = out.get(path) or path.read_text()
        found = source.count(edit.old)
        if found != 1:
            raise SystemExit(f"{mutant.name}: the text to be changed stands {found} times in {edit.file}, not once")
        out[path] = source.replace(edit.old, edit.new)
    return out


def killer(mutant: Mutant | None) -> tuple[str, str]:
    """What catches a fault in a fresh copy: (the test's name or how the run ended, its output); empty if nothing."""
    with tempfile.TemporaryDirectory() as place:
        house = Path(place) / "house"
        house.mkdir()
        for part in PARTS:
            source = HOUSE / part
            if source.is_dir():
                shutil.copytree(source, house / part, ignore=shutil.ignore_patterns("__pycache__", "results"))
            else:
                shutil.copy(source, house / part)
        if mutant is not None:
            for path, source in changed(mutant, house).items():
                path.write_text(source)
        world = {**os.environ, "PYTHONPATH": str(house), "NUMBA_CACHE_DIR": str(Path(place) / "cache")}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/contract"]
        command += ["--hypothesis-profile=first", "--tb=line", "-rfE"]
        command += ["--ignore=tests/contract/test_mutants.py"]
        try:
            done = subprocess.run(
                command, cwd=house, env=world, capture_output=True, text=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return "did not end", ""
    output = done.stdout + done.stderr
    failed = re.search(r"^(?:FAILED|ERROR) \S+?::(\S+)", output, re.MULTILINE)
    if failed:
        return failed.group(1), output
    return ("" if done.returncode == 0 else f"ended with {done.returncode}"), output


def main(names: list[str]) -> int:
    """Try the named mutants, or all; returns how many survive."""
    if names == ["--texts"]:
        for mutant in FAULTS:
            changed(mutant, HOUSE)
        print("every text stands once")
        return 0
    chosen = [mutant for mutant in FAULTS if not names or mutant.name in names]
    unknown = set(names) - {mutant.name for mutant in chosen}
    if unknown:
        raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
    by, output = killer(None)
    if by:
        raise SystemExit(f"the sources as they are do not pass: {by}\n{output}")
    survivors = 0
    for mutant in chosen:
        begun = time.monotonic()
        by, output = killer(mutant)
        broken = by == "" or "error during collection" in output
        survivors += broken
        verdict = ("SURVIVES" if not by else f"NOT TESTED: {by}") if broken else f"killed by {by}"
        print(f"{mutant.name:28}{time.monotonic() - begun:6.0f} s  {verdict}\n    {mutant.breaks}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} faults caught")
    return survivors


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
