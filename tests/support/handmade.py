"""A run made by hand: four replications of two months, a target, losses at three points, two channels."""

import math

import numpy as np

from results.leakage import BalanceRow, LeakageRow
from results.parts import PartRow
from results.places import Place
from results.report.details import CHANNEL_METRICS, METRICS, DetailRow, Details
from results.runset import RunSet
from results.store import Manifest
from results.tables import Tables

__all__ = ["CHANNELS", "manifest", "runs", "tables"]

EVIL = "</script><b>bold</b>"
CHANNELS = (EVIL, "events", "")

_METRICS = ("bookings", "leads", "mqls", "sqls", "opportunities", "new_customers", "lead_to_mql_rate", "win_rate")


def runs() -> RunSet:
    # Bookings of the two months; their sums are 300, 500, 700 and 900 thousand.
    bookings = 1000.0 * np.array([[100, 200], [200, 300], [300, 400], [400, 500]])
    leads = np.array([[40.0, 60.0]] * 4)
    values = np.array([[each.sum(), 100, 40, 20, 10, 4, 0.4, 0.25] for each in bookings])
    return RunSet(
        scenario=f"more {EVIL}",
        seed=7,
        engine="compiled",
        currency="USD",
        metrics=_METRICS,
        replication=np.arange(4),
        draw=np.full(4, -1),
        values=values,
        monthly_metrics=("bookings", "leads"),
        months=("2027-01", "2027-02"),
        monthly=np.stack((bookings, leads), axis=1),
        warnings=(f"a word on {EVIL}",),
    )


def manifest(target: float | None = 600_000.0) -> Manifest:
    said = runs()
    return Manifest(
        run="0123456789abcdef",
        scenario=said.scenario,
        plan=f"Acme {EVIL}",
        seed=said.seed,
        replications=len(said),
        engine=said.engine,
        created="2027-01-01T00:00:00+00:00",
        seconds=1.0,
        versions={"leadflow": "0.1.0"},
        inputs={
            "plan": {"start": "2027-01-01", "targets": {"bookings": target}},
            "funnel": {"stages": {"presentation": {}, "close": {}}},
        },
        runset={},
    )


def _lost(what: str, point: str, reason: str, revenue: float) -> LeakageRow:
    value = math.nan if what == "lead" else revenue
    counts, amounts = (2.0, 1.0, 3.0, 1.5, 2.5), (value, revenue, revenue, revenue / 2)
    return LeakageRow(what, point, reason, "", "", *counts, *amounts, 0.75 * revenue, 0.25 * revenue)


def tables(detailed: bool = True) -> Tables:
    leakage = (
        _lost("lead", "nurture", "released", 1000.0),
        _lost("opportunity", "presentation", "price", 5000.0),
        _lost("opportunity", "close", "price", 3000.0),
        _lost("opportunity", "close", EVIL, 4000.0),
    )
    balance = (BalanceRow("won", 4.0, 6e5, 6e5, 3e5), BalanceRow("potential", 12.0, 6.13e5, 6.13e5, 3.1e5))
    if not detailed:
        return Tables(leakage, balance)
    metrics = tuple(
        DetailRow(id, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 4, "the log does not record it")
        if id == "market_share"
        else DetailRow(id, 0.5, 0.4, 0.6, 0.3, 0.5, 0.7, 0, "")
        for id in METRICS
    )
    rows = []
    for id in CHANNEL_METRICS:
        for place, (name, mean) in enumerate(zip(CHANNELS, (0.5, 2.0, math.nan), strict=True)):
            known = not math.isnan(mean)
            spread = (mean, 0.05, mean - 0.1, mean + 0.1, mean - 0.5, mean, mean + 0.5)
            order = Place(2 - place, 1, 2, 0.75 if place else 0.25) if known else None
            rows.append(PartRow(id, "channel", "", name, *spread, 0 if known else 4, order))
    return Tables(leakage, balance, Details(metrics, tuple(rows)))
