"""Queues with known answers, by ordinary configuration: Erlang C, priorities, Pollaczek-Khinchine, infinite servers."""

import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from results.cuts import cuts, each_part
from results.facts import Facts
from results.metrics.catalogue import CATALOGUE
from results.spans import Span
from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.run import simulate_tables
from sim.tables import make_tables
from sim.units import DAYS_PER_MONTH

REPLICATIONS = 40
CHECKED = 3
"""Replications of which the metrics are held against the plain count."""


def handed_off(log: Log) -> NDArray[np.int64]:
    """The leads handed off in the window, in order of time; the last of it left out, whose wait may not have ended."""
    events = log.events
    inside = (events.kind == Kind.HANDED_OFF) & (events.time >= 0) & (events.time < log.window.counted * 0.98)
    return events.entity[inside]


def waits(log: Log) -> NDArray[np.float64]:
    """Days from handoff to first attempt of the leads handed off in the window."""
    events = log.events
    handed = events.kind == Kind.HANDED_OFF
    tried = events.kind == Kind.ATTEMPT
    at = np.full(len(log.entities), np.nan)
    at[events.entity[tried]] = events.time[tried]
    inside = handed & (events.time >= 0) & (events.time < log.window.counted * 0.98)
    return at[events.entity[inside]] - events.time[inside]


def measured_waits(log: Log | Facts) -> tuple[float, float]:
    """What the metrics say of the same leads: days waited after the handoff, hours to the first contact."""
    facts = log if isinstance(log, Facts) else Facts(log)
    span = Span(0.0, facts.log.window.counted * 0.98)
    return CATALOGUE["handoff_wait"].value(facts, span), CATALOGUE["time_to_first_contact"].value(facts, span)


def erlang_c(load: float, servers: int) -> float:
    """Probability of waiting in M/M/c, from Erlang B by recursion."""
    blocking = 1.0
    for k in range(1, servers + 1):
        blocking = load * blocking / (k + load * blocking)
    utilisation = load / servers
    return blocking / (1 - utilisation * (1 - blocking))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rate", "mu", "servers", "published", "months", "engine", "error"),
    # The compiled engine, whose log is the same (tests/contract), is quick enough for one percent.
    [("D1", 8.0, 3.0, 3, 0.79750779, 600, "compiled", 0.01), ("D1b", 4.5, 1.0, 6, 0.42165208, 44, "simpy", 0.03)],
    ids=("D1", "D1b"),
)
def test_erlang_c(world, judged, name, rate, mu, servers, published, months, engine, error):  # type: ignore[no-untyped-def]
    exact_wait = erlang_c(rate / mu, servers)
    assert exact_wait == pytest.approx(published, abs=5e-9)
    drain = servers * mu - rate
    funnel, plan = world(rate, servers, {"law": "exponential", "mean": 24.0 / mu}, months, 6)
    tables = make_tables(funnel, plan)
    means, delayed, queue, late = [], [], [], []
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, engine)
        wait = waits(log)
        assert not np.isnan(wait).any()
        if replication < CHECKED:
            assert measured_waits(log) == pytest.approx((float(wait.mean()), 24 * float(wait.mean())), rel=1e-9)
        means.append(float(wait.mean()))
        delayed.append(float((wait > 0).mean()))
        queue.append(float(wait.sum() / (log.window.counted * 0.98)))
        late.append(float((wait > 0.5).mean()))
    judged(f"{name} mean wait, days", means, exact_wait / drain, error)
    judged(f"{name} share that waits", delayed, exact_wait, error)
    judged(f"{name} mean number waiting", queue, rate * exact_wait / drain, error)
    judged(f"{name} share that waits over half a day", late, exact_wait * math.exp(-drain * 0.5), error)


