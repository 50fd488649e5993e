"""How one total answers to the spend of several channels, where nobody records which channel brought what.

A media mix model: y_t = controls_t gamma + sum_c beta_c s(a_ct) + noise, a_c the normalised geometric adstock of spend
and s a saturation. Given the rest it is linear in the coefficients, which are therefore integrated out: 2 C + 1 numbers
are searched. Jin et al. 2017, research.google/pubs/
bayesian-methods-for-media-mix-modeling-with-carryover-and-shape-effects/.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.response import stocks
from calibration.sampling import sample
from sim.errors import InputError, Problem

__all__ = ["Mix", "fit_mix", "saturated"]

Floats = NDArray[np.float64]

_CENTRE, _SD = np.array([math.log(0.4 / 0.6), math.log(2.0)]), np.array([1.0, 1.0])
"""Of the log-odds of the carry-over, and the logarithm of lambda at spend in units of its largest. [choice]"""


@dataclass(frozen=True)
class Mix:
    """Draws of a media mix; C channels."""

    carry_over: Floats
    """(draws, C) th per period."""
    saturation: Floats
    """(draws, C) lambda, per unit of spend."""
    effect: Floats
    """(draws, C) beta, what a channel brings in a period at the very most."""
    noise: Floats
    """(draws,) standard deviation."""
    effective: float
    """Share of the proposals that their weights are worth."""

    def intervals(self, level: float = 0.9) -> dict[str, Floats]:
        """(2, C) lower and upper ends of the central intervals, by parameter."""
        ends = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
        return {name: np.quantile(getattr(self, name), ends, axis=0) for name in ("carry_over", "saturation", "effect")}


def saturated(a: Floats, rate: Floats) -> Floats:
    """Logistic saturation s(a) = (1 - e^(-lambda a)) / (1 + e^(-lambda a)): nothing at none, one at the most."""
    return np.asarray(np.tanh(rate * a / 2.0), dtype=np.float64)


def fit_mix(
    y: Floats, spend: Floats, controls: Floats, draws: int, rng: np.random.Generator, effect_sd: float | None = None
) -> Mix:
    """Fit a media mix: y (T,), spend (T, C), controls (T, P) with a column of ones among them.

    Before the first period nothing was spent. Controls have flat priors; effects are N(0, effect_sd^2), by default the
    range of y: a flat prior would favour a saturation so weak that any effect is possible. Raises InputError where
    there are too few periods to tell.
    """
    periods, channels = spend.shape
    free = periods - controls.shape[1]
    if free < 3 * channels + 10:
        problem = Problem("mix", "needs ten periods more than it has parameters", f"{periods} periods")
        raise InputError([problem])
    sd_effect = float(np.ptp(y)) if effect_sd is None else effect_sd
    largest = spend.max(axis=0)
    orthonormal, _ = np.linalg.qr(controls)
    rest = y - orthonormal @ (orthonormal.T @ y)

    def solved(theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Of n candidates, (n, C) coefficients, (n, C, C) their information, and (n,) the logarithm of the likelihood
        without them."""
        out = np.empty((len(theta), periods, channels))
        for c in range(channels):
            carry, rate = 1.0 / (1.0 + np.exp(-theta[:, 2 * c])), np.exp(theta[:, 2 * c + 1])
            out[:, :, c] = saturated(stocks(spend[:, c] / largest[c], carry, 0.0), rate[:, None])
        explained = np.einsum("tp,ntc->npc", orthonormal, out)
        gram = np.einsum("ntc,ntd->ncd", out, out) - np.einsum("npc,npd->ncd", explained, explained)
        variance = np.exp(2.0 * theta[:, -1])
        ridge = gram + (variance / sd_effect**2)[:, None, None] * np.eye(channels)
        along = np.einsum("ntc,t->nc", out, rest)
        beta = np.linalg.solve(ridge, along[:, :, None])[:, :, 0]
        left = rest @ rest - (along * beta).sum(axis=1)
        spread = np.linalg.slogdet(ridge)[1] + channels * np.log(sd_effect**2 / variance)
        fit = -0.5 * (free * np.log(variance) + spread + left / variance)
        return beta, ridge / variance[:, None, None], np.asarray(fit, dtype=np.float64)

    centre = np.append(np.tile(_CENTRE, channels), math.log(float(rest.std())))
    sd = np.append(np.tile(_SD, channels), 1.0)

    def density(theta: Floats) -> Floats:
        return np.asarray(solved(theta)[2] - 0.5 * (((theta - centre) / sd) ** 2).sum(axis=1), dtype=np.float64)

    found = sample(density, centre, sd, draws, rng)
    beta, information, _ = solved(found.draws)
    roots = np.linalg.cholesky(np.linalg.inv(information))
    effect = beta + np.einsum("ncd,nd->nc", roots, rng.standard_normal((draws, channels)))
    shares = 1.0 / (1.0 + np.exp(-found.draws[:, 0:-1:2]))
    noise = np.exp(found.draws[:, -1])
    return Mix(shares, np.exp(found.draws[:, 1:-1:2]) / largest, effect, noise, found.effective)
