"""Cells: a log's numbers as the text of a CRM's tables."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from sim.log import NOBODY, EntityType, Floats, Ints, Kind, Log

__all__ = ["Cells"]

_DAY = 86_400_000_000
"""Microseconds."""


class Cells:
    """Writes what one log holds; (rows,) of text."""

    def __init__(self, log: Log):
        self.log = log
        # Nobody is -1, which is the place after the last.
        entities = log.entities
        self._ids = np.array([*map(_id, entities.type.tolist(), entities.key.tolist()), ""], dtype=object)
        types = {int(kind): kind.name.lower() for kind in EntityType}
        self._records = np.array([*(types[kind] for kind in entities.type.tolist()), ""], dtype=object)
        self._origin = np.datetime64(dt.datetime.combine(log.window.start, dt.time()), "us")

    def times(self, days: Floats) -> list[str]:
        """Times in days as ISO text to the microsecond; empty where they are not known. None leaves its day."""
        known = np.isfinite(days)
        days = np.where(known, days, 0.0)
        midnight = (np.floor(days) + 1.0) * _DAY
        moments = np.minimum(np.rint(days * _DAY), midnight - 1.0).astype(np.int64)
        text = np.datetime_as_string(self._origin + moments.astype("timedelta64[us]"), unit="us")
        return [
            "" if not there else one.removesuffix(".000000") for one, there in zip(text.tolist(), known, strict=True)
        ]

    def labels(self, codes: Ints, names: Sequence[str]) -> list[str]:
        """Names by their number."""
        return np.array([*names, ""], dtype=object)[codes].tolist()  # type: ignore[no-any-return]

    def ids(self, entities: Ints) -> list[str]:
        """Ids of entities: the first letter of what it is, and sixteen hexadecimal digits."""
        return self._ids[entities].tolist()  # type: ignore[no-any-return]

    def records(self, entities: Ints) -> list[str]:
        """What each entity is, in a word."""
        return self._records[entities].tolist()  # type: ignore[no-any-return]

    def numbers(self, amounts: Floats) -> list[str]:
        """Numbers in full; empty where they are not known."""
        return [repr(amount) if amount == amount else "" for amount in np.asarray(amounts, np.float64).tolist()]

    def counts(self, numbers: Ints) -> list[str]:
        """Whole numbers."""
        return [str(number) for number in numbers.tolist()]

    def marks(self, marks: Ints) -> list[str]:
        """1 and 0; empty where there is neither."""
        return ["" if mark < 0 else str(mark) for mark in marks.tolist()]

    def rows(self, kind: Kind) -> Ints:
        """Rows of the events of a kind."""
        return np.flatnonzero(self.log.events.kind == kind)

    def first(self, kind: Kind, column: str = "time") -> Floats:
        """(entities,) a column of the first happening of a kind to each, NaN for none."""
        rows = self.rows(kind)[::-1]
        found = np.full(len(self.log.entities), np.nan)
        found[self.log.events.entity[rows]] = getattr(self.log.events, column)[rows]
        return found

    def first_code(self, kind: Kind, column: str) -> Ints:
        """(entities,) the same of a column of codes, `NOBODY` for none."""
        return np.nan_to_num(self.first(kind, column), nan=NOBODY).astype(np.int64)


def _id(kind: int, key: int) -> str:
    """Orders have another letter than opportunities."""
    letter = "R" if kind == EntityType.ORDER else EntityType(kind).name[0]
    return f"{letter}{key & 0xFFFFFFFFFFFFFFFF:016x}"
