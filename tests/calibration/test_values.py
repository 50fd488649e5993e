"""Value laws: the mean is kept, few amounts give a constant, a bad lognormal gives way to a table."""

import numpy as np
import pytest

from calibration.values import fit_values, mix


def test_lognormal_recovers_centre_and_spread_and_keeps_the_mean() -> None:
    rng = np.random.default_rng(1)
    amounts = rng.lognormal(np.log(16_000), 0.45, 3000)
    fit = fit_values(amounts, 200, rng)
    assert fit.law["law"] == "lognormal"
    assert fit.law["median"] == pytest.approx(16_000, rel=0.05)
    assert fit.law["sigma"] == pytest.approx(0.45, rel=0.05)
    assert fit.law["median"] * np.exp(fit.law["sigma"] ** 2 / 2) == pytest.approx(amounts.mean())
    means = fit.draws[:, 0] * np.exp(fit.draws[:, 1] ** 2 / 2)
    assert means.std() == pytest.approx(amounts.std() / np.sqrt(3000), rel=0.2)


def test_few_amounts_give_a_constant_and_none_gives_zero() -> None:
    rng = np.random.default_rng(0)
    assert fit_values(np.array([10.0, 20.0, np.nan, 0.0]), 10, rng).law == {"law": "constant", "value": 15.0}
    nothing = fit_values(np.array([np.nan, 0.0]), 10, rng)
    assert nothing.law == {"law": "constant", "value": 0.0}
    assert not nothing.usable


def test_two_price_points_give_a_table_whose_draws_are_distributions() -> None:
    rng = np.random.default_rng(0)
    amounts = np.concatenate((np.full(60, 55.0), np.full(40, 5000.0))) * rng.uniform(0.95, 1.05, 100)
    fit = fit_values(amounts, 50, rng)
    assert fit.law["law"] == "table"
    assert fit.law["cumulative"][0] == 0
    assert fit.law["cumulative"][-1] == 1
    assert (np.diff(fit.draws, axis=1) >= 0).all()
    assert fit.draws.min() >= 0
    assert fit.draws.max() <= 1


def test_mixes_sum_to_one_in_every_draw() -> None:
    shares, drawn = mix(np.array([70.0, 29.0, 1.0]), 500, np.random.default_rng(0))
    assert shares.sum() == pytest.approx(1)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(500), abs=1e-12)
    assert drawn.mean(axis=0) == pytest.approx(shares, abs=0.01)
