"""Baselines: arithmetic by hand, recovery of known truth, and silence where history is too short."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from calibration.backtest.baselines.ages import age_table, expected_wins
from calibration.backtest.baselines.catalogue import BASELINES
from calibration.backtest.baselines.cure_mixture import fit_cure_mixture
from calibration.backtest.baselines.naive import open_values
from calibration.backtest.deals import Deals, deals_of
from calibration.backtest.predictive import DRAWS, valued
from calibration.backtest.weekly import weekly_series, windows
from calibration.history import History

# Cut-off: 2026-03-31. Three wins and a loss in March, one win in February; two deals open at the cut-off.
ROWS = (
    "2026-02-01,,100,2026-02-20,won,,smb,A",
    "2026-02-10,,100,2026-03-10,won,,smb,A",
    "2026-02-20,,300,2026-03-20,won,,smb,B",
    "2026-03-05,,300,2026-03-25,won,,smb,B",
    "2026-02-25,,,2026-03-15,lost,price,smb,A",
    "2026-03-01,,,,open,,smb,B",
    "2026-03-28,,,,open,,smb,B",
)
DAY = dt.date(2026, 3, 31)


def means(history: History, method: str, target: str, *horizons: int) -> list[float]:
    return [float(mean) for mean in BASELINES[method](history, target, horizons).mean(axis=0)]


def near(value: float, sd: float) -> object:
    """Within four standard errors of a mean of the draws."""
    return pytest.approx(value, abs=4 * sd / np.sqrt(DRAWS))


def test_close_ratio_by_hand(history_of: Callable[..., History]) -> None:
    # 4 of 5 closed were won; the oldest that closed was 28 days old, so that of the two open deals (30 and 3 days old
    # at the end of the last day) one is live. (4 + 1/2) x 1 / 5 x 45 / 90 = .45; it is of B, worth 300, wins were
    # worth 200.
    history = history_of(ROWS, DAY)
    assert deals_of(history).live.sum() == 1
    assert means(history, "close_ratio", "wins", 45)[0] == near(0.45, 0.75)
    assert means(history, "close_ratio", "bookings", 45)[0] == near(0.45 * 300, 300)


def test_last_window_and_conversion_by_hand(history_of: Callable[..., History]) -> None:
    # The last 31 days are March: 3 wins, of deals that were open as it began 2 of 3 (those of February 10, 20 and 25).
    # Now 2 are open: the pipeline converts 3 x 2/3 or 2 x 2/3; Jeffreys adds half a win to what was counted.
    history = history_of(ROWS, DAY)
    assert means(history, "last_window", "wins", 31)[0] == near(3.5, 2.7)
    assert means(history, "last_window", "open_pipeline_wins", 31)[0] == near(2.5, 2.3)
    assert means(history, "last_conversion", "wins", 31)[0] == near(3.5 * 2 / 3, 2.0)
    assert means(history, "last_conversion", "open_pipeline_wins", 31)[0] == near(2.5 * 2 / 3, 1.7)


def test_run_rate_by_hand(history_of: Callable[..., History]) -> None:
    # The quarter began 90 days before, but outcomes are recorded since February 20 only: no pace yet. At April 14 the
    # last 28 days count: 2 wins since March 18.
    assert np.isnan(means(history_of(ROWS, DAY), "run_rate", "wins", 14)).all()
    assert means(history_of(ROWS, dt.date(2026, 4, 14)), "run_rate", "wins", 14)[0] == near(2.5 / 2, 1.4)


def test_rhythm_by_hand(history_of: Callable[..., History]) -> None:
    # From April 10 to June 30 one win a day in April's 21 days, two in May's 31, three in June's 30; July 1 begins a
    # first month, so that 31 days of July bring one a day.
    rows = []
    day = dt.date(2026, 4, 10)
    while day <= dt.date(2026, 6, 30):
        rows += [f"2026-04-01,,10,{day},won,,smb,A"] * (day.month - 3)
        day += dt.timedelta(days=1)
    history = history_of(rows, dt.date(2026, 6, 30))
    july, august = means(history, "rhythm", "wins", 31, 62)
    assert july == near(21.5 * 31 / 21, 9)
    assert august - july == near(62.5, 14)


def test_weeks_by_hand(history_of: Callable[..., History]) -> None:
    # February 20 to March 31 are 40 days: five whole weeks, the last from March 25. Wins on March 10 (the last day
    # of the second), March 20 (the fourth) and March 25 (the first day of the last).
    assert weekly_series(deals_of(history_of(ROWS, DAY)), "wins").tolist() == [0, 1, 0, 1, 1]
    assert weekly_series(deals_of(history_of(ROWS, DAY)), "bookings").tolist() == [0, 100, 0, 300, 300]
    # Ten days are the first week and three sevenths of the second.
    np.testing.assert_allclose(windows(np.array([[10.0, 21.0], [-5.0, 0.0]]), (7, 10)), [[10, 19], [0, 0]])


def test_the_pipeline_walks_by_hand(history_of: Callable[..., History]) -> None:
    # A win of 50 on January 1 (day -35) begins the record, which ends on February 4 (day -1): five weeks. 300 are open
    # throughout, 100 more from January 26 (day -10) on. Changes from week to week: -50, 0, 0, 100, 0; the variance of a
    # day is (50^2 + 100^2) / 5 / 7, of 28 days 28 times as much.
    rows = (
        "2025-12-20,50,50,2026-01-01,won,,smb,A",
        "2025-12-20,300,,,open,,smb,A",
        "2026-01-26,100,,,open,,smb,A",
    )
    history = history_of(rows, dt.date(2026, 2, 4))
    assert open_values(history).tolist() == [350, 300, 300, 300, 400, 400]
    draws = BASELINES["naive"](history, "pipeline", (28,))
    sd = np.sqrt((50**2 + 100**2) / 5 / 7 * 28)
    assert draws.mean() == near(400, sd)
    assert draws.std() == pytest.approx(sd, rel=0.07)


@pytest.mark.parametrize("method", ["naive", "ets", "arima"])
def test_a_steady_series_goes_on(history_of: Callable[..., History], method: str) -> None:
    if method != "naive":
        pytest.importorskip("statsmodels")
    start = dt.date(2026, 1, 1)
    rows = [f"2025-12-01,,10,{start + dt.timedelta(days=day)},won,,smb,A" for day in range(84) for _ in range(2)]
    history = history_of(rows, start + dt.timedelta(days=83))
    assert means(history, method, "wins", 7, 30) == pytest.approx([14, 60], rel=0.02)


def test_the_age_table_by_hand() -> None:
    # Days from -3. Deal 1 opened on -5, won on -2: enters at age 2, at risk at 2 and 3, won at 3. Deal 2 opened on -2
    # and open: at risk at ages 0 and 1. Deal 3 opened and lost on -1: at risk and lost at 0. Deal 4 closed before.
    deals = _deals([-5, -2, -1, -9], [-2, np.nan, -1, -4], [True, False, False, True])
    table = age_table(deals, -3)
    assert table.at_risk[:5].tolist() == [2, 1, 1, 1, 0]
    assert table.wins[:5].tolist() == [0, 0, 0, 1, 0]
    assert table.losses[:5].tolist() == [1, 0, 0, 0, 0]


def test_expected_wins_by_hand() -> None:
    # One open deal of age 1 and one new deal a day; the chance is 1/2 at age 0, 1/4 at age 1, a tenth is lost at age 0.
    # Day 0: 1/4 + 1/2. Day 1: the old deal is past its last age; of yesterday's 1 - .5 - .1 = .4 is left and brings .1,
    # the new one .5.
    deals = _deals([-1], [np.nan], [False])
    flat = np.ones((1, 2))
    made = expected_wins(np.array([[0.5, 0.25]]), np.array([[0.1, 0.0]]), deals, np.ones(1), flat, flat)
    np.testing.assert_allclose(made, [[0.75, 0.6]])
    doubled = expected_wins(np.array([[0.5, 0.25]]), np.array([[0.1, 0.0]]), deals, np.zeros(1), 2 * flat, flat)
    np.testing.assert_allclose(doubled, [[0.5, 0.0]])


def test_the_cure_mixture_finds_what_it_was_made_with() -> None:
    # 6,000 deals over 200 days, 30 % are ever won, Weibull of scale 25 days and shape .8; 200 days are observed.
    rng = np.random.default_rng(4)
    opened = -rng.integers(1, 201, 6000).astype(np.float64)
    closed = opened + np.floor(25 * rng.weibull(0.8, 6000))
    won = (rng.random(6000) < 0.3) & (closed < 0)
    # Outcomes are recorded from the first day on.
    opened[0], closed[0], won[0] = -200.0, -200.0, True
    found, covariance = fit_cure_mixture(_deals(opened, np.where(won, closed, np.nan), won, losses=False))
    truth = np.array([np.log(0.3 / 0.7), np.log(25), np.log(0.8)])
    assert np.all(np.abs(found - truth) / np.sqrt(np.diag(covariance)) < 3)
    assert np.all(np.sqrt(np.diag(covariance)) < 0.2)


def test_values_are_summed_by_draw() -> None:
    counts = np.array([[0.0, np.nan], [2.0, np.nan], [1.0, np.nan]])
    total = valued(counts, np.array([5.0]), np.random.default_rng(1))
    assert total[:, 0].tolist() == [0, 10, 5]
    assert np.isnan(total[:, 1]).all()


@pytest.mark.parametrize("method", sorted(BASELINES))
@pytest.mark.parametrize("target", ["wins", "bookings", "open_pipeline_wins", "pipeline"])
def test_a_history_of_three_days_breaks_nothing(history_of: Callable[..., History], method: str, target: str) -> None:
    for rows in (
        ROWS[-1:],
        ("2026-03-29,,5,2026-03-30,won,,smb,A", ROWS[-1]),
        ("2026-03-29,,,2026-03-30,lost,,smb,A",),
    ):
        draws = BASELINES[method](history_of(rows, DAY), target, (30, 90))
        assert draws.shape == (DRAWS, 2)
        made = np.isfinite(draws)
        assert (made.all(axis=0) == made.any(axis=0)).all()
        assert (draws[made] >= 0).all()


def _deals(opened: object, closed: object, won: object, losses: bool = True) -> Deals:
    start = np.asarray(opened, dtype=np.float64)
    nothing = np.full(len(start), np.nan)
    return Deals(start, np.asarray(closed, dtype=np.float64), np.asarray(won, dtype=np.bool_), nothing, nothing, losses)


def test_nothing_of_the_deals_lies_after_the_cut_off(history_of: Callable[..., History]) -> None:
    deals = deals_of(history_of(ROWS, DAY))
    for field in dataclasses.fields(deals):
        if field.name in ("opened", "closed"):
            column = getattr(deals, field.name)
            assert (column[np.isfinite(column)] < 0).all()


def test_a_win_without_an_amount_counts_as_nothing() -> None:
    made = valued(np.full((2_000, 1), 10.0), np.array([100.0, np.nan]), np.random.default_rng(1))
    assert made.mean() == pytest.approx(500.0, rel=0.05)
