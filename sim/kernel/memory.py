"""Records and arrays by their address: how compiled functions pass a whole world to each other in two pointers.

A function that is passed arrays is passed every length and stride of each, which costs more than most turns of a life
do, in running and in compiling. So the engine's two records hold the addresses of their arrays, and the functions made
here find what they point to. Whoever calls the engine keeps the arrays alive (`sim.kernel.layout`). With
NUMBA_BOUNDSCHECK=1 every index is checked.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, extending, from_dtype, types
from numba.core import cgutils
from numba.np import arrayobj

from sim.jit import inner

__all__ = ["array_of", "call_of", "copy_of", "records_of"]

intrinsic: Any = extending.intrinsic
pack_array: Any = cgutils.pack_array
if_unlikely: Any = cgutils.if_unlikely
raw_memcpy: Any = cgutils.raw_memcpy
make_array: Any = arrayobj.make_array
populate_array: Any = arrayobj.populate_array

_CHECKED = bool(vars(config)["BOUNDSCHECK"])
_WORD = ir.IntType(64)


def _offset(owner: np.dtype[Any], name: str) -> int:
    assert owner.fields is not None
    return int(owner.fields[name][1])


def _field(builder: Any, record: Any, offset: int) -> Any:
    """The 64-bit number at an offset of a record."""
    at = builder.gep(builder.bitcast(record, ir.PointerType(ir.IntType(8))), [ir.Constant(_WORD, offset)])
    return builder.load(builder.bitcast(at, ir.PointerType(_WORD)))


def records_of(owner: np.dtype[Any], name: str, dtype: np.dtype[Any]) -> Callable[[Any, int], Any]:
    """A compiled function (owner, index) -> the record there, in the array that the owner's `name` points to.

    The array has `name_room` records. Index -1 is the record before the first: nobody's, in an array of seats.
    """
    owning: Any = from_dtype(owner)
    record: Any = from_dtype(dtype)
    address, room = _offset(owner, name), _offset(owner, f"{name}_room")

    @intrinsic  # type: ignore[untyped-decorator]
    def find(typing: Any, holder: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            byte = builder.add(
                _field(builder, args[0], address), builder.mul(args[1], ir.Constant(_WORD, dtype.itemsize))
            )
            return builder.inttoptr(byte, context.get_value_type(record))

        return record(owning, types.int64), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def size(typing: Any, holder: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return _field(builder, args[0], room)

        return types.int64(owning), generate

    if not _CHECKED:
        place: Callable[[Any, int], Any] = find
        return place

    @inner
    def at(holder: Any, index: int) -> Any:
        if _CHECKED and not -1 <= index < size(holder):
            raise IndexError("an index outside its array")
        return find(holder, index)

    return at


def array_of(owner: np.dtype[Any], name: str, element: type[np.generic], *shape: str | int) -> Callable[[Any], Any]:
    """A compiled function (owner) -> the array at `owner.name`; its lengths are fields of the owner, or numbers."""
    owning: Any = from_dtype(owner)
    array: Any = types.Array(from_dtype(np.dtype(element)), len(shape), "C")
    address = _offset(owner, name)
    lengths = [length if isinstance(length, int) else _offset(owner, length) for length in shape]
    known = [isinstance(length, int) for length in shape]

    @intrinsic  # type: ignore[untyped-decorator]
    def of(typing: Any, holder: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            data = context.get_data_type(array.dtype)
            size = ir.Constant(_WORD, context.get_abi_sizeof(data))
            counts = [
                ir.Constant(_WORD, length) if fixed else _field(builder, args[0], length)
                for length, fixed in zip(lengths, known, strict=True)
            ]
            strides = [size]
            for count in counts[:0:-1]:
                strides.insert(0, builder.mul(strides[0], count))
            out = make_array(array)(context, builder)
            pointer = builder.inttoptr(_field(builder, args[0], address), ir.PointerType(data))
            populate_array(
                out,
                data=pointer,
                shape=pack_array(builder, counts),
                strides=pack_array(builder, strides),
                itemsize=size,
                meminfo=None,
            )
            return out._getvalue()

        return array(owning), generate

    found: Callable[[Any], Any] = of
    return found


def copy_of(dtype: np.dtype[Any]) -> Callable[[Any, Any], None]:
    """A compiled function (record, other) that makes a record equal to another one."""
    record: Any = from_dtype(dtype)

    @intrinsic  # type: ignore[untyped-decorator]
    def copy(typing: Any, to: Any, of: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            raw_memcpy(builder, args[0], args[1], ir.Constant(_WORD, dtype.itemsize), 1)
            return context.get_dummy_value()

        return types.none(record, record), generate

    copied: Callable[[Any, Any], None] = copy
    return copied


def call_of(first: np.dtype[Any], second: np.dtype[Any]) -> Callable[[int, Any, Any, int], int]:
    """A compiled function (address, record, record, number) that calls the function of these three at an address.

    numba copies whatever a function names into the machine code of that function, and again into that of its callers.
    What is called by its address is compiled once (`sim.jit.address_of`).
    """
    kinds = (from_dtype(first), from_dtype(second), types.int64)

    @intrinsic  # type: ignore[untyped-decorator]
    def call(typing: Any, address: Any, one: Any, other: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            convention = context.call_conv
            shape = convention.get_function_type(types.int64, kinds)
            function = builder.inttoptr(args[0], ir.PointerType(shape))
            status, value = convention.call_function(builder, function, types.int64, kinds, args[1:])
            with if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return value

        return types.int64(types.int64, *kinds), generate

    called: Callable[[int, Any, Any, int], int] = call
    return called