def cobham(rates: list[float], mu: float, servers: int) -> list[float]:
    """Mean wait of each class, first served first, of M/M/c with non-preemptive priorities."""
    reached = np.cumsum([0.0, *rates]) / (servers * mu)
    base = erlang_c(sum(rates) / mu, servers) / (servers * mu)
    return [float(base / ((1 - above) * (1 - own))) for above, own in pairwise(reached)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rates", "mu", "servers", "published", "replications"),
    [
        ("D3", [2.0, 3.0], 1.0, 6, [0.14687911, 0.88127468], 60),
        ("D3b", [3.0, 3.0, 1.5], 3.0, 3, [0.11704120, 0.35112360, 1.40449438], 50),
    ],
    ids=("D3", "D3b"),
)
def test_priority_classes(world, judged, name, rates, mu, servers, published, replications):  # type: ignore[no-untyped-def]
    """Channels whose score is a constant are priority classes of an SDR team that works by score."""
    exact = cobham(rates, mu, servers)
    assert exact == pytest.approx(published, abs=5e-9)
    funnel, plan = world(sum(rates), servers, {"law": "exponential", "mean": 24.0 / mu}, 600, 6)
    tree = funnel.model_dump(by_alias=True)
    channel = tree["channels"]["all"]
    tree["channels"] = {
        f"class {k}": channel | {"key": f"class {k}", "leads": rate * DAYS_PER_MONTH, "score": -k}
        for k, rate in enumerate(rates)
    }
    funnel = Funnel.model_validate(tree)
    plan = plan.model_copy(
        update={
            "teams": plan.teams.model_copy(update={"sdr": plan.teams.sdr.model_copy(update={"discipline": "score"})})
        }
    )
    tables = make_tables(funnel, plan)
    means: list[list[float]] = [[] for _ in rates]
    together = []
    for replication in range(replications):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        wait, channels = waits(log), log.entities.channel[handed_off(log)]
        assert not np.isnan(wait).any()
        if replication < CHECKED:
            (cut,) = cuts(log, "channel")
            by_class = [measured_waits(facts)[0] for name, facts in each_part(log, cut) if name]
            assert by_class == pytest.approx([float(wait[channels == k].mean()) for k in range(len(rates))], rel=1e-9)
        for k in range(len(rates)):
            means[k].append(float(wait[channels == k].mean()))
        together.append(float(wait.mean()))
    for k, row in enumerate(exact):
        judged(f"{name} mean wait of class {k + 1}, days", means[k], row, 0.01)
    # Work is conserved: over all classes the wait is that of first come, first served.
    fcfs = erlang_c(sum(rates) / mu, servers) / (servers * mu - sum(rates))
    assert float(np.average(exact, weights=rates)) == pytest.approx(fcfs)
    judged(f"{name} mean wait of all, days", together, fcfs, 0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "effort", "published"),
    [
        ("D7 mean wait, squared cv .8", {"law": "lognormal", "mean": 24, "sigma": math.sqrt(math.log(1.8))}, 3.6),
        ("D7 mean wait, squared cv 0", {"law": "constant", "value": 24}, 2.0),
        ("D7 mean wait, squared cv 1", {"law": "exponential", "mean": 24}, 4.0),
    ],
    ids=("cv2 .8", "cv2 0", "cv2 1"),
)
def test_pollaczek_khinchine(world, judged, name, effort, published):  # type: ignore[no-untyped-def]
    cv2 = {"lognormal": 0.8, "constant": 0.0, "exponential": 1.0}[effort["law"]]
    exact = 0.8 * (1 + cv2) / (2 * (1 - 0.8))
    assert exact == pytest.approx(published)
    funnel, plan = world(0.8, 1, effort, 600, 12)
    tables = make_tables(funnel, plan)
    samples = [
        float(waits(simulate_tables(funnel, plan, plan, tables, None, 1, r, "compiled")).mean())
        for r in range(2 * REPLICATIONS)
    ]
    judged(name, samples, exact, 0.01)


@pytest.mark.slow
def test_infinite_server_pipeline(world, judged):  # type: ignore[no-untyped-def]
    median, sigma, rate = 60.0, 0.8, 1.5
    stay = median * math.exp(sigma**2 / 2)
    assert stay == pytest.approx(82.6276659, abs=5e-8)
    funnel, plan = world(rate, 1, 0, 600, 60, {"law": "lognormal", "median": median, "sigma": sigma})
    tables = make_tables(funnel, plan)
    means, low = [], []
    for replication in range(100):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        events = log.events
        change = np.where(events.kind == Kind.OPENED, 1, np.where(events.kind == Kind.LOST, -1, 0))
        moves = change != 0
        time, level = events.time[moves], np.cumsum(change[moves])
        edges = np.concatenate(([0.0], time[time >= 0], [log.window.counted]))
        levels = np.concatenate(([level[time < 0][-1]], level[time >= 0]))
        spans = np.diff(edges)
        means.append(float(np.average(levels, weights=spans)))
        low.append(float(np.average(levels <= 110, weights=spans)))
    exact = rate * stay
    judged("D5 mean open", means, exact, 0.01)
    judged("D5 P(open <= 110)", low, 0.11218904, 0.02)
