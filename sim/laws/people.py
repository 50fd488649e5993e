"""How a rep's skill acts: on the log-odds, with what he has learnt by doing."""

import math

from sim.jit import compiled

__all__ = ["reaching", "skilled"]


@compiled
def skilled(skill: float, learning: float, done: int) -> float:
    """Log-odds that a rep adds after n = `done` pieces of work: skill + learning x ln(1 + n)."""
    if learning == 0.0:
        return skill
    return skill + learning * math.log(1.0 + done)


@compiled
def reaching(m: float, ability: float) -> float:
    """Factor on the odds of contact: that of speed, times e^ability of the SDR who tries."""
    if ability == 0.0:
        return m
    return m * math.exp(ability)
