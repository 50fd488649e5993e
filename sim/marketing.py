"""What marketing chooses: which leads it calls MQLs, what it does with the others, and what it runs beside the sale."""

from typing import Annotated, Literal

from pydantic import Field

from sim.noun import Key, Name, Noun
from sim.units import Amount, Count, Date, Days, Factor, Logit, Money, Months, Share

__all__ = ["Campaign", "Nurture", "Profile", "ProgrammeTerms", "Scoring"]


class Campaign(Noun):
    """Spend on a channel for a time, on top of what it spends else, and how the leads differ that it brings.

    Of the leads that the channel's spend brings a campaign has the share of its own adstocked spend.
    """

    key: Key
    channel: Name
    spend: Money = 0.0
    """All that it costs, spent evenly over its days."""
    from_: Annotated[Date, Field(alias="from")]
    """Its first day; not before the plan's start."""
    until: Date
    """The day after its last."""
    fit: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Shift of the log-odds of good fit of its leads."""
    intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Shift of the mean intent of its leads."""


class Profile(Noun):
    """What a lead must be, whatever its score, to become an MQL; who is not stays in nurture and is never ready."""

    segments: tuple[Name, ...] = ()
    """Segments of which a lead must be one; none given = any."""
    budget: bool = False
    """Whether it must have a budget (only with `funnel.buyers`)."""
    authority: bool = False
    """Whether it must be able to decide (only with `funnel.buyers`)."""


class Scoring(Noun):
    """Marketing's definition of an MQL, and whether it learns from what sales says of the leads.

    The threshold is a number (rule fixed), or it is set so that a share `top` of all leads exceeds it, over the plan's
    months and what they are planned to bring (rule top; of whole scores the next smaller share that there is), or each
    channel has its own, at which what a lead is worth to sales development is just the worth of the hours that it takes
    (rule optimal).

    With feedback, sales' verdicts (accepted or rejected) on leads that were MQLs at once and were talked to are
    regressed on score and channel, by a ridge logistic regression: logit P(accepted) = a + b score + gamma_channel.
    From then on a lead's score is gamma_channel / b points higher, at most 2 either way, and the threshold is moved, at
    most .5 at once, to where P is `acceptable`. Nothing is done where b is not above .05.
    """

    rule: Literal["fixed", "top", "optimal"] = "fixed"
    """How the threshold is set: given as a number, by the share of leads that is to exceed it, or by the value of an
    SDR's hour. Not with feedback, which moves it."""
    threshold: Amount = 1.35
    """A lead whose score exceeds this is an MQL, with the rule fixed. [choice]"""
    top: Share = 0.3
    """Share of the leads that are judged by score that become MQLs at once, with the rule top. [choice]"""
    utilisation: Annotated[Share, Field(gt=0)] = 0.85
    """Share of the SDRs' hours that the rule optimal means to fill: it values an hour at its wage, or as far above it
    as brings the expected work down to this share. [choice]"""
    hour_value: Money | None = None
    """What an SDR's hour is worth, for the rule optimal, in place of that."""
    profile: Profile = Profile()
    """Characteristics that an MQL needs beside its score; what a lead is shows, its fit does not."""
    actions: Annotated[Count, Field(le=100)] = 0
    """Uses of assets (demos, webinars, e-books) that an MQL needs beside its score and its profile, within the past
    `within` days. A lead that lacks them waits in nurture, where it is judged again at each use, with the score that it
    was first given, until sales has seen it; one that gets ready there has shown enough without them."""
    within: Annotated[Days, Field(gt=0, le=3650)] = 30.0
    """Days in which these uses lie. [choice]"""
    assets: tuple[Name, ...] = ()
    """Assets whose use counts, as channels name them in `touches.asset`; none given = all, also those without a name.
    """
    form_fields: Annotated[Count, Field(le=50)] = 4
    """Fields on the capture form: more tell more and deter more."""
    feedback: Literal["monthly"] | None = None
    """Whether threshold and channels' points are set anew at the beginning of each month from sales' verdicts; none =
    marketing never hears of them."""
    feedback_delay: Months = 1
    """Months until marketing knows a verdict: 1 where marketing and sales work in one system, 6 where they do not; at
    most 1 with `handoff.shared_pipeline`. [choice]"""
    feedback_outcomes: Annotated[Count, Field(ge=1)] = 300
    """Verdicts that must be known before anything is changed. [choice]"""
    acceptable: Annotated[Share, Field(gt=0, lt=1)] = 0.4
    """Of the leads that just exceed the threshold, the share that marketing wants sales to accept once it has talked to
    them. At the default, feedback leaves the default threshold about where it is. [choice]"""


class Nurture(Noun):
    """What marketing does with leads that are not ready."""

    touches_per_month: Annotated[Factor, Field(le=100)] = 2.0
    cost_per_touch: Money = 1.5
    release_after: Months = 12
    """Months after which a lead that has not become ready is let go."""
    release: Literal["after", "by_value"] = "after"
    """Until when a lead that has not become ready is kept: for `release_after`, or at most so long and only while what
    it may still bring exceeds the cost of its touches. The longer a lead stays, the less likely it is a good one."""
    value_good: Money | None = None
    """What a good-fit lead is worth once it is ready, for release by value. None = from the funnel: the margin of its
    channel's orders, commission paid, times the chances that it is reached, accepted and won."""
    value_bad: Money | None = None
    """The same of a bad-fit lead."""
    opportunity_touches: Annotated[Factor, Field(le=100)] = 0.0
    """Touches a month of every opportunity, from its opening to its close, each at `cost_per_touch`: marketing that
    goes on in the sale. They help as `funnel.nurture.touch_intent` and `funnel.journey.air_cover` say; 2 is usual.
    [choice]"""
    reclaim: Share = 0.0
    """Share of lost opportunities whose lead returns to nurture, within what `handoff.recycles` allows."""
    reclaim_causes: tuple[Name, ...] = ("stalled",)
    """The causes of loss after which it does."""


class ProgrammeTerms(Noun):
    """When a programme runs and what it costs."""

    from_: Annotated[Date | None, Field(alias="from")] = None
    """The first day; none = it has always run."""
    until: Date | None = None
    """The day on which it runs no longer; none = it goes on."""
    per_opportunity: Money | None = None
    """Spent on each opportunity, when it first enters one of the programme's stages while it runs; none =
    nothing, and the effects are full."""
    per_customer: Money | None = None
    """Spent a month on each customer while it runs; none = nothing, and the effects on customers are full."""
    monthly: Money = 0.0
    """What it costs a month, a part of a month in proportion."""
