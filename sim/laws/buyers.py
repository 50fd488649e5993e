"""Who of the leads can buy, who is ready to, and how well sales sees which of them fit.

Pure compiled functions for every engine; `stream` and `key` are a replication's stream and a lead's key (`sim.draws`).
"""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled

__all__ = ["has_authority", "has_budget", "has_profile", "is_ready", "means", "viewed"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BUDGET = int(Purpose.BUDGET)
_AUTHORITY = int(Purpose.AUTHORITY)
_VIEW = int(Purpose.VIEW)


@compiled
def has_budget(stream: int, key: int, share: float) -> bool:
    """Whether a buyer has a budget, as a share of his kind have."""
    return uniform(stream, key, _BUDGET, 0) < share


@compiled
def has_authority(stream: int, key: int, share: float) -> bool:
    """Whether a buyer may decide, as a share of his kind may."""
    return uniform(stream, key, _AUTHORITY, 0) < share


@compiled
def means(
    stream: int, keys: Ints, fit: Ints, budgets: Floats, authorities: Floats, budget_out: Ints, authority_out: Ints
) -> None:
    """Fill (leads,) whether each has a budget and may decide; budgets, authorities: (2,) shares by fit."""
    for i in range(len(keys)):
        budget_out[i] = has_budget(stream, keys[i], budgets[fit[i]])
        authority_out[i] = has_authority(stream, keys[i], authorities[fit[i]])


@compiled
def is_ready(budget: bool, authority: bool, intent: float, needed: float) -> bool:
    """Whether a lead that is talked to is ready for sales: budget, authority, and intent above what is needed."""
    return budget and authority and intent > needed


@compiled
def has_profile(of_segment: bool, budget: bool, needs_budget: bool, authority: bool, needs_authority: bool) -> bool:
    """Whether a lead is what an MQL must be."""
    return of_segment and (budget or not needs_budget) and (authority or not needs_authority)


@compiled
def viewed(stream: int, key: int, fit: bool, agreement: float, share: float) -> bool:
    """Sales' view of a lead's fit: the true one for a share `agreement` of leads, else as good as drawn anew from the
    channel's, of which `share` fit well."""
    if agreement >= 1.0 or uniform(stream, key, _VIEW, turn(0, 0)) < agreement:
        return fit
    return uniform(stream, key, _VIEW, turn(0, 1)) < share
