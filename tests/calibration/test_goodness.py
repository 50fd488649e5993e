"""Checks of fits: worked by hand, uniform where the fit is right, and small p where it is not."""

import datetime as dt
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from calibration.goodness import dispersion, goodness, pit_of_counts, residuals, stage_flow
from calibration.history import read_history
from calibration.outcomes import EDGES, Lexis, Spells

RATE = 0.02
"""Wins and losses a day, together."""


def spells_of(rng: np.random.Generator, exact: bool, count: int = 300) -> Spells:
    """Deals of a year that end at a constant rate, recorded from 200 days before the cut-off on."""
    start = -rng.uniform(0, 365, count)
    end = start + rng.exponential(1 / RATE, count)
    kept = end >= -200
    start, end = start[kept], end[kept]
    cause = rng.integers(0, 2, len(start))
    if not exact:
        # On whole days, at the end of which it counts: the end of one that starts and ends on a day is that day.
        start = np.floor(start)
        end = start + np.floor(end - start)
    return Spells.of(start, np.where(end < 0, end, np.nan), cause, exact)


def p_of(rng: np.random.Generator, exact: bool, rate: float) -> float:
    hazard = np.full((len(EDGES) - 1, 2), rate / 2)
    return float(stats.kstest(residuals(spells_of(rng, exact), -200, exact, hazard, rng), "uniform").pvalue)


def test_residuals_of_a_right_fit_are_uniform() -> None:
    """p-values of 200 histories, themselves put to the test; with delayed entry and open deals."""
    rng = np.random.default_rng(1)
    assert stats.kstest([p_of(rng, True, RATE) for _ in range(200)], "uniform").pvalue > 0.001


def test_residuals_of_whole_days_are_uniform_too() -> None:
    # An age of so many whole days is one of that day, at which moment is drawn.
    rng = np.random.default_rng(2)
    assert np.mean([p_of(rng, False, RATE) < 0.05 for _ in range(100)]) < 0.15


def test_residuals_betray_a_wrong_rate() -> None:
    rng = np.random.default_rng(3)
    assert np.median([p_of(rng, True, 1.5 * RATE) for _ in range(20)]) < 1e-4


def test_a_flow_by_hand() -> None:
    """Two months, one way out, .1 a day: 100 days at risk in each expect 10; 16 and 4 came.

    (36 + 36) / 10 = 7.2 on 2 - 1 = 1 degree of freedom, p = .0073.
    """
    exposure, events = np.zeros((59, 1)), np.zeros((59, 1, 1))
    exposure[5], exposure[40] = 100.0, 100.0
    events[5], events[40] = 16.0, 4.0
    end = float((dt.date(2026, 3, 1) - dt.date(1970, 1, 1)).days)
    cases, square, p = stage_flow(Lexis(-59, exposure, events), np.array([[0.1]]), end)
    assert (cases, square) == (20, pytest.approx(7.2))
    assert p == pytest.approx(0.00729, abs=1e-5)


def test_months_that_expect_too_little_are_not_counted() -> None:
    exposure, events = np.full((59, 1), 1.0), np.zeros((59, 1, 1))
    assert stage_flow(Lexis(-59, exposure, events), np.array([[0.1]]), 20_000.0)[0] == 0


def test_dispersion_by_hand() -> None:
    # (2 - 4)² / 4 = 1, 0, 1: a mean of 2/3; with an expectation as unsure as the mean of two weeks 2/3 / 1.5.
    weeks = np.array([[2.0, 4.0], [4.0, 4.0], [6.0, 4.0]])
    assert dispersion(weeks, 0.0) == pytest.approx(2 / 3)
    assert dispersion(weeks, 0.5) == pytest.approx(4 / 9)


def test_places_of_counts_are_uniform_where_their_law_is_right() -> None:
    rng = np.random.default_rng(4)
    mean = rng.uniform(2, 20, 4000)
    poisson = np.column_stack((rng.poisson(mean), mean))
    mixed = np.column_stack((rng.poisson(mean * rng.gamma(3.0, 1 / 3.0, 4000)), mean))
    assert stats.kstest(pit_of_counts(poisson, None, 0.0, rng), "uniform").pvalue > 0.01
    assert stats.kstest(pit_of_counts(mixed, 3.0, 0.0, rng), "uniform").pvalue > 0.01
    assert stats.kstest(pit_of_counts(mixed, None, 0.0, rng), "uniform").pvalue < 1e-6


def test_a_company_that_changed_is_told_from_one_that_did_not(tmp_path: Path, miniature: ModuleType) -> None:
    """Three deals a day for two years, which end after 30 days; in the second history after 90 from 2026 on."""
    header = ("opportunity_id", "opened_at", "closed_at", "outcome")
    as_of = dt.date(2026, 12, 31)

    def flow(folder: str, second: float) -> float:
        rng = np.random.default_rng(5)
        rows = []
        for k in range(2190):
            opened = dt.date(2025, 1, 1) + dt.timedelta(days=k // 3)
            mean = 30.0 if opened < dt.date(2026, 1, 1) else second
            closed = opened + dt.timedelta(days=int(rng.exponential(mean)))
            known = closed <= as_of
            rows.append((k, opened, closed if known else "", ("won" if k % 2 else "lost") if known else "open"))
        miniature.write(tmp_path / folder / "opportunities.csv", header, rows)
        checks = goodness(read_history(tmp_path / folder, as_of=as_of))
        assert {check.what for check in checks} == {"stages.open", "wins", "opportunities opened"}
        return next(check.p for check in checks if check.compared == "flows by month")

    assert flow("steady", 30.0) > 0.01
    assert flow("changed", 90.0) < 1e-6
