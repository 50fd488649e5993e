"""A market of so many accounts: the more of them are with us, the fewer can come.

Pure compiled functions for every engine. With a pool of M accounts a rate is multiplied by 1 - taken / M, as in a
diffusion that only depletion limits (Bass 1969 with p alone, doi.org/10.1287/mnsc.15.5.215).
"""

from sim.draws import Purpose, uniform
from sim.jit import compiled

__all__ = ["comes", "free_share", "is_free"]

_POOL = int(Purpose.POOL)


@compiled
def free_share(taken: int, pool: float) -> float:
    """Share of a segment's accounts that are not with us; negative where more are than there should be."""
    return 1.0 - taken / pool


@compiled
def comes(depth: float, kept: float, taken: int, pool: float) -> bool:
    """Whether a lead at some depth of its channel's rate (0 to 1) comes; kept: share of the rate that is left of cut
    spend."""
    return depth < kept * free_share(taken, pool)


@compiled
def is_free(stream: int, key: int, taken: int, pool: float) -> bool:
    """Whether an account that an AE finds, or that a customer names, is not with us already."""
    return uniform(stream, key, _POOL, 0) < free_share(taken, pool)
