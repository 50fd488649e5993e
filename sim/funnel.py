"""What the world is: channels, buyers, stages, reps' behaviour and customers. Learned or assumed, never chosen.

A planner's decisions are in `sim.plan`. Every field has a unit and a default with its source; the letters in the
docstrings are those of the background page. `[choice]` marks a default that is ours and not a published figure.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.buyers import Buyers, Knowledge, Nurturing, ScoreModel
from sim.capture import Arrivals, Channel, Journey
from sim.customers import Customers
from sim.development import SalesDevelopment
from sim.distributions import DaysLaw
from sim.market import Market, Rival
from sim.noun import Name, Noun, keyed
from sim.paths import join, split
from sim.programme import Programme
from sim.reps import AeReps, Effort, Prospecting, Pursuit, Reps, Staff
from sim.selling import Driver, Product, Segment, Stage
from sim.shocks import Shock
from sim.signing import Signing
from sim.units import Factor, Logit

__all__ = ["Funnel", "Origin"]

Origin = Literal["fitted", "prior", "neutral"]
"""Where a number comes from: fitted to history, a stated prior, or neutral (it changes nothing)."""


class Funnel(Noun):
    """What the world is: everything that a plan meets and does not choose."""

    name: Name
    channels: Annotated[Mapping[Name, Channel], keyed, Field(min_length=1)]
    segments: Annotated[Mapping[Name, Segment], keyed, Field(min_length=1)]
    products: Annotated[Mapping[Name, Product], keyed, Field(min_length=1)]
    stages: Annotated[Mapping[Name, Stage], keyed, Field(min_length=1, max_length=100)]
    """The stages of an opportunity, in the order in which they are passed; advancing from the last one is a win."""
    arrivals: Arrivals = Arrivals()
    buyers: Buyers | None = None
    """Who of the leads has a budget and may decide; with it, a conversation with a lead that has both, and intent
    enough, makes it `sales_ready`. None = nobody asks."""
    journey: Journey = Journey()
    score: ScoreModel = ScoreModel()
    knowledge: Knowledge = Knowledge()
    nurture: Nurturing = Nurturing()
    sales_development: SalesDevelopment = Field(default_factory=SalesDevelopment)
    sdr: Reps = Reps(selling_share=0.65, ramp=3)
    """Selling share .65 [choice]; ramp 3 months."""
    ae: AeReps = AeReps(selling_share=0.44, ramp=5)
    """Selling share .44: Beta(20,25) over published 22-41 %; ramp 5.0 months, the median of the Bridge Group survey."""
    am: Staff = Staff(selling_share=0.44, ramp=3)
    """Account managers, where the plan has them: selling share as of AEs; ramp 3 months, as they sell to whom the
    company knows. [choice]"""
    ae_patience: DaysLaw = Field(default={"law": "weibull", "shape": 1.5, "scale": 14.0}, validate_default=True)
    """Civil time until an accepted lead that no AE has taken goes cold. [choice]"""
    effort: Effort = Effort()
    prospecting: Prospecting | None = None
    """What AEs do when no work waits for them and they have room for another opportunity; none = they wait."""
    pursuit: Pursuit | None = None
    """Whether AEs choose among the leads assigned to them, once each; only where opportunities have an owner. None =
    they pursue all."""
    bad_fit_logit: Logit = -1.2
    """What bad fit adds to the log-odds of advancing at every stage. [choice]"""
    drivers: Mapping[Name, Driver] = Field(default_factory=dict)
    """Causes of loss by name: who can act on them, and whom they meet."""
    assets: Annotated[Mapping[Name, Logit], Field(max_length=16)] = Field(default_factory=dict)
    """Marketing's materials by name, and what using one in a stage (`stages.*.assets`) adds to the log-odds of
    advancing from it; .05 is usual. [choice]"""
    programmes: Mapping[Name, Programme] = Field(default_factory=dict)
    """What programmes beside the sale do; they run where the plan says so (`plan.programmes`)."""
    rhythm: Annotated[tuple[Factor, ...], Field(min_length=3, max_length=3)] | None = None
    """How fast the buyer's clock runs in the last stage, in the first, second and third month of a quarter, which the
    plan's start begins; the mean is one. None = evenly; .75, .90, 1.35 where orders come towards its end [choice].
    Times fitted to history contain it already."""
    signing: Signing | None = None
    """Whether the last stage is decided day by day, at a pace that goes with the calendar, with the pipeline and with a
    drift, as fitted to history; none = once, when it is entered."""
    drift: Annotated[Logit, Field(ge=0)] = 0.0
    """Slow drift of conversion: standard deviation of a month's step of a random walk of the log-odds of advancing, one
    for all stages, from the plan's second month on; .05 is slow. [choice]"""
    customers: Customers = Customers()
    market: Mapping[Name, Market] = Field(default_factory=dict)
    """The market of each segment, by the segment's name."""
    rivals: Mapping[Name, Rival] = Field(default_factory=dict)
    """Other vendors for whom buyers may decide, by name; three of utility 0 are usual where a stage has a `choice`.
    [choice]"""
    shocks: Mapping[Name, Shock] = Field(default_factory=dict)
    """What befalls the company, by name."""
    origin: Mapping[str, Origin] = Field(default_factory=dict)
    """Where fields come from, by dotted path; the longest matching path counts, and an unlisted field is a prior."""

    def origin_of(self, path: str) -> Origin:
        """The tag of a field: that of the longest listed path that is the field or leads to it."""
        parts = split(path)
        for size in range(len(parts), 0, -1):
            tag = self.origin.get(join(parts[:size]))
            if tag is not None:
                return tag
        return "prior"
