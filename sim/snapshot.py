"""The pipeline open on the plan's start: what a warm start puts into the funnel in place of a run-in."""

from dataclasses import dataclass

__all__ = ["OpenDeal", "Snapshot"]


@dataclass(frozen=True)
class OpenDeal:
    """An opportunity that is open at the start; ages in civil days."""

    id: str
    """The CRM's id; the draws' key is made of it."""
    channel: str
    segment: str
    product: str
    stage: str
    amount: float | None
    """Value in the plan's currency; none = drawn from the value law like any other."""
    age: float
    """Days since it was opened."""
    stage_age: float
    """Days since it entered its stage."""
    zombie: bool = False
    """Older than the 99.5 % quantile of every cause of leaving its stage: it counts as never closing."""


@dataclass(frozen=True)
class Snapshot:
    """The deals open on a date."""

    deals: tuple[OpenDeal, ...]
