"""Results remembered by which object was asked about: a batch begins each replication with the same big snapshot.

An object of thousands of rows takes longer to hash than to ask about, and is never changed.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

__all__ = ["by_identity"]

P = ParamSpec("P")
Big = TypeVar("Big")
Answer = TypeVar("Answer")

_KEPT = 8


def by_identity(
    function: Callable[Concatenate[Big, P], Answer],
) -> Callable[Concatenate[Big, P], Answer]:
    """Keep the last few answers of a function by the identity of its first argument and the values of the others."""
    kept: OrderedDict[tuple[Any, ...], tuple[Big, Answer]] = OrderedDict()

    @wraps(function)
    def ask(big: Big, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        key = (id(big), *args, *sorted(kwargs.items()))
        found = kept.get(key)
        # Another object may have taken the place of one that is gone, but not of one that is kept here.
        if found is None:
            found = kept[key] = (big, function(big, *args, **kwargs))
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return found[1]

    return ask
