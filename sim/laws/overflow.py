"""When sales development has more work than it can do, and where a lead goes then."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.laws.outcomes import contact

__all__ = ["EXTERNAL", "PASS", "PUSH", "REFUSE", "SEND", "backlog", "overflows", "reached", "too_full", "way"]

PUSH, EXTERNAL = range(2)
"""Policies."""

PASS, SEND, REFUSE = range(3)
"""Ways that a lead can take: to the SDRs, to the provider, out."""


@compiled
def backlog(line: NDArray[np.int64], hours: NDArray[np.float64]) -> float:
    """Expected hours of what waits for an SDR. line: (most attempts,) how many wait for attempt n; hours: (attempts,)
    of one such attempt, the last for all that follow."""
    total = 0.0
    for n in range(len(line)):
        if line[n] > 0:
            total += line[n] * hours[min(n, len(hours) - 1)]
    return total


@compiled
def overflows(on: bool, hours: float, reps: int, begins: float, ends: float) -> bool:
    """Whether there is overflow, if there was (`on`) or was not: it begins above one level of hours per rep present
    and ends at or below the other. Without reps whatever waits is too much."""
    load = hours / reps if reps > 0 else (math.inf if hours > 0.0 else 0.0)
    return load > (ends if on else begins)


@compiled
def too_full(waiting: int, idle: int, limit: int) -> bool:
    """Whether a lead would have to wait behind `limit` others; idle: SDRs who will take work within this instant."""
    return waiting - idle >= limit


@compiled
def way(policy: int, on: bool, full: bool, served: bool) -> int:
    """Where a lead goes (PASS, SEND, REFUSE). on: there is overflow; full: the queue has no room for it; served: the
    provider takes leads."""
    if policy == EXTERNAL and served and (on or full):
        return SEND
    return REFUSE if full else PASS


@compiled
def reached(contacts: NDArray[np.float64], m: float) -> float:
    """Probability that one of all attempts reaches a lead: 1 - prod(1 - contact_n(m))."""
    missed = 1.0
    for n in range(len(contacts)):
        missed *= 1.0 - contact(contacts[n], m)
    return 1.0 - missed
