"""What the compiled engine writes down, and the slots that its entities live in."""

from sim.jit import inner
from sim.kernel.layout import NIL, NONE, REST, State, copy_slot, entity_at, event_at, slot_at, taken
from sim.log import NOBODY
from sim.seats import AE

__all__ = ["enter_entity", "free_slot", "give_back", "move", "new_slot", "note", "occupy", "rename", "write"]


@inner
def write(
    s: State, time: float, kind: int, entity: int, visit: int, actor: int, stage: int, reason: int, amount: float
) -> None:
    """Write an event."""
    row = event_at(s, s.written)
    s.written += 1
    row.time = time
    row.amount = amount
    row.entity = entity
    row.actor = actor
    row.visit = visit
    row.reason = reason
    row.kind = kind
    row.stage = stage


@inner
def note(s: State, slot: int, kind: int, actor: int, stage: int, reason: int, amount: float) -> None:
    """Write what happens now to a slot's entity."""
    e = slot_at(s, slot)
    write(s, s.now, kind, e.id, e.visit, actor, stage, reason, amount)


@inner
def enter_entity(s: State, slot: int, key: int, kind: int, parent: int, owner: int, created: float) -> int:
    """Write an entity with its slot's labels; returns its id, the order of creation."""
    e, row = slot_at(s, slot), entity_at(s, s.entered)
    s.entered += 1
    row.key = key
    row.created = created
    row.parent = parent
    row.owner = owner
    row.channel = e.channel
    row.segment = e.segment
    row.product = e.product
    row.type = kind
    row.spare = 0
    number = s.born
    s.born = number + 1
    return int(number)


@inner
def new_slot(s: State, channel: int, segment: int, product: int, fit: bool) -> int:
    """A slot for an entity."""
    slot = _free_one(s)
    e = slot_at(s, slot)
    e.channel = channel
    e.segment = segment
    e.product = product
    e.fit = 1 if fit else 0
    e.points = 0.0
    e.score = 0.0
    e.owner = NOBODY
    e.queued = 0
    e.counted = 0
    e.passed_on = 0
    e.works = AE
    e.dead = 0
    e.recycled = 0
    e.urgent = 0
    e.budget = 1
    e.authority = 1
    e.deals = 0
    e.lead = NOBODY
    e.lead_key = 0
    e.client = NOBODY
    return slot


@inner
def _free_one(s: State) -> int:
    slot = s.free
    if slot == NIL:
        slot = s.alive
        s.alive = slot + 1
    else:
        s.free = slot_at(s, slot).next
    return int(slot)


@inner
def move(s: State, slot: int) -> int:
    """Let a life go on in another slot, because its own stands in a queue that is to be left; returns the other."""
    other = _free_one(s)
    copy_slot(slot_at(s, other), slot_at(s, slot))
    slot_at(s, other).queued = 0
    e = slot_at(s, slot)
    e.phase = REST
    e.task = NONE
    e.dead = 1
    return other


@inner
def rename(s: State, slot: int, number: int, key: int) -> None:
    """Let a slot be an entity: a new lead, a lead's opportunity, an opportunity's customer."""
    e = slot_at(s, slot)
    e.id = number
    e.key = key
    e.visit = 0
    e.tasks = 0
    e.waits = 0
    e.count = 0
    e.seat = NOBODY
    e.task = NONE


@inner
def free_slot(s: State, slot: int) -> None:
    """Whose slot it is has nothing left to do: its account, unless that is still a customer, is free, and the slot is
    given back; one that still stands in a team's queue goes when the queue reaches it."""
    e = slot_at(s, slot)
    if e.client == NOBODY or e.deals > 0:
        taken(s)[e.segment] -= 1
    if e.queued:
        e.dead = 1
    else:
        give_back(s, slot)


@inner
def occupy(s: State, slot: int) -> None:
    """A slot's account is with us from now on."""
    taken(s)[slot_at(s, slot).segment] += 1


@inner
def give_back(s: State, slot: int) -> None:
    """Give a slot back."""
    e = slot_at(s, slot)
    e.id = NIL
    e.next = s.free
    s.free = slot
