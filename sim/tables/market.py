"""The market in numbers: how many accounts each segment has."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel

__all__ = ["MarketTable", "make_market"]


class MarketTable(NamedTuple):
    """G segments."""

    pools: NDArray[np.float64]
    """(G,) accounts; infinite where nobody counts them."""
    depletes: bool
    """Whether a segment has so many and no more, now or later."""


def make_market(funnel: Funnel) -> MarketTable:
    """The numbers of a funnel."""
    terms = (funnel.market.get(name) for name in funnel.segments)
    accounts = [np.inf if each is None or each.accounts is None else each.accounts for each in terms]
    pools = np.array(accounts, dtype=np.float64)
    return MarketTable(pools, bool(np.isfinite(pools).any()))
