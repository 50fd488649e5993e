"""Lift: how much more often cases with an attribute succeed than all cases do, P(success | value) / P(success)."""

from typing import NamedTuple

import numpy as np

from results.luck import of_draw, two_sided, wilson
from results.pooling import pool
from results.spans import Floats, ratio

__all__ = ["Lifts", "lifts"]


class Lifts(NamedTuple):
    """(groups,) of groups of all cases; intervals 95 %, NaN where nothing succeeds at all."""

    lift: Floats
    low: Floats
    high: Floats
    pooled: Floats
    """The lift drawn to 1, the more so the fewer the cases and the more alike the groups; posterior mean."""
    pooled_low: Floats
    pooled_high: Floats
    p_value: Floats
    """Of: the group is a random draw from all cases. Exact (hypergeometric), two-sided."""


def lifts(cases: Floats, successes: Floats, all_cases: float, all_successes: float) -> Lifts:
    """Lifts of some groups (groups,) of all cases, which need not be all of them; pooling is among these groups.

    With w the group's share of all cases and RR its rate over that of the other cases, lift = RR / (w RR + 1 - w),
    which grows with RR; the interval is that of RR, carried over. MOVER-R from Wilson's intervals: Newcombe 2016,
    doi:10.1177/0962280213502144.
    """
    whole = ratio(np.array(all_successes), np.array(all_cases))
    overall = np.where(whole > 0, whole, np.nan)
    share = cases / all_cases
    ends = _relative_risk(cases, successes, all_cases - cases, all_successes - successes)
    with np.errstate(invalid="ignore"):
        low, high = (np.where(np.isinf(end), 1.0 / share, end / (share * end + 1.0 - share)) for end in ends)
    pooled = pool(successes, cases, float(whole) if whole > 0 else None)
    pooled_low, pooled_high = pooled.interval(0.95)
    p_values = [
        two_sided(of_draw(int(n), int(all_successes), int(all_cases)), int(y))
        for n, y in zip(cases, successes, strict=True)
    ]
    return Lifts(
        lift=ratio(successes, cases) / overall,
        low=np.where(np.isnan(overall), np.nan, low),
        high=np.where(np.isnan(overall), np.nan, high),
        pooled=pooled.mean / overall,
        pooled_low=pooled_low / overall,
        pooled_high=pooled_high / overall,
        p_value=np.array(p_values),
    )


def _relative_risk(n: Floats, y: Floats, others: Floats, of_others: Floats) -> tuple[Floats, Floats]:
    """(groups,) both ends of the interval of (y / n) / (of_others / others); 1 where there are no others."""
    first, second = ratio(y, n), ratio(of_others, others)
    (low1, high1), (low2, high2) = wilson(y, n), wilson(of_others, others)
    product = first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        low = (product - np.sqrt(product**2 - low1 * high2 * (2 * first - low1) * (2 * second - high2))) / (
            high2 * (2 * second - high2)
        )
        high = (product + np.sqrt(product**2 - high1 * low2 * (2 * first - high1) * (2 * second - low2))) / (
            low2 * (2 * second - low2)
        )
    alone = others == 0
    return np.where(alone, 1.0, low), np.where(alone, 1.0, np.where(low2 == 0, np.inf, high))
