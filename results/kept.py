"""kept: a property that is computed when first asked for and stays."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

__all__ = ["kept"]

T = TypeVar("T")


class kept(Generic[T]):  # noqa: N801 - it is used like `property`
    """The method's value in place of the method, from the first use on.

    `functools.cached_property` of Python 3.11 holds one lock for all instances while it computes, so that threads
    would wait for one another; here two threads that share an instance may at worst both compute the same value.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "kept[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> "T | kept[T]":
        if instance is None:
            return self
        # Written past `__setattr__`, which a frozen noun refuses; from now on the value hides this descriptor.
        value = instance.__dict__[self.name] = self.compute(instance)
        return value
