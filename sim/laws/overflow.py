"""When sales development has more work than it can do, and where a lead goes then."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled
from sim.laws.outcomes import contact

__all__ = [
    "EXTERNAL",
    "HOLD",
    "KEEP",
    "PASS",
    "PUSH",
    "REFUSE",
    "SEND",
    "THROTTLE",
    "backlog",
    "load",
    "overflows",
    "reached",
    "releases",
    "too_full",
    "way",
]

PUSH, HOLD, EXTERNAL, THROTTLE = range(4)
"""Policies."""

PASS, KEEP, SEND, REFUSE = range(4)
"""Ways that a lead can take: to the SDRs, back to nurture, to the provider, out."""


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
def load(hours: float, reps: int) -> float:
    """Backlog for each rep present, hours. Without reps whatever waits is too much."""
    if reps > 0:
        return hours / reps
    return math.inf if hours > 0.0 else 0.0


@compiled
def overflows(on: bool, load: float, begins: float, ends: float) -> bool:
    """Whether there is overflow, if there was (`on`) or was not: it begins above one load and ends at or below the
    other."""
    return load > (ends if on else begins)


@compiled
def releases(policy: int, on: bool, full: bool, load: float, ends: float) -> bool:
    """Whether a lead that is held is handed off now; always where leads are held no longer."""
    return policy != HOLD or (not on and not full and load <= ends)


@compiled
def too_full(waiting: int, idle: int, limit: int) -> bool:
    """Whether a lead would have to wait behind `limit` others; idle: SDRs who will take work within this instant."""
    return waiting - idle >= limit


@compiled
def way(policy: int, on: bool, full: bool, served: bool, score: float, cutoff: float) -> int:
    """Where a lead goes (PASS, KEEP, SEND, REFUSE). on: there is overflow; full: the queue has no room for it; served:
    the provider takes leads; cutoff: of the scores of leads that are held."""
    if policy == HOLD:
        return KEEP if full or (on and score < cutoff) else PASS
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
