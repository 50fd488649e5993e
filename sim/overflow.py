"""What becomes of leads when sales development has more work than it can do: held, sent outside, or refused."""

from typing import Literal

from pydantic import Field

from sim.distributions import DaysLaw
from sim.noun import Noun
from sim.units import Amount, Count, Days, Hours, Money, Share

__all__ = ["External", "Hold", "Overflow", "Throttle"]


class Hold(Noun):
    """Which leads stay in nurture while SDRs have too much to do, and for how long.

    They cost what nurture costs, lose intent and may unsubscribe as there. Once overflow is over and the backlog is
    down to where it ends, they are handed off one after another, the highest score first.
    """

    cutoff: Literal["feedback"] | Amount = "feedback"
    """Leads with a lower score are held. A number stands; with `feedback` it is set anew every Monday, so that the
    leads above it, by the scores of the last four weeks' MQLs, would fill the SDRs' hours of the coming four weeks less
    their backlog."""
    at_most: Days | None = None
    """Days after which a lead is handed off in any case; none = no limit."""


class External(Noun):
    """A provider of sales development, paid by the lead, who works leads in place of SDRs."""

    fee: Money = 60.0
    """What a lead sent to the provider costs. [choice]"""
    quality: Share = 0.85
    """Factor on the probability that a lead that the provider has talked to is accepted. [choice]"""
    time: DaysLaw = Field(
        default={"law": "table", "at": ["4 hours", "12 hours"], "cumulative": [0, 1]}, validate_default=True
    )
    """Civil time until the provider has tried a lead, with as many attempts as an SDR makes; it sets the lead's
    speed-to-lead factor. [choice]"""
    start_up: Days = 0.0
    """Days from the first overflow until the provider takes leads."""


class Throttle(Noun):
    """How far programme spend is cut while SDRs have too much to do."""

    cut: Share = 0.5
    """Share by which all channels' spend of a week is cut if there is overflow on its Monday. [choice]"""


class Overflow(Noun):
    """What marketing does while SDRs have too much to do. Backlog is the expected work of all that waits for an SDR,
    follow-ups that are due included."""

    policy: Literal["push", "hold_nurture", "external", "throttle"] = "push"
    """While there is overflow, leads are handed off all the same, the poorer ones are held in nurture, leads go to an
    external provider, or programme spend is cut."""
    when_backlog_hours_per_rep: Hours = 8.0
    """Overflow begins when the backlog exceeds so many hours for each SDR present. [choice]"""
    until_backlog_hours_per_rep: Hours | None = None
    """Overflow ends when the backlog is down to so many hours for each SDR present; none = half of what began it."""
    queue_limit: Count | None = None
    """A lead that would have to wait behind so many others is not queued: it goes where the policy sends it or, with
    `push` and `throttle`, leaves the funnel. 0 = nobody waits for a first attempt (a loss system); none = no limit."""
    hold: Hold = Hold()
    external: External = External()
    throttle: Throttle = Throttle()
