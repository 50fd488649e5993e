"""Arrivals: level with recency, season only from two years, overdispersion recovered."""

import datetime as dt

import numpy as np
import pytest

from calibration.arrivals import fit_arrivals, frailty_shape, season_index
from calibration.tables import day_of

END = day_of(dt.date(2027, 1, 1))


def _times(rate: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    days = np.arange(-len(rate), 0)
    counts = rng.poisson(rate)
    return np.repeat(days, counts) + rng.random(counts.sum())


def test_level_follows_a_step_and_posterior_spread_is_that_of_the_counts() -> None:
    rng = np.random.default_rng(5)
    rate = np.where(np.arange(300) < 150, 5.0, 15.0)
    times = _times(rate, rng)
    fit = fit_arrivals(times, np.full(len(times), "web", dtype=object), ("web",), -300, END)
    assert fit.mean()[0] == pytest.approx(15, rel=0.12)
    best = max(fit.verdicts, key=lambda verdict: verdict.weight)
    assert best.candidate <= 60


def test_channels_keep_their_shares() -> None:
    rng = np.random.default_rng(6)
    times = _times(np.full(400, 10.0), rng)
    names = np.where(rng.random(len(times)) < 0.2, "events", "web").astype(object)
    fit = fit_arrivals(times, names, ("events", "web"), -400, END)
    assert fit.mean()[0] / fit.mean().sum() == pytest.approx(0.2, abs=0.03)


def test_season_needs_two_years() -> None:
    rng = np.random.default_rng(8)
    season, leads = season_index(_times(np.full(700, 10.0), rng), -700, END)
    assert season == (1.0,) * 12
    assert leads is None


def test_season_is_recovered_from_three_years_with_growth() -> None:
    rng = np.random.default_rng(9)
    days = 1096
    dates = [dt.date(2027, 1, 1) + dt.timedelta(days=-days + k) for k in range(days)]
    truth = np.array([0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8])
    rate = np.array([20 * truth[date.month - 1] for date in dates]) * 1.3 ** (np.arange(days) / 365)
    season, leads = season_index(_times(rate, rng), -days, END)
    assert np.mean(season) == pytest.approx(1)
    assert leads is not None
    # One further year without season pulls every effect a quarter of the way to none.
    assert np.log(season) == pytest.approx(0.75 * np.log(truth), abs=0.06)


def test_frailty_is_recovered_and_absent_from_poisson_counts() -> None:
    rng = np.random.default_rng(10)
    weeks = 600
    mu = 40.0

    def pairs(counts: np.ndarray) -> np.ndarray:
        around = np.array([1, 1, 1, 1, 0, 1, 1, 1, 1]) / 8
        return np.column_stack((counts[4:-4], np.convolve(counts, around, mode="valid")))

    mixed = rng.poisson(mu * rng.gamma(8, 1 / 8, weeks)).astype(float)
    shape = frailty_shape(pairs(mixed))
    assert shape is not None
    assert shape == pytest.approx(8, rel=0.2)
    plain = frailty_shape(pairs(rng.poisson(mu, weeks).astype(float)))
    assert plain is None or plain > 100
