"""What a replication of the benchmark funnel costs, beside the same work by other means; everything in one run.

    python benchmarks/speed.py                             prints the tables (about ten minutes)
    python benchmarks/speed.py --write                     and writes benchmarks/speed.md
    python benchmarks/speed.py --quick                     fewer rounds and sizes
    python benchmarks/speed.py --peers venv/bin/python     and Ciw, salabim and cimba, installed in that interpreter

The work is `benchmarks/funnel`: 20,000 leads a year through scoring, SDRs by score, impatience and a pool of AEs by
stage. Before anything is timed it is checked that all do the same: the two engines and the ordinary SimPy model give
the same log, row for row, and the C program and the peers agree with it within four standard errors.
"""

import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from agree import COMPARED, LIMIT_Z, Estimate, compile_limit, peers, sample, score
from ordinary import Idiomatic

from results.compare import reduction_interval
from results.facts import Facts
from results.runset import Measures, gather
from scenarios.batch import run_batch, run_batches
from scenarios.company import load
from scenarios.scenario import Scenario
from sim.assemble import assemble, make_names
from sim.compiled import run_compiled
from sim.draws import stream_key
from sim.log import Kind
from sim.recorder import Recorded
from sim.reference import Engine
from sim.run import simulate
from sim.tables import make_tables

HERE = Path(__file__).parent
FUNNEL = HERE / "funnel"
SIZES = {2_000: (1, 1), 20_000: (4, 6), 200_000: (40, 60), 2_000_000: (400, 600)}
"""Leads a year, and the SDRs and AEs that serve them."""


def world(leads: int) -> Scenario:
    """The benchmark funnel with another number of leads, and reps in proportion."""
    base = load(FUNNEL).scenario("base")
    factor = leads / 20_000
    channels = {
        name: channel.model_copy(update={"leads": channel.leads * factor})
        for name, channel in base.funnel.channels.items()
    }
    sdrs, aes = SIZES[leads]
    teams = base.plan.teams.model_copy(
        update={
            "sdr": base.plan.teams.sdr.model_copy(update={"headcount": sdrs}),
            "ae": base.plan.teams.ae.model_copy(update={"headcount": aes}),
        }
    )
    return base.replace(
        funnel=base.funnel.model_copy(update={"channels": channels}), plan=base.plan.model_copy(update={"teams": teams})
    )


class Bench:
    """One size of the funnel and the ways of living through it."""

    def __init__(self, leads: int):
        self.leads = leads
        self.scenario = world(leads)
        self.tables = make_tables(self.scenario.funnel, self.scenario.plan)
        self.names = make_names(self.scenario.funnel, self.tables)
        self.measures = Measures.of()

    def idiomatic(self, replication: int) -> object:
        return Idiomatic(self.tables, 1, replication).run()

    def simpy(self, replication: int) -> object:
        engine = Engine(self.tables, 1, replication, None, self.names)
        engine.run()
        return engine

    def compiled(self, replication: int) -> Recorded:
        return run_compiled(self.tables, 1, replication, None, self.names)

    def measured(self, replication: int) -> object:
        recorded, plan = self.compiled(replication), self.scenario.plan
        stream = stream_key(1, replication)
        return self.measures(assemble(self.scenario.funnel, plan, plan, self.tables, self.names, stream, recorded))


def cpu(way: Callable[[int], object], replication: int) -> float:
    """CPU seconds of one replication."""
    begun = time.process_time()
    way(replication)
    return time.process_time() - begun


def race(bench: Bench, limit: Path, rounds: dict[str, int]) -> dict[str, list[float]]:
    """CPU seconds a replication of each way, the ways in turn, a new replication each round."""
    ways = {"idiomatic": bench.idiomatic, "simpy": bench.simpy, "compiled": bench.compiled, "measured": bench.measured}
    seconds: dict[str, list[float]] = {name: [] for name in ("plain", *ways, "limit")}
    plain = [sys.executable, peers()["simpy"]]
    for name in ways:
        ways[name](0)
    for number in range(max(rounds.values())):
        for name, way in ways.items():
            if number < rounds[name]:
                seconds[name].append(cpu(way, number))
        size = (bench.leads, *SIZES[bench.leads])
        if number < rounds["idiomatic"]:
            seconds["plain"] += sample(plain, size, 1, number, 1).column("cpu")
        runs = sample([limit], size, 1, number, 3).column("cpu")
        seconds["limit"].append(statistics.median(runs[1:]))
    return seconds


WAYS = {
    "plain": "ordinary SimPy model, Python's `random`",
    "idiomatic": "ordinary SimPy model, keyed draws",
    "simpy": "SimPy engine",
    "compiled": "compiled engine",
    "measured": "compiled engine, log, facts, 30 metrics",
    "limit": "C program (writes no log)",
}


