"""A lead's way from becoming an MQL to the handoff, where it takes time; counterpart in `sim.reference.leads`."""

from sim.draws import Purpose, turn
from sim.jit import inner
from sim.kernel.layout import LET_PASS, Parameters, State, knots, laws, slot_at
from sim.kernel.lives import passing
from sim.kernel.queues import wait
from sim.rules import delay

__all__ = ["let_pass", "wait_to_pass"]

_P_DELAY = int(Purpose.HANDOFF_DELAY)


@inner
def wait_to_pass(p: Parameters, s: State, slot: int) -> int:
    """An MQL is on its way to sales development."""
    e = slot_at(s, slot)
    e.speed = delay(p.stream, e.key, _P_DELAY, turn(e.visit, 0), laws(p), knots(p), p.delay_law)
    if e.speed <= 0.0:
        return passing(p)
    return wait(s, slot, LET_PASS, s.now + e.speed)


@inner
def let_pass(p: Parameters, s: State, slot: int) -> int:
    """It has come there."""
    return passing(p)
