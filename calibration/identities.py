"""Identities: the leads, opportunities, customers and orders of a history as a log's entities."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.coding import codes, key_of
from calibration.columns import Labels
from calibration.tables import Tables
from sim.log import NOBODY, Entities, EntityType, Ints, Names

__all__ = ["Identities", "identities"]

_LABELS = {
    "channel": "channels",
    "campaign": "campaigns",
    "segment": "segments",
    "product": "products",
    "owner": "seats",
}


@dataclass(frozen=True)
class Identities:
    """The entities, and where each record of the tables stands among them."""

    entities: Entities
    places: dict[EntityType, dict[str, int]]
    """Row of each id, by what it is an id of."""

    def of(self, kind: EntityType, ids: Labels) -> Ints:
        """(ids,) their rows; `NOBODY` for an id that there is not."""
        known = self.places[kind]
        return np.array([known.get(id, NOBODY) for id in ids], dtype=np.int64)

    def of_records(self, records: Labels, ids: Labels) -> Ints:
        """(ids,) the same where each says what it is an id of."""
        known = {kind.name.lower(): self.places[kind] for kind in EntityType}
        found = [known.get(record, {}).get(id, NOBODY) for record, id in zip(records, ids, strict=True)]
        return np.array(found, dtype=np.int64)


def identities(tables: Tables, names: Names, origin: float) -> Identities:
    """The entities in order of creation; times are counted from `origin`."""
    parts: tuple[tuple[EntityType, Any, str, EntityType, str], ...] = (
        (EntityType.LEAD, tables.leads, "captured", EntityType.CUSTOMER, "referred_by"),
        (EntityType.OPPORTUNITY, tables.opportunities, "opened", EntityType.LEAD, "lead"),
        (EntityType.OPPORTUNITY, tables.expansions, "opened", EntityType.CUSTOMER, "customer"),
        (EntityType.CUSTOMER, tables.customers, "since", EntityType.OPPORTUNITY, "opportunity"),
        (EntityType.ORDER, tables.orders, "ordered", EntityType.CUSTOMER, "customer"),
    )
    kinds = np.concatenate([np.full(len(table), int(kind)) for kind, table, *_ in parts]).astype(np.int64)
    keys = np.array([key_of(kind, str(id)) for kind, table, *_ in parts for id in table.id], dtype=np.int64)
    created = np.concatenate([getattr(table, begun) for _, table, begun, _, _ in parts]) - origin
    order = np.lexsort((keys, kinds, created))
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    places: dict[EntityType, dict[str, int]] = {kind: {} for kind in EntityType}
    begin = 0
    for kind, table, *_ in parts:
        places[kind].update(zip(table.id, row[begin : begin + len(table)].tolist(), strict=True))
        begin += len(table)
    parents: list[int] = []
    columns: dict[str, list[Ints]] = {name: [] for name in _LABELS}
    for _, table, _, above, column in parts:
        parents += [places[above].get(id, NOBODY) if id else NOBODY for id in getattr(table, column)]
        for name, labels in _LABELS.items():
            values = getattr(table, name, None)
            nobody = np.full(len(table), NOBODY, dtype=np.int64)
            columns[name].append(nobody if values is None else codes(values, getattr(names, labels)))
    entities = Entities(
        id=np.arange(len(order)),
        key=keys[order],
        type=kinds[order],
        parent=np.array(parents, dtype=np.int64)[order],
        **{name: np.concatenate(parts_of)[order] for name, parts_of in columns.items()},
        created=created[order],
    )
    return Identities(entities, places)
