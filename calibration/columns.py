"""Columns: what the canonical tables of a history are made of, equal-length arrays with a name."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Floats", "Labels", "take"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]


@dataclass(frozen=True)
class Columns:
    """(rows,) arrays of equal length."""

    def __len__(self) -> int:
        return len(getattr(self, dataclasses.fields(self)[0].name))

    def replace(self, **changes: Any) -> Self:
        """A copy with some columns changed."""
        return dataclasses.replace(self, **changes)


T = TypeVar("T", bound=Columns)


def take(table: T, rows: NDArray[Any]) -> T:
    """The table's rows by mask or position."""
    return table.replace(**{spec.name: getattr(table, spec.name)[rows] for spec in dataclasses.fields(table)})
