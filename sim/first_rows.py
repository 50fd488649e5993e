"""The order in which a run begins with the open deals, leads and customers of a snapshot, and their keys."""

from typing import Any

from sim.by_identity import by_identity
from sim.draws import Tag, child_key, text_key
from sim.snapshot import OpenCustomer, OpenDeal, OpenLead

__all__ = ["in_order"]

_TAGS = {OpenDeal: int(Tag.SNAPSHOT), OpenLead: int(Tag.OPEN_LEAD), OpenCustomer: int(Tag.OPEN_CUSTOMER)}


@by_identity
def in_order(nouns: tuple[Any, ...], now: float) -> list[tuple[float, int, Any]]:
    """(created, key, noun) of open deals, leads or customers in the order in which a run begins with them."""
    rows = []
    for noun in nouns:
        created = now - (noun.since if isinstance(noun, OpenCustomer) else noun.age)
        rows.append((created, int(child_key(text_key(noun.id), _TAGS[type(noun)], 0)), noun))
    return sorted(rows, key=lambda row: row[:2])
