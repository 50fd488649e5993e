"""The choice of leads in the compiled engine: what an AE believes of each channel, and whether he pursues a lead.

The counterpart of `sim.reference.pursuit`.
"""

from sim.jit import inner
from sim.kernel.layout import (
    REST,
    Parameters,
    State,
    bands,
    belief_at,
    deal_hours,
    lead_order,
    seat_at,
    slot_at,
)
from sim.kernel.record import free_slot, note
from sim.laws.pay import attainment
from sim.laws.pursuit import believed, kept, learnt, pursues
from sim.log import NOBODY, Kind
from sim.tables import REASONS

__all__ = ["is_pursued", "learn", "neglect"]

_NEGLECTED, _WITHDRAWN = int(Kind.NEGLECTED), int(Kind.WITHDRAWN)
_REASON = REASONS.index("neglected")


@inner
def is_pursued(p: Parameters, s: State, slot: int) -> bool:
    """Whether the AE to whom a lead is assigned pursues it."""
    e = slot_at(s, slot)
    r = seat_at(s, e.owner)
    view = belief_at(s, e.owner * p.channels_room + e.channel)
    return pursues(
        p.stream,
        e.key,
        e.visit,
        believed(p.belief, view.kept, view.learnt),
        lead_order(p)[e.channel, e.segment, e.product],
        deal_hours(p)[e.segment],
        p.own_order,
        p.own_hours,
        p.marketing_rate,
        p.self_rate,
        attainment(r.booked, r.quota),
        bands(p),
        p.cap,
        p.sensitivity,
        p.tracking,
        p.experience,
        s.now - r.joined,
    )


@inner
def neglect(s: State, slot: int) -> int:
    """A lead that its AE does not pursue leaves."""
    note(s, slot, _NEGLECTED, slot_at(s, slot).owner, NOBODY, NOBODY, 0.0)
    note(s, slot, _WITHDRAWN, NOBODY, NOBODY, _REASON, 0.0)
    free_slot(s, slot)
    return REST


@inner
def learn(p: Parameters, s: State, slot: int) -> None:
    """An opportunity leaves its first stage: its owner has seen what its channel brings."""
    e = slot_at(s, slot)
    if e.owner != NOBODY:
        view = belief_at(s, e.owner * p.channels_room + e.channel)
        view.kept = kept(view.kept, p.belief_learning)
        view.learnt = learnt(view.learnt, p.belief_learning, e.fit == 1)
