"""The typed alias of numba's compiler, so that compiled functions keep their types for readers and checkers."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import types
from numba.core.types import unliteral

__all__ = ["STAMP", "address_of", "compiled", "has_code", "inner", "keeps_code"]

F = TypeVar("F", bound=Callable[..., object])


def _house_stamp() -> tuple[str, int]:
    """Hash and size of all source files of this room."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    state = hashlib.blake2b(digest_size=16)
    for file in files:
        state.update(file.read_bytes())
    return state.hexdigest(), len(files)


STAMP = _house_stamp()
"""Whose machine code serves, and whose checkpoints: changed by any change to these files."""

_unkept: list[str] = []
"""Functions whose machine code no folder can take."""


def compiled(function: F) -> F:
    """Compile on first call, cache on disk, release the GIL; divide by zero as numpy does.

    No fast-math, because two engines must make the same floats from the same draws. No reference counting, because an
    engine that passes its world from function to function would spend half its time on it: whoever calls keeps the
    arrays, and a compiled function makes none. Neither a constant argument nor a small whole number makes a version of
    its own: numba would compile `note(s, WON)` and `note(s, LOST)` apart, and the engine four times over. The cache is
    valid for the whole room's sources: numba looks at a function's own file only, and would go on using an engine that
    was compiled with yesterday's rules.
    """
    return _compiled(function)


def inner(function: F) -> F:
    """The same for a function that only compiled functions call: it gets no door from Python, which would cost as much
    to compile as the function itself."""
    return _compiled(function, no_cpython_wrapper=True)


def _plain(argument: Any) -> Any:
    """The type as which an argument is passed: no constants, and whole numbers of one size."""
    kind: Any = unliteral(argument)  # type: ignore[no-untyped-call]
    return types.int64 if kind in (types.int8, types.int16, types.int32) else kind


def _compiled(function: F, **options: bool) -> F:
    njit: Any = numba.njit
    options = {"nogil": True, "_nrt": False, "no_cfunc_wrapper": True, **options}
    try:
        dispatcher: Any = njit(cache=True, error_model="numpy", **options)(function)
        dispatcher._cache._cache_file._source_stamp = STAMP
    except RuntimeError:
        # Neither this folder nor the user's own can be written: the code is made anew in every process.
        dispatcher = njit(error_model="numpy", **options)(function)
        _unkept.append(function.__qualname__)
    resolve = dispatcher.get_call_template

    def resolve_plain(args: Any, kws: Any) -> Any:
        return resolve([_plain(arg) for arg in args], {name: _plain(kw) for name, kw in dict(kws).items()})

    dispatcher.get_call_template = resolve_plain
    return cast(F, dispatcher)


def keeps_code() -> bool:
    """Whether machine code outlives this process: beside the sources, in the user's cache, or in NUMBA_CACHE_DIR."""
    return not _unkept


def has_code(function: Callable[..., object]) -> bool:
    """Whether a compiled function has machine code, in this process or on disk for these sources and this processor."""
    dispatcher: Any = function
    if dispatcher.signatures:
        return True
    if dispatcher.__wrapped__.__qualname__ in _unkept:
        return False
    processor = dispatcher.targetctx.codegen().magic_tuple()
    return any(key[1] == processor for key in dispatcher._cache._cache_file._load_index())


def address_of(function: Callable[..., object], *kinds: Any) -> int:
    """Where the machine code of a compiled function is, for arguments of these types; it is compiled if need be."""
    dispatcher: Any = function
    dispatcher.compile(kinds)
    made = dispatcher.overloads[kinds]
    return int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))
