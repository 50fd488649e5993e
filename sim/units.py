"""Numbers that carry a unit: how a planner writes them, and the bounds they keep.

Canonical units: money in the plan's currency, buyer time in civil days, effort in hours, rates per month,
shares as fractions of one. A month is 365.25 / 12 days and a year 365.25 days wherever a rate is converted.
"""

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "Amount",
    "Count",
    "Date",
    "Days",
    "Factor",
    "Hours",
    "Logit",
    "MOST_MONTHS",
    "Money",
    "Month",
    "Months",
    "PerMonth",
    "Positive",
    "Share",
    "number",
]

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12

MOST_MONTHS = 600
"""The longest plan, of fifty years: a choice."""

_SUFFIX = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "bn": 1e9}
_NUMBER = re.compile(r"([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(k|K|M|B|bn|%)?")
_SPAN = re.compile(r"(.*?)\s*(minute|hour|day|week|month|year)s?")
_IN_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_MONTH,
    "year": DAYS_PER_YEAR,
}


def number(value: Any) -> Any:
    """Read `40_000`, `40k`, `1.2M` or `10%` as a float; anything that is not text passes through unread."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            raise ValueError("must be a number of ordinary size") from None
    if not isinstance(value, str):
        return value
    match = _NUMBER.fullmatch(value.strip())
    if match is None:
        raise ValueError("must be a number such as 40000, 40_000, 40k, 1.2M or 10%")
    digits, suffix = match.group(1).replace("_", ""), match.group(2) or ""
    return float(digits) / 100 if suffix == "%" else float(digits) * _SUFFIX[suffix]


def _span(value: Any, unit: str, refused: tuple[str, ...]) -> Any:
    if not isinstance(value, str):
        return number(value)
    match = _SPAN.fullmatch(value.strip())
    if match is None:
        return number(value)
    if match.group(2) in refused:
        raise ValueError(f"must be in {unit}s, not in {match.group(2)}s")
    size = number(match.group(1))
    return size if match.group(2) == unit else size * _IN_DAYS[match.group(2)] / _IN_DAYS[unit]


def _days(value: Any) -> Any:
    return _span(value, "day", ())


def _hours(value: Any) -> Any:
    # A "day" of effort is ambiguous (8 hours or 24), so it is refused rather than guessed.
    return _span(value, "hour", ("day", "week", "month", "year"))


def _months(value: Any) -> Any:
    months = _span(value, "month", ("minute", "hour", "day", "week"))
    if isinstance(months, float) and months.is_integer():
        return int(months)
    return months


def _month(value: Any) -> Any:
    """`2027-04` (or a date) as the first day of that month."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.replace(day=1)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value.strip()):
        year, month = value.strip().split("-")[:2]
        if 1 <= int(month) <= 12 and int(year) >= 1:
            return dt.date(int(year), int(month), 1)
    raise ValueError("must be a month such as 2027-04")


def _date(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError("must be a date such as 2027-01-31")


def _schema(hint: str, **bounds: float) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "number", **bounds}, {"type": "string"}], "description": hint})


Money = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=0, le=1e15, allow_inf_nan=False),
    _schema("an amount of money: 40000, 40k, 1.2M", minimum=0),
]
Amount = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=-1e15, le=1e15, allow_inf_nan=False),
    _schema("any finite number"),
]
Share = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=0, le=1, allow_inf_nan=False),
    _schema("a share between 0 and 1: 0.35 or 35%", minimum=0, maximum=1),
]
Factor = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=0, le=1e6, allow_inf_nan=False),
    _schema("a factor of zero or more; 1 changes nothing", minimum=0),
]
Positive = Annotated[
    float,
    BeforeValidator(number),
    Field(gt=0, le=1e15, allow_inf_nan=False),
    _schema("a number above zero", exclusiveMinimum=0),
]
Logit = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=-50, le=50, allow_inf_nan=False),
    _schema("a shift of log-odds; 0 changes nothing", minimum=-50, maximum=50),
]
PerMonth = Annotated[
    float,
    BeforeValidator(number),
    Field(ge=0, le=1e9, allow_inf_nan=False),
    _schema("a rate per month", minimum=0),
]
Days = Annotated[
    float,
    BeforeValidator(_days),
    Field(ge=0, le=1e6, allow_inf_nan=False),
    _schema("civil days: 14, '2 weeks', '3 months'", minimum=0),
]
Hours = Annotated[
    float,
    BeforeValidator(_hours),
    Field(ge=0, le=1e6, allow_inf_nan=False),
    _schema("hours: 0.75, '4 hours', '30 minutes'", minimum=0),
]
Months = Annotated[
    int,
    BeforeValidator(_months),
    Field(ge=0, le=MOST_MONTHS),
    _schema("whole months: 12, '12 months', '1 year'", minimum=0),
]
Count = Annotated[int, BeforeValidator(number), Field(ge=0, le=1_000_000), _schema("a whole number", minimum=0)]
Month = Annotated[
    dt.date,
    BeforeValidator(_month),
    PlainSerializer(lambda day: day.strftime("%Y-%m"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$", "description": "a month: 2027-04"}),
]
Date = Annotated[dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
