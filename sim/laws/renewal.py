"""Who renews, term by term, where customers differ and the loyal ones remain: the beta-geometric law.

Fader and Hardie, How to project customer retention (2007, doi:10.1002/dir.20074). Each customer churns at the end of a
term with a chance of its own, which is Beta(alpha, beta) over customers. So the share that renews at the end of term t
= 1, 2, ... of those who are left is r_t = (beta + t - 1) / (alpha + beta + t - 1): it rises from term to term, though
nobody becomes more loyal.
"""

import math

from sim.jit import compiled

__all__ = ["expected_terms", "lasting_odds", "renewal_odds", "staying_odds", "surviving"]

_LEFT = 1e-12
"""Share of the sum of terms that may be left out."""
_TERMS = 1_000_000
"""Terms after which a life that has no end is cut."""


@compiled
def renewal_odds(alpha: float, beta: float, term: float) -> float:
    """Log-odds that a customer renews at the end of its `term`-th term: ln((beta + t - 1) / alpha)."""
    return math.log((beta + term - 1.0) / alpha)


@compiled
def lasting_odds(logit: float, alpha: float, beta: float, passed: int, fit_logit: float, fit: bool) -> float:
    """Log-odds that a customer renews after the term that follows `passed` terms, by its fit.

    logit: the same after every term, which counts where alpha is 0; else `renewal_odds`.
    """
    eta = logit if alpha == 0.0 else renewal_odds(alpha, beta, passed + 1.0)
    return eta + (fit_logit if fit else 0.0)


@compiled
def staying_odds(
    lasting: float, weight: float, satisfaction: float, ease: float, push: float, lives: int, second_life: float
) -> float:
    """Log-odds that a customer renews, with what `lasting_odds` leaves out.

    weight: for each standard deviation of satisfaction; ease, push: what programmes add to satisfaction and to the
    log-odds; lives: how often it was won back; second_life: log of the factor on the odds of churn each time.
    """
    eta = lasting + (weight * (satisfaction + ease) + push)
    return eta - lives * second_life if lives > 0 else eta


@compiled
def surviving(alpha: float, beta: float, terms: int) -> float:
    """S(t), the share of customers that renews at the end of each of t terms; S(0) = 1."""
    share = 1.0
    for term in range(1, terms + 1):
        share *= (beta + term - 1.0) / (alpha + beta + term - 1.0)
    return share


@compiled
def expected_terms(alpha: float, beta: float, discount: float) -> float:
    """Expected terms of a new customer, each discounted to the sale: sum over t >= 0 of S(t) / (1 + d)^t.

    `discount` is per term. Of a customer that has renewed n times, counted from that renewal: with beta + n. Without a
    discount the sum is (alpha + beta - 1) / (alpha - 1), and infinite unless alpha > 1.
    """
    if discount <= 0.0:
        return (alpha + beta - 1.0) / (alpha - 1.0) if alpha > 1.0 else math.inf
    total, share, factor = 0.0, 1.0, 1.0 / (1.0 + discount)
    for term in range(1, _TERMS):
        total += share
        share *= factor * (beta + term - 1.0) / (alpha + beta + term - 1.0)
        # What follows is less than if nobody churned any more.
        if share < _LEFT * discount * total:
            break
    return total
