"""Prospecting as numbers: where what AEs find comes from, and the law of the effort."""

from typing import NamedTuple

from sim.funnel import Funnel
from sim.log import NOBODY
from sim.tables.laws import Laws

__all__ = ["Prospecting", "make_prospecting"]


class Prospecting(NamedTuple):
    """What an AE who has nothing else to do finds, and with how much effort."""

    channel: int
    """Nobody's where AEs do not prospect."""
    effort: int
    """Law of the hours that an opportunity takes; -1 where AEs do not prospect."""


def make_prospecting(funnel: Funnel, laws: Laws) -> Prospecting:
    """The numbers of a funnel."""
    terms = funnel.prospecting
    if terms is None:
        return Prospecting(NOBODY, -1)
    return Prospecting(list(funnel.channels).index(terms.channel), laws.add(terms.effort))
