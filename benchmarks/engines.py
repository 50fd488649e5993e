"""Both engines on the starter company, in one run: CPU seconds a replication, medians, and their ratios.

    python benchmarks/engines.py            prints the table
    python benchmarks/engines.py --write    and writes benchmarks/engines.md

The logs are checked to be identical before anything is timed. "Engine" is the event loop with its rows in memory;
"log" adds the canonical tables, the ledger and the hidden truth; "metrics" adds the 25 metrics.
"""

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from results.metrics.catalogue import measure
from scenarios.company import load
from sim.assemble import assemble, make_names
from sim.compiled import run_compiled
from sim.draws import stream_key
from sim.recorder import Recorded
from sim.reference import Engine
from sim.run import simulate
from sim.tables import make_tables

HERE = Path(__file__).parent
ROUNDS = 9


def main() -> None:
    """Time the parts in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write benchmarks/engines.md")
    write = parser.parse_args().write
    base = load(HERE.parent / "scenarios" / "library" / "starter").scenario("base")
    funnel, plan = base.funnel, base.plan
    tables = make_tables(funnel, plan)
    names = make_names(funnel, tables)
    logs = [simulate(funnel, plan, engine=engine) for engine in ("simpy", "compiled")]
    assert logs[0].digest() == logs[1].digest(), "the engines disagree"

    def log_of(recorded: Recorded) -> None:
        measure(assemble(funnel, plan, plan, tables, names, stream_key(1, 0), recorded))

    recorded = run_compiled(tables, 1, 0, None, names)
    parts: dict[str, Callable[[], object]] = {
        "SimPy engine": lambda: Engine(tables, 1, 0, None, names).run().recorded(),
        "compiled engine": lambda: run_compiled(tables, 1, 0, None, names),
        "log": lambda: assemble(funnel, plan, plan, tables, names, stream_key(1, 0), recorded),
        "log and metrics": lambda: log_of(recorded),
        "tables": lambda: make_tables(funnel, plan),
    }
    seconds: dict[str, list[float]] = {part: [] for part in parts}
    for _ in range(ROUNDS):
        for part, work in parts.items():
            begun = time.process_time()
            work()
            seconds[part].append(time.process_time() - begun)
    median = {part: statistics.median(values) for part, values in seconds.items()}
    simpy = median["SimPy engine"]
    rows = [
        f"| {part} | {median[part] * 1e3:.1f} | {min(seconds[part]) * 1e3:.1f} | {max(seconds[part]) * 1e3:.1f} "
        f"| {simpy / median[part]:.1f} |"
        for part in parts
    ]
    log = logs[0]
    text = "\n".join(
        [
            "# The two engines on the starter company",
            "",
            f"{len(log.events):,} events, {len(log.entities):,} entities, {len(log.ledger):,} ledger lines.",
            "",
            f"{ROUNDS} rounds, parts in turn; CPU milliseconds.",
            "",
            "| part | median | least | most | SimPy engine / part |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}; "
            "written by `python benchmarks/engines.py --write`.",
            "",
        ]
    )
    sys.stdout.write(text)
    if write:
        (HERE / "engines.md").write_text(text)


if __name__ == "__main__":
    main()
