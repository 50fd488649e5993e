"""Renewal by term and what a customer is worth: published figures, closed forms, and sums by hand."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from sim.laws.lifetime import worth_from_renewal, worth_from_sale
from sim.laws.outcomes import sigmoid
from sim.laws.renewal import expected_terms, renewal_odds, surviving

INF = math.inf
POSITIVE = st.floats(0.05, 20)


def test_three_terms_by_hand() -> None:
    """alpha 1, beta 2: 2/3 renew first, then 3/4, then 4/5; of ten customers 6.67, 5 and 4 are left."""
    rates = [sigmoid(renewal_odds(1.0, 2.0, float(t))) for t in (1, 2, 3)]
    assert rates == pytest.approx([2 / 3, 3 / 4, 4 / 5], rel=1e-15)
    assert [surviving(1.0, 2.0, t) for t in range(4)] == pytest.approx([1, 2 / 3, 1 / 2, 2 / 5], rel=1e-15)


@given(alpha=POSITIVE, beta=POSITIVE, terms=st.integers(0, 12))
def test_what_is_left_is_the_mean_over_customers_who_differ(alpha: float, beta: float, terms: int) -> None:
    """S(t) = E[(1 - theta)^t] for theta ~ Beta(alpha, beta), by the beta function and by an integral."""
    found = surviving(alpha, beta, terms)
    assert found == pytest.approx(special.beta(alpha, beta + terms) / special.beta(alpha, beta), rel=1e-9)
    theta, weight = who_differ(alpha, beta)
    assert found == pytest.approx(float(weight @ (1 - theta) ** terms), rel=1e-8)


def who_differ(alpha: float, beta: float) -> tuple[Any, Any]:
    """Chances of churning and their weights, so that sums are means over Beta(alpha, beta)."""
    nodes, weights = special.roots_jacobi(150, alpha - 1, beta - 1)
    return (1 - nodes) / 2, weights / weights.sum()


@given(alpha=POSITIVE, beta=POSITIVE)
def test_renewal_rises_with_the_term_and_multiplies_to_what_is_left(alpha: float, beta: float) -> None:
    rates = [sigmoid(renewal_odds(alpha, beta, float(t))) for t in range(1, 9)]
    assert all(low < high for low, high in pairwise(rates))
    assert surviving(alpha, beta, 8) == pytest.approx(math.prod(rates), rel=1e-12)


def test_expected_terms_are_the_mean_over_customers_who_differ() -> None:
    """A customer who churns with theta has (1 + d) / (d + theta) discounted terms; and the limit without a discount."""
    for alpha, beta in ((0.668, 3.806), (0.704, 1.182), (2.0, 3.0), (30.0, 270.0)):
        for discount in (0.05, 0.1, 0.5, 3.0):
            theta, weight = who_differ(alpha, beta)
            exact = float(weight @ ((1 + discount) / (discount + theta)))
            assert expected_terms(alpha, beta, discount) == pytest.approx(exact, rel=1e-10)
    assert expected_terms(2.0, 3.0, 0.0) == 4.0
    assert expected_terms(4.0, 3.0, 1e-4) == pytest.approx(expected_terms(4.0, 3.0, 0.0), rel=1e-3)
    assert expected_terms(1.0, 3.0, 0.0) == expected_terms(0.5, 3.0, 0.0) == INF


def test_customers_who_are_alike_are_a_geometric_law() -> None:
    """A large alpha and beta with r = .9: the terms of one chance of renewing, 1 / (1 - r / (1 + d))."""
    assert surviving(1e8, 9e8, 10) == pytest.approx(0.9**10, rel=1e-7)
    assert expected_terms(1e8, 9e8, 0.1) == pytest.approx(1 / (1 - 0.9 / 1.1), rel=1e-7)
    assert expected_terms(1e8, 9e8, 0.1) * 1000 == pytest.approx(worth_from_sale(1000, 0.9, 0.1, INF), rel=1e-7)


def test_a_customer_of_1000_a_year_at_85_percent(stated: Any) -> None:
    """D14, by the closed forms of both conventions; the finite sums are added up beside them."""
    stated("D14 worth from the first renewal on", "3400", worth_from_renewal(1000, 0.85, 0.10, INF), within=1e-12)
    stated("D14 worth from the sale on", "4400", worth_from_sale(1000, 0.85, 0.10, INF), within=1e-12)
    stated("D14 five years from the first renewal on", "2463.279295", worth_from_renewal(1000, 0.85, 0.10, 5))
    stated("D14 from the first renewal on, discount .12", "3148.148148", worth_from_renewal(1000, 0.85, 0.12, INF))
    by_hand = [1000 * 0.85**t / 1.1**t for t in range(6)]
    assert worth_from_renewal(1000, 0.85, 0.10, 5) == pytest.approx(sum(by_hand[1:]), rel=1e-12)
    assert worth_from_sale(1000, 0.85, 0.10, 6) == pytest.approx(sum(by_hand), rel=1e-12)


def test_the_ends_of_worth() -> None:
    assert worth_from_sale(1000, 0.0, 0.1, INF) == 1000
    assert worth_from_sale(1000, 0.5, 0.1, 1) == pytest.approx(1000, rel=1e-15)
    assert worth_from_renewal(1000, 0.0, 0.1, INF) == worth_from_sale(1000, 0.9, 0.1, 0) == 0
    assert worth_from_sale(1000, 1.0, 0.0, 7) == 7000
    assert worth_from_sale(1000, 1.0, 0.0, INF) == INF
    assert worth_from_sale(1000, 1.0, 0.1, INF) == pytest.approx(11_000)


@given(r=st.floats(0, 1), d=st.floats(0.01, 1))
def test_the_two_conventions_differ_by_the_first_year(r: float, d: float) -> None:
    first, later = worth_from_sale(700.0, r, d, INF), worth_from_renewal(700.0, r, d, INF)
    assert first - later == pytest.approx(700, rel=1e-9)
    assert later == pytest.approx(700 * r / (1 + d - r), rel=1e-9)


def test_worth_is_the_integral_of_a_steady_flow_in_the_limit() -> None:
    """Twelfths of a year: m/12 a month at r^(1/12) and d per month come to about what is paid at once in mid-year."""
    monthly = worth_from_sale(1000 / 12, 0.85 ** (1 / 12), 1.1 ** (1 / 12) - 1, INF)
    flow, _ = integrate.quad(lambda t: 1000 * (0.85 / 1.1) ** t, 0, np.inf)
    assert monthly == pytest.approx(flow, rel=0.02)
