"""What may befall a company: a recession, a dearer channel, a rep who leaves, a big deal that is lost."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.noun import Name, Noun
from sim.units import Count, Date, Factor, Logit

__all__ = ["Leaver", "Shock"]


class Leaver(Noun):
    """A rep who leaves on a shock's first day; the successor comes when the team's backfill is over, and ramps."""

    team: Literal["sdr", "ae"] = "ae"
    """The rep's team."""
    who: Literal["best"] | Annotated[Count, Field(ge=1)] = "best"
    """The most skilled of the team that day (of several, the one in the first seat), or whoever holds the seat of this
    number; nobody, if it is empty."""


class Shock(Noun):
    """Something that befalls the company; what it multiplies and adds holds from its first day until its last.

    Effects of several shocks at a time add, factors multiply. It is written down on its first day, if that lies in the
    run."""

    from_: Annotated[Date, Field(alias="from")]
    """The first day."""
    until: Date | None = None
    """The day on which it is over; none = it goes on."""
    odds: Logit = 0.0
    """Log-odds of advancing at every stage, those of sales to customers included; ln .8 = -.22 in a mild recession.
    [choice]"""
    time: Factor = 1.0
    """Factor on buyers' time in a stage that begins meanwhile; 1.25 in a mild recession. [choice]"""
    demand: Factor = 1.0
    """Factor on the leads of its channels."""
    channels: tuple[Name, ...] = ()
    """The channels of which `demand` and `cost` speak; none named = all."""
    cost: Annotated[Factor, Field(gt=0)] = 1.0
    """What its channels cost, as a factor: the same spend reaches as far as spend / cost did before (leads and touches
    follow, with carry-over and saturation); 1.3 for a channel that gets dearer. [choice]"""
    renewal: Logit = 0.0
    """Log-odds of renewal."""
    rivals: Mapping[Name, Logit] = Field(default_factory=dict)
    """What it adds to the utility of rivals (`funnel.rivals`), by name."""
    leaves: Leaver | None = None
    """Who leaves on the first day; none = nobody does."""
    loses: Literal["biggest_deal"] | None = None
    """What is lost on the first day, for the reason of the shock's name: of all open opportunities the one of the
    largest value, of several the first opened; none = nothing."""
