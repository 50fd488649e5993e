"""A vertical mixture of lognormal laws fitted by maximum likelihood: another way to the win rate than leadflow's own.

A deal's cause is drawn first (softmax), then its time given the cause; of an open deal it is known only that its time
is above its age. Larson and Dinse 1985, doi:10.2307/2347463.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats
from statsmodels.tools.numdiff import approx_hess

__all__ = ["Mixture", "fit_mixture"]

Floats = NDArray[np.float64]


class Mixture(NamedTuple):
    """Maximum-likelihood estimates of a mixture of `causes` laws, with standard errors from the numeric Hessian."""

    shares: Floats
    medians: Floats
    sigmas: Floats
    share_errors: Floats
    """Standard errors of the logarithms of share over the rest, by cause."""

    def interval(self, cause: int, level: float) -> tuple[float, float]:
        """Wald's interval of a cause's share, on the logit."""
        reach = stats.norm.ppf(0.5 + level / 2) * self.share_errors[cause]
        logit = special.logit(self.shares[cause])
        return float(special.expit(logit - reach)), float(special.expit(logit + reach))


def fit_mixture(age: Floats, cause: NDArray[np.int64], causes: int) -> Mixture:
    """Fit ages (deals,) at the end, or now, in days, and the cause of the end, -1 for open deals.

    log L = sum over closed deals of log p_k + log f_k(t), over open ones of logsumexp_k(log p_k + log S_k(t)).
    The curvature is taken numerically at the optimum: what a quasi-Newton method leaves of it is not the Hessian.
    """
    log_age = np.log(age)
    open_ = log_age[cause < 0]
    ended = [log_age[cause == k] for k in range(causes)]

    def loss(theta: Floats) -> float:
        log_p = special.log_softmax(np.concatenate(([0.0], theta[: causes - 1])))
        centre, log_sigma = theta[causes - 1 : 2 * causes - 1], theta[2 * causes - 1 :]
        sigma = np.exp(log_sigma)
        total = 0.0
        for k in range(causes):
            z = (ended[k] - centre[k]) / sigma[k]
            total += len(z) * (log_p[k] - log_sigma[k]) - 0.5 * float(z @ z)
        tails = log_p[:, None] + special.log_ndtr(-(open_ - centre[:, None]) / sigma[:, None])
        return -(total + float(special.logsumexp(tails, axis=0).sum()))

    counts = np.array([len(times) for times in ended])
    centres = [times.mean() for times in ended]
    start = np.concatenate((np.log(counts[1:] / counts[0]), centres, np.full(causes, np.log(0.7))))
    found = optimize.minimize(loss, start, method="L-BFGS-B")
    assert found.success, found.message
    covariance = np.linalg.inv(approx_hess(found.x, loss))
    shares = special.softmax(np.concatenate(([0.0], found.x[: causes - 1])))
    # d logit(p_k) / d eta_j = [k = j] - p_j / (1 - p_k) [k != j]; the first eta is the fixed one.
    slopes = np.where(np.eye(causes, dtype=bool), 1.0, -shares[None, :] / (1.0 - shares[:, None]))[:, 1:]
    errors = np.sqrt(np.einsum("ki,ij,kj->k", slopes, covariance[: causes - 1, : causes - 1], slopes))
    return Mixture(shares, np.exp(found.x[causes - 1 : 2 * causes - 1]), np.exp(found.x[2 * causes - 1 :]), errors)
