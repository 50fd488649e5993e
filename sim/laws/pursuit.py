"""The choice of leads: a rep pursues one if it pays him more an hour than prospecting does, as he believes.

P(pursue) = logistic(beta (V_m - V_s) + tracking + experience), a binary logit (McFadden 1974), with
V_m = phat w ACV r_m / E[h] and V_s = phi_s w ACV r_s / (H + E[h]), commission expected an hour (`sim.laws.pay`).
phat is an exponentially weighted mean of what his opportunities of that channel turned out to be.
"""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled
from sim.laws.pay import marginal_rate, pursuit, worth_per_hour
from sim.units import DAYS_PER_YEAR

__all__ = ["believed", "kept", "learnt", "pursues"]

Floats = NDArray[np.float64]

_PURSUE = int(Purpose.PURSUE)


@compiled
def believed(initial: float, kept: float, learnt: float) -> float:
    """phat: what is kept of the belief that a rep began with, and what he has learnt since."""
    return initial * kept + learnt


@compiled
def kept(before: float, learning: float) -> float:
    """What is kept of the first belief after one more opportunity."""
    return before * (1.0 - learning)


@compiled
def learnt(before: float, learning: float, good: bool) -> float:
    """What is learnt after one more opportunity, of good fit or not."""
    return before + learning * ((1.0 if good else 0.0) - before)


@compiled
def pursues(
    stream: int,
    key: int,
    visit: int,
    belief: float,
    order: float,
    hours: float,
    own_order: float,
    own_hours: float,
    marketing_rate: float,
    self_rate: float,
    attained: float,
    bands: Floats,
    cap: float,
    sensitivity: float,
    tracking: float,
    experience: float,
    days: float,
) -> bool:
    """Whether a rep pursues a lead.

    order: value a lead of good fit is worth to us, on average; hours: of work that it takes; own_order, own_hours: the
    same of an opportunity that he finds himself, fit and finding included; days: he has been with us.
    """
    marketing = worth_per_hour(belief, order, marginal_rate(marketing_rate, attained, bands, cap), hours)
    own = worth_per_hour(1.0, own_order, marginal_rate(self_rate, attained, bands, cap), own_hours)
    chance = pursuit(sensitivity, marketing, own, tracking, experience * days / DAYS_PER_YEAR)
    return uniform(stream, key, _PURSUE, turn(visit, 0)) < chance
