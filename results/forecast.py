"""Forecast: bookings and wins by month, split by where the deal stood on the day of the forecast.

A won opportunity comes from the `open` pipeline if it was opened before day 0, or on its first instant without a lead
(a deal on the list that is new that day); else from leads `in nurture` if its lead was captured before day 0; else it
was `not yet created`. The three add up to the total in every replication; their means add up too, their percentiles do
not. A start from a list of open deals without leads knows no more, so that what stood in nurture is not zero but
unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from results.components import Components, components
from results.facts import Facts
from results.plain import plain
from results.runset import month_labels
from results.spans import Floats
from results.uncertainty import Ints, estimate
from sim.log import NOBODY, Kind, Log

__all__ = ["CUSTOMERS", "NURTURED", "ORIGINS", "Forecast", "ForecastRow", "Origins", "forecast", "origin_of", "origins"]

ORIGINS = ("open", "in nurture", "not yet created", "customers")
"""Where a won deal stood on day 0; what is sold to customers is apart, whenever it came up."""

NURTURED = ORIGINS.index("in nurture")
CUSTOMERS = ORIGINS.index("customers")
"""Left out of tables where customers buy no more."""


@dataclass(frozen=True, eq=False)
class Origins:
    """One log's wins by origin and month; picklable."""

    months: tuple[str, ...]
    currency: str
    wins: Floats
    """(origins, months)"""
    bookings: Floats
    """(origins, months) first-year value; NaN where a won value is not recorded."""


@dataclass(frozen=True)
class ForecastRow:
    """A month, or all of them together, of one origin, or of all together; percentiles over replications."""

    month: str
    """A month such as 2027-01, or `total`."""
    origin: str
    """One of ORIGINS, or `total`."""
    mean: float
    """NaN, like all that follows, for an origin of which nothing is known."""
    se: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Forecast:
    """Bookings and wins by month and origin, months first, each ending with `total`."""

    currency: str
    bookings: tuple[ForecastRow, ...]
    wins: tuple[ForecastRow, ...]
    replications: int
    components: Mapping[str, Components | None] = field(default_factory=dict)
    """Of `bookings` and `wins` in all: what their spread is made of; none without draws."""

    def of(self, what: str = "bookings", month: str = "total", origin: str = "total") -> ForecastRow:
        """One row of `bookings` or `wins`."""
        rows: tuple[ForecastRow, ...] = getattr(self, what)
        return next(row for row in rows if row.month == month and row.origin == origin)

    def to_json(self) -> dict[str, Any]:
        """The rows as records; what is not defined is null."""
        return {what: plain(getattr(self, what)) for what in ("bookings", "wins")}


def origin_of(facts: Facts) -> Ints:
    """(entities,) index into ORIGINS of each opportunity."""
    lead = facts.lead_of
    captured = np.where(lead == NOBODY, np.nan, facts.log.entities.created[lead])
    is_open = (facts.opened < 0) | ((facts.opened == 0) & (lead == NOBODY))
    new = np.where(is_open, 0, np.where(captured < 0, 1, 2))
    return np.where(facts.to_customers, CUSTOMERS, new).astype(np.int64)


def origins(log: Log) -> Origins:
    """The reducer `Log -> Origins`."""
    facts = Facts(log)
    won = facts.rows(Kind.WON).within(facts.window)
    origin = origin_of(facts)[won.entity]
    months = len(facts.months)
    month = np.searchsorted(log.window.month_edges, won.time, side="right") - 1
    cell, cells = origin * months + month, len(ORIGINS) * months
    return Origins(
        months=month_labels(log),
        currency=log.window.currency,
        wins=np.bincount(cell, minlength=cells).reshape(len(ORIGINS), months).astype(np.float64),
        bookings=np.bincount(cell, won.amount, cells).reshape(len(ORIGINS), months).astype(np.float64),
    )


def forecast(
    reduced: Sequence[Origins], draw: Ints, *, listed: bool = False, structures: Ints | None = None
) -> Forecast:
    """The forecast of replications, `draw` (replications,) being the parameter draw of each and `structures` (draws,)
    the label of each draw's structure.

    listed: they started from a list of deals without leads, so that nothing is known of leads in nurture.
    """
    months = reduced[0].months
    return Forecast(
        currency=reduced[0].currency,
        bookings=_rows(np.array([one.bookings for one in reduced]), months, draw, listed),
        wins=_rows(np.array([one.wins for one in reduced]), months, draw, listed),
        replications=len(reduced),
        components={}
        if structures is None
        else {
            what: components(np.array([getattr(one, what).sum() for one in reduced]), draw, structures)
            for what in ("bookings", "wins")
        },
    )


def _rows(cells: Floats, months: tuple[str, ...], draw: Ints, listed: bool) -> tuple[ForecastRow, ...]:
    """`cells` (replications, origins, months) with totals added on both sides."""
    cells = np.concatenate((cells, cells.sum(axis=1, keepdims=True)), axis=1)
    cells = np.concatenate((cells, cells.sum(axis=2, keepdims=True)), axis=2)
    if listed:
        cells[:, NURTURED] = np.nan
    rows = []
    for m, month in enumerate((*months, "total")):
        for o, origin in enumerate((*ORIGINS, "total")):
            found = estimate(cells[:, o, m], draw)
            rows.append(ForecastRow(month, origin, found.mean, found.se, *found.outcome))
    return tuple(rows)
