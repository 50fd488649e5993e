"""Arrivals: level with recency, season only from two years, overdispersion recovered."""

import datetime as dt

import numpy as np
import pytest
from recovery import as_said

from calibration.arrivals import fit_arrivals, frailty_sd, frailty_shape, season_index
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
    assert fit.best.course.wander >= 0.04


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


def _company(
    rng: np.random.Generator, per_day: float, shape: float, days: int, season: np.ndarray | None = None
) -> np.ndarray:
    """Times of leads whose weeks, Monday to Sunday, each have a gamma factor of their own."""
    dates = [dt.date(2027, 1, 1) + dt.timedelta(days=k - days) for k in range(days)]
    week = np.array([(date.toordinal() - 1) // 7 for date in dates])
    factor = rng.gamma(shape, 1 / shape, int(np.ptp(week)) + 1)[week - week[0]]
    index = np.ones(12) if season is None else season
    return _times(per_day * factor * np.array([index[date.month - 1] for date in dates]), rng)


def test_weeks_are_those_of_the_calendar() -> None:
    """A factor that changes on Mondays is seen whole: 7 leads a day in every second week, else none."""
    days = np.arange(-140, 0)
    monday = np.array([((dt.date(2027, 1, 1) + dt.timedelta(days=int(day))).toordinal() - 1) // 7 for day in days])
    times = np.repeat(days[monday % 2 == 0], 7) + np.tile(np.arange(7) / 7, int((monday % 2 == 0).sum()))
    fit = fit_arrivals(times, np.full(len(times), "web", dtype=object), ("web",), -140, END)
    assert set(fit.weeks[:, 0].tolist()) == {0.0, 49.0}


@pytest.mark.slow
def test_level_and_overdispersion_are_found_again_as_often_as_their_draws_say() -> None:
    """The level's truth lies anywhere in its draws alike: what they allow for drift, of which there is none here, is
    little, for courses that drift have forecast worse."""
    rng = np.random.default_rng(11)
    errors, held = [], []
    for _ in range(200):
        times = _company(rng, 6.0, 8.0, 720)
        fit = fit_arrivals(times, np.full(len(times), "web", dtype=object), ("web",), -720, END)
        assert fit.frailty is not None
        sd = frailty_sd(fit.weeks, fit.frailty)
        overdispersion = (np.log(8.0) - np.log(fit.frailty) + sd**2 / 2) / sd
        rates = fit.draw(400, rng)[0][:, 0]
        errors.append([overdispersion, (6.0 - rates.mean()) / rates.std()])
        low, high = np.quantile(rates, (0.05, 0.95))
        held.append([abs(overdispersion) < 1.645, low < 6.0 < high])
    as_said(np.array(errors), ("overdispersion", "level"), np.array(held))


@pytest.mark.slow
def test_a_season_of_the_prior_s_size_is_found_again() -> None:
    """The fit takes one further year without season: as much is known before as one year tells, and so much do the
    months of these companies differ. Six leads a day with k = 8: (1 + 42/8) / 183 a month, a deviation of .185."""
    rng = np.random.default_rng(12)
    errors, inside = [], []
    for _ in range(200):
        truth = np.exp(0.185 * rng.standard_normal(12))
        truth /= truth.mean()
        times = _company(rng, 6.0, 8.0, 730, truth)
        fit = fit_arrivals(times, np.full(len(times), "web", dtype=object), ("web",), -730, END)
        assert fit.season_leads is not None
        draws = np.array(fit.season) * rng.standard_gamma(fit.season_leads + 0.5, (400, 12)) / (fit.season_leads + 0.5)
        draws /= draws.mean(axis=1, keepdims=True)
        errors.append((np.log(truth) - np.log(draws).mean(axis=0)) / np.log(draws).std(axis=0))
        low, high = np.quantile(draws, (0.05, 0.95), axis=0)
        inside.append((low < truth) & (truth < high))
    as_said(np.array(errors), tuple(f"month {month + 1}" for month in range(12)), np.array(inside))
