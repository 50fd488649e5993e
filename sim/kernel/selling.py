"""What is done in a sale besides its hours, in the compiled engine: milestones, meetings, materials that are used;
and the lead of an opportunity that is lost.

The counterpart of `sim.reference.selling`.
"""

from sim.draws import Purpose, turn
from sim.jit import inner
from sim.kernel.layout import (
    ENTER_NURTURE,
    REST,
    Parameters,
    State,
    code,
    execute,
    facing,
    knots,
    laws,
    material_effect,
    material_reason,
    material_share,
    meetings,
    milestones,
    reclaim,
    segment_at,
    slot_at,
    stage_at,
)
from sim.kernel.record import free_slot, move, note, rename
from sim.kernel.teams import seller
from sim.laws.selling import comes_back, happens, meetings_of
from sim.log import NOBODY, Kind
from sim.rules import delay

__all__ = ["arrange", "deliver", "take_back"]

_P_MATERIAL, _P_MILESTONE, _P_EFFORT = int(Purpose.MATERIAL), int(Purpose.MILESTONE), int(Purpose.STAGE_EFFORT)
_APPOINTMENT, _RFP = int(Kind.APPOINTMENT), int(Kind.RFP)
_PROPOSAL, _PRESENTATION = int(Kind.PROPOSAL), int(Kind.PRESENTATION)
_MATERIAL, _MEETING, _RECYCLED = int(Kind.MATERIAL), int(Kind.MEETING), int(Kind.RECYCLED)


@inner
def arrange(p: Parameters, s: State, slot: int) -> int:
    """A stage is entered: an appointment is made, a request comes, materials are chosen."""
    e = slot_at(s, slot)
    _pass(p, s, slot, 0, _APPOINTMENT)
    _pass(p, s, slot, 1, _RFP)
    for asset in range(p.material_effect_room):
        if happens(p.stream, e.key, _P_MATERIAL, turn(e.visit, asset), material_share(p)[e.count, asset]):
            note(s, slot, _MATERIAL, seller(s, slot), e.count, material_reason(p)[asset], 0.0)
            e.eta += material_effect(p)[asset]
    return REST


@inner
def deliver(p: Parameters, s: State, slot: int) -> int:
    """A stage's work is done: a proposal, a presentation, meetings."""
    e = slot_at(s, slot)
    _pass(p, s, slot, 2, _PROPOSAL)
    _pass(p, s, slot, 3, _PRESENTATION)
    count = meetings_of(p.stream, e.key, e.visit, meetings(p)[e.count])
    if count > 0:
        hours = delay(p.stream, e.key, _P_EFFORT, turn(e.visit, 0), laws(p), knots(p), stage_at(p, e.count).effort)
        hours = hours * segment_at(p, e.segment).effort * facing(p)[e.count] / count
        for _ in range(count):
            note(s, slot, _MEETING, seller(s, slot), e.count, NOBODY, hours)
    return REST


@inner
def take_back(p: Parameters, s: State, slot: int) -> int:
    """An opportunity is lost; its lead may be nurtured again."""
    e = slot_at(s, slot)
    reason = e.cause
    if e.lead == NOBODY or not comes_back(p.stream, e.key, e.visit, e.recycled, p.recycles, reclaim(p)[reason]):
        free_slot(s, slot)
        return REST
    if e.queued:
        slot = move(s, slot)
        e = slot_at(s, slot)
    rename(s, slot, e.lead, e.lead_key)
    e.visit, e.tasks, e.waits = e.lead_visit, e.lead_tasks, e.lead_waits
    e.product = e.lead_product
    e.owner = NOBODY
    e.passed_on = 0
    e.recycled += 1
    note(s, slot, _RECYCLED, NOBODY, NOBODY, reason, 0.0)
    # Here and not by whoever called, who knows another slot.
    following = ENTER_NURTURE
    while following != REST:
        following = execute(code(s)[following], p, s, slot)
    return REST


@inner
def _pass(p: Parameters, s: State, slot: int, which: int, kind: int) -> None:
    e = slot_at(s, slot)
    if happens(p.stream, e.key, _P_MILESTONE, turn(e.visit, which), milestones(p)[e.count, which]):
        note(s, slot, kind, seller(s, slot), e.count, NOBODY, 0.0)
