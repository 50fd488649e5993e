"""Portion: a log of some of a log's leads, opportunities and customers, so that a metric can be had of them alone."""

import dataclasses
from collections.abc import Callable

import numpy as np

from results.facts import Facts
from results.spans import Bools, Ints
from sim.log import EntityType, Events, Ledger, Log, Touches

__all__ = ["portion"]


def portion(
    log: Log, its: Bools, events: Ints | Bools, lines: Ints | Bools, touched: Callable[[], Touches] | None
) -> Facts:
    """The facts of some entities, `its` (entities,), with some of the happenings, ledger lines and touches.

    The others' rows stay, so that numbers of entities hold; their opportunities and customers have a type of the other
    sign, so that none of them counts as open, or as there, for want of its events.
    """
    entities = log.entities
    lasting = np.isin(entities.type, (EntityType.OPPORTUNITY, EntityType.CUSTOMER))
    return Facts(
        dataclasses.replace(
            log,
            events=Events(**{name: column[events] for name, column in log.events.columns().items()}),
            entities=dataclasses.replace(entities, type=np.where(lasting & ~its, -entities.type, entities.type)),
            ledger=Ledger(**{name: column[lines] for name, column in log.ledger.columns().items()}),
            touched=touched,
        )
    )
