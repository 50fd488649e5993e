"""Luck: counts of unlike cases against paper, enumeration and the binomial, and intervals against published ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact

from results.luck import band, of_draw, of_sum, told_apart, two_sided, wilson


def test_two_easy_cases_and_a_hard_one_on_paper() -> None:
    # P(0) = 1/4 1/4 3/4; P(1) = 2 (3/4 1/4) 3/4 + 1/4 1/4 1/4; P(2) = 3/4 3/4 3/4 + 2 (3/4 1/4) 1/4; P(3) = 3/4 3/4 1/4
    assert of_sum(np.array([0.75, 0.75, 0.25])) == pytest.approx([3 / 64, 19 / 64, 33 / 64, 9 / 64], abs=1e-15)


@given(st.lists(st.floats(0.0, 1.0), min_size=0, max_size=7))
def test_the_sum_of_cases_is_their_enumeration(probability: list[float]) -> None:
    chances = np.zeros(len(probability) + 1)
    for outcome in product((0, 1), repeat=len(probability)):
        chances[sum(outcome)] += np.prod([p if won else 1 - p for p, won in zip(probability, outcome, strict=True)])
    assert of_sum(np.array(probability)) == pytest.approx(chances, abs=1e-12)


@pytest.mark.parametrize(("n", "p"), [(10, 0.5), (30, 0.05), (223, 0.63), (1000, 0.01)])
def test_like_cases_give_the_binomial_and_its_limits(n: int, p: float) -> None:
    chances = of_sum(np.full(n, p))
    assert chances == pytest.approx(binom.pmf(np.arange(n + 1), n, p), rel=1e-9, abs=1e-300)
    for level in (0.95, 0.998):
        within, tail = band(chances, level), (1 - level) / 2
        assert binom.cdf(within.low - 1, n, p) <= tail < binom.cdf(within.low, n, p)
        assert binom.sf(within.high, n, p) <= tail < binom.sf(within.high - 1, n, p)


def test_ten_tosses_on_paper() -> None:
    chances = of_sum(np.full(10, 0.5))
    assert tuple(band(chances, 0.95)) == (2, 8)  # 11 / 1024 end at 1 or below, 56 / 1024 at 2 or below
    assert tuple(band(chances, 0.998)) == (1, 9)  # 1 / 1024 ends at 0
    assert two_sided(chances, 8) == pytest.approx(2 * 56 / 1024)
    assert two_sided(chances, 5) == 1


def test_wilsons_interval_as_published() -> None:
    # Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
    low, high = wilson(np.array([81.0, 15.0, 0.0, 1.0]), np.array([263.0, 148.0, 20.0, 29.0]))
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_a_draw_without_putting_back_on_paper() -> None:
    # 2 of 5, of which 3 succeed: C(3, k) C(2, 2 - k) / C(5, 2)
    assert of_draw(2, 3, 5) == pytest.approx([1 / 10, 6 / 10, 3 / 10])
    p = two_sided(of_draw(40, 30, 200), 12)
    assert p >= fisher_exact([[12, 28], [18, 142]]).pvalue
    assert p == pytest.approx(2 * fisher_exact([[12, 28], [18, 142]], "greater").pvalue)


def test_verdicts_with_all_in_mind_on_paper() -> None:
    # Limits .01, .02, .03, .04, .05: the third is the last below its own, and takes the second along.
    assert told_apart(np.array([0.9, 0.028, 0.005, 0.045, 0.0201])).tolist() == [False, True, True, False, True]
    assert told_apart(np.array([0.06])).tolist() == [False]
    assert told_apart(np.zeros(0)).tolist() == []
