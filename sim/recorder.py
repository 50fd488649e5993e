"""What an engine writes down while it runs: rows of events and entities, in the order in which they happen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOBODY

__all__ = ["Recorded", "Recorder"]

EventRow = tuple[float, int, int, int, int, int, int, float]
EntityRow = tuple[int, int, int, int, int, int, int, float]


class Recorded(NamedTuple):
    """An engine's rows as arrays; `sim.assemble` makes the log of them."""

    event_floats: NDArray[np.float64]
    """(events, 2) time, amount"""
    events: NDArray[np.int64]
    """(events, 6) kind, entity, visit, actor, stage, reason"""
    created: NDArray[np.float64]
    """(entities,) time of creation"""
    entities: NDArray[np.int64]
    """(entities, 7) key, type, parent, channel, segment, product, owner; the row is the id"""


class Recorder:
    """Growing rows."""

    __slots__ = ("entities", "events")

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        """(time, kind, entity, visit, actor, stage, reason, amount)"""
        self.entities: list[EntityRow] = []
        """(key, type, parent, channel, segment, product, owner, created)"""

    def event(
        self, time: float, kind: int, entity: int, visit: int, actor: int, stage: int, reason: int, amount: float
    ) -> None:
        """Write an event."""
        self.events.append((time, kind, entity, visit, actor, stage, reason, amount))

    def entity(
        self,
        key: int,
        kind: int,
        parent: int,
        channel: int = NOBODY,
        segment: int = NOBODY,
        product: int = NOBODY,
        owner: int = NOBODY,
        created: float = 0.0,
    ) -> int:
        """Write an entity; returns its id, which is the order of creation."""
        number = len(self.entities)
        self.entities.append((key, kind, parent, channel, segment, product, owner, created))
        return number

    def recorded(self) -> Recorded:
        """The rows as arrays."""
        time, kind, entity, visit, actor, stage, reason, amount = (
            zip(*self.events, strict=True) if self.events else [()] * 8
        )
        *labels, created = zip(*self.entities, strict=True) if self.entities else [()] * 8
        return Recorded(
            np.array([time, amount], dtype=np.float64).T,
            np.array([kind, entity, visit, actor, stage, reason], dtype=np.int64).T,
            np.array(created, dtype=np.float64),
            np.array(labels, dtype=np.int64).T.reshape(-1, 7),
        )
