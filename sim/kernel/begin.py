"""From a snapshot to the arrays by which the compiled engine takes up what is open."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.first_rows import in_order
from sim.kernel.buffers import Memory, World
from sim.kernel.deals import NOT_GIVEN, warm_start
from sim.kernel.opening import open_customers, open_leads
from sim.log import NOBODY, Names
from sim.snapshot import LEAD_STATES, Snapshot
from sim.tables import Tables

__all__ = ["begin_with", "room_for"]

_ROWS = 8
"""Events and entities of one noun at most, but for what a customer has renewed."""


def room_for(snapshot: Snapshot | None, term: float) -> int:
    """Rows that a snapshot writes at most; term: days."""
    if snapshot is None:
        return 0
    renewed = sum(customer.renewed(term) for customer in snapshot.customers)
    return _ROWS * (len(snapshot.deals) + len(snapshot.leads) + len(snapshot.customers)) + renewed


def begin_with(world: World, memory: Memory, snapshot: Snapshot, names: Names, tables: Tables) -> None:
    """Deals first, then leads, then customers, each in the order of (created, key)."""
    now = memory["now"]
    state = (world.record, memory.record)

    def owner_of(noun: Any) -> int:
        return NOBODY if noun.owner is None or tables.pooled else names.seats.index(noun.owner)

    created, keys, deals = _columns(in_order(snapshot.deals, now))
    warm_start(
        *state,
        keys,
        _labels(names, deals, ("channel", "segment", "product", "stage")),
        created,
        np.array([np.nan if deal.amount is None else deal.amount for deal in deals], dtype=np.float64),
        np.array([deal.stage_age for deal in deals], dtype=np.float64),
        np.array([deal.zombie for deal in deals], dtype=np.int64),
        np.array([NOT_GIVEN if deal.owner is None else owner_of(deal) for deal in deals], dtype=np.int64),
    )
    if snapshot.leads:
        created, keys, leads = _columns(in_order(snapshot.leads, now))
        labels = _labels(names, leads, ("channel", "segment"), [LEAD_STATES.index(lead.state) for lead in leads])
        open_leads(*state, keys, labels, created, np.array([lead.state_age for lead in leads], dtype=np.float64))
    if snapshot.customers:
        created, keys, customers = _columns(in_order(snapshot.customers, now))
        renewed = [customer.renewed(tables.term) for customer in customers]
        open_customers(
            *state,
            keys,
            _labels(names, customers, ("channel", "segment", "product"), list(map(owner_of, customers)), renewed),
            created,
            np.array([customer.amount for customer in customers], dtype=np.float64),
            np.array([customer.renews_in for customer in customers], dtype=np.float64),
        )


def _columns(rows: list[tuple[float, int, Any]]) -> tuple[NDArray[np.float64], NDArray[np.int64], list[Any]]:
    created = np.array([time for time, _, _ in rows], dtype=np.float64)
    return created, np.array([key for _, key, _ in rows], dtype=np.int64), [noun for _, _, noun in rows]


def _labels(names: Names, nouns: list[Any], groups: tuple[str, ...], *more: list[Any]) -> NDArray[np.int64]:
    """(nouns, groups) numbers of names, and further columns."""
    columns = [[getattr(names, f"{group}s").index(getattr(noun, group)) for noun in nouns] for group in groups]
    return np.ascontiguousarray(np.array([*columns, *more], dtype=np.int64).T)
