"""The canonical tables of a company's past: what every source is mapped onto, times in days since 1970-01-01.

A missing time or amount is NaN, a missing label is the empty text.
"""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "EPOCH",
    "Leads",
    "Opportunities",
    "Roster",
    "Spend",
    "StageHistory",
    "Tables",
    "date_of",
    "day_of",
    "empty",
    "take",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

EPOCH = dt.date(1970, 1, 1)


def day_of(date: dt.date) -> float:
    """Midnight at which a date begins, in days since 1970-01-01."""
    return float((date - EPOCH).days)


def date_of(day: float) -> dt.date:
    """The date on which a time in days since 1970-01-01 falls."""
    return EPOCH + dt.timedelta(days=int(np.floor(day)))


@dataclass(frozen=True)
class Columns:
    """(rows,) arrays of equal length."""

    def __len__(self) -> int:
        return len(getattr(self, dataclasses.fields(self)[0].name))

    def replace(self, **changes: Any) -> Self:
        """A copy with some columns changed."""
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True)
class Leads(Columns):
    """One row a lead."""

    id: Labels
    captured: Floats
    channel: Labels
    segment: Labels
    mql: Floats
    handed_off: Floats
    first_attempt: Floats
    accepted: Floats


@dataclass(frozen=True)
class Opportunities(Columns):
    """One row an opportunity; `amount` is the value expected while it is open, `won_amount` what was signed."""

    id: Labels
    lead: Labels
    channel: Labels
    segment: Labels
    product: Labels
    owner: Labels
    amount: Floats
    won_amount: Floats
    opened: Floats
    closed: Floats
    outcome: Labels
    """`won`, `lost` or `open`."""
    reason: Labels


@dataclass(frozen=True)
class StageHistory(Columns):
    """One row an entry into a stage."""

    opportunity: Labels
    stage: Labels
    entered: Floats


@dataclass(frozen=True)
class Spend(Columns):
    """One row a channel and month; `month` is the month's first day."""

    month: Floats
    channel: Labels
    amount: Floats


@dataclass(frozen=True)
class Roster(Columns):
    """One row a rep; `left` is missing while the rep is there."""

    name: Labels
    team: Labels
    hired: Floats
    left: Floats


@dataclass(frozen=True)
class Tables:
    """All tables of one history."""

    leads: Leads
    opportunities: Opportunities
    stage_history: StageHistory
    spend: Spend
    reps: Roster


COLUMNS: dict[str, dict[str, str]] = {
    "leads": {
        "id": "text",
        "captured": "time",
        "channel": "label",
        "segment": "label",
        "mql": "time",
        "handed_off": "time",
        "first_attempt": "time",
        "accepted": "time",
    },
    "opportunities": {
        "id": "text",
        "lead": "text",
        "channel": "label",
        "segment": "label",
        "product": "label",
        "owner": "label",
        "amount": "money",
        "won_amount": "money",
        "opened": "time",
        "closed": "time",
        "outcome": "label",
        "reason": "label",
    },
    "stage_history": {"opportunity": "text", "stage": "label", "entered": "time"},
    "spend": {"month": "time", "channel": "label", "amount": "money"},
    "reps": {"name": "label", "team": "label", "hired": "time", "left": "time"},
}
"""Our columns by table and what each holds: `text`, `label` (a category), `time` or `money`."""

TABLES: dict[str, type[Columns]] = {
    "leads": Leads,
    "opportunities": Opportunities,
    "stage_history": StageHistory,
    "spend": Spend,
    "reps": Roster,
}

T = TypeVar("T", bound=Columns)


def empty(kind: type[T]) -> T:
    """A table without rows."""
    columns = COLUMNS[next(name for name, table in TABLES.items() if table is kind)]
    return kind(
        **{
            name: np.empty(0, dtype=np.float64 if what in ("time", "money") else object)
            for name, what in columns.items()
        }
    )


def take(table: T, rows: NDArray[Any]) -> T:
    """The table's rows by mask or position."""
    return table.replace(**{spec.name: getattr(table, spec.name)[rows] for spec in dataclasses.fields(table)})
