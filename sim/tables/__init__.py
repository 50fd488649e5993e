"""Funnel and plan as dense arrays: what engines and rules read."""

from sim.tables.tables import BY_SCORE, BY_STAGE, FIFO, NO_LIMIT, REASONS, Tables, make_tables

__all__ = ["BY_SCORE", "BY_STAGE", "FIFO", "NO_LIMIT", "REASONS", "Tables", "make_tables"]
