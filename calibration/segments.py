"""How leads convert by segment and channel: cells of few leads that borrow strength from their row and their column.

    y_sc ~ Binomial(n_sc, p_sc),   p_sc ~ Beta(m_sc k, (1 - m_sc) k),   logit m_sc = a_c + b_s

The funnel holds the share of each channel (`calibration.conversion`); this tells which segments convert better
within them. It is not written into a funnel, whose channels convert alike in all segments and whose deals differ by
segment in their stages.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import FEW_EVENTS, Diagnostic
from calibration.part import Part
from calibration.sampling import sample

__all__ = ["Cells", "fit_cells", "segment_parts"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

_CHANNEL, _SEGMENT, _STRENGTH = 1.0, 0.5, (math.log(50.0), 1.5)
"""Standard deviations of what channels and segments add to the log-odds; centre and standard deviation of log k.
[choice]"""
_MOST = 12
"""Channels and segments together that are fitted at once."""


@dataclass(frozen=True)
class Cells:
    """Draws of the fit."""

    rate: Floats
    """(draws, segments, channels)"""
    segment: Floats
    """(draws, segments) b_s, less their mean: log-odds of a segment against the others within a channel."""


def fit_cells(successes: Floats, trials: Floats, draws: int, rng: np.random.Generator) -> Cells:
    """Fit (segments, channels) successes of trials."""
    from scipy.special import betaln, expit

    rows, columns = successes.shape
    overall = (successes.sum() + 0.5) / (trials.sum() + 1.0)
    centre = np.concatenate((np.full(columns, math.log(overall / (1.0 - overall))), np.zeros(rows), [_STRENGTH[0]]))
    sd = np.concatenate((np.full(columns, _CHANNEL), np.full(rows, _SEGMENT), [_STRENGTH[1]]))

    def means(theta: Floats) -> tuple[Floats, Floats]:
        """(n, segments, channels) parameters of the beta laws."""
        logit = theta[:, None, :columns] + theta[:, columns:-1, None]
        k = np.exp(np.minimum(theta[:, -1], 12.0))[:, None, None]
        mean = np.clip(expit(logit), 1e-9, 1.0 - 1e-9)
        return mean * k, (1.0 - mean) * k

    def density(theta: Floats) -> Floats:
        a, b = means(theta)
        fit = (betaln(a + successes, b + trials - successes) - betaln(a, b)).sum(axis=(1, 2))
        return np.asarray(fit - 0.5 * (((theta - centre) / sd) ** 2).sum(axis=1), dtype=np.float64)

    theta = sample(density, centre, sd, draws, rng).draws
    a, b = means(theta)
    by_segment = theta[:, columns:-1]
    rate = rng.beta(a + successes, b + trials - successes)
    return Cells(rate, by_segment - by_segment.mean(axis=1, keepdims=True))


def segment_parts(
    won: NDArray[np.bool_], segment: Labels, channel: Labels, weight: Floats, draws: int, rng: np.random.Generator
) -> list[Part]:
    """Which segments convert better, within channels: (leads,) whether each converted, what it is, and the share of a
    trial that its age has matured. Nothing with one segment."""
    rows, columns = sorted(set(segment)), sorted(set(channel))
    if len(rows) < 2 or len(rows) + len(columns) > _MOST or won.sum() < FEW_EVENTS:
        return []
    s, c = (np.searchsorted(names, labels) for names, labels in ((rows, segment), (columns, channel)))
    y, n = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
    np.add.at(y, (s, c), won.astype(np.float64))
    np.add.at(n, (s, c), weight)
    n = np.maximum(n, y)
    found = fit_cells(y, n, draws, rng)
    told = []
    for place, name in enumerate(rows):
        low, middle, high = np.exp(np.quantile(found.segment[:, place], (0.05, 0.5, 0.95))).tolist()
        few = int(y[place].sum()) < FEW_EVENTS
        told.append(
            Diagnostic(
                f"segments.{name}.conversion",
                int((s == place).sum()),
                int(y[place].sum()),
                float("nan"),
                middle,
                f"factor on the odds of becoming an opportunity (90 % {low:.2f} to {high:.2f})",
                f"only {y[place].sum():.0f} opportunities: read the interval, not the middle" if few else "",
            )
        )
    return [Part(tuple(told))]
