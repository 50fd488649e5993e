"""Plants faults in the engines, one at a time, and shows that the contract tests catch each of them.

    python tests/contract/mutants.py            every fault
    python tests/contract/mutants.py NAME ...   some, by name
    python tests/contract/mutants.py --remember [NAME ...]    the same, and writes down which test caught which
    python tests/contract/mutants.py --texts    plants none: looks whether each could be planted

Each fault is planted in a copy of the sources with a compiler's cache of its own, and meets first the test that caught
it last time (`killers.json`), then, if that does not, all. In the end the unchanged copy meets the tests that caught
something: one that fails there as well has caught nothing. The script fails if a text to be changed is not found
exactly once, if the unchanged copy fails such a test, or if a fault survives.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
KILLERS = Path(__file__).with_name("killers.json")
"""The test that caught each fault last time, by the fault's name."""
PARTS = ("sim", "scenarios", "tests", "benchmarks", "pyproject.toml")
EVERYTHING = ("tests/contract", "--ignore=tests/contract/test_mutants.py")
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


@contextmanager
def copied(mutant: Mutant | None) -> Iterator[Path]:
    """A fresh copy of the house, with a fault or without one."""
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
        yield house


def tested(house: Path, tests: Sequence[str]) -> tuple[str, str]:
    """The first of some tests that fails in a copy: (its id or how the run ended, the output); empty if none does."""
    world = {**os.environ, "PYTHONPATH": str(house), "NUMBA_CACHE_DIR": str(house.parent / "cache")}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    command += ["--hypothesis-profile=first", "--tb=line", "-rfE"]
    try:
        done = subprocess.run(
            command, cwd=house, env=world, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return "did not end", ""
    output = done.stdout + done.stderr
    failed = re.search(r"^(?:FAILED|ERROR) (\S+?::.*?)(?: - .*)?$", output, re.MULTILINE)
    if failed:
        return failed.group(1), output
    return ("" if done.returncode == 0 else f"ended with {done.returncode}"), output


def killer(mutant: Mutant, last: str | None) -> tuple[str, str]:
    """What catches a fault, and the output; `last` is the test that did so last time."""
    with copied(mutant) as house:
        if last is not None:
            by, output = tested(house, (last,))
            # A test that is there no more, or that passes now, says nothing: then all are asked.
            if by == last:
                return by, output
        return tested(house, EVERYTHING)


def main(arguments: list[str]) -> int:
    """Try the named mutants, or all; returns how many survive."""
    if arguments == ["--texts"]:
        for mutant in FAULTS:
            changed(mutant, HOUSE)
        print("every text stands once")
        return 0
    names = [word for word in arguments if word != "--remember"]
    chosen = [mutant for mutant in FAULTS if not names or mutant.name in names]
    unknown = set(names) - {mutant.name for mutant in chosen}
    if unknown:
        raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
    killers: dict[str, str] = json.loads(KILLERS.read_text())
    caught: set[str] = set()
    survivors = 0
    for mutant in chosen:
        begun = time.monotonic()
        by, output = killer(mutant, killers.get(mutant.name))
        broken = by == "" or "error during collection" in output
        survivors += broken
        verdict = ("SURVIVES" if not by else f"NOT TESTED: {by}") if broken else f"killed by {by.split('::', 1)[-1]}"
        print(f"{mutant.name:28}{time.monotonic() - begun:6.0f} s  {verdict}\n    {mutant.breaks}", flush=True)
        if "::" in by and not broken:
            caught.add(by)
            killers[mutant.name] = by
        elif not broken:
            # A run that broke off names no test, so that all of them must pass without the fault.
            caught.update(EVERYTHING)
    begun = time.monotonic()
    with copied(None) as house:
        by, output = tested(house, EVERYTHING if caught & set(EVERYTHING) else sorted(caught)) if caught else ("", "")
    if by:
        raise SystemExit(f"the sources as they are do not pass: {by}\n{output}")
    print(f"{'no fault':28}{time.monotonic() - begun:6.0f} s  passes what caught one")
    print(f"{len(chosen) - survivors} of {len(chosen)} faults caught")
    if "--remember" in arguments:
        known = {mutant.name: killers[mutant.name] for mutant in FAULTS if mutant.name in killers}
        KILLERS.write_text(json.dumps(known, indent=1) + "\n")
    return survivors


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
