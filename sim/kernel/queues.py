"""The two queues of the compiled engine: the agenda (a binary heap) and the teams' queues (skew heaps of slots).

The agenda's order is (time, rank), with `sim.agenda`'s ranks. A team's order is (time of first enqueueing, entity);
a skew heap (Sleator & Tarjan 1986, doi.org/10.1137/0215004) needs no buffer of its own: its links are the slots'.
"""

from sim.jit import compiled
from sim.kernel.layout import HEAP, ID, LEFT, NIL, RIGHT, SINCE, Ints, Parameters, State

__all__ = ["merge", "pop", "pop_agenda", "push", "schedule"]


@compiled
def schedule(p: Parameters, s: State, time: float, kind: int, entity: int, n: int, slot: int) -> None:
    """Put an event on the agenda; one at or after the end never happens."""
    if not time < p.ends:
        return
    if n >= 65536 or entity >= 1099511627776:
        raise OverflowError("an entity has had more events of a kind than can be ranked")
    rank = (kind << 56) | (entity << 16) | n
    times, ranks, slots = s.heap_time, s.heap_rank, s.heap_slot
    at = s.counters[HEAP]
    s.counters[HEAP] = at + 1
    while at > 0:
        up = (at - 1) >> 1
        if times[up] < time or (times[up] == time and ranks[up] < rank):
            break
        times[at], ranks[at], slots[at] = times[up], ranks[up], slots[up]
        at = up
    times[at], ranks[at], slots[at] = time, rank, slot


@compiled
def pop_agenda(s: State) -> None:
    """Take the first event off the agenda."""
    times, ranks, slots = s.heap_time, s.heap_rank, s.heap_slot
    size = s.counters[HEAP] - 1
    s.counters[HEAP] = size
    time, rank, slot = times[size], ranks[size], slots[size]
    # Let the hole sink to a leaf along the smaller children, then let the last event rise from there.
    at = 0
    child = 1
    while child < size:
        right = child + 1
        if right < size and (
            times[right] < times[child] or (times[right] == times[child] and ranks[right] < ranks[child])
        ):
            child = right
        times[at], ranks[at], slots[at] = times[child], ranks[child], slots[child]
        at = child
        child = 2 * at + 1
    while at > 0:
        up = (at - 1) >> 1
        if times[up] < time or (times[up] == time and ranks[up] < rank):
            break
        times[at], ranks[at], slots[at] = times[up], ranks[up], slots[up]
        at = up
    times[at], ranks[at], slots[at] = time, rank, slot


@compiled
def _before(s: State, a: int, b: int) -> bool:
    x, y = s.floats[a, SINCE], s.floats[b, SINCE]
    return bool(x < y or (x == y and s.ints[a, ID] < s.ints[b, ID]))


@compiled
def merge(s: State, a: int, b: int) -> int:
    """The root of two skew heaps made one."""
    if a == NIL:
        return b
    if b == NIL:
        return a
    links: Ints = s.ints
    if _before(s, b, a):
        a, b = b, a
    root = a
    parent = a
    a = links[parent, RIGHT]
    links[parent, RIGHT] = links[parent, LEFT]
    while a != NIL and b != NIL:
        if _before(s, b, a):
            a, b = b, a
        links[parent, LEFT] = a
        parent = a
        a = links[parent, RIGHT]
        links[parent, RIGHT] = links[parent, LEFT]
    links[parent, LEFT] = a if a != NIL else b
    return root


@compiled
def push(s: State, root: int, slot: int) -> int:
    """The root after a slot has joined."""
    s.ints[slot, LEFT] = NIL
    s.ints[slot, RIGHT] = NIL
    return merge(s, root, slot)


@compiled
def pop(s: State, root: int) -> int:
    """The root after the first slot has left."""
    return merge(s, s.ints[root, LEFT], s.ints[root, RIGHT])
