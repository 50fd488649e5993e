"""What leads do, in the compiled engine: whether they have used assets as often as an MQL must, and when those in
nurture are looked at again."""

import math

from sim.jit import inner
from sim.kernel.buyers import has_profile
from sim.kernel.layout import (
    ENTER_NURTURE,
    HAND_OFF,
    LEAVE_NURTURE,
    LOOK,
    Parameters,
    State,
    channel_at,
    offsets,
    slot_at,
    touch_actions,
    touch_keys,
    touch_rates,
    touch_tops,
)
from sim.kernel.queues import wait
from sim.laws.touches import has_acted, next_action, uses_enough
from sim.rules import qualifies
from sim.tables import REASONS

__all__ = ["ask_for_uses", "look"]

_READY = REASONS.index("ready")


@inner
def ask_for_uses(p: Parameters, s: State, slot: int) -> int:
    """A lead that is an MQL by its score is one if it has done enough."""
    e = slot_at(s, slot)
    acted = has_acted(
        p.stream,
        e.lead_key,
        e.captured - p.touch_before,
        s.now,
        p.actions,
        p.within,
        p.first_day,
        p.epoch_day,
        touch_rates(s),
        touch_tops(p),
        touch_keys(p),
        touch_actions(p),
    )
    return HAND_OFF if acted else ENTER_NURTURE


@inner
def look(p: Parameters, s: State, slot: int) -> int:
    """A lead in nurture is looked at, as it enters and when it uses an asset: it is ready, or waits on."""
    e = slot_at(s, slot)
    seen = e.captured - p.touch_before
    at = math.inf
    if p.actions > 0 and not (p.profiled and not has_profile(p, s, slot)):
        if uses_enough(
            p.stream,
            e.lead_key,
            seen,
            s.now,
            p.actions,
            p.within,
            p.first_day,
            p.epoch_day,
            touch_rates(s),
            touch_tops(p),
            touch_keys(p),
            touch_actions(p),
        ):
            channel = channel_at(p, e.channel)
            e.score = e.points + offsets(s)[e.channel]
            if qualifies(p.stream, e.key, channel.mql, e.score, s.threshold + channel.shift):
                e.cause = _READY
                e.hours = s.now - e.since
                return LEAVE_NURTURE
        at = next_action(
            p.stream,
            e.lead_key,
            seen,
            s.now,
            min(e.due, s.until, s.ends),
            p.actions,
            p.within,
            p.first_day,
            p.epoch_day,
            touch_rates(s),
            touch_tops(p),
            touch_keys(p),
            touch_actions(p),
        )
    # Who is in nurture when other terms begin is looked at by those from then on.
    at = min(at, s.until)
    return wait(s, slot, LOOK, at) if at < e.due else wait(s, slot, LEAVE_NURTURE, e.due)
