"""What an engine writes down while it runs: rows of events and entities, in the order in which they happen."""

from sim.log import NOBODY

__all__ = ["Recorder"]

EventRow = tuple[float, int, int, int, int, int, int, float]
EntityRow = tuple[int, int, int, int, int, int, int, int, float]


class Recorder:
    """Growing rows; `sim.assemble` turns them into the log's tables."""

    __slots__ = ("entities", "events")

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        """(time, kind, entity, visit, actor, stage, reason, amount)"""
        self.entities: list[EntityRow] = []
        """(id, key, type, parent, channel, segment, product, owner, created)"""

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
        self.entities.append((number, key, kind, parent, channel, segment, product, owner, created))
        return number