def race_table(seconds: dict[str, list[float]]) -> list[str]:
    median = {name: statistics.median(values) for name, values in seconds.items()}
    rows = [
        "| | median ms | least | most | rounds | SimPy, `random` / this | SimPy, keyed / this | this / C "
        "| this / compiled |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    plain, keyed, c, ours = (median[name] for name in ("plain", "idiomatic", "limit", "compiled"))
    rows += [
        f"| {WAYS[name]} | {1e3 * median[name]:.2f} | {1e3 * min(values):.2f} | {1e3 * max(values):.2f} "
        f"| {len(values)} "
        f"| {plain / median[name]:.2f} | {keyed / median[name]:.2f} | {median[name] / c:.2f} "
        f"| {median[name] / ours:.2f} |"
        for name, values in seconds.items()
    ]
    return rows


def figures(bench: Bench, replications: int) -> dict[str, Estimate]:
    """Wins, leads gone cold and the mean wait of the served, over replications of the compiled engine."""
    found: dict[str, list[float]] = {name: [] for name in COMPARED}
    for replication in range(replications):
        log = simulate(bench.scenario.funnel, bench.scenario.plan, seed=1, replication=replication, engine="compiled")
        facts = Facts(log)
        waits = facts.waits
        found["wins"].append(len(facts.rows(Kind.WON)))
        found["cold"].append(len(facts.rows(Kind.WENT_COLD)))
        found["wait"].append(float(np.mean((waits.ended - waits.handed_off)[waits.attempted])))
    return {
        name: Estimate(statistics.fmean(values), statistics.stdev(values) / math.sqrt(replications))
        for name, values in found.items()
    }


def agreement(limit: Path, interpreter: Path | None, replications: int) -> list[str]:
    """Everybody does the same work; AssertionError if not."""
    bench = Bench(20_000)
    logs = [simulate(bench.scenario.funnel, bench.scenario.plan, engine=engine) for engine in ("simpy", "compiled")]
    assert logs[0].digest() == logs[1].digest(), "the engines disagree"
    ours = figures(bench, replications)
    samples = {"C program": sample([limit], (20_000, 4, 6), 1, 0, 1000)}
    for name, file in peers().items():
        if name == "simpy" or interpreter:
            python = sys.executable if name == "simpy" else interpreter or ""
            samples[name] = sample([python, file], (20_000, 4, 6), 1, 0, {"cimba": 200, "simpy": 30}.get(name, 8))
    rows = [
        "| | replications | wins | gone cold | mean wait, days | greatest z | CPU ms |",
        "|---|---|---|---|---|---|---|",
    ]

    def row(name: str, count: int, found: dict[str, Estimate], z: str, ms: str) -> str:
        shown = " | ".join(f"{found[key].mean:.5g} ± {found[key].error:.2g}" for key in COMPARED)
        return f"| {name} | {count} | {shown} | {z} | {ms} |"

    rows.append(row("compiled engine", replications, ours, "", ""))
    for name, found in samples.items():
        theirs = {key: found.estimate(key) for key in COMPARED}
        z = max(abs(score(theirs[key], ours[key])) for key in COMPARED)
        assert z < LIMIT_Z, f"{name} does other work: z = {z:.1f}"
        ms = 1e3 * statistics.median(found.column("cpu"))
        rows.append(row(name, len(found.runs), theirs, f"{z:.1f}", f"{ms:.3g}"))
    return rows


_PEAK = """
import sys
sys.path.insert(0, sys.argv[1])
import pyarrow.parquet
from speed import world
from scenarios.spool import spool

def peak():
    # Not getrusage, whose figure a process inherits from the one that started it.
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

imported = peak()
spool(world(20_000), sys.argv[3])
small = peak()
spool(world(int(sys.argv[2])), sys.argv[3])
print(imported, small, peak())
"""


def growth(limit: Path, sizes: list[int]) -> list[str]:
    rows = [
        "| leads | reps | compiled engine, ms | ns a lead | C, ms | ratio | rows of events |",
        "|---|---|---|---|---|---|---|",
    ]
    for leads in sizes:
        bench = Bench(leads)
        bench.compiled(0)
        count = {2_000: 101, 20_000: 41, 200_000: 7, 2_000_000: 1}[leads]
        ours = statistics.median(cpu(bench.compiled, r) for r in range(count))
        events = len(bench.compiled(0).events)
        runs = sample([limit], (leads, *SIZES[leads]), 1, 0, count + 1).column("cpu")
        theirs = statistics.median(runs[1:])
        rows.append(
            f"| {leads:,} | {SIZES[leads][0]} + {SIZES[leads][1]} | {1e3 * ours:.4g} | {1e9 * ours / leads:.0f} "
            f"| {1e3 * theirs:.4g} | {ours / theirs:.2f} | {events:,} |"
        )
    return rows


def memory(leads: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _PEAK, str(HERE), str(leads), folder]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        imported, small, large = map(int, said.split())
        written = sum(file.stat().st_size for file in Path(folder).iterdir())
    return [
        f"{leads:,} leads in one replication, the log written to disk while it is made: at most {large - imported} MB "
        f"above the {imported} MB that the imports take ({small - imported} MB at 20,000 leads); "
        f"{written / 1e6:.0f} MB of Parquet."
    ]


def threads(replications: int) -> list[str]:
    scenario, measures = world(20_000), Measures.of()
    seconds: dict[int, list[float]] = {1: [], 2: []}
    values = {}
    for _ in range(7):
        for count in seconds:
            begun = time.perf_counter()
            results = run_batch(scenario, replications, 1, measures, workers=count)
            seconds[count].append(time.perf_counter() - begun)
            values[count] = np.array([one.values for one in results])
    assert np.array_equal(values[1], values[2], equal_nan=True), "threads change results"
    one, two = (statistics.median(seconds[count]) for count in (1, 2))
    ratios = [a / b for a, b in zip(seconds[1], seconds[2], strict=True)]
    return [
        f"{replications} replications with log, facts and metrics, from a warm cache, wall-clock, medians of seven: "
        f"{one:.2f} s on one thread, {two:.2f} s on two, the same to the last bit. One against two in turn: "
        f"{statistics.median(ratios):.2f} times faster ({min(ratios):.2f} to {max(ratios):.2f})."
    ]


def starting() -> list[str]:
    """A first and a second run of the command, each in a process of its own."""
    leadflow = str(Path(sys.executable).with_name("leadflow"))
    command = [leadflow, "run", str(FUNNEL), "--replications", "1", "--quiet", "--json"]
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as store:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        walls = []
        for _ in range(4):
            before = os.times()
            begun = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment, cwd=store)
            after = os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            walls.append((time.perf_counter() - begun, used))
    later = min(walls[1:])
    return [
        f"First run of the command, machine code compiled: {walls[0][0]:.1f} s ({walls[0][1]:.1f} s CPU). Later runs, "
        f"interpreter and imports included: {later[0]:.2f} s ({later[1]:.2f} s CPU)."
    ]


