"""Faults in what happens through the sale: buyers who go back."""

from faults import Mutant, one

OF_SELLING: tuple[Mutant, ...] = (
    one(
        "back-by-one",
        "a buyer who goes back goes to the stage before the one that he was to go to",
        "sim/kernel/deals.py",
        "e.count = BACK - e.cause",
        "e.count = max(BACK - e.cause - 1, 0)",
    ),
    one(
        "back-like-an-advance",
        "an opportunity that goes back may be lost to the delay that the rep's work caused",
        "sim/kernel/deals.py",
        "if slot_at(s, slot).cause != ADVANCES or _survives(",
        "if _survives(",
    ),
    one(
        "teaches-twice",
        "an AE learns of a channel whenever an opportunity leaves its first stage",
        "sim/kernel/deals.py",
        "p.pursues and e.count == 0 and e.visit == 0:\n        learn(p, s, slot)\n    if e.cause",
        "p.pursues and e.count == 0:\n        learn(p, s, slot)\n    if e.cause",
    ),
)
"""In the order in which a sale meets them."""
