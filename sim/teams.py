"""The teams of a plan: heads and hires, what they cost, and how work is given out and ordered."""

from typing import Annotated, Literal

from pydantic import Field

from sim.noun import Key, Noun
from sim.series import HeadSeries
from sim.units import Count, Factor, Money, Month, Months, Positive, Share

__all__ = ["AeTeam", "AmTeam", "Hire", "SdrTeam", "TEAMS", "Team", "Teams"]

TEAMS = ("sdr", "ae", "am")
"""Their names, in the order in which seats and logs number them."""


class Hire(Noun):
    """Heads added in a month; new hires ramp unless they come ramped."""

    month: Month
    add: Annotated[Count, Field(ge=1)]
    ramped: bool = False


class Team(Noun):
    """A team of reps: how many, and what they cost."""

    key: Key
    headcount: HeadSeries
    """Heads by month. A rise hires (with ramp), a fall removes the newest seats first."""
    hires: tuple[Hire, ...] = ()
    """Heads added on top of `headcount`."""
    base: Money = 0.0
    """Base pay a head, a year."""
    variable: Money = 0.0
    """Variable pay a head, a year, paid in full unless the team has a target."""
    overhead: Annotated[Factor, Field(ge=1, le=10)] = 1.25
    """Factor from pay to cost: social charges, tools, desk. [choice]"""
    quota: Money | None = None
    """Bookings expected of a head, a year."""
    recruiting: Share = 0.0
    """Cost of finding a rep, as a share of a year's base, for each head added and each backfill; 20 % is usual.
    [choice]"""
    severance: Annotated[Months, Field(le=120)] = 0
    """Months of base paid to a rep whose seat the plan cuts; nothing to one who leaves of his own. [choice]"""


class SdrTeam(Team):
    """Sales development, a Team: whoever has been idle longest takes the next lead of the queue for all."""

    routing: Literal["pool", "round_robin", "territory", "score_weighted", "performance_weighted"] = "pool"
    """Whether a lead waits in one queue for all or, with its follow-ups, for the SDR to whom it is routed: one after
    another; the least loaded of those whose place in the team, counted round the segments, is the lead's segment; drawn
    with weights exp(score x skill); or drawn by past success, leads accepted of those first tried."""

    discipline: Literal["fifo", "lifo", "score", "fresh_first", "cost_benefit"] = "fifo"
    """Who is next: the lead handed off (or due again) first, or last; the one with the highest score; leads that nobody
    has tried on this visit before follow-ups; or the lead whose next attempt is worth most per hour, by its expected
    chances and order. Ties go to the first in the queue."""
    target: Positive | None = None
    """Accepted leads a head and month for which a month's `variable` is paid in full; fewer or more are paid in
    proportion, at most twice. None = paid in full whatever is accepted."""


class AeTeam(Team):
    """Account executives, a Team who work the opportunities."""

    routing: Literal["least_loaded", "round_robin", "territory", "score_weighted", "performance_weighted"] = (
        "least_loaded"
    )
    """Which AE with room gets an accepted lead: the least loaded, or by the same rules as an SDR gets his; past success
    is opportunities won of those closed."""

    discipline: Literal["fifo", "lifo", "score", "later_stage"] = "fifo"
    """Which work is next: what was asked for first, or last; the highest score's; or the latest stage's. Ties go to the
    first in the queue."""
    ownership: Literal["owned", "pooled"] = "owned"
    """Whether an opportunity belongs to one AE, who does all its work, or its work goes to whoever is free. A pool
    opens every accepted lead at once."""
    max_open: Annotated[Count, Field(ge=1)] | None = None
    """Open opportunities a head may hold; none = no limit."""


class AmTeam(Team):
    """Account managers, a Team who sell to customers in the AEs' place: what is opened for customers while the plan has
    them is worked by whichever of them has been idle longest.

    What AEs have begun they keep. What account managers have begun waits for them, also while there is none. They earn
    commission on what they win, and have no quota, so that accelerators, threshold and cap do not touch it.
    """

    discipline: Literal["fifo", "lifo"] = "fifo"
    """Which work is next: what was asked for first, or last. Ties go to the first in the queue."""


class Teams(Noun):
    """The teams: sales development, account executives and, where there are any, account managers."""

    sdr: SdrTeam
    ae: AeTeam
    am: AmTeam | None = None
    """Who sells to customers (`funnel.customers`); none = the AEs do."""

    def of(self, name: str) -> Team | None:
        """A team by name; none where the plan does not have it."""
        team: Team | None = getattr(self, name)
        return team