def pairing(pairs: int) -> list[str]:
    company, measures = load(FUNNEL), Measures.of(["bookings", "new_customers"])
    scenarios = [company.scenario(name) for name in ("base", "one-more-sdr", "one-more-ae")]
    base, *others = (
        gather(measured, measures, scenario=scenario.name, seed=1, engine="compiled")
        for measured, scenario in zip(run_batches(scenarios, pairs, 1, measures), scenarios, strict=True)
    )
    rows = [
        "| against base | metric | difference | standard error | variance reduction | 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for other in others:
        for metric in measures.ids:
            x, y = base.of(metric), other.of(metric)
            ratio = (x.var(ddof=1) + y.var(ddof=1)) / (y - x).var(ddof=1)
            low, high = reduction_interval(base, other, metric, np.random.default_rng(1))
            error = (y - x).std(ddof=1) / math.sqrt(pairs)
            rows.append(
                f"| {other.scenario} | {metric} | {(y - x).mean():,.4g} | {error:,.3g} | {ratio:.1f} "
                f"| {low:.1f} to {high:.1f} |"
            )
    return rows


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    import numba
    import simpy

    return (
        f"{model}, {os.cpu_count()} cores; CPython {platform.python_version()}, numpy {np.__version__}, "
        f"numba {numba.__version__}, SimPy {simpy.__version__}. CPU seconds unless wall-clock is said; ratios only "
        "compare figures of the same run."
    )


def main() -> None:
    """Check, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write benchmarks/speed.md")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and sizes")
    parser.add_argument("--peers", type=Path, help="an interpreter with Ciw, salabim and cimba")
    given = parser.parse_args()
    quick = given.quick
    many = (
        {"idiomatic": 5, "simpy": 5, "compiled": 15, "measured": 15}
        if quick
        else {"idiomatic": 15, "simpy": 15, "compiled": 41, "measured": 41}
    )
    few = (
        {"idiomatic": 1, "simpy": 1, "compiled": 3, "measured": 3}
        if quick
        else {"idiomatic": 3, "simpy": 3, "compiled": 7, "measured": 7}
    )
    with tempfile.TemporaryDirectory() as folder:
        limit = compile_limit(Path(folder))
        parts: list[tuple[str, Callable[[], list[str]]]] = [
            ("The same work", lambda: agreement(limit, given.peers, 50 if quick else 400)),
            ("20,000 leads", lambda: race_table(race(Bench(20_000), limit, many))),
            ("200,000 leads, 40 SDRs, 60 AEs", lambda: race_table(race(Bench(200_000), limit, few))),
            ("Growth", lambda: growth(limit, [size for size in SIZES if size < 1_000_000 or not quick])),
            ("Memory", lambda: memory(200_000 if quick else 2_000_000)),
            ("Threads", lambda: threads(20 if quick else 100)),
            ("Starting", starting),
            ("What keyed draws are worth", lambda: pairing(50 if quick else 400)),
        ]
        text = [
            "# Speed of the benchmark funnel",
            "",
            (__doc__ or "").split("\n\n")[2].replace("\n", " "),
            "",
            machine(),
            "",
        ]
        for title, part in parts:
            sys.stderr.write(f"{title} ...\n")
            found = [f"## {title}", "", *part(), ""]
            sys.stdout.write("\n".join(found) + "\n")
            text += found
    text += [f"Written by `python benchmarks/speed.py{' --quick' if quick else ''} --write`.", ""]
    if given.write:
        (HERE / "speed.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
