"""Calibration on the public data sets; the forecasts that follow are set beside what then happened."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from calibration.calibrate import calibrate
from calibration.history import read_history
from scenarios.company import load
from sim.log import Kind
from sim.run import simulate


def _forecast(folder: Path, months: int, replications: int) -> tuple[np.ndarray, np.ndarray]:
    """(replications, months) wins and (replications,) bookings from the open pipeline and new leads."""
    scenario = load(folder).scenario()
    plan = scenario.plan.model_copy(update={"months": months, "follow": 0})
    assert scenario.draws is not None
    wins, bookings = [], []
    for r in range(replications):
        funnel = scenario.draws.funnel(scenario.funnel, r // 2 % len(scenario.draws))
        log = simulate(funnel, plan, snapshot=scenario.snapshot, seed=1, replication=r, engine="compiled")
        won = log.events.kind == Kind.WON
        wins.append(np.histogram(log.events.time[won], log.window.month_edges)[0])
        bookings.append(float(log.events.amount[won & (log.events.time < log.window.counted)].sum()))
    return np.array(wins), np.array(bookings)


def _actual_wins(folder: Path, source: str, after: dt.date, until: dt.date) -> tuple[int, float]:
    deals = read_history(folder, source, as_of=until).tables.opportunities
    won = (deals.outcome == "won") & (deals.closed >= (after - dt.date(1970, 1, 1)).days + 1)
    return int(won.sum()), float(np.nansum(deals.won_amount[won]))


def test_maven_is_read_with_its_known_warts(real_data: Path) -> None:
    history = read_history(real_data / "maven_crm", "maven", as_of=dt.date(2017, 12, 31))
    deals = history.tables.opportunities
    assert history.rows == {"sales_pipeline.csv": 8800}
    assert (deals.outcome == "won").sum() == 4238
    assert (deals.outcome == "lost").sum() == 2473
    assert np.nansum(deals.won_amount) == pytest.approx(10_005_534)
    found = {finding.what: finding.count for finding in history.findings}
    assert found["merged"] == 1480
    assert found["no_open_date"] == 500
    assert np.median((deals.closed - deals.opened)[deals.outcome == "won"]) == 57


def test_maven_quarter_is_calibrated_without_sight_of_it(real_data: Path) -> None:
    fit = calibrate(read_history(real_data / "maven_crm", "maven", as_of=dt.date(2017, 9, 30)))
    found = {finding.what for finding in fit.quality}
    assert {"left_truncation", "zombies", "merged", "spelling"} <= found
    assert len(fit.open_deals) == 2409
    gap = {diagnostic.what: diagnostic.fit for diagnostic in fit.diagnostics}["stages.open"]
    assert gap < 0.01


def test_olist_leads_that_stop_are_named(real_data: Path) -> None:
    history = read_history(real_data / "olist_funnel", "olist", as_of=dt.date(2018, 8, 31))
    fit = calibrate(history)
    (stopped,) = (finding for finding in fit.quality if finding.what == "arrivals_stop")
    assert "2018-05-31" in stopped.message
    (truncated,) = (finding for finding in fit.quality if finding.what == "left_truncation")
    assert "2017-12-05" in truncated.message


@pytest.mark.slow
def test_maven_bookings_of_the_next_quarter(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "maven_crm"
    calibrate(read_history(folder, "maven", as_of=dt.date(2017, 9, 30))).write(tmp_path)
    _, bookings = _forecast(tmp_path, 3, 60)
    _, actual = _actual_wins(folder, "maven", dt.date(2017, 9, 30), dt.date(2017, 12, 31))
    assert actual == pytest.approx(2_802_496)
    assert float(np.median(bookings)) == pytest.approx(actual, rel=0.25)


@pytest.mark.slow
def test_olist_wins_of_the_next_two_months_lie_in_the_interval(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "olist_funnel"
    calibrate(read_history(folder, "olist", as_of=dt.date(2018, 3, 31))).write(tmp_path)
    wins, _ = _forecast(tmp_path, 2, 60)
    actual, _ = _actual_wins(folder, "olist", dt.date(2018, 3, 31), dt.date(2018, 5, 31))
    assert actual == 329
    low, high = np.quantile(wins.sum(axis=1), (0.1, 0.9))
    assert low < actual < high
