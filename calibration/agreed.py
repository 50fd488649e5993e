"""Agreed: the terms by which metrics judge a history, as a company's plan and funnel state them."""

import math

import numpy as np

from sim.clock import make_clock
from sim.funnel import Funnel
from sim.log import Names, Terms, Window
from sim.plan import Plan
from sim.tables.prices import leaves_more
from sim.teams import TEAMS

__all__ = ["agreed"]


def agreed(funnel: Funnel, plan: Plan, names: Names, window: Window) -> Terms:
    """The terms of a company for a history with these labels. What is agreed of a product, a segment or a team holds
    for the one of that name; how causes are reported and asked for is not in them, as a history has what came of it."""
    products = funnel.products
    mix, margin = (np.array([getattr(product, field) for product in products.values()]) for field in ("mix", "margin"))
    leaves = dict(zip(products, leaves_more(mix, margin).tolist(), strict=True))
    # Of products that the funnel does not know it cannot be said which are new.
    known = all(name in products for name in names.products)
    teams = [plan.teams.of(name) if name in TEAMS else None for name in names.teams]
    markets = [funnel.market.get(name) for name in names.segments]
    return Terms(
        sla=plan.handoff.sla,
        clock=make_clock(plan.calendar, window.start, math.floor(window.begins) - 1, math.ceil(window.ends) + 1),
        quotas=tuple(None if team is None else team.quota for team in teams),
        high_margin=tuple(leaves[name] for name in names.products) if known else (),
        new_products=tuple(products[name].new for name in names.products) if known else (),
        acts=tuple((cause, driver.acts) for cause, driver in funnel.drivers.items()),
        term=funnel.customers.term,
        discount=plan.discount_rate,
        wallet=funnel.customers.wallet,
        market=tuple(
            (math.nan, 1.0) if market is None or market.spend is None else (market.spend, market.growth)
            for market in markets
        ),
        billed=plan.billing is not None,
        promised=plan.targets.mqls,
    )
