"""How spend becomes leads: adstock, then Hill saturation or, where little is known, a power.

Jin et al. 2017, "Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects",
research.google/pubs/bayesian-methods-for-media-mix-modeling-with-carryover-and-shape-effects/.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.units import DAYS_PER_MONTH

__all__ = ["adstock", "hill", "lead_rate"]


def adstock(spend: NDArray[np.float64], carry_over: float, steady: float) -> NDArray[np.float64]:
    """Normalised geometric adstock a_w = th a_{w-1} + (1 - th) x_w, begun in steady state at `steady`.

    spend: (weeks,) USD a week; carry_over: th per week; returns (weeks,) USD a week.
    """
    level = steady
    out = np.empty_like(spend)
    for week, x in enumerate(spend):
        level = carry_over * level + (1.0 - carry_over) * x
        out[week] = level
    return out


def hill(a: NDArray[np.float64], half: float, shape: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """h(a) = a^al / (K^al + a^al); zero at zero spend, a half at K. Elasticity al (1 - h)."""
    ratio: NDArray[np.float64] = (np.asarray(a, dtype=np.float64) / half) ** shape
    return ratio / (1.0 + ratio)


def lead_rate(
    stock: NDArray[np.float64],
    leads: float,
    spend: float,
    base_share: float,
    half_spend: float,
    shape: float,
    elasticity: float = math.nan,
) -> NDArray[np.float64]:
    """(weeks,) leads a day at an adstocked spend (weeks,) USD a week: base + vmax h(a), or base + paid (a / ref)^e.

    Scaled so that `spend` a month, spent for ever, gives `leads` a month.

    `half_spend` is K as a multiple of `spend`; an `elasticity` e that is not NaN takes the place of the curve. Without
    a reference spend there is nothing to respond to: all leads are base.
    """
    daily = leads / DAYS_PER_MONTH
    if spend <= 0.0:
        return np.full_like(stock, daily)
    weekly = spend * 7.0 / DAYS_PER_MONTH
    if not math.isnan(elasticity):
        power: NDArray[np.float64] = daily * (base_share + (1.0 - base_share) * (stock / weekly) ** elasticity)
        return power
    paid = (1.0 - base_share) / hill(np.array([weekly]), half_spend * weekly, shape)[0]
    rate: NDArray[np.float64] = daily * (base_share + paid * hill(stock, half_spend * weekly, shape))
    return rate
