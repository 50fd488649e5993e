"""Courses: the other ways in which exports tell how opportunities went, from which the canonical tables are made.

A missing time or amount is NaN, a missing label is the empty text.
"""

from dataclasses import dataclass

from calibration.columns import Columns, Floats, Labels

__all__ = ["COURSES", "COURSES_COLUMNS", "Changes", "FieldChanges", "Snapshots"]


@dataclass(frozen=True)
class Changes(Columns):
    """One row a happening of an opportunity, most often a change of its stage."""

    opportunity: Labels
    at: Floats
    old: Labels
    """The stage that it left."""
    new: Labels
    """The stage that it entered, or a word that means won or lost."""
    kind: Labels
    """What happened, where `new` is empty: a word that means open, won or lost, or one that is not used."""
    owner: Labels
    amount: Floats


@dataclass(frozen=True)
class FieldChanges(Columns):
    """One row a changed field of an opportunity, of which those of its stage are used."""

    opportunity: Labels
    at: Floats
    field: Labels
    old: Labels
    new: Labels


@dataclass(frozen=True)
class Snapshots(Columns):
    """One row an opportunity and day on which the pipeline was exported, as it stood at that day's end."""

    date: Floats
    opportunity: Labels
    stage: Labels
    """The stage in which it stood, or a word that means won or lost."""
    outcome: Labels
    amount: Floats
    owner: Labels
    channel: Labels
    segment: Labels
    product: Labels
    reason: Labels
    opened: Floats
    """The exact day, where the export has it; otherwise it is known to lie between two snapshots."""
    closed: Floats


COURSES: dict[str, type[Columns]] = {"changes": Changes, "field_changes": FieldChanges, "snapshots": Snapshots}

COURSES_COLUMNS: dict[str, dict[str, str]] = {
    "changes": {
        "opportunity": "text",
        "at": "time",
        "old": "label",
        "new": "label",
        "kind": "label",
        "owner": "label",
        "amount": "money",
    },
    "field_changes": {"opportunity": "text", "at": "time", "field": "label", "old": "label", "new": "label"},
    "snapshots": {
        "date": "time",
        "opportunity": "text",
        "stage": "label",
        "outcome": "label",
        "amount": "money",
        "owner": "label",
        "channel": "label",
        "segment": "label",
        "product": "label",
        "reason": "label",
        "opened": "time",
        "closed": "time",
    },
}
