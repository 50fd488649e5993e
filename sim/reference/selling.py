"""What is done in a sale besides its hours: milestones, meetings, materials that are used."""

from typing import Any, cast

from sim import rules
from sim.draws import Purpose, turn
from sim.laws.selling import happens, meetings_of
from sim.log import NOBODY, Kind
from sim.reference.scene import Scene
from sim.reference.subjects import Opportunity

__all__ = ["arrange", "deliver"]

_MATERIAL, _MILESTONE, _EFFORT = int(Purpose.MATERIAL), int(Purpose.MILESTONE), int(Purpose.STAGE_EFFORT)
_MILESTONES = (Kind.APPOINTMENT, Kind.RFP, Kind.PROPOSAL, Kind.PRESENTATION)
_turn = cast(Any, turn).py_func


def arrange(scene: Scene, opportunity: Opportunity) -> list[float]:
    """A stage is entered: an appointment is made, a request comes, materials are chosen; returns what these do to the
    log-odds of advancing."""
    sale = scene.tables.sale
    effects: list[float] = []
    if not sale.arranges:
        return effects
    for which in (0, 1):
        _pass(scene, opportunity, which)
    for asset, effect in enumerate(sale.material_effect.tolist()):
        drawn = (scene.stream, opportunity.key, _MATERIAL, _turn(opportunity.visit, asset))
        if happens(*drawn, float(sale.material_share[opportunity.stage, asset])):
            scene.stage_note(Kind.MATERIAL, opportunity, int(sale.material_reason[asset]))
            effects.append(effect)
    return effects


def deliver(scene: Scene, opportunity: Opportunity) -> None:
    """A stage's work is done: a proposal, a presentation, meetings."""
    tables, stage = scene.tables, opportunity.stage
    if not tables.sale.delivers:
        return
    for which in (2, 3):
        _pass(scene, opportunity, which)
    mean = float(tables.sale.meetings[stage])
    count = meetings_of(scene.stream, opportunity.key, opportunity.visit, mean)
    if count > 0:
        drawn = (scene.stream, opportunity.key, _EFFORT, _turn(opportunity.visit, 0))
        hours = rules.delay(*drawn, tables.laws, tables.knots, int(tables.stage_effort[stage]))
        hours *= float(tables.segment_effort[opportunity.segment])
        hours = hours * float(tables.sale.facing[stage]) / count
        for _ in range(count):
            scene.stage_note(Kind.MEETING, opportunity, NOBODY, hours)


def _pass(scene: Scene, opportunity: Opportunity, which: int) -> None:
    drawn = (scene.stream, opportunity.key, _MILESTONE, _turn(opportunity.visit, which))
    if happens(*drawn, float(scene.tables.sale.milestones[opportunity.stage, which])):
        scene.stage_note(_MILESTONES[which], opportunity)
