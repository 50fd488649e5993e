"""Funnel and plan as dense arrays: what engines and rules read."""

from sim.reasons import REASONS
from sim.tables.handoff import NO_LIMIT, Handoff
from sim.tables.tables import Tables, make_tables

__all__ = ["NO_LIMIT", "REASONS", "Handoff", "Tables", "make_tables"]
