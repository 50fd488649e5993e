"""Rules across the fields of customers."""

import math
from collections.abc import Iterator

from sim.checking import near, sum_to_one
from sim.errors import Problem
from sim.funnel import Funnel
from sim.paths import join
from sim.plan import Plan
from sim.reasons import REASONS
from sim.stages import ACCOUNT_STAGES, sells_to_customers

__all__ = ["customer_problems", "referral_problems"]

_MOST_OCCASIONS = 1_000.0
"""Occasions a year of one customer: more than anybody has, and so few that their numbers (`sim.laws.happenings`) fit
into a cell's."""
_MOST_PRODUCTS = 62
"""What a customer has is kept as bits of a whole number."""


def customer_problems(funnel: Funnel) -> Iterator[Problem]:
    """Every problem of a funnel's customers."""
    customers, at = funnel.customers, ("funnel", "customers")
    if customers.churn:
        yield from sum_to_one((*at, "churn"), customers.churn.values(), "the shares of the causes of churn")
    for name in customers.churn:
        if name in REASONS:
            rule = "must not be a reason that the model itself gives"
            yield Problem(join((*at, "churn", name)), rule, name, "choose another name")
    for name in ACCOUNT_STAGES:
        sale, losses = getattr(customers, name), (*at, name, "losses")
        if sale.losses:
            yield from sum_to_one(losses, (loss.share for loss in sale.losses.values()), "the shares of the losses")
        elif sale.advance < 1:
            rule = "must be given where `advance` is below 1"
            yield Problem(join(losses), rule, f"advance {sale.advance:g}", "write losses: {no need: 1}")
    yield from _too_many_occasions(funnel)
    feels, terms = customers.satisfaction, customers.referral
    if feels.promoters + feels.detractors > 1.0:
        rule = "must be at most 1 with the share of promoters"
        yield Problem("funnel.customers.satisfaction.detractors", rule, f"{feels.detractors:g} + {feels.promoters:g}")
    if terms is not None and terms.channel not in funnel.channels:
        rule, remedy = "must name a channel of the funnel", near(terms.channel, funnel.channels)
        yield Problem("funnel.customers.referral.channel", rule, terms.channel, remedy)
    if not sells_to_customers(funnel):
        return
    for name in ACCOUNT_STAGES:
        if name in funnel.stages:
            rule = "must not be the name of a stage where customers are sold more"
            yield Problem(join(("funnel", "stages", name)), rule, name, "choose another name")
    if customers.cross_sell.per_month > 0.0 and len(funnel.products) > _MOST_PRODUCTS:
        rule = f"must be at most {_MOST_PRODUCTS} where customers are sold what they lack"
        yield Problem("funnel.products", rule, str(len(funnel.products)))


def _too_many_occasions(funnel: Funnel) -> Iterator[Problem]:
    """Sales that programmes would make occasions for without end."""
    for name in ACCOUNT_STAGES:
        sale = getattr(funnel.customers, name)
        at = join(("funnel", "customers", name, "per_month"))
        remedy = f"look at this, at its `promoters`, and at what programmes add (customers.{name})"
        yield from _occasions(funnel, name, at, 12.0 * sale.per_month * max(sale.promoters, 1.0), remedy)
    if (terms := funnel.customers.referral) is not None:
        most = max(terms.promoter, terms.passive, terms.detractor)
        remedy = "look at its rates, and at what programmes add (customers.referral)"
        yield from _occasions(funnel, "referral", "funnel.customers.referral", most, remedy)


def _occasions(funnel: Funnel, name: str, where: str, most: float, remedy: str) -> Iterator[Problem]:
    """`most` a year before programmes."""
    pushed = math.fsum(max(getattr(each.customers, name), 0.0) for each in funnel.programmes.values())
    yearly = most * math.exp(min(pushed, 300.0))
    if yearly > _MOST_OCCASIONS:
        rule = f"with its programmes a customer must have at most {_MOST_OCCASIONS:,.0f} occasions a year"
        yield Problem(where, rule, f"about {yearly:.3g} a year", remedy)


def referral_problems(funnel: Funnel, plan: Plan) -> Iterator[Problem]:
    """Customers who bring so many that their number would grow without end."""
    terms = funnel.customers.referral
    if terms is None or terms.channel not in funnel.channels:
        return
    # With numpy, which a command that only says what is wrong does without.
    from sim.tables.referral import reproduction

    found = reproduction(funnel, plan)
    if found >= 1.0:
        rule = "a customer must bring fewer than one customer in its life, or their number would grow without end"
        remedy = "lower `promoter`, `passive` or `detractor`, or look at renewal and at the channel's chances"
        yield Problem("funnel.customers.referral", rule, f"up to {found:.3g}", remedy)
