"""Coding: labels of a history as the numbers of a log, and the labels behind them."""

import hashlib
from collections.abc import Sequence

import numpy as np

from calibration.columns import Labels
from calibration.tables import Tables
from sim.log import NOBODY, EntityType, Ints, Names

__all__ = ["codes", "key_of", "names_of"]


def key_of(kind: EntityType, name: str) -> int:
    """A stable 64-bit identity of a recorded entity."""
    digest = hashlib.blake2b(f"{kind.name}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def codes(values: Labels, names: Sequence[str]) -> Ints:
    """(rows,) the place of each label among some names; `NOBODY` for one that is not among them."""
    place = {name: position for position, name in enumerate(names)}
    return np.array([place.get(value, NOBODY) for value in values], dtype=np.int64)


def names_of(tables: Tables, stage_order: tuple[str, ...]) -> Names:
    """The labels of a history: those of its picklists in their order, then the others that occur, sorted."""
    leads, deals, more, acts = tables.leads, tables.opportunities, tables.expansions, tables.activities
    sold, books = (tables.customers, tables.orders), tables.books
    touched = () if tables.touches is None else (tables.touches.channel,)
    told = () if tables.lost_survey is None else (tables.lost_survey.reason,)

    def known(field: str, *columns: Labels, first: tuple[str, ...] = ()) -> tuple[str, ...]:
        listed = tables.picklists.value[tables.picklists.field == field].tolist()
        begun = tuple(dict.fromkeys((*first, *listed)))
        others = {str(value) for column in columns for value in column if value != ""}
        return (*begun, *sorted(others.difference(begun)))

    def of_entities(name: str) -> list[Labels]:
        return [getattr(table, name) for table in (leads, deals, more, *sold)]

    spent = (tables.spend.channel, books.channel, *touched)
    return Names(
        channels=known("channel", *of_entities("channel"), *spent),
        segments=known("segment", *of_entities("segment")),
        products=known("product", *of_entities("product")),
        stages=known("stage", tables.stage_history.stage, deals.stage, more.stage, acts.stage, first=stage_order),
        reasons=known("reason", deals.reason, more.reason, acts.reason, *told),
        teams=known("team", tables.reps.team),
        seats=known(
            "rep", tables.reps.name, tables.stage_history.owner, acts.rep, books.rep, tables.hours.rep,
            *(getattr(table, name) for table in (deals, more) for name in ("owner", "opened_by", "closed_by")),
            *(table.owner for table in sold),
        ),
        campaigns=known("campaign", *of_entities("campaign"), books.campaign),
    )  # fmt: skip
