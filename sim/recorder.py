"""What an engine writes down while it runs: rows of events and entities, in the order in which they happen."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ENTITY", "EVENT", "Recorded", "Recorder"]

EVENT = np.dtype(
    [
        ("time", np.float64),
        ("amount", np.float64),
        ("entity", np.int32),
        ("actor", np.int32),
        ("visit", np.int32),
        ("reason", np.int16),
        ("kind", np.int8),
        ("stage", np.int8),
    ]
)
"""A row of what happened: 32 bytes, so that a long run's log stays small."""

ENTITY = np.dtype(
    [
        ("key", np.int64),
        ("created", np.float64),
        ("parent", np.int32),
        ("owner", np.int32),
        ("channel", np.int16),
        ("segment", np.int16),
        ("product", np.int16),
        ("type", np.int8),
        ("spare", np.int8),
    ]
)
"""A row of who there is; the row is the id. 32 bytes."""

EventRow = tuple[float, float, int, int, int, int, int, int]
EntityRow = tuple[int, float, int, int, int, int, int, int, int]


class Recorded(NamedTuple):
    """An engine's rows as arrays; `sim.assemble` makes the log of them."""

    events: NDArray[Any]
    """(events,) of `EVENT`"""
    entities: NDArray[Any]
    """(entities,) of `ENTITY`"""


class Recorder:
    """Growing rows."""

    __slots__ = ("entities", "events")

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        """Rows as in `EVENT`."""
        self.entities: list[EntityRow] = []
        """Rows as in `ENTITY`."""

    def event(
        self, time: float, kind: int, entity: int, visit: int, actor: int, stage: int, reason: int, amount: float
    ) -> None:
        """Write an event."""
        self.events.append((time, amount, entity, actor, visit, reason, kind, stage))

    def entity(
        self,
        key: int,
        kind: int,
        parent: int,
        channel: int,
        segment: int,
        product: int,
        owner: int,
        created: float,
    ) -> int:
        """Write an entity; returns its id, which is the order of creation."""
        number = len(self.entities)
        self.entities.append((key, created, parent, owner, channel, segment, product, kind, 0))
        return number

    def recorded(self) -> Recorded:
        """The rows as arrays."""
        return Recorded(np.array(self.events, dtype=EVENT), np.array(self.entities, dtype=ENTITY))
