"""What reviews need to know of how scoring learns from sales' verdicts."""

from typing import NamedTuple

from sim.marketing import Scoring
from sim.units import DAYS_PER_MONTH

__all__ = ["ScoringTable", "make_scoring"]


class ScoringTable(NamedTuple):
    """Feedback as numbers."""

    learns: bool
    """Whether threshold and channels' points follow sales' verdicts."""
    delay: float
    """Days until a verdict is known."""
    outcomes: int
    """Verdicts that must be known before anything is done."""
    acceptable: float
    """Share accepted of leads at the threshold."""


def make_scoring(scoring: Scoring) -> ScoringTable:
    """The numbers of a plan's scoring."""
    return ScoringTable(
        learns=scoring.feedback == "monthly",
        delay=scoring.feedback_delay * DAYS_PER_MONTH,
        outcomes=scoring.feedback_outcomes,
        acceptable=scoring.acceptable,
    )
