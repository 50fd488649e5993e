"""Targets as known later, counted by hand."""

import datetime as dt
from collections.abc import Callable

import pytest

from calibration.backtest.targets import TARGETS, actual, check_target, floor, of_segment
from calibration.history import History
from sim.errors import InputError

ROWS = (
    "2026-01-05,10,12,2026-01-20,won,,smb,A",  # won on the day of the cut-off: before the window
    "2026-01-06,20,22,2026-01-21,won,,smb,A",  # open at the cut-off, won on the window's first day
    "2026-01-25,30,33,2026-01-30,won,,large,B",  # opened later and won within the window
    "2026-01-07,40,44,2026-01-31,won,,large,B",  # a day after the window of ten days
    "2026-01-08,50,,2026-01-25,lost,price,smb,A",
    "2026-01-09,60,,,open,,smb,A",
)


@pytest.mark.parametrize(
    # Window of ten days after January 20: January 21 to 30. Pipeline at its end: 40 and 60.
    ("target", "expected"),
    [("wins", 2), ("bookings", 55), ("open_pipeline_wins", 1), ("pipeline", 100)],
)
def test_by_hand(history_of: Callable[..., History], target: str, expected: float) -> None:
    whole = history_of(ROWS, dt.date(2026, 2, 28))
    assert actual(whole, target, dt.date(2026, 1, 20), 10) == expected


def test_the_floor_by_hand(history_of: Callable[..., History]) -> None:
    # One win of the open pipeline: e^-2 (I0(2) + I1(2)) = .13534 x (2.27959 + 1.59064) = .52378. Bookings of 22 and
    # 33: sqrt((484 + 1089) / pi) = 22.376.
    whole = history_of(ROWS, dt.date(2026, 2, 28))
    assert floor(whole, "open_pipeline_wins", dt.date(2026, 1, 20), 10) == pytest.approx(0.52378, abs=1e-5)
    assert floor(whole, "bookings", dt.date(2026, 1, 20), 10) == pytest.approx(22.376, abs=1e-3)


def test_segments_add_up(history_of: Callable[..., History]) -> None:
    whole = history_of(ROWS, dt.date(2026, 2, 28))
    for target in TARGETS:
        parts = [actual(of_segment(whole, name), target, dt.date(2026, 1, 20), 10) for name in ("smb", "large")]
        assert sum(parts) == actual(whole, target, dt.date(2026, 1, 20), 10)
    with pytest.raises(InputError, match="segment"):
        of_segment(whole, "tiny")


def test_what_is_not_recorded_is_refused(history_of: Callable[..., History]) -> None:
    whole = history_of(("2026-01-05,,,2026-01-20,won,,smb,A",), dt.date(2026, 2, 28))
    check_target(whole, "wins")
    for target in ("bookings", "pipeline", "weather"):
        with pytest.raises(InputError):
            check_target(whole, target)
