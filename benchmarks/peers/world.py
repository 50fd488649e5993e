"""The numbers of the benchmark funnel for the peers, and the line of JSON that each of them prints.

Days everywhere. Nothing but the standard library is needed here: peers run in environments of their own.
"""

import argparse
import hashlib
import json
import math
import resource
import sys
import time
from collections.abc import Callable
from typing import TypedDict

__all__ = [
    "FIGURES",
    "HANDLING",
    "LOSS",
    "MQL",
    "NURTURE",
    "NURTURE_STEPS",
    "PATIENCE",
    "SCORE_MEAN",
    "SCORE_SD",
    "SHARE",
    "SQL",
    "VALUE",
    "WAIT",
    "WORK",
    "YEAR",
    "Figures",
    "Law",
    "run_peer",
    "seed_of",
]

Law = tuple[float, float]  # a lognormal's log-median and sigma


def _of_mean(mean: float, sigma: float) -> Law:
    return math.log(mean) - 0.5 * sigma * sigma, sigma


def _of_median(median: float, sigma: float) -> Law:
    return math.log(median), sigma


YEAR = 365.0
SHARE = (0.50, 0.35, 0.15)
SCORE_MEAN = (40.0, 55.0, 70.0)
SCORE_SD = 15.0
NURTURE_STEPS = 3
NURTURE = _of_mean(4.0, 0.8)
MQL = (0.30, 0.45, 0.65)
PATIENCE = 3.0
HANDLING = _of_mean(0.2, 0.6)
SQL = (0.35, 0.40, 0.55)
WORK = (_of_mean(0.25, 0.5), _of_mean(0.40, 0.5), _of_mean(0.30, 0.5))
LOSS = (0.35, 0.30, 0.50)
WAIT = (_of_mean(5.0, 0.7), _of_mean(10.0, 0.7))  # the buyer's, after stages one and two
VALUE = (_of_median(8_000.0, 0.8), _of_median(12_000.0, 0.8), _of_median(20_000.0, 0.8))


class Figures(TypedDict):
    """What a replication gives: wins; their revenue; leads gone cold; mean days waited by those served; events."""

    wins: int
    revenue: float
    cold: int
    wait: float
    events: int


FIGURES = ("wins", "revenue", "cold", "wait", "events", "cpu")

Run = Callable[[int, int, int, int], Figures]


def seed_of(seed: int, replication: int) -> int:
    """The seed of a replication: 32 bits of a hash of both numbers."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{replication}".encode(), digest_size=4).digest(), "big")


def run_peer(run: Run, warm: bool = False) -> None:
    """Read the arguments of `benchmarks/limit.c`, run the replications and print the same line of JSON.

    warm: a first run on a few leads, outside the clock, for a library that compiles.
    """
    parser = argparse.ArgumentParser(description="Replications of the benchmark funnel, as one line of JSON.")
    for name in ("leads", "sdrs", "aes", "seed", "first", "replications"):
        parser.add_argument(name, type=int)
    given = parser.parse_args()
    if warm:
        run(100, given.sdrs, given.aes, 0)
    runs: list[list[float]] = []
    for replication in range(given.first, given.first + given.replications):
        begun = time.process_time()
        found = run(given.leads, given.sdrs, given.aes, seed_of(given.seed, replication))
        spent = time.process_time() - begun
        runs.append([found["wins"], found["revenue"], found["cold"], found["wait"], found["events"], spent])
    means = {name: sum(row[i] for row in runs) / len(runs) for i, name in enumerate(FIGURES)}
    # Kilobytes on Linux, bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({**means, "rss": peak, "runs": runs}))
