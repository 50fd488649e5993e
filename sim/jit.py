"""The typed alias of numba's compiler, so that compiled functions keep their types for readers and checkers."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

__all__ = ["compiled"]

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first call, cache on disk, release the GIL; divide by zero as numpy does; no fast-math.

    Fast-math is off because two engines must make the same floats from the same draws.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
