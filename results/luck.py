"""Luck: how many of several unlike cases succeed by chance alone, and what a count of successes says of a rate.

The number of successes among independent cases with probabilities p_1..p_n is Poisson-binomial; nothing here is a
normal approximation but the score interval, which is Wilson's (1927, doi:10.1080/01621459.1927.10502953).
"""

from typing import NamedTuple

import numpy as np

from results.spans import Bools, Floats

__all__ = ["Z95", "Band", "band", "of_draw", "of_sum", "told_apart", "two_sided", "wilson"]

Z95 = 1.959963984540054
"""Standard normal quantile of .975."""


class Band(NamedTuple):
    """Counts, both ends included, beyond which luck alone ends at most so often on either side."""

    low: int
    high: int


def of_sum(probability: Floats) -> Floats:
    """(n + 1,) chances of 0..n successes among n cases with `probability` (n,), exact: the cases' distributions are
    folded two by two, so that every term is a sum of positive products."""
    count = len(probability)
    rows = np.column_stack((1.0 - probability, probability))
    while len(rows) > 1:
        if len(rows) % 2:
            rows = np.vstack((rows, np.eye(1, rows.shape[1])))
        left, right, width = rows[::2], rows[1::2], rows.shape[1]
        rows = np.zeros((len(left), 2 * width - 1))
        for place in range(width):
            rows[:, place : place + width] += left[:, place : place + 1] * right
    return rows[0, : count + 1] if count else np.ones(1)


def of_draw(count: int, successes: int, trials: int) -> Floats:
    """(count + 1,) chances of 0..count successes among `count` of all `trials`, drawn without putting back
    (hypergeometric), of which `successes` are successes."""
    from scipy.special import gammaln

    def log_choose(n: Floats, k: Floats) -> Floats:
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    got = np.arange(count + 1.0)
    possible = (got <= successes) & (count - got <= trials - successes)
    inside = got[possible]
    chances = np.zeros(count + 1)
    whole = log_choose(np.array(float(trials)), np.array(float(count)))
    among, others = np.array(float(successes)), np.array(float(trials - successes))
    chances[possible] = np.exp(log_choose(among, inside) + log_choose(others, count - inside) - whole)
    return np.asarray(chances / chances.sum())


def band(chances: Floats, level: float) -> Band:
    """The band that chances (n + 1,) of 0..n leave with at most (1 - level) / 2 on either side."""
    tail, upto = (1.0 - level) / 2, np.cumsum(chances)
    # What rounding leaves must not count as a tail.
    low = int(np.searchsorted(upto, tail * (1 + 1e-12), side="right"))
    high = int(np.searchsorted(upto, 1.0 - tail * (1 + 1e-12)))
    return Band(min(low, len(chances) - 1), min(high, len(chances) - 1))


def two_sided(chances: Floats, count: int) -> float:
    """Twice the smaller tail that begins at a count, at most 1."""
    return float(min(1.0, 2.0 * min(chances[: count + 1].sum(), chances[count:].sum())))


def told_apart(p_values: Floats, false_share: float = 0.05) -> Bools:
    """(verdicts,) which may be passed so that on average at most `false_share` of those passed are due to luck.

    Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    order = np.argsort(p_values, kind="stable")
    small = np.flatnonzero(p_values[order] <= false_share * np.arange(1, len(order) + 1) / len(order))
    told = np.zeros(len(order), dtype=bool)
    told[order[: small[-1] + 1 if len(small) else 0]] = True
    return told


def wilson(successes: Floats, trials: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """(groups,) both ends of Wilson's interval of a rate; NaN without trials."""
    n = np.where(trials > 0, trials, np.nan)
    rate = successes / n
    centre, half = rate + z * z / (2 * n), z * np.sqrt(rate * (1 - rate) / n + (z / (2 * n)) ** 2)
    low, high = ((centre + side * half) / (1 + z * z / n) for side in (-1, 1))
    # At 0 and at 1 the formula's ends are exact but for rounding.
    return np.where(successes == 0, 0.0 * n, low), np.where(successes == trials, 1.0 + 0.0 * n, high)
