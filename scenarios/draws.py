"""Posterior draws: funnels that agree with history, as values of the fitted fields by dotted path."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.paths import split

__all__ = ["STRUCTURAL", "Draws", "get_path", "set_path"]

STRUCTURAL = ("signing.elasticity", "signing.drift.wander", "arrivals.drift.wander")
"""Fields that say by which mechanism a draw's company goes on, not how strong it is: one of a few values each."""


def get_path(tree: Any, path: str) -> Any:
    """The value at a dotted path (`sim.paths`) of nested mappings and sequences; a number steps into a sequence."""
    for part in split(path):
        tree = tree[int(part)] if isinstance(tree, (list, tuple)) else tree[part]
    return tree


def set_path(tree: Any, path: str, value: Any) -> Any:
    """A copy of the tree with one value replaced; every container on the way is copied, the rest is shared."""
    return _replaced(tree, split(path), value)


def _replaced(tree: Any, parts: tuple[str, ...], value: Any) -> Any:
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if isinstance(tree, (list, tuple)):
        items = list(tree)
        items[int(head)] = _replaced(items[int(head)], rest, value)
        return items
    return {**tree, head: _replaced(tree[head], rest, value)}


@dataclass(frozen=True)
class Draws:
    """`values[d, p]` is field `paths[p]` in draw d, `point[p]` its value in the funnel that was stored with the draws.

    A field edited since (its value differs from `point`) keeps the edited value in every draw.
    """

    paths: tuple[str, ...]
    values: NDArray[np.float64]
    point: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def edited(self, funnel: Funnel) -> tuple[str, ...]:
        """The paths whose value in the funnel differs from the stored one, or that the funnel no longer has."""
        tree = funnel.model_dump(by_alias=True)
        changed = []
        for path, stored in zip(self.paths, self.point, strict=True):
            try:
                current = float(get_path(tree, path))
            except (KeyError, IndexError, TypeError, ValueError):
                changed.append(path)
                continue
            if not np.isclose(current, stored, rtol=1e-9, atol=1e-12):
                changed.append(path)
        return tuple(changed)

    def funnel(self, funnel: Funnel, draw: int) -> Funnel:
        """The funnel with the fitted fields of one draw."""
        held = set(self.edited(funnel))
        tree = funnel.model_dump(by_alias=True)
        for path, value in zip(self.paths, self.values[draw], strict=True):
            if path not in held:
                tree = set_path(tree, path, float(value))
        return Funnel.model_validate(tree)

    def structures(self, held: Collection[str] = ()) -> NDArray[np.int64]:
        """(draws,) label of each draw's structure, from 0: draws with the same values of the `STRUCTURAL` fields have
        the same; one structure where none of them is fitted or all are `held`."""
        telling = [place for place, path in enumerate(self.paths) if path in STRUCTURAL and path not in held]
        _, label = np.unique(self.values[:, telling], axis=0, return_inverse=True)
        return label.reshape(-1).astype(np.int64) if telling else np.zeros(len(self), dtype=np.int64)
