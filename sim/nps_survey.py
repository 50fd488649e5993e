"""The survey of customers that a plan may hold: how often, and what it costs."""

from typing import Annotated

from pydantic import Field

from sim.noun import Noun
from sim.units import Days, Money

__all__ = ["Survey"]


class Survey(Noun):
    """Customers are asked whether they would recommend us; `funnel.customers.survey_response` says how many answer. It
    changes nothing of what they do."""

    every: Annotated[Days, Field(ge=1)] = 180.0
    """Days from one question to a customer to the next, the first so long after its first order; of those who are
    customers when these begin the first is spread over as many days. [choice]"""
    cost: Money = 0.0
    """For each customer asked."""
