"""Do the peers simulate the benchmark funnel? Replications of each against the stated expectation and the C program.

    python benchmarks/agree.py                                    the C program alone
    python benchmarks/agree.py --python peers-venv/bin/python     and every benchmarks/peers/idiomatic_*.py
    python benchmarks/agree.py --only limit --replications 4000   some of them, and how many replications

Peers run in an interpreter of their own, where their libraries are installed (ciw==3.2.7, salabim, cimba==0.9.5). Each
is compared at 20,000 leads, 4 SDRs and 6 AEs on wins, leads gone cold and the mean wait for an SDR; z is the
difference in standard errors, both sides' errors combined. The exit code is 1 if some |z| reaches 4 or a peer fails.
"""

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EXPECTED", "FIGURES", "LIMIT_Z", "Estimate", "Sample", "compile_limit", "peers", "sample", "score"]

HERE = Path(__file__).parent
FIGURES = ("wins", "revenue", "cold", "wait", "events", "cpu")  # the columns of "runs" in a peer's line of JSON
COMPARED = ("wins", "cold", "wait")
SIZE = (20_000, 4, 6)  # leads, SDRs, AEs
LIMIT_Z = 4.0
REPLICATIONS = {"limit": 400, "cimba": 400}
FEW = 20  # replications of a peer that needs seconds for one


@dataclass(frozen=True)
class Estimate:
    """A mean and its standard error."""

    mean: float
    error: float


# What an earlier, independent set of programs found. The error of the leads gone cold was not kept: 1.2 is that of as
# many replications (about 3,800) as give the wins' error.
EXPECTED: Mapping[str, Estimate] = {
    "wins": Estimate(633.4, 0.4),
    "cold": Estimate(921.6, 1.2),
    "wait": Estimate(0.2489, 0.0004),
}


@dataclass(frozen=True)
class Sample:
    """Replications of a peer: one row of FIGURES each, and the process's peak memory in bytes."""

    runs: tuple[tuple[float, ...], ...]
    peak: int

    def column(self, figure: str) -> list[float]:
        """One figure of every replication."""
        at = FIGURES.index(figure)
        return [row[at] for row in self.runs]

    def estimate(self, figure: str) -> Estimate:
        """Mean over the replications, with the standard error of that mean (infinite for a single one)."""
        values = self.column(figure)
        error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.inf
        return Estimate(statistics.fmean(values), error)


def score(found: Estimate, other: Estimate) -> float:
    """How many combined standard errors lie between two independent estimates."""
    return (found.mean - other.mean) / math.hypot(found.error, other.error)


def compile_limit(folder: Path) -> Path:
    """Compile `limit.c` for this machine into a folder; the program's path.

    Raises FileNotFoundError when there is no C compiler, and CalledProcessError (with what it said) when it fails.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("no C compiler (gcc or cc) is on the path")
    program = folder / "limit"
    command = [compiler, "-O3", "-march=native", str(HERE / "limit.c"), "-o", str(program), "-lm"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return program


def peers() -> dict[str, Path]:
    """The Python peers' names and files."""
    files = sorted((HERE / "peers").glob("idiomatic_*.py"))
    return {file.stem.removeprefix("idiomatic_"): file for file in files}


def sample(
    command: Sequence[str | Path], size: tuple[int, int, int], seed: int, first: int, replications: int
) -> Sample:
    """Run a peer: `command` and then leads, SDRs, AEs (`size`), seed, first replication and how many.

    Raises CalledProcessError, with what the peer said, when it fails.
    """
    arguments = [str(part) for part in (*command, *size, seed, first, replications)]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    line = json.loads(done.stdout)
    return Sample(tuple(tuple(row) for row in line["runs"]), line["rss"])


def report(samples: Mapping[str, Sample]) -> tuple[str, bool]:
    """A table of means, errors and z-scores for people to read, and whether every |z| is below LIMIT_Z."""
    lines = [
        "| peer | replications | figure | mean | error | z to the expectation | z to the C program | CPU s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    agreed = True
    for peer, found in samples.items():
        seconds = statistics.median(found.column("cpu"))
        for figure in COMPARED:
            estimate = found.estimate(figure)
            scores = [score(estimate, EXPECTED[figure])]
            if peer != "limit" and "limit" in samples:
                scores.append(score(estimate, samples["limit"].estimate(figure)))
            agreed = agreed and all(abs(z) < LIMIT_Z for z in scores)
            shown = " | ".join(f"{z:+.2f}" for z in scores) + (" | " if len(scores) == 1 else "")
            lines.append(
                f"| {peer} | {len(found.runs)} | {figure} | {estimate.mean:.5g} | {estimate.error:.2g} "
                f"| {shown} | {seconds:.4g} |"
            )
    return "\n".join(lines), agreed


def main() -> int:
    """Run what can be run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, help="interpreter with the peers' libraries")
    parser.add_argument("--only", nargs="+", metavar="PEER", help="limit, or the names of Python peers")
    parser.add_argument("--replications", type=int, help="replications of each peer, in place of the usual number")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    samples: dict[str, Sample] = {}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        commands: dict[str, list[str | Path]] = {}
        if not given.only or "limit" in given.only:
            commands["limit"] = [compile_limit(Path(folder))]
        if given.python:
            commands |= {name: [given.python, file] for name, file in peers().items()}
        for name, command in commands.items():
            if given.only and name not in given.only:
                continue
            replications = given.replications or REPLICATIONS.get(name, FEW)
            try:
                samples[name] = sample(command, SIZE, given.seed, 0, replications)
            except subprocess.CalledProcessError as error:
                failed = True
                sys.stderr.write(f"{name} did not run:\n{error.stderr}\n")
    table, agreed = report(samples)
    sys.stdout.write(table + "\n")
    return 0 if agreed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
