"""What a generated world reaches of overflow: leads sent outside, leads held, spend that is cut."""

from collections import Counter

import numpy as np
from happenings import NEVER, Happenings

from sim.laws.overflow import HOLD, THROTTLE
from sim.log import Kind

OVERFLOW = (
    [f"a lead sent outside is {how}" for how in ("accepted", "rejected", "not reached")]
    + [f"a lead sent outside {why}" for why in ("while there is overflow", "because the queue is full")]
    + ["the provider does not take leads yet", "spend is cut in the run-in, and no longer after it"]
    + [f"a lead held {how}" for how in ("because its score is low", "because the queue is full")]
    + [f"a lead held is {how}" for how in ("let go", "let go after its time", "gone", "held to the end")]
    + ["leads are held at the plan's start, and no longer after it", "a cutoff by feedback that is finite"]
)
"""Every name that `overflow_reached` may count."""


def overflow_reached(h: Happenings, out: Counter[str]) -> None:
    """Count what became of leads that SDRs had no time for."""
    spells = h.overflow
    for row in h.of_kind(Kind.OVERFLOWED):
        code = (row.entity, row.visit)
        within = any(begins <= row.time <= ends for begins, ends in spells)
        out[f"a lead sent outside {'while there is overflow' if within else 'because the queue is full'}"] += 1
        if h.of(Kind.ACCEPTED, *code):
            out["a lead sent outside is accepted"] += 1
        elif h.of(Kind.REJECTED, *code):
            talked = bool(h.of(Kind.CONVERSATION, *code))
            out[f"a lead sent outside is {'rejected' if talked else 'not reached'}"] += 1
    for row in h.of_kind(Kind.THROTTLED):
        no_longer = h.tables.overflow.overflow_policy != THROTTLE
        out["spend is cut in the run-in, and no longer after it"] += row.time < 0.0 and no_longer
    for row in h.of_kind(Kind.HELD):
        code, terms = (row.entity, row.visit), h.at(row.time).overflow
        within = any(begins <= row.time <= ends for begins, ends in spells)
        out[f"a lead held because {'its score is low' if within else 'the queue is full'}"] += 1
        handed, withdrawn = h.of(Kind.HANDED_OFF, *code), h.of(Kind.WITHDRAWN, *code)
        if handed:
            late = handed[0].time == row.time + terms.hold_at_most
            out[f"a lead held is let go{' after its time' if late else ''}"] += 1
        else:
            out[f"a lead held is {'gone' if withdrawn else 'held to the end'}"] += 1
        out["a cutoff by feedback that is finite"] += bool(np.isnan(terms.cutoff)) and within
        until = handed[0].time if handed else NEVER
        no_longer = h.tables.overflow.overflow_policy != HOLD
        out["leads are held at the plan's start, and no longer after it"] += row.time < 0.0 == until and no_longer
    for row in h.of_kind(Kind.HANDED_OFF):
        later = h.at(row.time).overflow.external_start_up > 0.0
        within = any(begins < row.time < ends for begins, ends in spells)
        out["the provider does not take leads yet"] += later and within
