"""What is done in a sale besides its hours, in numbers: milestones, meetings, materials that are used."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.plan import Plan
from sim.selling import Stage

__all__ = ["SaleTable", "make_sale"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SaleTable(NamedTuple):
    """S stages, A assets."""

    arranges: bool
    """Whether something is done when a stage is entered."""
    delivers: bool
    """Whether something has been done when its work is."""
    burst: int
    """Rows that one opportunity may write at one instant, for each that is open."""
    milestones: Floats
    """(S, 4) probabilities of an appointment, a request for proposal, a proposal, a presentation."""
    meetings: Floats
    """(S,) mean number."""
    facing: Floats
    """(S,) share of the stage's work that is spent in meetings."""
    material_share: Floats
    """(S, A) probability that an asset is used."""
    material_effect: Floats
    """(A,) log-odds."""
    reclaims: bool
    """Whether leads of lost opportunities may return to nurture."""
    reclaim: Floats
    """(R,) probability that they do, by reason of loss."""
    material_reason: Ints
    """(A,) by which name the log knows it."""


def make_sale(funnel: Funnel, plan: Plan, stages: Sequence[Stage], reasons: tuple[str, ...]) -> SaleTable:
    """The numbers of a funnel and a plan; `stages` are all of them, `reasons` all names by number."""
    marks = [stage.milestones for stage in stages]
    milestones = np.array([(each.appointment, each.rfp, each.proposal, each.presentation) for each in marks])
    used = np.array([[stage.assets.get(name, 0.0) for name in funnel.assets] for stage in stages])
    meetings = np.array([stage.meetings for stage in stages])
    arranges = bool(milestones[:, :2].any() or used.any())
    return SaleTable(
        arranges=arranges,
        delivers=bool(milestones[:, 2:].any() or meetings.any()),
        burst=32 if arranges else 8,
        milestones=milestones,
        meetings=meetings,
        reclaims=plan.nurture.reclaim > 0.0,
        reclaim=np.array([plan.nurture.reclaim * (name in plan.nurture.reclaim_causes) for name in reasons]),
        facing=np.array([stage.facing for stage in stages]),
        material_share=used,
        material_effect=np.array(list(funnel.assets.values()), dtype=np.float64),
        material_reason=np.array([reasons.index(name) for name in funnel.assets], dtype=np.int64),
    )
