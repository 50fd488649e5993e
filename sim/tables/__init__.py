"""Funnel and plan as dense arrays: what engines and rules read."""

from sim.reasons import REASONS
from sim.tables.handoff import ESCALATE, NO_LIMIT, NOTHING, RECYCLE, Handoff
from sim.tables.make import make_tables
from sim.tables.overflow import MOST_ATTEMPTS, OverflowTable
from sim.tables.pay import PayTerms, Quotas, person_quotas
from sim.tables.tables import Tables

__all__ = [
    "ESCALATE",
    "MOST_ATTEMPTS",
    "NOTHING",
    "NO_LIMIT",
    "REASONS",
    "RECYCLE",
    "Handoff",
    "OverflowTable",
    "PayTerms",
    "Quotas",
    "Tables",
    "make_tables",
    "person_quotas",
]
