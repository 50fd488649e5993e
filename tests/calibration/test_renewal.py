"""Renewal by age: the published fit, exact cases, recovery of known truth from customers who are seen in part."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import optimize, special

from calibration.renewal import Renewal, counts_of, fit_renewal
from sim.errors import InputError
from sim.laws.renewal import expected_terms

# Share of 1,000 customers left after each of seven years, table 1 of Fader and Hardie (2007, doi:10.1002/dir.20074).
HIGH_END = np.array([0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491])
REGULAR = np.array([0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241])


@pytest.mark.parametrize(
    ("name", "retention", "alpha", "beta", "fit", "twelve", "terms"),
    [
        ("high end", HIGH_END, "0.668", "3.806", "-1611.158", "0.377999", "5.922253"),
        ("regular", REGULAR, "0.704", "1.182", "-1680.265", "0.170037", "3.694908"),
    ],
    ids=("high end", "regular"),
)
def test_the_published_fit(
    stated: Any, name: str, retention: Any, alpha: str, beta: str, fit: str, twelve: str, terms: str
) -> None:
    """D14b."""
    found = fit_renewal(*counts_of(retention, 1000))
    stated(f"D14b {name}, alpha", alpha, found.alpha)
    stated(f"D14b {name}, beta", beta, found.beta)
    stated(f"D14b {name}, log-likelihood", fit, found.log_likelihood)
    stated(f"D14b {name}, left after twelve years", twelve, found.surviving(12)[0])
    stated(f"D14b {name}, expected terms at a discount of .1", terms, expected_terms(found.alpha, found.beta, 0.1))


@pytest.mark.parametrize("retention", [HIGH_END, REGULAR], ids=("high end", "regular"))
def test_the_fit_is_the_top_of_the_likelihood_as_it_is_published(retention: Any) -> None:
    """By lives of each length and the beta function, with another optimiser; errors by differences."""
    left = 1000 * np.concatenate(([1.0], retention))
    ended = -np.diff(left)

    def log_likelihood(alpha: float, beta: float) -> float:
        t = np.arange(1, len(left))
        life = special.betaln(alpha + 1, beta + t - 1) - special.betaln(alpha, beta)
        stays = special.betaln(alpha, beta + len(left) - 1) - special.betaln(alpha, beta)
        return float(ended @ life + left[-1] * stays)

    best = optimize.minimize(
        lambda x: -log_likelihood(*np.exp(x)),
        (0.0, 0.0),
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-10},
    )
    found = fit_renewal(*counts_of(retention, 1000))
    assert (found.alpha, found.beta) == pytest.approx(np.exp(best.x), rel=1e-5)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    a, b, h = found.alpha, found.beta, 1e-3

    def second(da: float, db: float, ea: float, eb: float) -> float:
        four = [log_likelihood(a + i * da + j * ea, b + i * db + j * eb) * i * j for i in (1, -1) for j in (1, -1)]
        return -sum(four) / (4 * h * h)

    information = [[second(h, 0, h, 0), second(h, 0, 0, h)], [second(0, h, h, 0), second(0, h, 0, h)]]
    np.testing.assert_allclose(found.covariance, np.linalg.inv(information), rtol=1e-3)


def test_two_terms_are_fitted_exactly() -> None:
    """80 of 100 renew, then 72 of 80: r = .8 and .9 ask for beta / (alpha + beta) = .8 and alpha + beta = 1."""
    found = fit_renewal(np.array([100.0, 80.0]), np.array([80.0, 72.0]))
    assert (found.alpha, found.beta) == pytest.approx((0.2, 0.8), rel=1e-6)
    assert found.surviving(2)[0] == pytest.approx(0.72, rel=1e-6)
    # Both rates are free, so the error of what is left is that of a share of 100.
    assert found.surviving(2)[1] == pytest.approx(math.sqrt(0.72 * 0.28 / 100), rel=1e-5)


def seen(rng: np.random.Generator, customers: int, alpha: float, beta: float) -> tuple[Any, Any]:
    """Counts of customers who come evenly over ten years and are seen until the tenth: late ones for fewer terms."""
    chance = rng.beta(alpha, beta, customers)
    life, terms = rng.geometric(chance), 10 - rng.integers(0, 10, customers)
    ends = np.minimum(life, terms)
    due = np.array([(ends >= t).sum() for t in range(1, 11)], dtype=float)
    renewed = np.array([((life > t) & (terms >= t)).sum() for t in range(1, 11)], dtype=float)
    return due, renewed


@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (2.0, 8.0)])
def test_truth_is_found_again_under_censoring_as_often_as_the_errors_say(alpha: float, beta: float) -> None:
    rng = np.random.default_rng(11)
    found = [fit_renewal(*seen(rng, 5_000, alpha, beta)) for _ in range(100)]
    truth = math.log(alpha / beta)

    def z(fit: Renewal) -> float:
        slope = np.array([1 / fit.alpha, -1 / fit.beta])
        return (math.log(fit.alpha / fit.beta) - truth) / math.sqrt(slope @ fit.covariance @ slope)

    inside = np.mean([abs(z(fit)) < 1.96 for fit in found])
    # 95 of 100, within three and a half standard errors of such a count.
    assert 0.87 <= inside <= 1.0
    assert np.median([fit.alpha for fit in found]) == pytest.approx(alpha, rel=0.05)
    assert np.median([fit.beta for fit in found]) == pytest.approx(beta, rel=0.05)
    # What is left after five terms, which is what a planner asks for, to a tenth of a point.
    exact = math.exp(special.betaln(alpha, beta + 5) - special.betaln(alpha, beta))
    assert np.mean([fit.surviving(5)[0] for fit in found]) == pytest.approx(exact, abs=0.003)


def test_customers_who_are_alike_are_said_to_be() -> None:
    """The same .8 at every term: no finite alpha and beta is best, and their errors are not known."""
    due = 10_000 * 0.8 ** np.arange(5)
    found = fit_renewal(due, 0.8 * due)
    assert not found.differ
    assert found.beta / (found.alpha + found.beta) == pytest.approx(0.8, abs=1e-4)
    assert np.isnan(found.errors).all()
    assert found.surviving(5)[0] == pytest.approx(0.8**5, rel=1e-3)
    assert fit_renewal(*counts_of(HIGH_END, 1000)).differ


@pytest.mark.parametrize(
    ("due", "renewed", "words"),
    [
        ([10.0], [5.0], "two terms"),
        ([10.0, 0.0], [5.0, 0.0], "two terms"),
        ([10.0, 5.0], [10.0, 5.0], "somebody churned"),
        ([10.0, 5.0], [0.0, 0.0], "somebody must have renewed"),
        ([10.0, 5.0], [11.0, 5.0], "between none and all"),
        ([10.0, math.nan], [5.0, 5.0], "between none and all"),
        ([10.0, 5.0], [5.0], "the same terms"),
    ],
)
def test_counts_that_cannot_tell_are_refused(due: list[float], renewed: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_renewal(np.array(due), np.array(renewed))
