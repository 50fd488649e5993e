"""Reproduction: how many customers a customer brings in its life by referral."""

import math

import numpy as np

from sim.funnel import Funnel
from sim.laws.delays import normal_quantile
from sim.laws.outcomes import logit
from sim.laws.renewal import lasting_odds
from sim.plan import Plan
from sim.tables.chain import passages
from sim.tables.knowledge import stage_logits
from sim.tables.prices import make_prices
from sim.tables.worth import development
from sim.units import DAYS_PER_MONTH

__all__ = ["reproduction"]

_LONGEST = 20.0 * 365.0
"""Days of a customer's life that count."""
_GRID = 999
"""Customers that stand for all, equally far apart in satisfaction."""
_LEFT = 1e-9
"""Share of customers whose later terms are left out."""


def reproduction(funnel: Funnel, plan: Plan) -> float:
    """Customers that a customer brings in its life, of at most 20 years, if every lead that it brings is talked to and
    nothing waits: fewer than that where leads are nurtured or missed. Programmes are left out."""
    terms = funnel.customers.referral
    if terms is None:
        return 0.0
    # Who is brought is of good fit by the channel's share, and so, more often, is who becomes a customer.
    fit = funnel.channels[terms.channel].fit_share
    won = np.array([(1.0 - fit) * _becomes(funnel, plan, 0), fit * _becomes(funnel, plan, 1)])
    if not won.sum() > 0.0:
        return 0.0
    brought = np.array([_brings(funnel, good) for good in (0, 1)])
    return float(won @ brought)


def _becomes(funnel: Funnel, plan: Plan, good: int) -> float:
    """P(a lead of the channel that is talked to becomes a customer), given its fit."""
    assert funnel.customers.referral is not None
    name = funnel.customers.referral.channel
    channel, prices = funnel.channels[name], make_prices(funnel, plan)
    logits = stage_logits(funnel, plan) + (0.0 if good else funnel.bad_fit_logit)
    won = 0.0
    for label, share in channel.segments.items():
        for number, product in enumerate(funnel.products.values()):
            etas = logits + funnel.segments[label].advance_logit
            etas[-1] += prices.closing[number]
            moves = passages(funnel, etas)
            among = np.linalg.inv(np.eye(len(moves)) - moves[:, :-1])
            won += share * product.mix * float(among[0] @ moves[:, -1])
    return won * float(development(funnel, plan).accepted[good, list(funnel.channels).index(name)])


def _brings(funnel: Funnel, good: int) -> float:
    """Leads that a customer of some fit brings in its lives; of who may be won back, in as many as it would have if
    every occasion came to all."""
    customers = funnel.customers
    terms, feels, ageing, back = customers.referral, customers.satisfaction, customers.ageing, customers.winback
    assert terms is not None
    levels = (np.arange(_GRID) + 0.5) / _GRID
    moods = np.array([float(normal_quantile(level)) for level in levels])
    days, left = np.zeros(_GRID), np.ones(_GRID)
    alpha, beta = (ageing.alpha, ageing.beta) if ageing else (0.0, 0.0)
    for passed in range(math.ceil(_LONGEST / customers.term)):
        days += left * min(customers.term, _LONGEST - passed * customers.term)
        lasting = lasting_odds(logit(customers.renewal), alpha, beta, passed, customers.renewal_fit, bool(good))
        odds = lasting + feels.renewal * moods
        left = left * np.where(odds >= 0.0, 1.0 / (1.0 + np.exp(-np.abs(odds))), 1.0 / (1.0 + np.exp(np.abs(odds))))
        if not left.max() > _LEFT:
            break
    rate = np.where(levels > 1.0 - feels.promoters, terms.promoter, terms.passive)
    rate = np.where(levels < feels.detractors, terms.detractor, rate)
    occasions = back.per_month * max(back.promoters, 1.0) * min(back.within, _LONGEST) / DAYS_PER_MONTH
    return float((days * rate).mean()) / 365.0 / max(1.0 + back.advance * math.expm1(-occasions), 1e-9)
