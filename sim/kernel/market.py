"""The pool of accounts in the compiled engine: who of those who would come finds one that is not with us already.

The counterpart of `sim.reference.market`. An account is taken from the birth of what it is with us (a lead, an
opportunity that an AE has found, one that was open at the start) until that, or the customer that it becomes, is gone.
"""

from sim.draws import Purpose
from sim.jit import inner
from sim.kernel.layout import Parameters, State, kept, lead_at, pools, shares, taken
from sim.laws import market
from sim.rules import category

__all__ = ["account_is_free", "comes"]

_P_SEGMENT = int(Purpose.SEGMENT)


@inner
def comes(p: Parameters, s: State, arrival: int) -> int:
    """Whether the lead of this number comes."""
    lead = lead_at(p, arrival)
    segment = category(p.stream, lead.key, _P_SEGMENT, shares(p)[lead.channel])
    return int(market.comes(lead.depth, kept(s)[lead.channel], taken(s)[segment], pools(p)[segment]))


@inner
def account_is_free(p: Parameters, s: State, channel: int, key: int) -> bool:
    """Whether an account that is found (its key) through a channel is not with us already."""
    segment = category(p.stream, key, _P_SEGMENT, shares(p)[channel])
    return bool(market.is_free(p.stream, key, taken(s)[segment], pools(p)[segment]))
