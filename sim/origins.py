"""Origins: how many of a funnel's numbers are fitted to history, stated priors, or neutral."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from sim.funnel import Funnel, Origin
from sim.paths import join

__all__ = ["count_origins"]


def count_origins(funnel: Funnel) -> dict[Origin, int]:
    """Numbers of the funnel by where they come from; a law or a list counts as the one field that holds it."""
    found = Counter(funnel.origin_of(join(parts)) for parts in _fields(funnel.model_dump(exclude={"name", "origin"})))
    tags: tuple[Origin, ...] = get_args(Origin)
    return {tag: found[tag] for tag in tags}


def _fields(tree: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the fields that hold a number, a law or a list of numbers; names and keys are not numbers."""
    for name, value in tree.items():
        if isinstance(value, Mapping) and "law" not in value:
            yield from _fields(value, (*at, name))
        elif name != "key" and value is not None:
            yield (*at, name)
