"""From lead to MQL and to opportunity: shares by channel, matured for leads still on their way, and the delay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.outcomes import EDGES, HALF_LIFE, Hazards, Spells, fit_hazards, incidence, make_lexis
from results.pooling import Pooled, pool

__all__ = ["Conversion", "fit_conversion", "matured"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

RECENT = 365.0
"""Leads captured within this many days count for the shares."""


@dataclass(frozen=True)
class Conversion:
    """Shares by channel and the delay from capture to opportunity."""

    channels: tuple[str, ...]
    mql: Pooled | None
    """Share of leads that become MQLs; none where MQLs are not recorded."""
    opportunity: Pooled
    """Share of MQLs (of leads, where MQLs are not recorded) that become opportunities."""
    delay: Hazards
    """Hazards (bins, 1) of becoming an opportunity, by days since capture."""
    leads: int
    events: int
    exact: bool


def matured(start: Floats, delay: Hazards) -> Floats:
    """(leads,) share of those who will ever convert that has done so by each lead's age."""
    _, cumulative = incidence(delay.mean)
    curve = cumulative[:, 0]
    return np.interp(-start, EDGES, curve / curve[-1]) if curve[-1] > 0 else np.ones(len(start))


def _delay(start: Floats, end: Floats, exact: bool) -> Hazards:
    spells = Spells.of(start, end, np.zeros(len(start), dtype=np.int64), exact)
    return fit_hazards(make_lexis(spells, 1), HALF_LIFE)


def fit_conversion(
    captured: Floats, mql: Floats, opened: Floats, names: Labels, channels: tuple[str, ...], exact: bool
) -> Conversion:
    """Fit conversion of leads: times in days before the cut-off, NaN where it has not happened.

    A lead that became an opportunity without a recorded MQL counts as an MQL at that time.
    """
    delay = _delay(captured, opened, exact)
    reached = np.maximum(np.fmin(mql, opened), captured)
    recent = captured >= -RECENT
    judged = matured(captured, delay)
    is_mql, is_opportunity = np.isfinite(reached), np.isfinite(opened)

    def by_channel(values: Floats) -> Floats:
        return np.array([float(values[recent & (names == channel)].sum()) for channel in channels])

    won_over = by_channel(is_opportunity.astype(np.float64))
    if np.isfinite(mql).any():
        ripe = matured(captured, _delay(captured, reached, exact))
        mql_share: Pooled | None = pool(by_channel(is_mql.astype(np.float64)), by_channel(ripe))
        # Whoever is an MQL by now has part of the way behind it: what may still be missing is less than of any lead.
        since_mql = np.divide(judged, ripe, out=np.zeros(len(judged)), where=ripe > 0.0)
        opportunity = pool(won_over, by_channel(np.where(is_mql, np.minimum(since_mql, 1.0), 0.0)))
    else:
        mql_share, opportunity = None, pool(won_over, by_channel(judged))
    return Conversion(channels, mql_share, opportunity, delay, len(captured), int(is_opportunity.sum()), exact)
