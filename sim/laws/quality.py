"""How marketing's score tells a good lead from a bad one, and what the form costs in volume.

Binormal model: score = d' g + w i + N(0, 1) for fit g in {0, 1} and intent i; the fit part has AUC Phi(d'/sqrt 2).
"""

import math

from sim.jit import compiled
from sim.laws.outcomes import logit, sigmoid

__all__ = ["INTENT_SD", "completeness", "form_separation", "form_volume", "posterior", "score"]

INTENT_SD = 0.5
"""Standard deviation of latent intent."""

FREE_FIELDS = 3
"""Form fields that cost no volume."""


def form_separation(fields: int, separation: float, gain: float, decay: float) -> float:
    """d'(F) = sqrt(d0^2 + sum_{j=1..F} (gain decay^(j-1))^2)."""
    return math.sqrt(separation**2 + sum((gain * decay**j) ** 2 for j in range(fields)))


def form_volume(fields: int, cost: float) -> float:
    """Factor on volume: exp(-kap max(0, F - 3))."""
    return math.exp(-cost * max(0, fields - FREE_FIELDS))


def completeness(fields: int, scale: float) -> float:
    """How much of what could be known of a lead a form tells: 1 - exp(-F / scale)."""
    return -math.expm1(-fields / scale)


@compiled
def score(separation: float, fit: bool, intent_weight: float, intent: float, noise: float) -> float:
    """s = d' g + w i + N(0, 1); `noise` is the standard normal draw."""
    return (separation if fit else 0.0) + intent_weight * intent + noise


@compiled
def posterior(score: float, fit_share: float, separation: float, intent_weight: float, intent_mean: float) -> float:
    """P(good fit | score): its log-odds are logit(phi) + d'(s - w iota - d'/2)/v, with v = 1 + (w sd)^2 the variance of
    a score about its mean by fit."""
    odds = logit(fit_share)
    spread = 1.0 + (intent_weight * INTENT_SD) ** 2
    odds += separation * (score - intent_weight * intent_mean - separation / 2.0) / spread
    return sigmoid(odds)
