"""The typed alias of numba's compiler, so that compiled functions keep their types for readers and checkers."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core.types import unliteral

__all__ = ["compiled"]

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first call, cache on disk, release the GIL; divide by zero as numpy does; no fast-math.

    Fast-math is off because two engines must make the same floats from the same draws. A constant argument does not
    make a version of its own: numba would compile `note(s, WON)` and `note(s, LOST)` apart, and the engine four times
    over.
    """
    dispatcher: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    resolve = dispatcher.get_call_template

    def resolve_plain(args: Any, kws: Any) -> Any:
        plain: Any = unliteral
        return resolve([plain(arg) for arg in args], {name: plain(kw) for name, kw in dict(kws).items()})

    dispatcher.get_call_template = resolve_plain
    return cast(F, dispatcher)
