"""Thresholds by a rule: the score that a given share of all leads exceeds, whatever their channels' scores are like."""

import math
from typing import NamedTuple

from sim.distributions import Constant, Normal, ScoreLaw

__all__ = ["Scores", "normal_above", "share_above", "top"]


class Scores(NamedTuple):
    """Scores of some leads: a normal with a mean and a standard deviation, or a law of the funnel."""

    leads: float
    mean: float = 0.0
    sd: float = 1.0
    law: ScoreLaw | None = None


def normal_above(threshold: float, mean: float, sd: float) -> float:
    """P(score > threshold) of a normal score."""
    if sd <= 0.0:
        return 1.0 if mean > threshold else 0.0
    return 0.5 * math.erfc((threshold - mean) / (sd * math.sqrt(2.0)))


def _law_above(law: ScoreLaw, threshold: float) -> float:
    """P(score > threshold) of a law."""
    if isinstance(law, Constant):
        return 1.0 if law.value > threshold else 0.0
    if isinstance(law, Normal):
        low, high = law.clip or (-math.inf, math.inf)
        # A score that is rounded down exceeds a threshold where it reaches the next whole number before.
        before = math.nextafter(math.floor(threshold) + 1.0, -math.inf) if law.floor else threshold
        if low > before or high <= before:
            return 1.0 if low > before else 0.0
        return normal_above(before, law.mean, law.sd)
    if threshold < law.at[0]:
        return 1.0
    if threshold >= law.at[-1]:
        return 0.0
    k = max(k for k, at in enumerate(law.at) if at <= threshold)
    rise = (threshold - law.at[k]) / (law.at[k + 1] - law.at[k])
    return 1.0 - (law.cumulative[k] + rise * (law.cumulative[k + 1] - law.cumulative[k]))


def share_above(scores: list[Scores], threshold: float) -> float:
    """Share of all leads whose score exceeds a threshold."""
    above = (
        each.leads
        * (normal_above(threshold, each.mean, each.sd) if each.law is None else _law_above(each.law, threshold))
        for each in scores
    )
    return math.fsum(above) / math.fsum(each.leads for each in scores)


def top(scores: list[Scores], share: float) -> float:
    """The least threshold that at most a share of all leads exceeds, to the last bit; there must be leads."""
    if share >= 1.0:
        return -math.inf
    if share <= 0.0:
        return math.inf
    low, high = -1.0, 1.0
    while share_above(scores, high) > share:
        high *= 2.0
    while share_above(scores, low) <= share:
        low *= 2.0
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return high
        if share_above(scores, middle) > share:
            low = middle
        else:
            high = middle
