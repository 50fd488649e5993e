"""The queues of the compiled engine: the agenda (a binary heap) and the teams' queues (skew heaps of slots).

The agenda's order is (time, rank), with `sim.agenda`'s ranks. A team's order is (priority, time of first enqueueing,
entity); a skew heap (Sleator & Tarjan 1986, doi.org/10.1137/0215004) needs no buffer: its links are the slots'.
"""

import math

from sim.agenda import Queue
from sim.disciplines import BY_BENEFIT, benefit, priority
from sim.jit import inner
from sim.kernel.layout import NIL, REST, Parameters, State, agenda_at, channel_at, contact, order, slot_at
from sim.kernel.record import give_back

__all__ = ["join_queue", "next_in", "pop_agenda", "precedes", "schedule", "wait"]

_WAIT_OVER = int(Queue.WAIT_OVER)


@inner
def schedule(s: State, time: float, kind: int, entity: int, n: int, slot: int) -> None:
    """Put an event on the agenda; one at or after the end never happens."""
    if not time < s.ends:
        return
    if n >= 65536 or entity >= 1099511627776:
        raise OverflowError("an entity has had more events of a kind than can be ranked")
    s.expected += 1
    _rise(s, s.expected - 1, time, (kind << 56) | (entity << 16) | n, slot)


@inner
def wait(s: State, slot: int, phase: int, time: float) -> int:
    """A slot waits until a time, and then takes the turn `phase`; what it waited for before will not come."""
    e = slot_at(s, slot)
    e.phase = phase
    e.waits += 1
    schedule(s, time, _WAIT_OVER, e.id, e.waits, slot)
    return REST


@inner
def _rise(s: State, at: int, time: float, rank: int, slot: int) -> None:
    """Put an event into the hole at a place, or above it as far as it comes before what is there."""
    while at > 0:
        up = (at - 1) >> 1
        above = agenda_at(s, up)
        if above.time < time or (above.time == time and above.rank < rank):
            break
        hole = agenda_at(s, at)
        hole.time, hole.rank, hole.slot = above.time, above.rank, above.slot
        at = up
    hole = agenda_at(s, at)
    hole.time, hole.rank, hole.slot = time, rank, slot


@inner
def pop_agenda(s: State) -> None:
    """Take the first event off the agenda."""
    size = s.expected - 1
    s.expected = size
    last = agenda_at(s, size)
    time, rank, slot = last.time, last.rank, last.slot
    # So that the last of an odd number has a brother, who never comes first.
    last.time = math.inf
    # Let the hole sink to a leaf along the smaller children, then let the last event rise from there.
    at = 0
    child = 1
    while child < size:
        left, right = agenda_at(s, child), agenda_at(s, child + 1)
        # Without a branch: which of two children comes first is a coin's toss, and a wrong guess costs the most here.
        child += (right.time < left.time) | ((right.time == left.time) & (right.rank < left.rank))
        least, hole = agenda_at(s, child), agenda_at(s, at)
        hole.time, hole.rank, hole.slot = least.time, least.rank, least.slot
        at = child
        child = 2 * at + 1
    _rise(s, at, time, rank, slot)


@inner
def precedes(s: State, a: int, b: int) -> bool:
    """Whether one slot is served before another."""
    x, y = slot_at(s, a), slot_at(s, b)
    if x.priority != y.priority:
        return bool(x.priority < y.priority)
    return bool(x.since < y.since or (x.since == y.since and x.id < y.id))


@inner
def _merge(s: State, a: int, b: int) -> int:
    """The root of two skew heaps made one."""
    if a == NIL:
        return b
    if b == NIL:
        return a
    if precedes(s, b, a):
        a, b = b, a
    root = a
    parent = slot_at(s, a)
    a = parent.right
    parent.right = parent.left
    while a != NIL and b != NIL:
        if precedes(s, b, a):
            a, b = b, a
        parent.left = a
        parent = slot_at(s, a)
        a = parent.right
        parent.right = parent.left
    parent.left = a if a != NIL else b
    return root


@inner
def join_queue(p: Parameters, s: State, root: int, slot: int, discipline: int) -> int:
    """The root of a queue after a slot has joined it."""
    e = slot_at(s, slot)
    worth = _benefit(p, s, slot) if discipline == BY_BENEFIT else 0.0
    e.priority = priority(discipline, e.since, e.score, e.count, worth, e.urgent == 1)
    e.queued = 1
    e.left = NIL
    e.right = NIL
    return _merge(s, root, slot)


@inner
def _benefit(p: Parameters, s: State, slot: int) -> float:
    """Expected value of an hour spent on a lead's next attempt."""
    e = slot_at(s, slot)
    channel = channel_at(p, e.channel)
    return benefit(
        e.points,
        channel.score < 0,
        channel.fit,
        channel.intent,
        p.score_separation,
        p.score_intent,
        p.accept_good,
        p.accept_bad,
        channel.sql,
        contact(p)[min(e.count, p.contact_room - 1)],
        order(p)[e.channel, e.segment, e.product],
        p.attempt_hours,
        p.conversation_hours,
    )


@inner
def next_in(s: State, root: int) -> tuple[int, int]:
    """Take the first living slot out of a queue: (slot or NIL, root that is left)."""
    while root != NIL:
        slot = root
        e = slot_at(s, slot)
        root = _merge(s, e.left, e.right)
        e.queued = 0
        if e.dead == 0:
            return slot, root
        e.dead = 0
        give_back(s, slot)
    return NIL, NIL
