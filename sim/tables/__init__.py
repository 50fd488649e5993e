"""Funnel and plan as dense arrays: what engines and rules read."""

from sim.reasons import REASONS
from sim.tables.handoff import ESCALATE, NO_LIMIT, NOTHING, RECYCLE, Handoff
from sim.tables.tables import Tables, make_tables

__all__ = ["ESCALATE", "NOTHING", "RECYCLE", "NO_LIMIT", "REASONS", "Handoff", "Tables", "make_tables"]
