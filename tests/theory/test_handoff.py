"""The handoff in textbook form: impatient leads (Erlang A), staffing, attempts, leads that come back (Jackson)."""

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

REPLICATIONS = 40

Floats = NDArray[np.float64]


WHAT = ("share that goes cold", "mean wait, services", "share that waits", "mean number waiting", "occupancy")


class Queue(NamedTuple):
    """A queue in its steady state; times in mean services."""

    abandons: float
    wait: float
    waits: float
    line: float
    occupancy: float


def erlang_a(rate: float, servers: int, theta: float) -> Queue:
    """M/M/n+M with services of mean 1, from its birth-death equations (theta 0: Erlang C)."""
    weights = [1.0]
    while weights[-1] > 1e-18 * max(weights) or len(weights) < 3 * servers:
        n = len(weights)
        weights.append(weights[-1] * rate / (min(n, servers) + max(n - servers, 0) * theta))
    chance = np.array(weights) / math.fsum(weights)
    over = np.maximum(np.arange(len(chance)) - servers, 0)
    line = float(chance @ over)
    lost = theta * line / rate
    return Queue(lost, line / rate, float(chance[servers:].sum()), line, rate * (1 - lost) / servers)


def first_waits(log: Log) -> tuple[Floats, NDArray[np.bool_]]:
    """Of the leads handed off in the window, the last of it left out: days until tried or cold; whether cold."""
    events = log.events
    ended = np.full(len(log.entities), np.nan)
    cold = np.zeros(len(log.entities), dtype=bool)
    for kind in (Kind.ATTEMPT, Kind.WENT_COLD):
        ended[events.entity[events.kind == kind]] = events.time[events.kind == kind]
    cold[events.entity[events.kind == Kind.WENT_COLD]] = True
    inside = (events.kind == Kind.HANDED_OFF) & (events.time >= 0) & (events.time < log.window.counted * 0.98)
    who = events.entity[inside]
    wait = ended[who] - events.time[inside]
    assert not np.isnan(wait).any()
    return wait, cold[who]


def changed(funnel: Funnel, **changes: dict[str, Any]) -> Funnel:
    """A funnel with some fields of its parts changed."""
    tree = funnel.model_dump(by_alias=True)
    for part, fields in changes.items():
        tree[part] = tree[part] | fields
    return Funnel.model_validate(tree)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rate", "servers", "theta", "published", "months"),
    [
        # 48 calls a minute, services of one minute, patience of two; waits in minutes.
        ("D2", 48, 50, 0.5, (0.03091225, 3.709470 / 60, 0.46777407, 2.9675759, 0.93032424), 150),
        ("D2b", 10, 10, 0.25, (0.08376982, 0.33507928, 0.69338439, 3.3507928, None), 300),
        ("D2c", 5, 4, 0.1, (0.21106010, 2.11060096, None, 10.55300479, None), 300),
    ],
    ids=("D2", "D2b", "D2c"),
)
def test_leads_that_go_cold(world, judged, name, rate, servers, theta, published, months):  # type: ignore[no-untyped-def]
    exact = erlang_a(rate, servers, theta)
    for value, given in zip(exact, published, strict=True):
        assert given is None or value == pytest.approx(given, rel=2e-7)
    funnel, plan = world(rate, servers, {"law": "exponential", "mean": 24.0}, months, 3)
    patience = {"law": "exponential", "mean": 1.0 / theta}
    funnel = changed(funnel, sales_development={"patience": patience})
    tables = make_tables(funnel, plan)
    found: list[list[float]] = [[], [], [], [], []]
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        wait, cold = first_waits(log)
        days = log.window.counted
        work = (log.events.kind == Kind.TASK_END) & (log.events.time >= 0) & (log.events.time < days)
        occupancy = float(log.events.amount[work].sum()) / (24.0 * servers * days)
        of_one = (cold.mean(), wait.mean(), (wait > 0).mean(), wait.sum() / (0.98 * days), occupancy)
        for samples, value in zip(found, of_one, strict=True):
            samples.append(float(value))
    parts = zip(WHAT, found, exact, (0.02, 0.01, 0.01, 0.01, 0.01), strict=True)
    for what, samples, value, power in parts:
        judged(f"{name} {what}", samples, value, power)


