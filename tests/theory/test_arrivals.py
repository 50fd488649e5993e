"""Arrivals in textbook form: a seasonal queue without waiting, overdispersed counts, a rate that varies."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables

Floats = NDArray[np.float64]


def changed(funnel: Funnel, **changes: Any) -> Funnel:
    """A funnel with some fields of its parts changed."""
    tree = funnel.model_dump(by_alias=True)
    for part, fields in changes.items():
        tree[part] = tree[part] | fields
    return Funnel.model_validate(tree)


def logs(funnel: Funnel, plan: Plan, replications: int) -> Any:
    """The logs of so many replications, one after another."""
    tables = make_tables(funnel, plan)
    for replication in range(replications):
        yield simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")


def times(log: Log, kind: Kind) -> Floats:
    """When a kind of event happened, in order."""
    return np.asarray(log.events.time[log.events.kind == kind], dtype=np.float64)


@pytest.mark.slow
def test_a_season_passes_through_the_pipeline(world, judged):  # type: ignore[no-untyped-def]
    """D6, M_t/M/inf: leads 10 + 4 sin(2 pi t / 365) a day, each at once an opportunity of 45 days on average."""
    turn, exit_rate = 2 * math.pi / 365, 1 / 45
    real = 4 * exit_rate / (exit_rate**2 + turn**2)
    imaginary = -4 * turn / (exit_rate**2 + turn**2)
    amplitude, lag = math.hypot(real, imaginary), math.atan2(-imaginary, real) / turn
    exact = (10 / exit_rate, amplitude, lag, 10 / exit_rate + imaginary, 10 / exit_rate + real)
    assert exact == pytest.approx((450, 142.299559, 38.287253, 362.856676, 562.495358), rel=1e-8)
    funnel, plan = world(10, 1, 0, 121, 18, {"law": "exponential", "mean": 45})
    cycle = {"form": "linear", "period": 365, "sine": [0.4]}
    funnel = changed(funnel, arrivals={"cycle": cycle})
    days = np.arange(3650) + 0.5
    waves = np.column_stack((np.ones(len(days)), np.sin(turn * days), np.cos(turn * days)))
    found: list[list[float]] = [[], [], [], [], []]
    for log in logs(funnel, plan, 40):
        is_open = times(log, Kind.OPENED).searchsorted(days) - times(log, Kind.LOST).searchsorted(days)
        mean, sine, cosine = np.linalg.lstsq(waves, is_open.astype(np.float64), rcond=None)[0]
        values = (mean, math.hypot(sine, cosine), math.atan2(-cosine, sine) / turn, mean + cosine, mean + sine)
        for samples, value in zip(found, values, strict=True):
            samples.append(float(value))
    names = ("open on average", "amplitude", "lag, days", "open at 0", "open at 91.25")
    for name, samples, value in zip(names, found, exact, strict=True):
        judged(f"D6 {name}", samples, value, 0.01)


@pytest.mark.slow
def test_weekly_counts_are_negative_binomial(world, judged):  # type: ignore[no-untyped-def]
    """D19: a Poisson count whose mean of 10 a week is a gamma variate of shape 5."""
    law = stats.nbinom(5, 5 / 15)
    exact = (10.0, law.var(), law.pmf(0), law.sf(20))
    assert exact[1:] == pytest.approx((30, 0.00411523, 0.04620083), rel=2e-6)
    funnel, plan = world(10 / 7, 1, 0, 120, 0)
    tree = changed(funnel, arrivals={"frailty_shape": 5}).model_dump(by_alias=True)
    channel = tree["channels"]["all"] | {"mql_probability": 0}
    tree["channels"] = {f"channel {n}": channel | {"key": f"channel {n}"} for n in range(50)}
    funnel = Funnel.model_validate(tree)
    plan = plan.model_copy(update={"nurture": plan.nurture.model_copy(update={"release_after": 0})})
    # From the first Monday on.
    first = (7 - plan.start.weekday()) % 7
    found: list[list[float]] = [[], [], [], []]
    for log in logs(funnel, plan, 32):
        captured = log.events.kind == Kind.CAPTURED
        weeks = (log.events.time[captured] - first) // 7
        channel = log.entities.channel[log.events.entity[captured]]
        inside = (weeks >= 0) & (weeks < 520)
        counts = np.bincount((channel[inside] * 520 + weeks[inside]).astype(np.int64), minlength=50 * 520)
        values = (counts.mean(), counts.var(ddof=1), (counts == 0).mean(), (counts > 20).mean())
        for samples, value in zip(found, values, strict=True):
            samples.append(float(value))
    for name, samples, value, error in zip(
        ("mean", "variance", "P(N = 0)", "P(N > 20)"), found, exact, (0.01, 0.01, 0.02, 0.02), strict=True
    ):
        judged(f"D19 {name}", samples, value, error)


HOURS = [0.0] * 7 + [0.02, 0.06, 0.1, 0.12, 0.1, 0.06, 0.1, 0.12, 0.1, 0.08, 0.06, 0.03, 0.02, 0.01, 0.01, 0.01, 0.0]
WEEKDAYS = [1.4, 1.3, 1.2, 1.2, 1.0, 0.5, 0.4]


@pytest.mark.slow
def test_a_rate_that_varies_is_poisson(world, stated):  # type: ignore[no-untyped-def]
    """D20: on the clock of the expected number of leads, gaps are Exp(1) and counts of intervals are Poisson."""
    funnel, plan = world(20, 1, 0, 48, 0)
    waves = {"form": "log", "period": 365.25, "sine": [0.3, 0.2], "cosine": [-0.1]}
    funnel = changed(funnel, arrivals={"cycle": waves, "weekdays": WEEKDAYS, "hours": HOURS, "growth": 1.3})
    shares = np.array(HOURS)

    def wave(t: float) -> float:
        angle = 2 * math.pi * t / 365.25
        return math.exp(0.3 * math.sin(angle) + 0.2 * math.sin(2 * angle) - 0.1 * math.cos(angle))

    mean = math.fsum(wave(365.25 * k / 1000) for k in range(1000)) / 1000
    days = 48 * 31
    rates = [
        20 * wave(day + 0.5) / mean * WEEKDAYS[(plan.start.weekday() + day) % 7] * 1.3 ** (day / 365.25)
        for day in range(days)
    ]
    expected = np.concatenate(([0.0], np.cumsum(np.outer(rates, shares).ravel())))
    gap_values, count_values = [], []
    for log in logs(funnel, plan, 3):
        at = np.interp(times(log, Kind.CAPTURED) * 24, np.arange(len(expected)), expected)
        gaps = np.diff(at, prepend=0.0)
        assert len(gaps) > 25_000
        gap_values.append(float(stats.kstest(gaps, "expon").pvalue))
        # Intervals of civil time, of lengths that share no divisor with the profile's.
        edges = np.fromiter(itertools.takewhile(lambda t: t < 1400, itertools.count(0, 0.37)), dtype=np.float64)
        counts = np.diff(times(log, Kind.CAPTURED).searchsorted(edges))
        means = np.diff(np.interp(edges * 24, np.arange(len(expected)), expected))
        # Uniform if the counts are Poisson, by a jitter that is fixed.
        jitter = np.random.default_rng(5).random(len(counts))
        below = stats.poisson.cdf(counts - 1, means)
        places = below + jitter * stats.poisson.pmf(counts, means)
        count_values.append(float(stats.kstest(places, "uniform").pvalue))
    stated("D20 least p-value of gaps being Exp(1)", "> 0.0001", min(gap_values))
    stated("D20 least p-value of counts being Poisson", "> 0.0001", min(count_values))
