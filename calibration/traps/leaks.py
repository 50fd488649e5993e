"""Leaks: columns that are filled only when a deal closes, or only when it is won, and so tell the outcome."""

from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.mapping import Mapping
from calibration.tables import Tables

__all__ = ["leaks"]

_LEAST = 20
"""Deals of either kind below which nothing is said."""

_FILLED, _EMPTY = 0.8, 0.3
"""Filled in so much of one kind and in no more than so much of the other: choices."""

_NOTHING = {"channel": "unrecorded", "segment": "all", "product": "all", "owner": "", "campaign": ""}


def leaks(known: Tables, mapping: Mapping) -> Iterator[Finding]:
    """One finding a column that tells closed deals from open ones, or won from lost ones."""
    deals, spec = known.opportunities, mapping.tables.get("opportunities")
    if spec is None:
        return
    closed = deals.outcome != "open"
    kinds = (("closed", closed, "open", ~closed), ("won", deals.outcome == "won", "lost", deals.outcome == "lost"))
    for column, nothing in _NOTHING.items():
        if column not in spec.columns or (column == "owner" and mapping.closed_means_won):
            continue
        filled = getattr(deals, column) != nothing
        for one, those, other, rest in kinds:
            if min(those.sum(), rest.sum()) < _LEAST:
                continue
            often, seldom = float(filled[those].mean()), float(filled[rest].mean())
            if often >= _FILLED and seldom <= _EMPTY:
                message = f"{column} is filled in {often:.0%} of {one} deals and in {seldom:.0%} of {other} ones"
                remedy = "it tells the outcome in advance: leave it out of the mapping"
                yield Finding("warning", "leak", message, "opportunities", int(np.sum(rest & ~filled)), remedy)
                break
