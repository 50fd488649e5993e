"""Units: how planners write numbers, durations and dates, and the bounds that each unit keeps."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.units import (
    DAYS_PER_MONTH,
    Amount,
    Count,
    Date,
    Days,
    Factor,
    Hours,
    Logit,
    Money,
    Month,
    Months,
    PerMonth,
    Positive,
    Share,
    number,
)


def read(unit: Any, value: Any) -> Any:
    return TypeAdapter(unit).validate_python(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40_000", 40_000),
        ("40k", 40_000),
        ("1.2M", 1_200_000),
        ("2B", 2e9),
        ("2bn", 2e9),
        ("10%", 0.1),
        (" 7 ", 7),
        ("-3", -3),
        ("1e3", 1_000),
        (".5", 0.5),
        (5, 5),
        (2.5, 2.5),
    ],
)
def test_numbers(text: Any, value: float) -> None:
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "k", "1,000", "ten", "1 2", "--1", "\u22125", "1kk", "0x10", "nan", "inf", True])
def test_what_is_no_number_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="must be a number"):
        number(text)


@given(st.floats(0, 1e12))
def test_a_number_written_is_the_number_read(value: float) -> None:
    assert read(Money, repr(value)) == value


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        (Days, "2 weeks", 14),
        (Days, "12 hours", 0.5),
        (Days, "3 months", 3 * DAYS_PER_MONTH),
        (Days, "1 year", 365.25),
        (Days, 14, 14),
        (Hours, "30 minutes", 0.5),
        (Hours, "4 hours", 4),
        (Months, "12 months", 12),
        (Months, "2 years", 24),
        (Share, "35%", 0.35),
    ],
)
def test_durations_and_shares(unit: Any, text: Any, value: float) -> None:
    assert read(unit, text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("unit", "low", "high"),
    [
        (Money, 0, 1e15),
        (Amount, -1e15, 1e15),
        (Share, 0, 1),
        (Factor, 0, 1e6),
        (Logit, -50, 50),
        (PerMonth, 0, 1e9),
        (Days, 0, 1e6),
        (Hours, 0, 1e6),
        (Months, 0, 600),
        (Count, 0, 1_000_000),
    ],
)
def test_bounds_are_kept(unit: Any, low: float, high: float) -> None:
    assert read(unit, low) == low
    assert read(unit, high) == high
    for outside in (low - 1, high * 2 + 1, float("nan"), float("inf"), float("-inf"), 10**400, "1e999"):
        with pytest.raises(ValidationError):
            read(unit, outside)


def test_positive_excludes_zero() -> None:
    assert read(Positive, 1e-9) == 1e-9
    with pytest.raises(ValidationError):
        read(Positive, 0)


@pytest.mark.parametrize("value", [1.5, "2.5", True, "many", None, [1]])
def test_counts_are_whole(value: Any) -> None:
    with pytest.raises(ValidationError):
        read(Count, value)


@pytest.mark.parametrize("text", ["1 day", "2 weeks", "1 month"])
def test_effort_in_days_is_ambiguous(text: str) -> None:
    with pytest.raises(ValidationError, match="must be in hours"):
        read(Hours, text)


def test_months_and_dates() -> None:
    assert read(Month, "2027-04") == dt.date(2027, 4, 1)
    assert read(Month, dt.date(2027, 4, 30)) == dt.date(2027, 4, 1)
    assert read(Date, "2027-04-30") == dt.date(2027, 4, 30)
    assert TypeAdapter(Month).dump_json(dt.date(2027, 4, 1)) == b'"2027-04"'
    for unit, text in (
        (Month, "2027-13"),
        (Month, "2027"),
        (Month, 2027),
        (Date, "2027-02-30"),
        (Date, "soon"),
        (Date, 5),
    ):
        with pytest.raises(ValidationError, match="must be a"):
            read(unit, text)
