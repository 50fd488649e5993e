"""The canonical tables of a company's past: what every source is mapped onto, times in days since 1970-01-01.

A missing time or amount is NaN, a missing label is the empty text.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from calibration.columns import Columns, Floats, Labels, take
from calibration.courses import COURSES, COURSES_COLUMNS
from calibration.fuller import (
    FULLER,
    FULLER_COLUMNS,
    Activities,
    Books,
    Customers,
    Hours,
    Orders,
    Picklists,
    Seen,
    Surveyed,
)

__all__ = [
    "COLUMNS",
    "EPOCH",
    "NUMERIC",
    "Leads",
    "Opportunities",
    "Roster",
    "Spend",
    "StageHistory",
    "TABLES",
    "Tables",
    "date_of",
    "day_of",
    "empty",
    "take",
]

EPOCH = dt.date(1970, 1, 1)


def day_of(date: dt.date) -> float:
    """Midnight at which a date begins, in days since 1970-01-01."""
    return float((date - EPOCH).days)


def date_of(day: float) -> dt.date:
    """The date on which a time in days since 1970-01-01 falls."""
    return EPOCH + dt.timedelta(days=int(np.floor(day)))


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
    campaign: Labels
    product: Labels
    """What the lead asked for."""
    referred_by: Labels
    """The customer who referred it."""


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
    campaign: Labels
    customer: Labels
    """The customer to whom more is sold; empty for new business."""
    stage: Labels
    """The stage in which it stands, or stood when it was closed."""
    opened_by: Labels
    closed_by: Labels


@dataclass(frozen=True)
class StageHistory(Columns):
    """One row an entry into a stage."""

    opportunity: Labels
    stage: Labels
    entered: Floats
    owner: Labels
    visit: Floats
    """How often it had been in the stage before."""


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
    expansions: Opportunities = field(default_factory=lambda: empty(Opportunities))
    """Opportunities to sell more to customers."""
    activities: Activities = field(default_factory=lambda: empty(Activities))
    customers: Customers = field(default_factory=lambda: empty(Customers))
    orders: Orders = field(default_factory=lambda: empty(Orders))
    books: Books = field(default_factory=lambda: empty(Books))
    hours: Hours = field(default_factory=lambda: empty(Hours))
    touches: Seen | None = None
    """None where touches are not recorded."""
    lost_survey: Surveyed | None = None
    """None where lost buyers are not asked."""
    picklists: Picklists = field(default_factory=lambda: empty(Picklists))


_OPPORTUNITIES = {
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
    "campaign": "label",
    "customer": "text",
    "stage": "label",
    "opened_by": "label",
    "closed_by": "label",
}

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
        "campaign": "label",
        "product": "label",
        "referred_by": "text",
    },
    "opportunities": _OPPORTUNITIES,
    "stage_history": {
        "opportunity": "text",
        "stage": "label",
        "entered": "time",
        "owner": "label",
        "visit": "number",
    },
    "spend": {"month": "time", "channel": "label", "amount": "money"},
    "reps": {"name": "label", "team": "label", "hired": "time", "left": "time"},
    "expansions": _OPPORTUNITIES,
    **FULLER_COLUMNS,
    **COURSES_COLUMNS,
}
"""Our columns by table and what each holds: `text`, `label` (a category), `time`, `money` or `number`."""

TABLES: dict[str, type[Columns]] = {
    "leads": Leads,
    "opportunities": Opportunities,
    "stage_history": StageHistory,
    "spend": Spend,
    "reps": Roster,
    "expansions": Opportunities,
    **FULLER,
    **COURSES,
}

NUMERIC = ("time", "money", "number")
"""What is held as a number, NaN where it is missing."""

T = TypeVar("T", bound=Columns)


def empty(kind: type[T]) -> T:
    """A table without rows."""
    columns = COLUMNS[next(name for name, table in TABLES.items() if table is kind)]
    return kind(
        **{name: np.empty(0, dtype=np.float64 if what in NUMERIC else object) for name, what in columns.items()}
    )
