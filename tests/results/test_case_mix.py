"""Case mix: the ridge regression on paper, what is expected adds up, and a covariate that tells nothing drops out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.reps.case_mix import case_mix, ridge


def test_two_products_on_paper() -> None:
    # 80 and 20 of 100 succeed, b = +-ln 3 means 3/4 and 1/4: the slopes 80 - 75 and 20 - 25 are the penalty times b.
    penalty = 5 / math.log(3)
    places = np.array([[0, 1], [0, 2]])
    beta = ridge(places, np.full(2, 100.0), np.array([80.0, 20.0]), np.array([0, penalty, penalty]))
    assert beta == pytest.approx([0, math.log(3), -math.log(3)], abs=1e-9)


def test_without_a_penalty_rates_are_those_observed() -> None:
    beta = ridge(np.array([[0, 1], [0, 2]]), np.array([50.0, 40.0]), np.array([10.0, 30.0]), np.array([0, 1e-9, 1e-9]))
    odds = beta[0] + beta[1:]
    assert 1 / (1 + np.exp(-odds)) == pytest.approx([0.2, 0.75], abs=1e-6)


@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_what_is_expected_adds_up_to_what_was_observed(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    success = rng.random(count) < rng.choice([0.02, 0.3, 0.9])
    success[:2] = True, False
    levels = {name: rng.integers(-1, 4, count) for name in ("channel", "product")}
    mix = case_mix(success.astype(float), levels)
    assert mix.probability[mix.pattern].sum() == pytest.approx(success.sum(), rel=1e-6)
    assert ((mix.probability > 0) & (mix.probability < 1)).all()


def test_levels_that_differ_are_kept_and_those_that_do_not_are_drawn_together() -> None:
    rng = np.random.default_rng(4)
    product, colour = rng.integers(0, 4, 8000), rng.integers(0, 10, 8000)
    rates = np.array([0.2, 0.4, 0.6, 0.8])
    mix = case_mix((rng.random(8000) < rates[product]).astype(float), {"product": product, "colour": colour})
    found = mix.probability[mix.pattern]
    for level, rate in enumerate(rates):
        assert found[product == level].mean() == pytest.approx(rate, abs=0.03)
        assert found[product == level].std() < 0.01
    assert mix.penalty[-1] > 100 * mix.penalty[1]


def test_a_thin_level_is_drawn_to_the_whole() -> None:
    # Eight groups of 500 around 50 %, and one of four in which all succeed.
    success = np.concatenate([np.arange(500) < won for won in (200, 220, 240, 250, 250, 260, 280, 300)] + [np.ones(4)])
    group = np.concatenate((np.repeat(np.arange(8), 500), np.full(4, 8)))
    mix = case_mix(success.astype(float), {"group": group})
    assert 0.5 < mix.probability[-1] < 0.6
    assert mix.probability[0] == pytest.approx(0.4, abs=0.02)


def test_a_covariate_with_one_level_is_none() -> None:
    mix = case_mix(np.array([1.0, 0, 0, 1]), {"channel": np.zeros(4, np.int64)})
    assert mix.names == ()
    assert mix.probability.tolist() == [0.5]
