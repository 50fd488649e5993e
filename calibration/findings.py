"""Finding: one thing that a planner should know about the history, with its count and what to do about it."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["note", "warning", "error"]
"""`note`: nothing to do; `warning`: may bend a forecast; `error`: rows could not be used."""


@dataclass(frozen=True)
class Finding:
    """What was found, where, how often, and the remedy."""

    severity: Severity
    what: str
    """Stable name of the kind of finding, such as `duplicates`."""
    message: str
    """One plain sentence."""
    where: str = ""
    count: int = 0
    remedy: str = ""
