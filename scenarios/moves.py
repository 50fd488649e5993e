"""Relative changes: the grammar of `+20%`, `-15%`, `+2pp` and `+2 from 2027-04 until 2027-09`, and what they do.

`from` is inclusive, `until` exclusive. On a list or dated value a move applies to each element; within dates it turns
a value of the plan by month into a list of the plan's months, and a value of the funnel into dated steps.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from scenarios.refusals import number_remedy, shown
from scenarios.shape import Shape
from scenarios.yaml_tree import read_scalar
from sim.plan import Plan
from sim.series import Step, by_month, month_starts
from sim.units import number

__all__ = ["Move", "MoveError", "is_relative", "moved", "read_move", "read_setting"]

_MOVE = re.compile(r"([+-])\s*(\S.*?)(?:\s+from\s+(\S+))?(?:\s+until\s+(\S+))?", re.DOTALL)
_EXAMPLES = "such as +20%, -15%, +2, +2pp or +2 from 2027-04 until 2027-09; `= -2` sets a number below zero"
_BEGINNING = dt.date(1900, 1, 1)
"""No month of any plan is earlier."""
_SIZES = ("value", "mean", "median", "scale", "at")
"""The numbers of a law that have the unit of its values; scaling them scales the law."""


class MoveError(Exception):
    """A change that cannot be read or does not fit the value: the rule, what was given, and the remedy."""

    def __init__(self, rule: str, got: str = "", remedy: str = ""):
        super().__init__(rule)
        self.rule, self.got, self.remedy = rule, got, remedy


class Move(NamedTuple):
    """A relative change as written."""

    kind: str
    """`scale` (per cent of the value), `points` (percentage points), or `add`."""
    sign: float
    size: str
    """The amount without its sign and its % or pp."""
    begins: dt.date | None
    ends: dt.date | None


def is_relative(text: str) -> bool:
    """Whether the text of an entry's whole value moves the value rather than replacing it."""
    return text[:1] in ("+", "-")


def read_setting(text: str) -> Any:
    """The value that `= -2` sets."""
    inner = text[1:].strip()
    if not inner:
        raise MoveError("`=` must be followed by a value", shown(text))
    return read_scalar(inner)


def read_move(text: str) -> Move:
    """A relative change from its text. Raises MoveError."""
    if re.match(r"[+-]\s*\.(inf|nan)", text, re.IGNORECASE):
        raise MoveError("a change must be a finite number", shown(text), "to remove a limit, set it: `= null`")
    match = _MOVE.fullmatch(text.strip())
    if match is None:
        raise MoveError(f"must be a change {_EXAMPLES}", shown(text))
    sign, body, begins, ends = match.groups()
    kind, size = "add", body
    for suffix, meaning in (("%", "scale"), ("pp", "points")):
        if body.endswith(suffix):
            kind, size = meaning, body.removesuffix(suffix).strip()
    first = _month(begins, "from", text) if begins else None
    last = _month(ends, "until", text) if ends else None
    if first and last and last <= first:
        raise MoveError("`until` must come after `from`", shown(text), "the month of `until` itself is not changed")
    if re.fullmatch(r"[\d_.]+([eE][-+]?\d+)?\s*(k|K|M|B|bn)?", size) is None and (
        kind != "add" or re.fullmatch(r"[\d_.]+\s*[a-z]+", size) is None
    ):
        raise MoveError(f"must be a change {_EXAMPLES}", shown(text), number_remedy(text))
    return Move(kind, -1.0 if sign == "-" else 1.0, size, first, last)


def _month(text: str, word: str, whole: str) -> dt.date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) and 1 <= int(text[5:]) <= 12 and int(text[:4]) > 0:
        return dt.date(int(text[:4]), int(text[5:]), 1)
    raise MoveError(f"`{word}` must be followed by a month such as 2027-04", shown(whole))


def moved(value: Any, move: Move, shape: Shape, plan: Plan | None, typed: Any) -> Any:
    """The value after a move. Raises MoveError where the move does not fit.

    `value` is plain (as dumped), `typed` the same as the noun holds it; `plan` gives the months that must be met, none
    where that is known.
    """
    if move.begins or move.ends:
        if not shape.is_series():
            remedy = "leave `from` and `until` out"
            raise MoveError("holds for the whole plan, so it cannot change from a month on", remedy=remedy)
        if plan is not None:
            _check_dates(move, month_starts(plan.start, plan.months))
            if shape.is_by_plan_month():
                return _month_by_month(move, shape, plan, typed)
        return _in_steps(move, shape, typed)
    return _everywhere(value, move, shape)


