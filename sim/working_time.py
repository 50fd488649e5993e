"""When teams work: the calendar, and how a planner writes its days and opening hours."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from sim.noun import Noun
from sim.units import Date

__all__ = ["Calendar", "always"]

_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekdays(value: Any) -> Any:
    """`mon-fri` or `[mon, wed]` as weekday numbers, Monday 0."""
    if isinstance(value, str) and "-" in value:
        first, _, last = (part.strip().lower() for part in value.partition("-"))
        if first in _DAY_NAMES and last in _DAY_NAMES and _DAY_NAMES.index(first) <= _DAY_NAMES.index(last):
            return tuple(range(_DAY_NAMES.index(first), _DAY_NAMES.index(last) + 1))
    elif isinstance(value, (list, tuple)) and value:
        if all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6 for day in value):
            return tuple(sorted(set(value)))
        if all(isinstance(day, str) and day.lower() in _DAY_NAMES for day in value):
            return tuple(sorted({_DAY_NAMES.index(day.lower()) for day in value}))
    raise ValueError("must be days such as mon-fri or [mon, tue, thu]")


def _opening(value: Any) -> Any:
    """`09:00-17:00` as the hours (9.0, 17.0)."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(hour, (int, float)) for hour in value):
        opens, closes = float(value[0]), float(value[1])
    else:
        match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
        if match is None or int(match.group(2)) > 59 or int(match.group(4)) > 59:
            raise ValueError("must be opening hours such as 09:00-17:00")
        opens = int(match.group(1)) + int(match.group(2)) / 60
        closes = int(match.group(3)) + int(match.group(4)) / 60
    if not 0 <= opens < closes <= 24:
        raise ValueError("must open before it closes, within 00:00-24:00")
    return (opens, closes)


def always(value: Any) -> Any:
    """`always`, as a planner may write it, is a calendar round the clock."""
    return {"days": "mon-sun", "hours": "00:00-24:00", "holidays": []} if value == "always" else value


def _clock(hours: float) -> str:
    return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"


class Calendar(Noun):
    """Working time of the teams, in local civil time; `calendar: always` is round the clock."""

    days: Annotated[
        tuple[int, ...],
        BeforeValidator(_weekdays),
        PlainSerializer(lambda days: [_DAY_NAMES[day] for day in days], when_used="json"),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"enum": list(_DAY_NAMES)}}]}),
    ] = (0, 1, 2, 3, 4)
    """Working days: mon-fri, or a list."""
    hours: Annotated[
        tuple[float, float],
        BeforeValidator(_opening),
        PlainSerializer(lambda hours: f"{_clock(hours[0])}-{_clock(hours[1])}", when_used="json"),
        WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}$"}),
    ] = (9.0, 17.0)
    """Opening hours of a working day."""
    timezone: str = "UTC"
    """Name of the IANA time zone that local times are in; times are wall-clock, so a change of clocks adds no hour."""
    holidays: str | tuple[Date, ...] = ()
    """A country code such as US or DE-BY (public holidays), or a list of dates."""
