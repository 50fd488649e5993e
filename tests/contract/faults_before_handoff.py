"""Faults in what happens before the handoff: nurture, scoring, what sales knows of leads."""

from faults import Mutant, one

BEFORE_HANDOFF: tuple[Mutant, ...] = (
    one(
        "interest-that-is-never-lost",
        "who loses interest counts as one who unsubscribes",
        "sim/kernel/lives.py",
        "e.cause = p.decay_reason if outcome == LOST_INTEREST else reason",
        "e.cause = reason if outcome != LOST_INTEREST else _OUT",
    ),
    one(
        "interest-that-lasts",
        "losing interest ends no stay",
        "sim/kernel/lives.py",
        "nurture(p.stream, e.key, e.visit, ready, p.unsubscribe, p.decay, p.release_after)",
        "nurture(p.stream, e.key, e.visit, ready, p.unsubscribe, 0.0, p.release_after)",
    ),
)
"""In the order in which a lead meets them."""
