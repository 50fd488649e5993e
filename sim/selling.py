"""What is sold, to whom and in which stages: segments, products, and stages with their losses."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.distributions import DaysLaw, HoursLaw, MoneyLaw
from sim.market import Choice
from sim.noun import Key, Name, Noun
from sim.units import Factor, Logit, Share

__all__ = ["Driver", "Loss", "Losses", "Milestones", "Product", "Segment", "Stage"]


class Segment(Noun):
    """A kind of buyer: what it is worth and how its deals differ."""

    key: Key
    value: MoneyLaw
    """First-year value of an order before the product's price factor (ACV)."""
    time: Factor = 1.0
    """Factor on every stage's buyer time."""
    effort: Factor = 1.0
    """Factor on every stage's rep effort."""
    advance_logit: Logit = 0.0
    """Shift of the log-odds of advancing at each stage."""


class Product(Noun):
    """What is sold: its share of orders, price factor and gross margin."""

    key: Key
    mix: Share
    """Share of opportunities that are about this product; the mixes sum to one."""
    price: Factor = 1.0
    """Factor on the segment's value."""
    margin: Share = 0.78
    """Gross margin; 72-81 % in published SaaS surveys (eaglerockcfo.com, digitalapplied.com)."""
    value: MoneyLaw | None = None
    """A value law of the product's own, in place of the segment's."""
    new: bool = False
    """Whether it counts as a new product; a label for reports."""
    price_logit: Logit = 0.0
    """Log-odds of advancing from the last stage for each 10 % of discount (`plan.discounts`); .2 is usual. [choice]"""


class Loss(Noun):
    """One way in which a stage ends without advancing."""

    share: Share
    """Share among the ways in which the stage ends without advancing; the shares sum to one."""
    time: DaysLaw | None = None
    """Law of the time until this loss; the stage's own `time` if none (the chain form)."""


def _loss(value: Any) -> Any:
    return value if value is None or isinstance(value, (Mapping, Noun)) else {"share": value}


Losses = Mapping[Name, Annotated[Loss, BeforeValidator(_loss)]]
"""Ways in which a stage ends without advancing, by name: a share, or {share, time}."""


class Driver(Noun):
    """A cause of loss: who in the company can do something about it, and which buyers it meets more often."""

    acts: Literal["branding", "lead_generation", "sales_management", "product", "pricing"]
    """Who can act on it; a label for reports."""
    without_budget: Logit = 0.0
    """Log of the factor on the odds of this cause for a buyer who has no budget (`funnel.buyers`)."""
    without_authority: Logit = 0.0
    """The same for a buyer who may not decide."""


class Milestones(Noun):
    """What an opportunity passes in a stage, as the share of its entries in which it does: rows of the log, without
    effect."""

    appointment: Share = 0.0
    """An appointment is made when the stage is entered."""
    rfp: Share = 0.0
    """A request for proposal comes when the stage is entered."""
    proposal: Share = 0.0
    """A proposal is sent when the stage's work is done."""
    presentation: Share = 0.0
    """A presentation has been given when the stage's work is done."""


class Stage(Noun):
    """A stage of an opportunity: one cause of leaving it is drawn, with the time that cause takes."""

    key: Key
    time: DaysLaw
    """Civil time the buyer takes to advance."""
    resolve: Literal["at_entry", "after_effort"] = "at_entry"
    """When the cause is drawn and its time begins: at entry, beside the rep's work, so that a buyer may leave while he
    waits for it; or when the work is done, so that every stage costs its full effort and the buyer's time follows."""
    effort: HoursLaw = Field(default={"law": "constant", "value": 0.0}, validate_default=True)
    """Rep hours that must be done before the stage can advance."""
    advance: Share
    """Probability that a good-fit opportunity advances if the rep's work causes no delay."""
    choice: Choice | None = None
    """What the buyer decides among; in place of `losses`, with `advance` at 1: all that a buyer can do is to decide.
    Our log-odds of advancing are then ours - ln(sum of the rivals' e^u + e^none). None = `advance` and `losses` say
    it."""
    losses: Losses = Field(default_factory=dict)
    """Causes of loss; a share, or {share, time}. Needed unless `advance` is one, or `rework` takes the rest."""
    rework: Losses = Field(default_factory=dict)
    """Stages, this one or earlier ones, to which the buyer sends the opportunity back: a share, or {share, time}. The
    shares of `losses` and `rework` together sum to one. It goes back when its time is over and the stage's work is
    done, and no delay loses it."""
    milestones: Milestones = Milestones()
    meetings: Annotated[Factor, Field(le=16)] = 0.0
    """Meetings with the buyer in the course of the stage's work, on average: the whole number below, and one more with
    the probability that is left. They are written down when the work is done, and have no effect."""
    facing: Share = 0.0
    """Share of the stage's work (before coding, and before programmes save some) that is spent in its meetings, in
    equal parts."""
    assets: Mapping[Name, Share] = Field(default_factory=dict)
    """Share of entries of the stage in which an asset of marketing (`funnel.assets`) is used."""
    delay_penalty: Annotated[Factor, Field(le=50)] = 0.5
    """Log-odds lost per 30 days by which the rep's work makes the buyer wait: beyond his own time where the stage is
    resolved at entry, from entry until the work is done otherwise. The rest end `stalled`; 0 = none. [choice]"""
