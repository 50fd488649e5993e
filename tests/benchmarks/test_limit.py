"""The benchmark's C program simulates the benchmark funnel, with the draws that `sim.draws` defines."""

import ctypes
import importlib.util
import math
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.draws import Tag, child_key, stream_key, uniform
from sim.laws.delays import normal_quantile

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SIZE = (20_000, 4, 6)

PROBE = """
#include "draws.h"
double probe_uniform(uint64_t stream, uint64_t key, uint32_t purpose, uint32_t turn)
{ return uniform(stream, key, purpose, turn); }
int64_t probe_child(uint64_t parent, uint64_t tag, uint64_t ordinal)
{ return (int64_t)child_key(parent, tag, ordinal); }
int64_t probe_stream(uint64_t seed, uint64_t replication) { return (int64_t)stream_key(seed, replication); }
double probe_quantile(double p) { return normal_quantile(p); }
"""


@pytest.fixture(scope="module")
def agree() -> ModuleType:
    """`benchmarks/agree.py`, which is a script beside the packages."""
    spec = importlib.util.spec_from_file_location("agree", BENCHMARKS / "agree.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["agree"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compiler() -> str:
    found = shutil.which("gcc") or shutil.which("cc")
    if found is None:
        pytest.skip("no C compiler (gcc or cc) is on the path")
    return found


@pytest.fixture(scope="module")
def program(agree: ModuleType, compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = agree.compile_limit(tmp_path_factory.mktemp("limit"))
    return path


def test_it_agrees_with_the_expectation(agree: ModuleType, program: Path) -> None:
    found = agree.sample([program], SIZE, seed=1, first=0, replications=100)
    for figure, expected in agree.EXPECTED.items():
        assert abs(agree.score(found.estimate(figure), expected)) < agree.LIMIT_Z, figure


def test_a_replication_depends_on_its_number_only(agree: ModuleType, program: Path) -> None:
    together = agree.sample([program], SIZE, seed=7, first=0, replications=4)
    alone = agree.sample([program], SIZE, seed=7, first=3, replications=1)
    assert alone.runs[0][:5] == together.runs[3][:5]
    assert len({run[:5] for run in together.runs}) == 4


def test_without_sdrs_every_qualified_lead_goes_cold(agree: ModuleType, program: Path) -> None:
    (run,) = agree.sample([program], (20_000, 0, 6), seed=1, first=0, replications=1).runs
    wins, revenue, cold, wait, _, _ = run
    assert (wins, revenue, wait) == (0, 0, 0)
    # A thinned and delayed Poisson process: 40.5 % qualify, 12 days of nurture and 3 of patience pass on average.
    expected = 20_000 * 0.405 * (365 - 12 - 3) / 365
    assert abs(cold - expected) < 4 * math.sqrt(expected)


@pytest.mark.parametrize(
    "arguments", [[], ["1", "2"], ["20000", "4", "6", "1", "0", "x"], ["0", "4", "6", "1", "0", "1"]]
)
def test_bad_arguments_are_refused(program: Path, arguments: list[str]) -> None:
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("limit: ")


def test_its_draws_are_those_of_the_engines(compiler: str, tmp_path: Path) -> None:
    source = tmp_path / "probe.c"
    source.write_text(PROBE)
    library = tmp_path / "probe.so"
    # Without -march=native no multiplication is fused with an addition, so the numbers are the same to the last bit.
    command = [compiler, "-O2", "-ffp-contract=off", "-shared", "-fPIC", f"-I{BENCHMARKS}", str(source)]
    subprocess.run([*command, "-o", str(library), "-lm"], check=True, capture_output=True)
    probe = ctypes.CDLL(str(library))
    probe.probe_uniform.argtypes = [ctypes.c_uint64, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint32]
    probe.probe_uniform.restype = probe.probe_quantile.restype = ctypes.c_double
    probe.probe_quantile.argtypes = [ctypes.c_double]
    probe.probe_child.argtypes = [ctypes.c_uint64] * 3
    probe.probe_stream.argtypes = [ctypes.c_uint64] * 2
    probe.probe_child.restype = probe.probe_stream.restype = ctypes.c_int64
    for replication in range(5):
        stream = stream_key(11, replication)
        assert probe.probe_stream(11, replication) == stream
        for lead in range(200):
            key = child_key(0, Tag.LEAD, lead)
            assert probe.probe_child(0, Tag.LEAD, lead) == key
            u = uniform(stream, key, lead % 50, lead)
            assert probe.probe_uniform(stream, key, lead % 50, lead) == u
            assert probe.probe_quantile(u) == pytest.approx(normal_quantile(u), rel=1e-14)
    for p in np.array([1e-300, 1e-16, 1e-12, 1e-3, 0.5, 1 - 1e-3, 1 - 1e-12]):
        assert probe.probe_quantile(p) == pytest.approx(normal_quantile(p), rel=1e-14)
