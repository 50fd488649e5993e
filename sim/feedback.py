"""What sales' verdicts teach marketing: a ridge logistic regression of acceptance on score and channel.

logit P(accepted) = a + b score + gamma_channel, the log-likelihood less (b^2 + sum of gamma^2)/2, which is maximised by
Newton's method. All sums run over the verdicts in their order, so that equal verdicts give equal numbers, bit for bit.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST_OFFSET", "LARGEST_STEP", "LEAST_SLOPE", "Lesson", "learn", "retrained"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_OFFSET = 2.0
"""Points that a channel's leads gain or lose at most."""
LARGEST_STEP = 0.5
"""Points by which the threshold moves at most at one review."""
LEAST_SLOPE = 0.05
"""Log-odds a point at or below which the score tells so little that nothing is done."""

_RIDGE = 1.0
_STEPS = 100
_NEAR, _CLOSE = 1e-4, 1e-7
"""Steps so small that they go the right way, and that after them nothing is left to gain."""


class Lesson(NamedTuple):
    """Coefficients, on the log-odds of being accepted."""

    intercept: float
    slope: float
    channels: Floats
    """(C,)"""


def learn(scores: Floats, channels: Ints, accepted: Floats, guess: Lesson) -> Lesson:
    """Regress verdicts; (verdicts,) scores, channels, and 1 where sales accepted. There must be verdicts of both kinds.

    guess: where the search begins, with an effect for each channel.
    """
    nothing = Lesson(0.0, 0.0, np.zeros(len(guess.channels)))
    starts = [(*_likelihood(lesson, scores, channels, accepted), lesson) for lesson in (guess, nothing)]
    worth, p, best = max(starts, key=lambda start: start[0])
    for _ in range(_STEPS):
        step = _newton(best, scores, channels, accepted, p)
        size = max(abs(step.intercept), abs(step.slope), float(np.abs(step.channels).max()))
        while True:
            further = Lesson(best.intercept + step.intercept, best.slope + step.slope, best.channels + step.channels)
            reached, p = _likelihood(further, scores, channels, accepted)
            if reached >= worth or size < _NEAR:
                break
            # A full step may go too far.
            size /= 2.0
            step = Lesson(step.intercept / 2.0, step.slope / 2.0, step.channels / 2.0)
        best, worth = further, reached
        if size < _CLOSE:
            break
    return best


def _likelihood(lesson: Lesson, scores: Floats, channels: Ints, accepted: Floats) -> tuple[float, Floats]:
    """The penalised log-likelihood, and (verdicts,) P(accepted)."""
    eta = lesson.intercept + lesson.slope * scores + lesson.channels[channels]
    small = np.exp(-np.abs(eta))
    p = np.where(eta >= 0.0, 1.0, small) / (1.0 + small)
    penalty = lesson.slope**2 + float((lesson.channels**2).sum())
    value = float((accepted * eta - np.maximum(eta, 0.0) - np.log1p(small)).sum())
    return value - 0.5 * _RIDGE * penalty, p


def _newton(lesson: Lesson, scores: Floats, channels: Ints, accepted: Floats, p: Floats) -> Lesson:
    """Newton's step. The Hessian has no entries between channels, so that these are eliminated one by one."""
    count = len(lesson.channels)
    rest, weight = accepted - p, p * (1.0 - p)
    score_weight = weight * scores
    # What each channel's verdicts say, and how surely.
    says = np.bincount(channels, rest, count)
    pull = says - _RIDGE * lesson.channels
    mass = np.bincount(channels, weight, count)
    moment = np.bincount(channels, score_weight, count)
    damped = mass + _RIDGE
    up = float(says.sum() - (mass * pull / damped).sum())
    tilt = float((rest * scores).sum() - _RIDGE * lesson.slope - (moment * pull / damped).sum())
    aa = float((mass * _RIDGE / damped).sum())
    ab = float((moment * _RIDGE / damped).sum())
    bb = float((score_weight * scores).sum() + _RIDGE - (moment * moment / damped).sum())
    area = aa * bb - ab * ab
    if area > 0.0:
        intercept, slope = (bb * up - ab * tilt) / area, (aa * tilt - ab * up) / area
    else:
        # All verdicts are told for sure, so that only the ridge pulls.
        intercept, slope = 0.0, tilt / bb
    return Lesson(intercept, slope, (pull - mass * intercept - moment * slope) / damped)


def retrained(lesson: Lesson, threshold: float, acceptable: float) -> tuple[float, Floats] | None:
    """The threshold from now on and (C,) points that are added to the channels' scores; none where the score tells
    nothing. acceptable: the share that is to be accepted of leads that just exceed the threshold."""
    if not lesson.slope > LEAST_SLOPE:
        return None
    goal = (math.log(acceptable / (1.0 - acceptable)) - lesson.intercept) / lesson.slope
    offsets = np.clip(lesson.channels / lesson.slope, -LARGEST_OFFSET, LARGEST_OFFSET)
    return threshold + min(max(goal - threshold, -LARGEST_STEP), LARGEST_STEP), offsets