def _check_dates(move: Move, months: list[dt.date]) -> None:
    if (move.begins or dt.date.min) > months[-1] or (move.ends or dt.date.max) <= months[0]:
        span = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}"
        raise MoveError("changes no month of the plan", remedy=f"the plan's months are {span}")


def _month_by_month(move: Move, shape: Shape, plan: Plan, typed: Any) -> list[float]:
    """A list with a level for each of the plan's months."""
    begins, ends, step = move.begins or dt.date.min, move.ends or dt.date.max, _step(move, shape)
    months, levels = month_starts(plan.start, plan.months), by_month(typed, plan.start, plan.months)
    return [step(level) if begins <= month < ends else level for month, level in zip(months, levels, strict=False)]


def _in_steps(move: Move, shape: Shape, typed: Any) -> list[dict[str, Any]]:
    """Dated steps of a factor, which is 1 before the first of them."""
    begins, ends, step = move.begins or _BEGINNING, move.ends or dt.date.max, _step(move, shape)
    given = (typed,) if isinstance(typed, Step) else typed if isinstance(typed, tuple) else ()
    months = {_BEGINNING, begins, *(each.from_ for each in given)} | ({ends} if move.ends else set())
    steps = []
    for month in sorted(months):
        (level,) = by_month(typed, month, 1, before=1.0)
        steps.append({"from": month, "amount": step(level) if begins <= month < ends else level})
    return steps[1:] if steps[0]["amount"] == 1 else steps


def _everywhere(value: Any, move: Move, shape: Shape) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _step(move, shape)(value)
    if isinstance(value, Mapping) and "law" in value:
        return _law(value, move, shape)
    if isinstance(value, Mapping) and set(value) == {"from", "amount"}:
        return {**value, "amount": _everywhere(value["amount"], move, shape)}
    if isinstance(value, (list, tuple)) and value and all(_is_level(item) for item in value):
        return [_everywhere(item, move, shape) for item in value]
    if value is None:
        raise MoveError("has no value to change", remedy="set one, or with `= ` a number below zero")
    if isinstance(value, Mapping):
        names = f"change one of: {', '.join(list(value)[:12])}" if value else "set it"
        raise MoveError("is not one number, so it cannot be changed relatively", remedy=names)
    raise MoveError("is not a number, so it cannot be changed relatively", shown(_plain(value)), "set it")


def _is_level(item: Any) -> bool:
    if isinstance(item, Mapping):
        return set(item) == {"from", "amount"}
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _law(law: Mapping[str, Any], move: Move, shape: Shape) -> dict[str, Any]:
    own = shape.with_law(law["law"])
    sizes = [name for name in _SIZES if law.get(name) is not None]
    if not sizes or (move.kind != "scale" and law["law"] != "constant"):
        remedy = f"change one of its numbers: {', '.join(name for name in law if name != 'law')}" if sizes else "set it"
        raise MoveError(f"is a {law['law']} law, to which only a change in % applies", remedy=remedy)
    return {
        name: _everywhere(inner, move, own.child(name) or own) if name in sizes else inner
        for name, inner in law.items()
    }


def _step(move: Move, shape: Shape) -> Callable[[float], float]:
    """What the move does to one number."""
    if move.kind == "scale":
        percent = move.sign * _size(move.size, None)
        # A change of nothing must not round.
        return lambda level: level * (100 + percent) / 100 if percent else level
    if move.kind == "points":
        if not _may_be_share(shape):
            raise MoveError("is not a share, so percentage points (pp) do not apply", remedy="use % or an amount")
        points = move.sign * _size(move.size, None)
        return lambda level: level + points / 100
    amount = move.sign * _size(move.size, shape)
    return lambda level: level + amount


def _may_be_share(shape: Shape) -> bool:
    item = shape.child("0")
    return shape.is_share() or (item is not None and item.is_share())


def _size(text: str, shape: Shape | None) -> float:
    try:
        size = number(text)
    except ValueError:
        size = _span(text, shape)
    if not isinstance(size, float) or not math.isfinite(size):
        raise MoveError("a change must be a finite number", shown(text))
    return size


def _span(text: str, shape: Shape | None) -> Any:
    """A duration such as `2 weeks` in the unit of the field."""
    for kind in shape.annotated if shape is not None else ():
        try:
            return float(TypeAdapter(kind).validate_python(text))
        except (ValidationError, TypeError, ValueError):
            continue
    raise MoveError(f"must be a change {_EXAMPLES}", shown(text))
