"""All stages of a world: those of a first sale in their order and, after them, the stages of sales to customers."""

from collections.abc import Mapping

from sim.funnel import Funnel
from sim.selling import Stage

__all__ = ["ACCOUNT_STAGES", "all_stages", "sells_to_customers"]

ACCOUNT_STAGES = ("upsell", "cross_sell")
"""Names of the stages, and of the fields of `funnel.customers`, in the order of the kinds of happenings
(`sim.laws.happenings`)."""


def sells_to_customers(funnel: Funnel) -> bool:
    """Whether customers are sold more."""
    return any(getattr(funnel.customers, name).per_month > 0.0 for name in ACCOUNT_STAGES)


def all_stages(funnel: Funnel, accounts: bool) -> Mapping[str, Stage]:
    """The stages by name; accounts: with those of sales to customers, in which no delay loses an opportunity."""
    stages = dict(funnel.stages)
    if accounts:
        for name in ACCOUNT_STAGES:
            sale = getattr(funnel.customers, name)
            stages[name] = Stage(
                key=name,
                time=sale.time,
                effort=sale.effort,
                advance=sale.advance,
                losses=sale.losses,
                delay_penalty=0.0,
            )
    return stages
