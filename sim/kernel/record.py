"""What the compiled engine writes down, and the slots that its entities live in."""

from sim.jit import compiled
from sim.kernel.layout import (
    BORN,
    COUNT,
    DEAD,
    ENTITIES,
    EVENTS,
    FREE,
    ID,
    KEY,
    NEXT,
    NIL,
    NONE,
    QUEUED,
    RECYCLED,
    SLOTS,
    TASK,
    TASKS,
    VISIT,
    WAITS,
    State,
)

__all__ = ["enter_entity", "free_slot", "new_slot", "note", "rename"]


@compiled
def note(
    s: State, time: float, kind: int, entity: int, visit: int, actor: int, stage: int, reason: int, amount: float
) -> None:
    """Write an event."""
    row = s.counters[EVENTS]
    s.counters[EVENTS] = row + 1
    s.events[row, 0] = kind
    s.events[row, 1] = entity
    s.events[row, 2] = visit
    s.events[row, 3] = actor
    s.events[row, 4] = stage
    s.events[row, 5] = reason
    s.event_floats[row, 0] = time
    s.event_floats[row, 1] = amount


@compiled
def enter_entity(
    s: State,
    key: int,
    kind: int,
    parent: int,
    channel: int,
    segment: int,
    product: int,
    owner: int,
    created: float,
) -> int:
    """Write an entity; returns its id, the order of creation."""
    row = s.counters[ENTITIES]
    s.counters[ENTITIES] = row + 1
    s.entities[row, 0] = key
    s.entities[row, 1] = kind
    s.entities[row, 2] = parent
    s.entities[row, 3] = channel
    s.entities[row, 4] = segment
    s.entities[row, 5] = product
    s.entities[row, 6] = owner
    s.created[row] = created
    number = s.counters[BORN]
    s.counters[BORN] = number + 1
    return int(number)


@compiled
def new_slot(s: State, number: int, key: int) -> int:
    """A slot for an entity."""
    slot = s.counters[FREE]
    if slot == NIL:
        slot = s.counters[SLOTS]
        s.counters[SLOTS] = slot + 1
    else:
        s.counters[FREE] = s.ints[slot, NEXT]
    rename(s, slot, number, key)
    s.ints[slot, QUEUED] = 0
    s.ints[slot, DEAD] = 0
    s.ints[slot, RECYCLED] = 0
    return int(slot)


@compiled
def rename(s: State, slot: int, number: int, key: int) -> None:
    """Let a slot be the next entity of the same story: a lead's opportunity, an opportunity's customer."""
    s.ints[slot, ID] = number
    s.ints[slot, KEY] = key
    s.ints[slot, VISIT] = 0
    s.ints[slot, TASKS] = 0
    s.ints[slot, WAITS] = 0
    s.ints[slot, COUNT] = 0
    s.ints[slot, TASK] = NONE


@compiled
def free_slot(s: State, slot: int) -> None:
    """Give a slot back; one that still stands in a team's queue goes when the queue reaches it."""
    if s.ints[slot, QUEUED]:
        s.ints[slot, DEAD] = 1
        return
    s.ints[slot, ID] = NIL
    s.ints[slot, NEXT] = s.counters[FREE]
    s.counters[FREE] = slot
