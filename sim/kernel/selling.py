"""What is done in a sale besides its hours, in the compiled engine: milestones, meetings, materials that are used.

The counterpart of `sim.reference.selling`.
"""

from sim.draws import Purpose, turn
from sim.jit import inner
from sim.kernel.layout import (
    REST,
    Parameters,
    State,
    facing,
    knots,
    laws,
    material_effect,
    material_reason,
    material_share,
    meetings,
    milestones,
    segment_at,
    slot_at,
    stage_at,
)
from sim.kernel.record import note
from sim.kernel.teams import seller
from sim.laws.selling import happens, meetings_of
from sim.log import NOBODY, Kind
from sim.rules import delay

__all__ = ["arrange", "deliver"]

_P_MATERIAL, _P_MILESTONE, _P_EFFORT = int(Purpose.MATERIAL), int(Purpose.MILESTONE), int(Purpose.STAGE_EFFORT)
_APPOINTMENT, _RFP = int(Kind.APPOINTMENT), int(Kind.RFP)
_PROPOSAL, _PRESENTATION = int(Kind.PROPOSAL), int(Kind.PRESENTATION)
_MATERIAL, _MEETING = int(Kind.MATERIAL), int(Kind.MEETING)


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
def _pass(p: Parameters, s: State, slot: int, which: int, kind: int) -> None:
    e = slot_at(s, slot)
    if happens(p.stream, e.key, _P_MILESTONE, turn(e.visit, which), milestones(p)[e.count, which]):
        note(s, slot, kind, seller(s, slot), e.count, NOBODY, 0.0)
