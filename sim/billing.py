"""When customers pay for what they ordered."""

from typing import Annotated

from pydantic import Field

from sim.noun import Noun
from sim.units import Days, Months

__all__ = ["Billing"]


class Billing(Noun):
    """How contracts are invoiced: in equal parts, in advance, from the day of the order or of the renewal."""

    every: Annotated[Months, Field(ge=1)] = 12
    """Months from one invoice of a contract to the next: 12 = a year in advance. A contract that is shorter has one."""
    terms: Days = 30.0
    """Days from an invoice to its payment. [choice]"""
