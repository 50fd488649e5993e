"""Fuller tables: what a history may hold beside leads, deals, stages, spend and reps. `leadflow export --crm` writes
all of them, and few companies have them.

A missing time or number is NaN, a missing label is the empty text. A row that concerns a record names its `record`
(lead, opportunity, customer or order) and its `id`; both are empty where it concerns none.
"""

from dataclasses import dataclass

from calibration.columns import Columns, Floats, Labels

__all__ = [
    "FULLER",
    "FULLER_COLUMNS",
    "Activities",
    "Books",
    "Customers",
    "Hours",
    "Orders",
    "Picklists",
    "Seen",
    "Surveyed",
]


@dataclass(frozen=True)
class Activities(Columns):
    """One row a happening; `activity` is a kind of `sim.log`, in lower case."""

    at: Floats
    activity: Labels
    record: Labels
    id: Labels
    rep: Labels
    stage: Labels
    visit: Floats
    """How often the lead had come in before, the stage had been entered, the customer had been asked; from 0."""
    reason: Labels
    amount: Floats


@dataclass(frozen=True)
class Customers(Columns):
    """One row a customer."""

    id: Labels
    opportunity: Labels
    """What it ordered first; empty for who was a customer before the records begin."""
    channel: Labels
    campaign: Labels
    segment: Labels
    product: Labels
    owner: Labels
    since: Floats


@dataclass(frozen=True)
class Orders(Columns):
    """One row an order of a customer."""

    id: Labels
    customer: Labels
    channel: Labels
    campaign: Labels
    segment: Labels
    product: Labels
    owner: Labels
    ordered: Floats


@dataclass(frozen=True)
class Books(Columns):
    """One row a line of the books; `account` is one of `sim.log`, in lower case. They replace spend and signed amounts
    as what money is counted from."""

    at: Floats
    account: Labels
    channel: Labels
    campaign: Labels
    rep: Labels
    record: Labels
    id: Labels
    amount: Floats


@dataclass(frozen=True)
class Hours(Columns):
    """One row a rep and month: the selling hours he had; `month` is its first day."""

    rep: Labels
    month: Floats
    hours: Floats


@dataclass(frozen=True)
class Seen(Columns):
    """One row a touch of marketing that reached a prospect who is a lead, or became one later."""

    at: Floats
    lead: Labels
    channel: Labels
    opened: Floats
    """1 if it was opened, 0 if not, missing where it cannot be; so are the next two."""
    clicked: Floats
    used: Floats


@dataclass(frozen=True)
class Surveyed(Columns):
    """One row a lost buyer who was asked why."""

    opportunity: Labels
    at: Floats
    reason: Labels
    """What the buyer said; empty without an answer."""


@dataclass(frozen=True)
class Picklists(Columns):
    """One row a value that a field may have, in the order of the field's values. What stands under `activity` and
    `account` is recorded whenever it happens: none of it means zero, and not that nobody knows."""

    field: Labels
    value: Labels


FULLER: dict[str, type[Columns]] = {
    "activities": Activities,
    "customers": Customers,
    "orders": Orders,
    "books": Books,
    "hours": Hours,
    "touches": Seen,
    "lost_survey": Surveyed,
    "picklists": Picklists,
}

_OF_ENTITY = {"channel": "label", "campaign": "label", "segment": "label", "product": "label", "owner": "label"}

FULLER_COLUMNS: dict[str, dict[str, str]] = {
    "activities": {
        "at": "time",
        "activity": "label",
        "record": "label",
        "id": "text",
        "rep": "label",
        "stage": "label",
        "visit": "number",
        "reason": "label",
        "amount": "number",
    },
    "customers": {"id": "text", "opportunity": "text", **_OF_ENTITY, "since": "time"},
    "orders": {"id": "text", "customer": "text", **_OF_ENTITY, "ordered": "time"},
    "books": {
        "at": "time",
        "account": "label",
        "channel": "label",
        "campaign": "label",
        "rep": "label",
        "record": "label",
        "id": "text",
        "amount": "money",
    },
    "hours": {"rep": "label", "month": "time", "hours": "number"},
    "touches": {
        "at": "time",
        "lead": "text",
        "channel": "label",
        "opened": "number",
        "clicked": "number",
        "used": "number",
    },
    "lost_survey": {"opportunity": "text", "at": "time", "reason": "label"},
    "picklists": {"field": "label", "value": "label"},
}
