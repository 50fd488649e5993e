"""Values of groups that have few won deals: lognormal laws that borrow strength from each other, and what is missing.

    log amount in group i ~ N(m_i, v_i),   m_i ~ N(mu, tau^2),   v_i ~ scaled inverse chi-squared(8, s^2)

drawn by Gibbs sampling, one chain a draw (Gelman and Hill 2007, Data Analysis Using Regression and Multilevel Models,
chapters 12 and 18).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import Diagnostic
from calibration.history import History
from calibration.values import MANY

__all__ = ["PooledValues", "missing_amounts", "pool_values"]

Floats = NDArray[np.float64]

LIKE = 8.0
"""How alike the spreads of groups are: deals that the common spread is worth in each. [choice]"""
_BETWEEN = (2.0, 0.3)
"""Weight and size of the prior of tau: medians of groups differ by a factor of e^.3, or by far more. [choice]"""
_SPREAD = (2.0, 4.0)
"""Shape and rate of the gamma prior of s^2: a sigma of about .7. [choice]"""
_CENTRE = 2.0
"""Standard deviation of the prior of mu about the mean of all logarithms. [choice]"""
_STEPS = 200


@dataclass(frozen=True)
class PooledValues:
    """Draws of each group's law; (draws, groups)."""

    median: Floats
    sigma: Floats


def pool_values(groups: Sequence[Floats], draws: int, rng: np.random.Generator) -> PooledValues:
    """Laws of positive amounts by group; a group without any is drawn as one that is not known yet.

    All medians are moved by one factor, so that the laws' means keep the mean of what is recorded of large groups.
    """
    logs = [np.log(each) for each in groups]
    n = np.array([float(len(each)) for each in logs])
    sums, squares = (np.array([float(f(each)) for each in logs]) for f in (np.sum, lambda each: each @ each))
    k, overall = len(groups), float(sums.sum() / max(n.sum(), 1.0))
    mean = np.where(n > 0.0, sums / np.maximum(n, 1.0), overall)
    m, v = np.tile(mean, (draws, 1)), np.full((draws, k), 0.5)
    tau2, s2 = np.full((draws, 1), 0.1), np.full((draws, 1), 0.5)
    for _ in range(_STEPS):
        weight = k / tau2 + _CENTRE**-2.0
        mu = (m.sum(axis=1, keepdims=True) / tau2 + overall * _CENTRE**-2.0) / weight
        mu = mu + rng.standard_normal((draws, 1)) / np.sqrt(weight)
        apart = ((m - mu) ** 2).sum(axis=1, keepdims=True)
        tau2 = (_BETWEEN[0] * _BETWEEN[1] ** 2 + apart) / rng.chisquare(_BETWEEN[0] + k, (draws, 1))
        weight = n / v + 1.0 / tau2
        m = (sums / v + mu / tau2) / weight + rng.standard_normal((draws, k)) / np.sqrt(weight)
        left = np.maximum(squares - 2.0 * m * sums + n * m**2, 0.0)
        v = (LIKE * s2 + left) / rng.chisquare(LIKE + n, (draws, k))
        rate = _SPREAD[1] + LIKE / 2.0 * (1.0 / v).sum(axis=1, keepdims=True)
        s2 = rng.gamma(_SPREAD[0] + LIKE * k / 2.0, 1.0, (draws, 1)) / rate
    many = [each for each in logs if len(each) >= MANY]
    implied = sum(len(each) * math.exp(each.mean() + each.var(ddof=1) / 2.0) for each in many)
    recorded = sum(float(np.exp(each).sum()) for each in many)
    kept = recorded / implied if implied > 0.0 else 1.0
    return PooledValues(np.exp(m) * kept, np.sqrt(v))


def missing_amounts(history: History, recent: float) -> Diagnostic | None:
    """Won deals of the last `recent` days whose amount is missing, and whether some are missing it more than others.

    Nothing is filled in: values rest on the deals that have one. None where no amount is missing, or all are.
    """
    deals = history.tables.opportunities
    won = (deals.outcome == "won") & (deals.closed >= history.end - recent)
    missing = ~(deals.won_amount[won] > 0.0)
    if not missing.any() or missing.all():
        return None
    from scipy.stats import chi2_contingency

    worst, chance = "", 1.0
    for what, labels in (("segment", deals.segment), ("product", deals.product), ("channel", deals.channel)):
        names = sorted(set(labels[won]))
        table = np.array([[float((missing[labels[won] == name] == lost).sum()) for name in names] for lost in (0, 1)])
        if len(names) > 1:
            p = float(chi2_contingency(table)[1])
            if p < chance:
                share = table[1] / table.sum(axis=0)
                worst, chance = f"{what} {names[int(np.argmax(share))]} ({100 * float(share.max()):.0f} %)", p
    # Three comparisons are made.
    told = f"amounts are missing most often in {worst}: what is recorded is not a fair sample" if chance < 0.003 else ""
    return Diagnostic(
        "values.missing",
        int(won.sum()),
        int(missing.sum()),
        float("nan"),
        float(missing.mean()),
        "share of won deals of the last year without an amount; nothing is filled in",
        told,
    )
