"""Likeness: which of the absent columns a column of somebody's export may well be, by its name."""

import difflib
import re
from collections.abc import Iterable, Mapping

__all__ = ["absent_like", "unused_like"]

_CLOSE = 0.6
"""Similarity of two names (1 = equal) from which one may be the other: a choice."""

_ALSO: Mapping[str, tuple[str, ...]] = {
    "channel": ("source", "lead source", "original source", "origin", "medium", "acquisition channel"),
    "segment": ("size", "company size", "industry", "sector", "tier"),
    "product": ("plan", "item", "sku", "package"),
    "owner": ("rep", "sales rep", "sales agent", "salesperson", "account executive", "deal owner", "assigned to"),
    "amount": ("value", "deal value", "deal amount", "expected amount", "expected value", "price"),
    "won_amount": ("signed", "signed amount", "contract value", "booked", "booking", "acv", "tcv", "close value"),
    "opened": ("created", "create date", "created date", "opened on", "open date", "date opened"),
    "closed": ("close", "close date", "closed on", "closed date", "date closed", "end date", "won date", "signed on"),
    "outcome": ("status", "result", "won or lost", "won", "state", "deal status"),
    "reason": ("lost reason", "loss reason", "closed lost reason", "why lost"),
    "captured": ("created", "create date", "created date", "date", "received", "first contact date"),
    "mql": ("qualified", "qualified on", "mql date"),
    "campaign": ("utm campaign",),
    "entered": ("date", "entered on", "changed", "changed at", "since"),
}
"""By our column, what else it is often called."""


def _plain(name: str) -> str:
    """In lower case with blanks between words: `CloseDate`, `close_date` and `Close Date` are one."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", parted.lower()))


def _likeness(column: str, ours: str, theirs: str) -> float:
    """1 where one is a known name of the other, else how similar the letters are."""
    name = _plain(column)
    if name in (_plain(ours), _plain(theirs), *_ALSO.get(ours, ())):
        return 1.0
    letters = (name.replace(" ", ""), _plain(theirs).replace(" ", ""))
    return difflib.SequenceMatcher(None, *letters).ratio()


def unused_like(ours: str, theirs: str, unused: Iterable[str]) -> str:
    """The unused column that may well be an absent one; empty if none looks like it."""
    found = max(((_likeness(column, ours, theirs), column) for column in unused), default=(0.0, ""))
    return found[1] if found[0] >= _CLOSE else ""


def absent_like(column: str, absent: Mapping[str, str]) -> str:
    """The absent column (ours: theirs) that an unused one may well be, by its name in the export; empty if none."""
    found = max(((_likeness(column, *pair), pair[1]) for pair in absent.items()), default=(0.0, ""))
    return found[1] if found[0] >= _CLOSE else ""
