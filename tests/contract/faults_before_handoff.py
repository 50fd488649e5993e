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
    one(
        "decides-without-authority",
        "a lead without authority may be ready for sales",
        "sim/kernel/buyers.py",
        "e.authority == 1, intent",
        "True, intent",
    ),
    one(
        "reasons-of-the-truth",
        "why sales rejects a lead depends on its fit and not on how sales sees it",
        "sim/kernel/lives.py",
        "[1 if seen(p, s, slot) else 0]",
        "[e.fit]",
    ),
    one(
        "a-new-view-each-time",
        "sales' view of a lead is another at every visit",
        "sim/kernel/buyers.py",
        "_viewed(p.stream, e.key, e.fit == 1,",
        "_viewed(p.stream, e.key + e.visit, e.fit == 1,",
    ),
)
"""In the order in which a lead meets them."""
