"""The win rate of closed deals alone is biased where wins are sooner than the rest, and the fitted rate is not."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from cause_mixture import fit_mixture
from numpy.typing import NDArray
from scipy import stats

from calibration.outcomes import EDGES, Spells, fit_hazards, incidence, make_lexis

DOCS = Path(__file__).parents[2] / "docs"
TRUTH = 0.204974
FIGURES = {180: (0.250863, 0.113454), 365: (0.229682, 0.158043)}
"""Days of history: won of closed, won of opened."""
HALF_YEAR = int(np.flatnonzero(EDGES == 182)[0])


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The script of the guide, with its example."""
    spec = importlib.util.spec_from_file_location("closed_deals", DOCS / "closed_deals.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def deals(
    example: ModuleType, count: int, days: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Deals opened evenly over so many days until now: when opened (negative), time until its end, and cause."""
    causes = list(example.CAUSES.values())
    start = -rng.uniform(0, days, count)
    cause = rng.choice(len(causes), count, p=[each.share for each in causes])
    median, sigma = (np.array([getattr(each, of) for each in causes])[cause] for of in ("median", "sigma"))
    return start, median * np.exp(sigma * rng.standard_normal(count)), cause


def drawn_win_rates(
    start: NDArray[np.float64], time: NDArray[np.float64], cause: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """(200, bins + 1) posterior draws of leadflow's share won by each age; to lose is one cause for it."""
    end = np.where(start + time < 0, start + time, np.nan)
    spells = Spells.of(start, end, np.minimum(cause, 1), exact=True)
    hazards = fit_hazards(make_lexis(spells, 2), half_life=1e9)
    return np.array([incidence(hazards.draw(rng))[1][:, 0] for _ in range(200)])


def test_the_true_share_of_wins_by_hand(example: ModuleType) -> None:
    # e^0 = 1, e^.9 = 2.459603, e^.35 = 1.419068; 1 / 4.878671 = .204974
    assert example.CAUSES["won"].share == pytest.approx(TRUTH, abs=5e-7)
    assert sum(cause.share for cause in example.CAUSES.values()) == pytest.approx(1)


@pytest.mark.parametrize("days", FIGURES)
def test_the_bias_by_quadrature_and_in_closed_form(example: ModuleType, days: int) -> None:
    assert example.rates(days) == pytest.approx(FIGURES[days], abs=5e-7)
    # The mean of F over (0, W) is F(W) - E[T; T < W] / W, and E[T; T < W] of a lognormal law is m e^(s²/2) Phi(z - s).
    happened = []
    for share, median, sigma in example.CAUSES.values():
        z = np.log(days / median) / sigma
        partial = median * np.exp(sigma**2 / 2) * stats.norm.cdf(z - sigma)
        happened.append(share * (stats.norm.cdf(z) - partial / days))
    assert (happened[0] / sum(happened), happened[0]) == pytest.approx(FIGURES[days], abs=5e-7)


@pytest.mark.parametrize("days", FIGURES)
def test_the_bias_in_simulated_deals(example: ModuleType, days: int) -> None:
    count = 400_000
    start, time, cause = deals(example, count, days, np.random.default_rng(days))
    closed = start + time < 0
    won = closed & (cause == 0)
    of_closed, of_opened = FIGURES[days]
    found = won.sum() / closed.sum(), won.mean()
    assert abs(found[0] - of_closed) < 4 * np.sqrt(of_closed * (1 - of_closed) / closed.sum())
    assert abs(found[1] - of_opened) < 4 * np.sqrt(of_opened * (1 - of_opened) / count)


def test_the_fitted_rate_covers_the_truth_and_closed_deals_do_not(example: ModuleType) -> None:
    """12,000 deals of a year: leadflow's fit has the truth in its 90 % interval, Wilson's of closed deals has not."""
    rng = np.random.default_rng(1)
    start, time, cause = deals(example, 12_000, 365, rng)
    low, high = np.quantile(drawn_win_rates(start, time, cause, rng)[:, -1], (0.05, 0.95))
    assert low < TRUTH < high
    assert high - low < 0.03, "and it says something"
    closed = start + time < 0
    naive = stats.binomtest(int((closed & (cause == 0)).sum()), int(closed.sum())).proportion_ci(0.9, "wilson")
    assert naive.low > TRUTH


@pytest.mark.slow
@pytest.mark.parametrize("days", FIGURES)
def test_the_fitted_rate_covers_the_truth_in_nine_histories_of_ten(example: ModuleType, days: int) -> None:
    """Of 200 histories of 3,000 deals: the share won by half a year, at which deals of both histories can be seen."""
    won = example.CAUSES["won"]
    truth = won.share * stats.norm.cdf(np.log(EDGES[HALF_YEAR] / won.median) / won.sigma)
    inside = 0
    for seed in range(200):
        rng = np.random.default_rng([days, seed])
        low, high = np.quantile(drawn_win_rates(*deals(example, 3000, days, rng), rng)[:, HALF_YEAR], (0.05, 0.95))
        inside += bool(low < truth < high)
    assert 0.85 <= inside / 200 <= 0.95


def test_ages_that_nobody_has_seen_bring_no_wins(example: ModuleType) -> None:
    """Of half a year's history the fit says what is won within half a year: .0114 less than in the end, by hand.

    .204974 x (1 - Phi(log(182 / 70) / .6)) = .204974 x Phi(-1.5925) = .204974 x .05564 = .0114.
    """
    rng = np.random.default_rng(5)
    drawn = drawn_win_rates(*deals(example, 30_000, 182, rng), rng)
    assert (drawn[:, -1] == drawn[:, HALF_YEAR]).all()
    assert drawn[:, -1].mean() == pytest.approx(TRUTH - 0.0114, abs=3 * drawn[:, -1].std())


@pytest.mark.parametrize("days", FIGURES)
def test_a_parametric_fit_covers_the_truth_too(example: ModuleType, days: int) -> None:
    """Maximum likelihood of the very laws: every share and time of 3,000 deals within 3 standard errors' reach."""
    start, time, cause = deals(example, 3000, days, np.random.default_rng(3))
    closed = start + time < 0
    found = fit_mixture(np.where(closed, time, -start), np.where(closed, cause, -1), 3)
    for k, truth in enumerate(example.CAUSES.values()):
        low, high = found.interval(k, 0.9973)
        assert low < truth.share < high
        assert found.medians[k] == pytest.approx(truth.median, rel=0.2)
    low, high = found.interval(0, 0.9)
    assert low < TRUTH < high


@pytest.mark.slow
def test_the_parametric_interval_covers_nine_times_of_ten(example: ModuleType) -> None:
    """Of 200 histories of half a year; the standard error of the numeric Hessian, not the optimiser's."""
    inside = 0
    for seed in range(200):
        start, time, cause = deals(example, 3000, 180, np.random.default_rng([7, seed]))
        closed = start + time < 0
        low, high = fit_mixture(np.where(closed, time, -start), np.where(closed, cause, -1), 3).interval(0, 0.9)
        inside += bool(low < TRUTH < high)
    assert 0.85 <= inside / 200 <= 0.95


def test_the_guide_says_these_figures(example: ModuleType) -> None:
    text = (DOCS / "guides" / "why-closed-deals-mislead.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| (\d+) days \| ([\d.]+) % \| ([\d.]+) % \| ([\d.]+) % \|$", text, re.MULTILINE)
    assert len(said) == 4
    for days, *shares in said:
        exact = (*example.rates(int(days)), TRUTH)
        assert [float(share) for share in shares] == [round(100 * rate, 1) for rate in exact]


def test_the_picture_is_current(example: ModuleType) -> None:
    assert example.main(check=True) == 0
