"""The SimPy engine, readable from top to bottom: `leads` and `deals` tell the lives, `team` and `book` the work."""

from sim.reference.engine import Engine

__all__ = ["Engine"]
