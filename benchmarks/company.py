"""What a replication of a worked company costs on either engine, and what pairing is worth on it; all in one run.

    python benchmarks/company.py                  the company alder: prints the tables (some minutes)
    python benchmarks/company.py --write          and writes benchmarks/company.md
    python benchmarks/company.py --quick          fewer rounds and pairs

Unlike the benchmark funnel, which is cut to what other tools can simulate too, a worked company has everything: reps
who come, go, prospect and choose, pay, nurture, overflow, customers. Both engines must give the same log before
anything is timed.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from speed import machine

from results.compare import reduction_interval
from results.runset import Measures, gather
from scenarios.batch import run_batches
from scenarios.company import load
from scenarios.overrides import override
from scenarios.scenario import Scenario
from sim.run import simulate

HERE = Path(__file__).parent
LIBRARY = HERE.parent / "scenarios" / "library"
CALM = {"funnel.pursuit.learning": 0, "pay.accelerators": []}
"""Beliefs that never move and no accelerators: what couples one deal to another through the reps' heads."""
STAY = CALM | {
    f"funnel.{team}.{field}": None if field == "tenure" else 0
    for team in ("sdr", "ae")
    for field in ("tenure", "leave_days")
}
ALIKE = STAY | {"funnel.sdr.skill_sd": 0, "funnel.ae.skill_sd": 0}
ONLY_LEADS = {key: value for key, value in ALIKE.items() if "pursuit" not in key} | {
    "funnel.pursuit": None,
    "funnel.prospecting": None,
}
"""What else couples them, off one after another: who is there to work, how good he is, what he does when idle."""
WORLDS = (
    ("beliefs and accelerators on", {}, ("sdr", "ae")),
    ("both off", CALM, ("sdr", "ae")),
    ("and nobody leaves or goes on leave", STAY, ("sdr",)),
    ("and all reps are equally skilled", ALIKE, ("sdr",)),
    ("and AEs neither choose nor prospect", ONLY_LEADS, ("sdr",)),
)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def speed(scenario: Scenario, rounds: int) -> list[str]:
    """CPU seconds a replication: the SimPy engine, the compiled engine with the log, and with the default metrics."""
    measures = Measures.of()
    world = {"funnel": scenario.funnel, "plan": scenario.plan}
    digests = {engine: simulate(**world, engine=engine).digest() for engine in ("simpy", "compiled")}
    assert digests["simpy"] == digests["compiled"], "the engines disagree"
    log = simulate(**world)
    measures(log)
    ways: dict[str, Callable[[int], object]] = {
        "SimPy engine, with the log": lambda r: simulate(**world, replication=r, engine="simpy"),
        "compiled engine, with the log": lambda r: simulate(**world, replication=r),
        "compiled engine, log, facts, 30 metrics": lambda r: measures(simulate(**world, replication=r)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            for again in range(1 if name.startswith("SimPy") else 5):
                seconds[name].append(cpu(partial(way, 5 * number + again)))
    first = statistics.median(seconds["SimPy engine, with the log"])
    rows = [
        f"{scenario.plan.months} months with {scenario.plan.run_in} of run-in and {scenario.plan.follow} of follow-up; "
        f"{len(log.entities):,} entities, {len(log.events):,} events.",
        "",
        "| | median ms | least | most | rounds | SimPy engine / this |",
        "|---|---|---|---|---|---|",
    ]
    for name, values in seconds.items():
        median = statistics.median(values)
        rows.append(
            f"| {name} | {1e3 * median:.1f} | {1e3 * min(values):.1f} | {1e3 * max(values):.1f} | {len(values)} "
            f"| {first / median:.1f} |"
        )
    return rows


def pairing(scenario: Scenario, pairs: int) -> list[str]:
    """Variance of the difference in bookings that one more head makes, against that of two independent runs."""
    measures = Measures.of(["bookings"])
    rows = [
        "| | one more | difference | standard error | variance reduction | 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for label, settings, teams in WORLDS:
        root = override(scenario.funnel, scenario.plan, settings)
        worlds = [scenario.replace(funnel=root.funnel, plan=root.plan, root=root.plan)]
        for team in teams:
            plan = override(root.funnel, root.plan, {f"teams.{team}.headcount": "+1"}).plan
            worlds.append(worlds[0].replace(plan=plan))
        base, *others = (
            gather(measured, measures, scenario=label, seed=1, engine="compiled")
            for measured in run_batches(worlds, pairs, 1, measures)
        )
        x = base.of("bookings")
        for team, other in zip(teams, others, strict=True):
            y = other.of("bookings")
            ratio = (x.var(ddof=1) + y.var(ddof=1)) / (y - x).var(ddof=1)
            low, high = reduction_interval(base, other, "bookings", np.random.default_rng(1))
            rows.append(
                f"| {label} | {team.upper()} | {(y - x).mean():,.4g} | {(y - x).std(ddof=1) / math.sqrt(pairs):,.3g} "
                f"| {ratio:.1f} | {low:.1f} to {high:.1f} |"
            )
    rows += [
        "",
        "From the second row on, each world has also what those above it switched off. One more SDR changes who",
        "works on every lead that comes after; who leaves, is away or differs in skill turns that into outcomes.",
    ]
    return rows


def main() -> None:
    """Check, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--company", default="alder", help="a worked company of the library")
    parser.add_argument("--write", action="store_true", help="write benchmarks/company.md")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and pairs")
    given = parser.parse_args()
    scenario = load(LIBRARY / given.company).scenario("base")
    rounds, pairs = (3, 40) if given.quick else (9, 400)
    text = [f"# The company {given.company}", "", machine(), ""]
    for title, part in (
        ("A replication", lambda: speed(scenario, rounds)),
        (f"What pairing is worth, {pairs} pairs", lambda: pairing(scenario, pairs)),
    ):
        sys.stderr.write(f"{title} ...\n")
        text += [f"## {title}", "", *part(), ""]
    text += [f"Written by `python benchmarks/company.py{' --quick' if given.quick else ''} --write`.", ""]
    sys.stdout.write("\n".join(text))
    if given.write:
        (HERE / "company.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