@pytest.mark.slow
def test_staffing(world, judged):  # type: ignore[no-untyped-def]
    """D36: the least staff at which not more than a fifth of the leads waits."""
    exact = {servers: erlang_a(20, servers, 0.0).waits for servers in (25, 26)}
    assert exact[26] == pytest.approx(0.14339993, abs=5e-9)
    assert exact[26] <= 0.2 < exact[25]
    for servers, months in ((25, 100), (26, 150)):
        funnel, plan = world(20, servers, {"law": "exponential", "mean": 24.0}, months, 3)
        tables = make_tables(funnel, plan)
        samples = []
        for replication in range(REPLICATIONS):
            wait, _ = first_waits(simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled"))
            samples.append(float((wait > 0).mean()))
        judged(f"D36 share that waits, {servers} SDRs", samples, exact[servers], 0.01)


@pytest.mark.slow
def test_attempts(world, judged):  # type: ignore[no-untyped-def]
    """D40: the share of leads that is reached in the first n attempts."""
    exact = {1: 0.14, 3: 0.363944, 6: 0.59543276, 8: 0.70078207}
    funnel, plan = world(20, 1, 0, 24, 1)
    funnel = changed(funnel, sales_development={"contact": [0.14] * 8})
    plan = plan.model_copy(update={"handoff": plan.handoff.model_copy(update={"attempts": 8})})
    tables = make_tables(funnel, plan)
    found: dict[int, list[float]] = {n: [] for n in exact}
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        tries, reached = (
            np.bincount(log.events.entity[log.events.kind == kind], minlength=len(log.entities))
            for kind in (Kind.ATTEMPT, Kind.CONVERSATION)
        )
        events = log.events
        inside = (events.kind == Kind.HANDED_OFF) & (events.time >= 0) & (events.time < log.window.counted * 0.9)
        who = events.entity[inside]
        for n, samples in found.items():
            samples.append(float(((tries[who] <= n) & (reached[who] == 1)).mean()))
    for n, value in exact.items():
        assert value == pytest.approx(1 - 0.86**n, abs=5e-9)
        judged(f"D40 reached in {n} attempts", found[n], value, 0.01)


@pytest.mark.slow
def test_leads_that_come_back(world, judged):  # type: ignore[no-untyped-def]
    """D16: a Jackson network; of the leads that sales rejects three in ten come back at once, as often as it takes."""
    rates = 5 / (1 - 0.65 * 0.3), 5 / (1 - 0.65 * 0.3) * 0.35
    assert rates == pytest.approx((6.21118012, 2.17391304), abs=5e-9)
    sdr, ae = erlang_a(rates[0], 8, 0.0), erlang_a(4 * rates[1], 11, 0.0)
    assert (sdr.wait, 4 * ae.wait) == pytest.approx((0.22827507, 0.63726112), abs=5e-9)
    funnel, plan = world(5, 8, {"law": "exponential", "mean": 24.0}, 480, 6)
    tree = funnel.model_dump(by_alias=True)
    tree["channels"]["all"]["sql_probability"] = 0.35
    tree["nurture"] |= {"ready_good": 1e9, "ready_bad": 1e9, "unsubscribe": 0, "unsubscribe_per_touch": 0}
    tree["stages"]["open"] |= {"effort": {"law": "exponential", "mean": 96.0}, "resolve": "after_effort"}
    funnel = Funnel.model_validate(tree)
    changes = plan.model_dump(by_alias=True)
    changes["handoff"] |= {"recycles": "unlimited", "recycle_share": 0.3}
    changes["teams"]["ae"] |= {"headcount": 11, "ownership": "pooled"}
    plan = Plan.model_validate(changes)
    tables = make_tables(funnel, plan)
    found: dict[str, list[float]] = {"l1": [], "l2": [], "Wq1": [], "Wq2": []}
    for replication in range(3 * REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        for number, asks, begins in ((1, Kind.HANDED_OFF, Kind.ATTEMPT), (2, Kind.STAGE_ENTER, Kind.TASK_START)):
            asked, begun = (_by_task(log, kind) for kind in (asks, begins))
            days = log.window.counted * 0.98
            inside = {task: time for task, time in asked.items() if 0 <= time < days}
            found[f"l{number}"].append(len(inside) / days)
            found[f"Wq{number}"].append(float(np.mean([begun[task] - time for task, time in inside.items()])))
    for what, words, value in (
        ("l1", "rate to SDRs, a day", rates[0]),
        ("l2", "rate to AEs, a day", rates[1]),
        ("Wq1", "mean wait for SDRs, days", sdr.wait),
        ("Wq2", "mean wait for AEs, days", 4 * ae.wait),
    ):
        judged(f"D16 {words}", found[what], value, 0.01)


def _by_task(log: Log, kind: Kind) -> dict[tuple[int, int], float]:
    rows = log.events.kind == kind
    columns = (log.events.entity[rows], log.events.visit[rows], log.events.time[rows])
    return {(who, visit): time for who, visit, time in zip(*(each.tolist() for each in columns), strict=True)}
