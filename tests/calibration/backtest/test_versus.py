"""Comparisons over rows and coverage, with intervals small enough to count on paper."""

import datetime as dt
import math

import pytest

from calibration.backtest.groups import Group, groups
from calibration.backtest.said import judge
from calibration.backtest.trials import Trial
from calibration.backtest.versus import coverage, versus

FIRST = dt.date(2026, 1, 5)


def group(horizon: int, errors: dict[str, list[float]], held: dict[str, list[bool]] | None = None) -> Group:
    """One row of weekly cut-offs from CRPS by method; intervals hold what happened unless said otherwise."""
    made = []
    for method, its in errors.items():
        for week, crps in enumerate(its):
            inside = held is None or held[method][week]
            ends = ((9.0, 11.0),) * 3 if inside else ((20.0, 30.0),) * 3
            day = FIRST + dt.timedelta(weeks=week)
            made.append(Trial("wins", horizon, method, day, 10.0, 10.0, crps, ends, 0.5, 1.0, 1.0))
    (one,) = groups(made)
    return one


def test_every_resample_of_two_weeks_by_hand() -> None:
    # Windows of a week do not overlap: a resample is (1,1), (1,2), (2,1) or (2,2), a quarter each. Sums of a: 2, 4, 4,
    # 6; of b: 4. Ratios .5, 1, 1, 1.5: the 2.5 and the 97.5 % points are the least and the most.
    found = versus([[group(7, {"a": [1, 3], "b": [2, 2]})]], "a", "b")
    assert found is not None
    assert (found.rows, found.ratio, found.verdict) == (1, 1.0, "not told apart")
    assert (found.low, found.high) == pytest.approx((0.5, 1.5))


def test_rows_share_the_dates_that_are_drawn() -> None:
    # Row one: a errs 1 and 4 against 2 and 2, row two the other way round, 4 and 1. Sums 5/4 each, so the mean of logs
    # is log 1.25. If week one is drawn twice the ratios are 1/2 and 2, of geometric mean 1; so with week two; mixed
    # 5/4 each. Were rows drawn apart, .5 would be reached.
    rows = [group(7, {"a": [1, 4], "b": [2, 2]}), group(7, {"a": [4, 1], "b": [2, 2]})]
    found = versus([rows], "a", "b")
    assert found is not None
    assert found.ratio == pytest.approx(1.25)
    assert (found.low, found.high) == pytest.approx((1.0, 1.25))


def test_constant_ratios_have_no_spread_and_are_told_apart() -> None:
    # Geometric mean of 1/2 and 1/8: 1/4, whatever is drawn.
    rows = [group(7, {"a": [1] * 4, "b": [2] * 4}), group(14, {"a": [1] * 4, "b": [8] * 4})]
    less, more = versus([rows], "a", "b"), versus([rows], "b", "a")
    assert less is not None
    assert more is not None
    assert (less.ratio, less.low, less.high) == pytest.approx((0.25, 0.25, 0.25))
    assert (less.verdict, more.verdict) == ("less", "more")


def test_without_a_name_the_rival_is_the_best_of_each_row() -> None:
    # Best others: c with 1 in the first row, b with 2 in the second: 2/1 and 2/2, geometric mean sqrt 2.
    rows = [
        group(7, {"a": [2, 2], "b": [3, 3], "c": [1, 1]}),
        group(7, {"a": [2, 2], "b": [2, 2], "c": [5, 5]}),
    ]
    found = versus([rows], "a")
    assert found is not None
    assert found.ratio == pytest.approx(math.sqrt(2))


def test_too_few_dates_give_no_interval() -> None:
    # Windows of four weeks overlap with three neighbours: seven weeks are fewer than two blocks, eight are not.
    short, long = (versus([[group(28, {"a": [1.0] * n, "b": [2.0] * n})]], "a", "b") for n in (7, 8))
    assert short is not None
    assert long is not None
    assert math.isnan(short.low)
    assert short.verdict == "not told apart"
    assert long.high == pytest.approx(0.5)


def test_coverage_by_hand() -> None:
    # One of two held: resamples hold 0, 1, 1 or 2 of 2, which is wider than Wilson's .095 to .905.
    found = coverage([[group(7, {"a": [1, 1]}, {"a": [True, False]})]], "a")
    assert [(one.level, one.forecasts, one.share, one.low, one.high) for one in found] == [
        (level, 2, 0.5, 0.0, 1.0) for level in (0.5, 0.8, 0.95)
    ]
    assert {one.verdict for one in found} == {"honest as far as can be told"}
    # None of two: every resample holds none, Wilson says 0 to z^2 / (2 + z^2) = 3.841 / 5.841.
    never = coverage([[group(7, {"a": [1, 1]}, {"a": [False, False]})]], "a")
    assert (never[0].low, never[0].high) == pytest.approx((0.0, 0.6577), abs=1e-4)
    assert [one.verdict for one in never] == ["honest as far as can be told", "too narrow", "too narrow"]
    # Fourteen forecasts of four weeks overlap: there are four that do not (14 / 4, rounded up).
    assert coverage([[group(28, {"a": [1] * 14})]], "a")[0].apart == 4


def test_halves_by_hand() -> None:
    first, second = group(7, {"a": [1, 2, 3, 4, 5]}).halves()
    assert second is not None
    assert first.crps("a").tolist() == [1, 2, 3]
    assert second.crps("a").tolist() == [4, 5]
    assert group(7, {"a": [1]}).halves()[1] is None


def test_the_verdict_says_what_luck_can_do() -> None:
    rows = [group(7, {"leadflow": [1, 3] * 6, "naive": [2, 2] * 6, "arima": [9, 9] * 6, "rhythm": [9, 9] * 6})]
    verdict = judge([rows])
    assert verdict is not None
    assert verdict.method == "leadflow"
    best, each, honest = verdict.sentences
    assert best.startswith("Leadflow's forecast errs 1.00 times as much (CRPS, one row; 95 % interval ")
    assert "as naive, the best other method there, chosen in hindsight" in best
    assert best.endswith("cannot be told from luck.")
    assert "it errs less than arima (0.22); it cannot be told from naive (1.00)." in each
    # 24 / 108; it had hindsight, which is said.
    assert "rhythm" not in each.split("Beside a reference")[0]
    assert each.endswith("looking at all of one public history, it errs less than rhythm (0.22).")
    # Where the best other is a reference, that is said, and in how many of the rows.
    mixed = judge([[rows[0], group(14, {"leadflow": [2] * 12, "naive": [4] * 12, "rhythm": [1] * 12})]])
    assert mixed is not None
    assert "chosen in hindsight (in 1 of 2 rows the reference rhythm): " in mixed.sentences[0]
    alone = judge([[group(7, {"leadflow": [2] * 12, "rhythm": [1] * 12})]])
    assert alone is not None
    assert (
        "as rhythm (a reference), the best other method there, chosen in hindsight: it is worse." in alone.sentences[0]
    )
    # Twelve windows of a week, none overlaps with another: 12 / (12 + 3.841) = .757 is the least by Wilson.
    assert honest.startswith("Of 12 forecasts, its 80 % intervals held 100 % (76 to 100: honest as far as can be told)")
