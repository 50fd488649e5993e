"""Funnel and plan as dense arrays: what engines and rules read."""

from sim.reasons import REASONS
from sim.tables.handoff import NO_LIMIT, Handoff
from sim.tables.tables import BY_SCORE, BY_STAGE, FIFO, Tables, make_tables

__all__ = ["BY_SCORE", "BY_STAGE", "FIFO", "NO_LIMIT", "REASONS", "Handoff", "Tables", "make_tables"]
