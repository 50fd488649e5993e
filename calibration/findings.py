"""Finding: one thing that a planner should know about the history, with its count and what to do about it."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["LEGEND", "Finding", "Severity"]

Severity = Literal["note", "warning", "error"]
"""In the words of `LEGEND`."""

LEGEND = "note: for your information. warning: may bend a forecast. error: rows that could not be used."


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
