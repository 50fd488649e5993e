"""What touches have added to a lead's intent, in the compiled engine."""

from sim.jit import inner
from sim.kernel.layout import (
    REST,
    WARM,
    Parameters,
    State,
    code,
    execute,
    slot_at,
    touch_effects,
    touch_keys,
    touch_rates,
    touch_tops,
    touched,
)
from sim.laws.touches import scan

__all__ = ["intent_now", "warm"]


@inner
def warm(p: Parameters, s: State, slot: int) -> int:
    """Write down how warm a slot's lead, or its opportunity's, is now: above what is usual at capture."""
    e = slot_at(s, slot)
    begins = max(e.captured - p.touch_before, s.now - p.touch_memory)
    _, warmth, _, _ = scan(
        p.stream,
        e.lead_key,
        begins,
        s.now,
        p.first_day,
        p.epoch_day,
        touch_rates(s),
        touch_tops(p),
        touch_keys(p),
        touch_effects(p),
        p.touch_half_life,
        touched(s),
    )
    s.warmth = warmth - p.usual_warmth
    return REST


@inner
def intent_now(p: Parameters, s: State, slot: int) -> float:
    """The mean of a lead's intent now."""
    intent = slot_at(s, slot).intent
    if p.warms:
        execute(code(s)[WARM], p, s, slot)
        intent += s.warmth
    return float(intent)
