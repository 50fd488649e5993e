"""Numbers as they are shown: separators, decimals, signs, units."""

import math

import pytest

from results.numerals import label, number, share, signed


@pytest.mark.parametrize(
    ("value", "unit", "size", "shown"),
    [
        (1283818.4, "USD", None, "1,283,818"),
        (-213400.2, "USD", None, "-213,400"),
        (142.4, "USD", None, "142"),
        (14.24, "USD", None, "14.2"),
        (1.424, "USD", None, "1.42"),
        (0.0, "USD", None, "0"),
        (-0.004, "USD", 5.0, "0.00"),
        (195.7, "USD", 2324769.0, "196"),
        (12_345_678.0, "USD", 12_345_678.0, "12,346"),
        (98_765.0, "USD", 12_345_678.0, "99"),
        (23_456_789_012.0, "USD", 23_456_789_012.0, "23,457"),
        (60.04, "customers", None, "60.0"),
        (2550.6, "leads", None, "2,551"),
        (0.0, "wins", 5.2, "0.0"),
        (0.3551, "share", None, "35.5%"),
        (0.0234, "share", None, "2.34%"),
        (7.295, "share", None, "729.5%"),
        (9.163, "hours", None, "9.16"),
        (math.nan, "USD", None, "-"),
        (math.inf, "USD", None, "-"),
        (5.0, "USD", math.nan, "5.00"),
    ],
)  # fmt: skip
def test_a_number_in_its_unit(value: float, unit: str, size: float | None, shown: str) -> None:
    assert number(value, unit, size) == shown


def test_a_small_difference_of_large_numbers_keeps_its_decimals() -> None:
    assert signed(0.00312, "USD", 142.0, 0.004) == "+0.0031"
    assert signed(-13_784.2, "USD", 2.6e6, 119_416.0) == "-13,784"
    assert signed(4_000_000.0, "USD", 2.0e7, 4_000_000.0) == "+4,000"


def test_a_difference_of_shares_is_in_points() -> None:
    assert signed(0.0121, "share", 0.31) == "+1.2 pp"
    assert signed(-0.0002, "share", 0.024) == "-0.02 pp"
    assert signed(0.0, "share", 0.31) == "0.0 pp"


def test_a_label_carries_unit_and_scale() -> None:
    assert label("Bookings", "USD", 2.3e6) == "Bookings, USD"
    assert label("Bookings", "USD", 2.3e7) == "Bookings, USD k"
    assert label("Bookings", "EUR", 2.3e10) == "Bookings, EUR M"
    assert label("Leads", "leads") == "Leads"
    assert label("Win rate", "share") == "Win rate"
    assert label("Sales cycle", "days", 1e9) == "Sales cycle, days"


def test_a_probability_is_not_shown_as_certain_unless_it_was() -> None:
    assert [share(value) for value in (0.0, 0.001, 0.583, 0.999, 1.0, None, math.nan)] == [
        "0.00", "<0.01", "0.58", ">0.99", "1.00", "-", "-",
    ]  # fmt: skip
