"""What the metrics of a replication cost beside the simulation itself, on each worked company; all in one run.

python benchmarks/metrics.py            prints the table
python benchmarks/metrics.py --write    and writes benchmarks/metrics.md
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from company import LIBRARY, cpu
from speed import machine

from results.facts import Facts
from results.leakage import losses
from results.metrics.catalogue import CATALOGUE
from results.runset import Measures
from results.views import viewed
from scenarios.company import load
from scenarios.scenario import Scenario
from sim.log import Log
from sim.run import simulate

HERE = Path(__file__).parent
COMPANIES = ("starter", "balanced", "enterprise", "small_business", "alder")
PARTS: dict[str, Callable[[Log], object]] = {
    "default metrics": Measures.of(),
    "both views of rates": viewed,
    "leakage": losses,
    "all metrics": lambda log: (lambda facts: [entry.value(facts) for entry in CATALOGUE.values()])(Facts(log)),
}


def ratios(scenario: Scenario, rounds: int) -> tuple[int, dict[str, tuple[float, float, float]]]:
    """Events of a replication, and for the simulation (seconds) and every part (seconds over the simulation's of the
    same round) the median, the least and the most over rounds."""
    found: dict[str, list[float]] = {name: [] for name in ("simulation", *PARTS)}
    events = 0
    for number in range(rounds + 1):
        logs: list[Log] = []
        spent = cpu(lambda logs=logs, r=number: logs.append(simulate(scenario.funnel, scenario.plan, replication=r)))
        log = logs[0]
        events = len(log.events)
        shares = {name: cpu(partial(part, log)) / spent for name, part in PARTS.items()}
        # The first round loads what is compiled.
        if number:
            found["simulation"].append(spent)
            for name, share in shares.items():
                found[name].append(share)
    return events, {name: (statistics.median(own), min(own), max(own)) for name, own in found.items()}


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write benchmarks/metrics.md")
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    text = [
        "# What the metrics cost", "", machine(), "",
        f"The compiled engine's CPU time of one replication is 1. Default metrics: the {len(Measures.of().ids)} of "
        f"`leadflow run` with their months; all: {len(CATALOGUE)}, for which every touch of every lead is found too. "
        f"Median (least to most) of {given.rounds} replications.", "",
        "| company | events | simulation, ms | " + " | ".join(PARTS) + " |", "|---" * (3 + len(PARTS)) + "|",
    ]  # fmt: skip
    for name in COMPANIES:
        sys.stderr.write(f"{name} ...\n")
        events, found = ratios(load(LIBRARY / name).scenario("base"), given.rounds)
        cells = [f"{found[part][0]:.2f} ({found[part][1]:.2f} to {found[part][2]:.2f})" for part in PARTS]
        text.append(f"| {name} | {events:,} | {1000 * found['simulation'][0]:.0f} | {' | '.join(cells)} |")
    text += ["", "Written by `python benchmarks/metrics.py --write`.", ""]
    sys.stdout.write("\n".join(text))
    if given.write:
        (HERE / "metrics.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
