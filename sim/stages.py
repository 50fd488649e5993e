"""All stages of a world: those of a first sale in their order and, after them, the stages of sales to customers."""

from collections.abc import Mapping

from sim.funnel import Funnel
from sim.market import NO_DECISION, Choice
from sim.selling import Loss, Stage

__all__ = ["ACCOUNT_STAGES", "all_stages", "causes_of", "first_stages", "sells_to_customers"]

ACCOUNT_STAGES = ("upsell", "cross_sell", "winback")
"""Names of the stages, and of the fields of `funnel.customers`, in the order of the kinds of happenings
(`sim.laws.happenings`)."""


def sells_to_customers(funnel: Funnel) -> bool:
    """Whether customers are sold more."""
    return any(getattr(funnel.customers, name).per_month > 0.0 for name in ACCOUNT_STAGES)


def causes_of(funnel: Funnel, stage: Stage) -> list[str]:
    """Why an opportunity may be lost in a stage: the causes given, or the alternatives of a choice."""
    return list(stage.losses) if stage.choice is None else [*funnel.rivals, NO_DECISION]


def first_stages(funnel: Funnel) -> Mapping[str, Stage]:
    """The stages of a first sale by name, a choice written out as a chance of advancing and shares of losses."""
    return {
        name: stage if stage.choice is None else _written_out(funnel, stage, stage.choice)
        for name, stage in funnel.stages.items()
    }


def _written_out(funnel: Funnel, stage: Stage, choice: Choice) -> Stage:
    # With numpy, which a command that only says what is wrong does without.
    import numpy as np

    from sim.laws.choice import chosen, inclusive
    from sim.laws.outcomes import sigmoid

    others = np.array([*(rival.utility for rival in funnel.rivals.values()), choice.none])
    together = inclusive(others)
    shares = [chosen(utility, together) for utility in others.tolist()]
    losses = {name: Loss(share=share) for name, share in zip(causes_of(funnel, stage), shares, strict=True)}
    return stage.model_copy(update={"advance": sigmoid(choice.ours - together), "losses": losses})


def all_stages(funnel: Funnel, accounts: bool) -> Mapping[str, Stage]:
    """The stages by name; accounts: with those of sales to customers, in which no delay loses an opportunity."""
    stages = dict(first_stages(funnel))
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
