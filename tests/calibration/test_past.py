"""The fitted funnel set to months that are known, and the page that shows it."""

import datetime as dt
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calibration.calibrate import Calibration, calibrate
from calibration.goodness import goodness
from calibration.history import History, read_history
from calibration.past import band, past_months
from calibration.report import calibration_report
from results.report.page import page

AS_OF = dt.date(2026, 12, 31)
VALUE = 1000


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory, miniature: ModuleType) -> tuple[History, Calibration]:
    """Three deals a day for a year and a half, of which three in ten are won, after 25 days, for a thousand each."""
    rng = np.random.default_rng(8)
    header = ("opportunity_id", "opened_at", "closed_at", "outcome", "won_amount")
    rows = []
    for k in range(3 * 549):
        opened = dt.date(2025, 7, 1) + dt.timedelta(days=k // 3)
        closed = opened + dt.timedelta(days=int(rng.exponential(25)))
        won = rng.random() < 0.3
        if closed > AS_OF:
            rows.append((k, opened, "", "open", ""))
        else:
            rows.append((k, opened, closed, "won" if won else "lost", VALUE if won else ""))
    folder = tmp_path_factory.mktemp("crm")
    miniature.write(folder / "opportunities.csv", header, rows)
    history = read_history(folder, as_of=AS_OF)
    return history, calibrate(history)


def test_what_is_recorded_is_counted_by_month(steady: tuple[History, Calibration]) -> None:
    """Of every lead an opportunity at once, one of the two is shown. Three a day: 93 in January, 84 in February."""
    history, fit = steady
    found = past_months(history, fit, replications=20)
    assert {row.measure for row in found} == {"opportunities", "wins", "bookings"}
    opened, wins, bookings = (
        [row for row in found if row.measure == name] for name in ("opportunities", "wins", "bookings")
    )
    assert [row.month for row in opened] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert [row.recorded for row in opened[:2]] == [93, 84]
    assert [row.recorded for row in bookings] == [VALUE * row.recorded for row in wins]
    closed = history.tables.opportunities
    january = (dt.date(2026, 1, 1) - dt.date(1970, 1, 1)).days
    inside = (closed.outcome == "won") & (closed.closed >= january) & (closed.closed < january + 31)
    assert wins[0].recorded == inside.sum()


def test_a_band_of_whole_counts_holds_more_than_four_of_five() -> None:
    """Ten draws: one in ten is at most 0, nine in ten are at most 4, so 0 to 4 holds nine of the ten.

    Amounts: a tenth of the way through 0, 1, ... 9 is 0.9, nine tenths is 8.1: 1 to 8 lie between, eight of ten.
    """
    assert band(np.array([3.0, 0, 1, 5, 2, 1, 2, 3, 4, 1]), whole=True) == (0.0, 2.0, 4.0, 0.9)
    assert band(np.arange(10.0), whole=False) == pytest.approx((0.9, 4.5, 8.1, 0.8))


def test_a_steady_company_lies_inside_the_bands(steady: tuple[History, Calibration]) -> None:
    """Nothing changes, so four of five months are due or more, from the first on: it begins with the pipeline then."""
    wins = [row for row in past_months(*steady, replications=60) if row.measure == "wins"]
    assert sum(row.inside for row in wins) >= 8
    assert all(0.8 <= row.due < 0.95 for row in wins)
    assert all(value == int(value) for row in wins for value in (row.p10, row.p50, row.p90))
    assert abs(np.mean([row.recorded / row.p50 for row in wins[:3]]) - 1) < 0.3


def test_nothing_is_simulated_where_no_whole_month_is_recorded(tmp_path: Path, miniature: ModuleType) -> None:
    history = read_history(miniature.maven(tmp_path), "maven", as_of=dt.date(2017, 3, 31))
    assert all(row.month <= "2017-03" for row in past_months(history, calibrate(history), replications=2))


def test_the_page_holds_every_panel(steady: tuple[History, Calibration]) -> None:
    history, fit = steady
    report = calibration_report(history, fit, goodness(history), past_months(history, fit, replications=5))
    assert [section.name for section in report.sections] == [
        "past-opportunities", "past-wins", "past-bookings", "ends", "weekly-opportunities", "weekly-wins",
        "checks", "fits", "quality", "assumed",
    ]  # fmt: skip
    text = page(report)
    assert text.count("<svg") == 2 * 6
    assert "Cox-Snell" in text
    assert "These months are in the fit" in text
    assert "<script" not in text
    assert "src=" not in text
