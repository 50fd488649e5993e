"""The leads that are held back, best first: a skew heap of slots out of whose middle any can be taken.

Links are those of a team's queue, and `previous` is the slot above; a lead that is held stands in no team's queue.
"""

from sim.jit import inner
from sim.kernel.layout import NIL, State, slot_at
from sim.kernel.queues import precedes

__all__ = ["hold_in", "hold_out"]


@inner
def hold_in(s: State, slot: int) -> None:
    """A lead is held; the highest score stands first, of equal ones the lead that was born first."""
    e = slot_at(s, slot)
    e.priority = -e.score
    e.since = 0.0
    e.left = NIL
    e.right = NIL
    s.held = _joined(s, s.held, slot)


@inner
def hold_out(s: State, slot: int) -> None:
    """A lead is held no longer."""
    e = slot_at(s, slot)
    above = e.previous
    rest = _joined(s, e.left, e.right)
    if above == NIL:
        s.held = rest
        return
    if slot_at(s, above).left == slot:
        slot_at(s, above).left = rest
    else:
        slot_at(s, above).right = rest
    if rest != NIL:
        slot_at(s, rest).previous = above


@inner
def _joined(s: State, a: int, b: int) -> int:
    """The root of two heaps made one, which stands below nothing."""
    above, root = NIL, NIL
    while a != NIL and b != NIL:
        if precedes(s, b, a):
            a, b = b, a
        e = slot_at(s, a)
        e.previous = above
        if above == NIL:
            root = a
        else:
            slot_at(s, above).left = a
        above = a
        a = e.right
        e.right = e.left
    last = a if a != NIL else b
    if above == NIL:
        root = last
    else:
        slot_at(s, above).left = last
    if last != NIL:
        slot_at(s, last).previous = above
    return root
