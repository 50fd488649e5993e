"""Warm-up: it is known whether an engine is compiled, and after it nothing that a run needs is left to compile."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASK = """
import sys
from sim.jit import keeps_code
from sim.warm import engine_is_compiled
print(engine_is_compiled(sys.argv[1]), keeps_code())
"""


def python(code: str, *args: str, folder: Path = ROOT, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ENTRIES = """
import sys
import sim.jit

known = []
compiled = sim.jit._compiled

def noted(function, **options):
    dispatcher = compiled(function, **options)
    known.append((f"{function.__module__}.{function.__qualname__}", dispatcher))
    return dispatcher

sim.jit._compiled = noted

from sim import warm

warm.warm_up(sys.argv[1])
assert warm.engine_is_compiled(sys.argv[1])
asked, warm.engine_is_compiled = warm.engine_is_compiled, lambda engine: False
warm.warm_up(sys.argv[1])

def ready():
    return {(name, len(dispatcher.signatures)) for name, dispatcher in known if dispatcher.signatures}

before = ready()
from results.forecast import origins
from results.gap import outcomes
from results.leakage import losses
from results.runset import Measures
from scenarios.batch import live
from scenarios.company import load

for folder in ("scenarios/library/starter", "benchmarks/funnel"):
    scenario = load(folder).scenario()
    log = live(scenario, 1, 0, sys.argv[1])
    for reduce in (Measures.of(), losses, origins, outcomes):
        reduce(log)
print(len(before), sorted(ready() - before))
"""


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_after_it_companies_need_nothing_else(engine: str) -> None:
    """`effort_done` is for a rep who leaves while he still learns: too small, and too rare, for a world of its own."""
    count, _, left = python(ENTRIES, engine).strip().partition(" ")
    assert int(count) > 15
    assert left in ("[]", "[('sim.rules.effort_done', 1)]")


TYPES = """
from sim import warm
from sim.kernel.loop import OPTIONAL
from sim.parts import parts

each = [*parts(), *parts(OPTIONAL.values())]
for part in each:
    part()
warm.engine_is_compiled = lambda engine: False
warm._share = lambda: None
warm.warm_up()
functions = [part.func.__self__ for part in each]
print(len(functions), sorted({each.__name__ for each in functions if len(each.signatures) > 1}))
"""


def test_the_engine_asks_for_no_other_types_than_its_parts_have() -> None:
    """A part that nothing calls with these types would be made for nothing, and its function once more beside it.

    What measures working hours also reads the calendar of a log, which cannot be written."""
    count, _, twice = python(TYPES).strip().partition(" ")
    assert int(count) > 100
    assert twice == "['worked_hours']"


def test_code_is_missed_where_there_is_none(tmp_path: Path) -> None:
    python("from sim.warm import warm_up; warm_up()")
    assert python(ASK, "compiled") == "True True\n"
    assert python(ASK, "compiled", NUMBA_CACHE_DIR=str(tmp_path)) == "False True\n"


def test_where_no_folder_takes_the_code_it_is_made_in_each_process(tmp_path: Path) -> None:
    """As where the package is installed for all, and the user has no home: files stand where folders should be."""
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (tmp_path / "sim", *(each for each in (tmp_path / "sim").rglob("*") if each.is_dir())):
        (folder / "__pycache__").write_text("")
    (tmp_path / "home").write_text("")
    nowhere = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home")}
    assert python(ASK, "compiled", folder=tmp_path, **nowhere) == "False False\n"
    ask = "from sim.rules import accepts; print(accepts(1, 5, 0, float('nan'), 1.0, 1.0, 0.0, 0.0, 1.0))"
    assert python(ask, folder=tmp_path, **nowhere) == "True\n"
    (tmp_path / "home").unlink()
    assert python(ASK, "compiled", folder=tmp_path, **nowhere) == "False True\n"
