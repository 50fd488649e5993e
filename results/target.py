"""Will the plan's target be reached? The share of runs whose bookings reach it by its month, with its interval."""

import math
from dataclasses import dataclass

import numpy as np

from results.runset import RunSet
from sim.plan import Targets

__all__ = ["TargetOdds", "target_odds"]

_Z95 = 1.959963984540054


@dataclass(frozen=True)
class TargetOdds:
    """A bookings target and how often it is reached."""

    amount: float
    by: str
    """The last month that counts, such as 2027-12."""
    reached: float
    """Share of replications that reach it."""
    lo95: float
    hi95: float
    """Wilson interval of that share; the replications of one parameter draw count as one."""
    p10: float
    p50: float
    p90: float
    """Percentiles over replications of the bookings up to that month."""


def target_odds(runs: RunSet, targets: Targets) -> TargetOdds | None:
    """The odds of a plan's bookings target; none if it has none, or bookings are not known.

    Wilson 1927, doi.org/10.1080/01621459.1927.10502953.
    """
    if targets.bookings is None or "bookings" not in runs.monthly_metrics:
        return None
    by = runs.months[-1] if targets.by is None else targets.by.strftime("%Y-%m")
    if by not in runs.months:
        return None
    totals = runs.of_month("bookings")[:, : runs.months.index(by) + 1].sum(axis=1)
    if np.isnan(totals).any():
        return None
    share = float(np.mean(totals >= targets.bookings))
    n = len(np.unique(runs.draw)) if (runs.draw >= 0).all() else len(runs)
    centre = (share + _Z95**2 / (2 * n)) / (1 + _Z95**2 / n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n)) / (1 + _Z95**2 / n)
    p10, p50, p90 = (float(x) for x in np.percentile(totals, (10, 50, 90)))
    return TargetOdds(targets.bookings, by, share, max(centre - half, 0.0), min(centre + half, 1.0), p10, p50, p90)
