"""How renewal rises with a customer's age: the beta-geometric law fitted by maximum likelihood.

The data are counts by term: how many customers came to the end of their t-th term, and how many of them renewed. So
customers who came late, and whose later terms nobody has seen yet, count as long as they were seen.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, Problem

__all__ = ["Renewal", "counts_of", "fit_renewal"]

Floats = NDArray[np.float64]

_ALIKE = 1e6
"""Of alpha and beta together where customers do not differ."""
_GAIN = 1e-3
"""By how much the logarithm of the likelihood must be better than with one chance of renewing for all."""


@dataclass(frozen=True)
class Renewal:
    """A fitted beta-geometric law (`sim.laws.renewal`)."""

    alpha: float
    beta: float
    covariance: Floats
    """(2, 2) of alpha and beta, from the observed information; not known (NaN) where customers do not differ."""
    log_likelihood: float

    @property
    def errors(self) -> tuple[float, float]:
        """Standard errors of alpha and beta."""
        first, second = np.sqrt(np.diag(self.covariance)).tolist()
        return first, second

    @property
    def differ(self) -> bool:
        """Whether renewal is seen to rise with age at all; if not, all customers have one chance of renewing."""
        return not np.isnan(self.covariance).any()

    def surviving(self, terms: int) -> tuple[float, float]:
        """Share of customers that renews t times, and its standard error by linearisation."""
        from sim.laws.renewal import surviving

        share = surviving(self.alpha, self.beta, terms)
        ages = self.beta + np.arange(terms)
        slope = share * np.array([-(1.0 / (self.alpha + ages)).sum(), (1.0 / ages - 1.0 / (self.alpha + ages)).sum()])
        return share, float(np.sqrt(slope @ self.covariance @ slope))


def counts_of(retention: Floats, customers: float) -> tuple[Floats, Floats]:
    """(terms,) customers due and renewed at the end of each term, of a cohort of so many; `retention` is the share of
    the cohort that is left after each term."""
    left = customers * np.concatenate(([1.0], np.asarray(retention, dtype=np.float64)))
    return left[:-1], left[1:]


def fit_renewal(due: Floats, renewed: Floats) -> Renewal:
    """The law under which the renewals of each term are likeliest; `due` and `renewed` are (terms,), counts.

    The likelihood is that of Fader and Hardie (2007, doi:10.1002/dir.20074), written by term: r_t = (beta + t - 1) /
    (alpha + beta + t - 1) for those who renew. Raises InputError where the counts are none, or cannot tell: fewer than
    two terms, nobody who churned, nobody who renewed.
    """
    from scipy.optimize import minimize

    n, y = (np.asarray(each, dtype=np.float64) for each in (due, renewed))
    _check(n, y)
    age = np.arange(len(n), dtype=np.float64)

    def loss(x: Floats) -> tuple[float, Floats]:
        first, strength = 1.0 / (1.0 + math.exp(-x[0])), math.exp(x[1])
        alpha, beta = (1.0 - first) * strength, first * strength
        value = float((y * np.log(beta + age) + (n - y) * math.log(alpha) - n * np.log(strength + age)).sum())
        by_both = float((n / (strength + age)).sum())
        slope = np.array([float((n - y).sum()) / alpha - by_both, float((y / (beta + age)).sum()) - by_both])
        # By the share that renews first, which is well known, and by how alike customers are, which is not.
        turn = np.array([[-strength * first * (1.0 - first), strength * first * (1.0 - first)], [alpha, beta]])
        return -value, -(turn @ slope)

    rate = float(np.clip(y[0] / n[0], 1e-6, 1.0 - 1e-6)) if n[0] > 0.0 else 0.5
    found = minimize(
        loss,
        np.array([math.log(rate / (1.0 - rate)), math.log(3.0)]),
        jac=True,
        method="L-BFGS-B",
        bounds=((-14.0, 14.0), (math.log(1e-4), math.log(_ALIKE))),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    first, strength = 1.0 / (1.0 + math.exp(-found.x[0])), math.exp(found.x[1])
    one = float(y.sum() / n.sum())
    of_one = float(y.sum() * math.log(one) + (n - y).sum() * math.log1p(-one))
    if -found.fun < of_one + _GAIN:
        return Renewal((1.0 - one) * _ALIKE, one * _ALIKE, np.full((2, 2), np.nan), of_one)
    alpha, beta = (1.0 - first) * strength, first * strength
    both = float((n / (strength + age) ** 2).sum())
    information = np.array([
        [float((n - y).sum()) / alpha**2 - both, -both],
        [-both, float((y / (beta + age) ** 2).sum()) - both],
    ])  # fmt: skip
    return Renewal(alpha, beta, np.linalg.inv(information), -float(found.fun))


def _check(due: Floats, renewed: Floats) -> None:
    """InputError with everything that is wrong with the counts."""
    problems = []
    if due.shape != renewed.shape or due.ndim != 1:
        raise InputError([Problem("renewal", "due and renewed must be counts of the same terms", str(renewed.shape))])
    if not (np.isfinite(due).all() and (renewed >= 0.0).all() and (renewed <= due).all()):
        problems.append(
            Problem("renewal", "of those due, between none and all may have renewed", f"{renewed} of {due}")
        )
    elif (due > 0.0).sum() < 2:
        problems.append(Problem("renewal", "must have customers due in two terms at least", f"{due}"))
    elif not 0.0 < renewed.sum() < due.sum():
        problems.append(Problem("renewal", "somebody must have renewed and somebody churned", f"{renewed} of {due}"))
    if problems:
        raise InputError(problems)
