"""How open deals end, by ordinary configuration: weighted pipelines, cure and ageing, competing risks."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.outcomes import aalen_johansen
from sim.draws import Tag, child_key, text_key
from sim.funnel import Funnel
from sim.log import Kind, Log
from sim.run import simulate_tables
from sim.snapshot import OpenDeal, Snapshot
from sim.tables import make_tables

REPLICATIONS = 40
COPIES = 1000
"""Of each deal in one snapshot. A deal's luck is its own, so that they are so many worlds."""
AGES = (0.0, 30.0, 90.0, 180.0)
WON = {"law": "lognormal", "median": 70, "sigma": 0.6}
LOST = {"law": "lognormal", "median": 95, "sigma": 0.8}

Deal = tuple[str, float, float]
"""Stage, amount, days since it was opened and entered its stage."""


def live(world: Any, stages: dict[str, Any], deals: list[Deal], months: int) -> list[Log]:
    """The logs of a company without leads that begins with so many copies of each deal."""
    funnel, plan = world(1.0, 1, 0.0, months, 0)
    tree = funnel.model_dump(by_alias=True)
    tree["channels"]["all"] |= {"leads": 0, "fit_share": 1}
    tree["stages"] = {name: {"delay_penalty": 0, **stage} for name, stage in stages.items()}
    funnel = Funnel.model_validate(tree)
    snapshot = Snapshot(
        tuple(
            OpenDeal(f"{copy}-{n}", "all", "any", "any", stage, amount, age, age)
            for copy in range(COPIES)
            for n, (stage, amount, age) in enumerate(deals)
        )
    )
    tables = make_tables(funnel, plan, None, snapshot)
    return [simulate_tables(funnel, plan, plan, tables, snapshot, 1, r) for r in range(REPLICATIONS)]


def happened(log: Log, kind: Kind, deals: int) -> NDArray[np.float64]:
    """(copies, deals) the day on which it happened to each; infinite if it did not."""
    row = {key: n for n, key in enumerate(log.entities.key.tolist())}
    rows = [row[child_key(text_key(f"{c}-{n}"), int(Tag.SNAPSHOT), 0)] for c in range(COPIES) for n in range(deals)]
    day = np.full(len(log.entities), np.inf)
    of_kind = log.events.kind == kind
    day[log.events.entity[of_kind]] = log.events.time[of_kind]
    return day[rows].reshape(COPIES, deals)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "advance", "deals", "mean", "variance", "tail"),
    [
        ("D9b", (0.5, 0.4, 0.5), ((0, 200.0), (1, 100.0), (2, 50.0)), 65.0, 5825.0, (100.0, 0.28)),
        (
            "D9", (0.6, 0.62, 0.7, 0.746113990), ((0, 40e3), (1, 25e3), (2, 120e3), (3, 60e3), (1, 15e3)),
            128_164.4767, 68_639.4301**2, None,
        ),
    ],
    ids=("D9b", "D9"),
)  # fmt: skip
def test_a_weighted_pipeline(world, judged, name, advance, deals, mean, variance, tail):  # type: ignore[no-untyped-def]
    """Mean, variance and a tail of what an open pipeline brings. D9's chance to win from the last stage is that of D8,
    where deals may go back; here it is the stage's own."""
    stages = {
        f"stage {n}": {"time": {"law": "exponential", "mean": 10}, "advance": p, "losses": {"lost": 1}}
        for n, p in enumerate(advance)
    }
    amounts = np.array([amount for _, amount in deals])
    means, variances, tails = [], [], []
    for log in live(world, stages, [(f"stage {stage}", amount, 3.0) for stage, amount in deals], 60):
        total = np.isfinite(happened(log, Kind.WON, len(deals))) @ amounts
        means.append(float(total.mean()))
        variances.append(float(np.mean((total - mean) ** 2)))
        if tail:
            tails.append(float(np.mean(total >= tail[0])))
    judged(f"{name} mean", means, mean, 0.01)
    judged(f"{name} variance", variances, variance, 0.01)
    if tail:
        judged(f"{name} P(>= {tail[0]:g})", tails, tail[1], 0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "loss", "exact"),
    [
        ("D12", "never", (0.14571476, 0.16490383, 0.07208861, 0.01262869)),
        ("D12b", LOST, (0.14571476, 0.17531511, 0.12689938, 0.05617458)),
    ],
    ids=("D12", "D12b"),
)
def test_an_open_deal_ages(world, judged, name, loss, exact):  # type: ignore[no-untyped-def]
    """Won within the next 90 days, by the days that a deal has been open: a share that ever wins, and a law of time."""
    stages = {"open": {"time": WON, "advance": 0.22, "losses": {"lost": {"share": 1, "time": loss}}}}
    deals = [("open", 1.0, age) for age in AGES for _ in range(10)]
    shares = []
    for log in live(world, stages, deals, 6):
        won = happened(log, Kind.WON, len(deals)) < 90.0
        shares.append(won.reshape(COPIES, len(AGES), 10).mean(axis=(0, 2)))
    for age, found, value in zip(AGES, np.array(shares).T.tolist(), exact, strict=True):
        judged(f"{name} won in the next 90 days at age {age:g}", found, value, 0.02)


@pytest.mark.slow
def test_competing_risks(world, judged):  # type: ignore[no-untyped-def]
    """D13: five ways of closing with constant hazards, estimated from a log that ends while deals are open."""
    hazards = np.array([0.004, 0.003, 0.002, 0.001, 0.006])
    shares = hazards / hazards.sum()
    losses = {f"loss {n}": float(share / shares[1:].sum()) for n, share in enumerate(shares[1:])}
    law = {"law": "exponential", "mean": float(1 / hazards.sum())}
    deals = [("open", 1.0, 0.0)] * 10
    until, ultimate = [], []
    for log in live(world, {"open": {"time": law, "advance": float(shares[0]), "losses": losses}}, deals, 4):
        closes = np.isin(log.events.kind, (Kind.WON, Kind.LOST))
        entity, reason = log.events.entity[closes], log.events.reason[closes]
        time, cause = np.full(len(deals) * COPIES, log.window.ends), np.full(len(deals) * COPIES, -1)
        time[entity] = log.events.time[closes]
        names = [log.names.reasons[r] if r >= 0 else "" for r in reason]
        cause[entity] = [1 + int(name.removeprefix("loss ")) if name else 0 for name in names]
        moments, _, incidence = aalen_johansen(time, cause, causes=5)
        until.append(incidence[np.searchsorted(moments, 90.0) - 1])
        ultimate.append(np.bincount(cause[cause >= 0], minlength=5) / (cause >= 0).sum())
    exact = shares * -np.expm1(-90.0 * hazards.sum())
    assert exact == pytest.approx([0.19076806, 0.14307605, 0.09538403, 0.04769202, 0.28615209], abs=5e-9)
    for n in range(5):
        judged(f"D13 CIF(90), cause {n}", [each[n] for each in until], float(exact[n]), 0.01)
        judged(f"D13 share, cause {n}", [each[n] for each in ultimate], float(shares[n]), 0.01)
