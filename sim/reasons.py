"""Reasons that the model itself gives for what becomes of leads and opportunities."""

__all__ = ["REASONS"]

REASONS = (
    "ready",
    "unsubscribed",
    "released",
    "poor_fit",
    "unreached",
    "no_attempt",
    "no_ae",
    "stalled",
    "sla_breach",
    "lost_in_transit",
    "queue_full",
    "neglected",
)
"""In the order of their numbers; a funnel's reasons of rejection and causes of loss follow them."""
