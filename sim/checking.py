"""What several checks share: sums, keys, dated steps, and names that are near to one that is not known."""

import datetime as dt
import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.errors import Problem
from sim.paths import join
from sim.plan import Plan
from sim.series import Step

__all__ = ["distinct_keys", "distinct_months", "near", "series_problems", "sum_to_one"]

_SUM_TOLERANCE = 1e-6


def sum_to_one(at: tuple[str, ...], shares: Iterable[float], what: str) -> Iterator[Problem]:
    """The problem of shares that do not sum to one; `what` names them."""
    total = math.fsum(shares)
    if abs(total - 1) > _SUM_TOLERANCE:
        yield Problem(join(at), f"{what} must sum to 1", f"a sum of {total:.9g}")


def distinct_keys(at: tuple[str, ...], entries: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of entries that share a key."""
    owner: dict[str, str] = {}
    for name, entry in entries.items():
        first = owner.setdefault(entry.key, name)
        if first != name:
            rule = f"must differ from the key of {first}, or the two would share their luck"
            yield Problem(join((*at, name, "key")), rule, entry.key)


def series_problems(at: tuple[str, ...], series: Any, plan: Plan) -> Iterator[Problem]:
    """The problems of a quantity by month in a plan."""
    if not isinstance(series, tuple):
        return
    if not isinstance(series[0], Step):
        if len(series) < plan.months:
            remedy = "give one number for all months, or one for each"
            rule = f"must have an entry for each of the plan's {plan.months} months"
            yield Problem(join(at), rule, f"{len(series)}", remedy)
        return
    yield from distinct_months(at, series)


def distinct_months(at: tuple[str, ...], series: Any) -> Iterator[Problem]:
    """The problems of dated steps, where a series is made of them."""
    if not isinstance(series, tuple):
        return
    seen: set[dt.date] = set()
    for place, step in enumerate(series):
        if step.from_ in seen:
            rule = "must differ from the months of the steps before it"
            yield Problem(join((*at, str(place), "from")), rule, f"{step.from_:%Y-%m}")
        seen.add(step.from_)


def near(name: str, known: Iterable[str]) -> str:
    """A remedy for a name that is not known: the known one it resembles, or a short list of all."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(names)}" if 0 < len(names) <= 20 else ""
