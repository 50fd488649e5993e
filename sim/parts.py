"""The parts of the compiled engine's machine code, in an order in which two processes can share the making of them."""

from collections.abc import Callable, Iterable, Iterator
from dis import get_instructions
from functools import cache, partial
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from numba import from_dtype, types
from numpy.typing import NDArray

from sim.kernel import deals, heads, loop, opening
from sim.kernel.parameters import PARAMETERS
from sim.kernel.states import STATE

__all__ = ["make_parts", "parts"]

_DOORS = (
    *(heads.staff, heads.plan_reviews, heads.adopt),
    *(deals.warm_start, opening.open_leads, opening.open_customers),
    *(*loop.CALLED.values(), loop.advance),
)
"""What Python calls, and what is called by its address in every world."""

_RECORDS: dict[str, Any] = {"p": from_dtype(PARAMETERS), "s": from_dtype(STATE)}
_ARRAYS: dict[str, Any] = {
    "world": types.Array(_RECORDS["p"], 1, "C"),
    "state": types.Array(_RECORDS["s"], 1, "C"),
    **dict.fromkeys(
        ("laws", "knots", "bands", "listed", "rates", "terms", "tops", "care", "outlast"), types.float64[:, ::1]
    ),
    "labels": types.int64[:, ::1],
}
_SIMPLE: dict[Any, Any] = {
    int: types.int64,
    float: types.float64,
    bool: types.boolean,
    NDArray[np.float64]: types.float64[::1],
    NDArray[np.int64]: types.int64[::1],
}


def parts(doors: Iterable[Any] = _DOORS) -> Iterator[Callable[[], object]]:
    """What is to be called to make the engine: each compiles a function, and what that calls unless it is in the cache.

    Turns that only some worlds take are not among them. Callees come first, so that parts which stand together do not
    need each other. A few functions are left out, because it does not show what they are called with; they come with
    those that call them.
    """
    found: dict[Any, None] = {}

    def visit(function: Any) -> None:
        if function not in found:
            found[function] = None
            for each in _callees(function):
                visit(each)

    for door in doors:
        visit(door)
    for function in sorted(found, key=_height):
        kinds = _kinds(function)
        if None not in kinds:
            yield partial(function.compile, kinds)


def make_parts(each: Iterable[Callable[[], object]], taken: Path) -> None:
    """Make whatever no other process has taken; what is taken stands in a folder, as a file of its number."""
    for n, make in enumerate(each):
        try:
            (taken / str(n)).touch(exist_ok=False)
        except FileExistsError:
            continue
        make()


def _callees(function: Any) -> list[Any]:
    """The compiled functions that a compiled function names."""
    told = function.py_func
    named = (told.__globals__.get(each.argval) for each in get_instructions(told) if each.opname == "LOAD_GLOBAL")
    return [each for each in named if hasattr(each, "py_func")]


@cache
def _height(function: Any) -> int:
    """How many calls deep a function goes."""
    return 1 + max(map(_height, _callees(function)), default=0)


def _kinds(function: Any) -> tuple[Any, ...]:
    parameters = signature(function.py_func).parameters.values()
    return tuple(_ARRAYS.get(each.name) or _kind(each.annotation, each.name) for each in parameters)


def _kind(annotation: Any, name: str) -> Any:
    return _RECORDS.get(name) if annotation is Any else _SIMPLE.get(annotation)
