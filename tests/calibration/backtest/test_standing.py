"""Standings over rows, by hand."""

import math

import pytest

from calibration.backtest.standing import standings
from calibration.backtest.table import Row


def row(horizon: int, method: str, crps: float, cutoffs: int, cover80: float) -> Row:
    nothing = math.nan
    return Row(
        "wins", horizon, cutoffs, method, nothing, nothing, crps, nothing,
        0.5, cover80, 0.95, nothing, nothing, nothing, nothing,
    )  # fmt: skip


def test_by_hand() -> None:
    # a: 2/1 and .5/2 (the best other is c); b: 1/2 and 3/.5; c: 2/.5, in the second row alone.
    # Coverage of a: (10 x .8 + 30 x .4) / 40 = .5.
    first = [row(30, "a", 2.0, 10, 0.8), row(30, "b", 1.0, 10, 0.8)]
    second = [row(30, "a", 0.5, 30, 0.4), row(30, "b", 3.0, 30, 0.4), row(30, "c", 2.0, 30, 0.4)]
    found = {each.method: each for each in standings([first, second])}
    assert found["a"].geometric_mean == pytest.approx(math.sqrt(2 * 0.25))
    assert (found["a"].rows, found["a"].worst, found["a"].cover80) == (2, 2.0, pytest.approx(0.5))
    assert found["b"].geometric_mean == pytest.approx(math.sqrt(0.5 * 6))
    assert (found["c"].rows, found["c"].geometric_mean) == (1, 4.0)


def test_the_least_comes_first_and_a_lonely_row_says_nothing() -> None:
    assert [each.method for each in standings([[row(30, "a", 2.0, 5, 1.0), row(30, "b", 1.0, 5, 1.0)]])] == ["b", "a"]
    assert standings([[row(30, "a", 2.0, 5, 1.0)]]) == ()
