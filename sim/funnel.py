"""What the world is: channels, buyers, stages, reps' behaviour and customers. Learned or assumed, never chosen.

A planner's decisions are in `sim.plan`. Every field has a unit and a default with its source; the letters in the
docstrings are those of the background page. `[choice]` marks a default that is ours and not a published figure.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.distributions import DaysLaw, HoursLaw, MoneyLaw, ScoreLaw
from sim.noun import Key, Noun, keyed
from sim.paths import join, split
from sim.series import FactorSeries
from sim.units import Days, Factor, Hours, Logit, Money, Months, PerMonth, Positive, Share

__all__ = [
    "AeReps",
    "Arrivals",
    "Channel",
    "Customers",
    "Effort",
    "Funnel",
    "Loss",
    "Nurturing",
    "Origin",
    "Product",
    "Prospecting",
    "Pursuit",
    "Rejections",
    "Reps",
    "SalesDevelopment",
    "ScoreModel",
    "Segment",
    "Stage",
]

Origin = Literal["fitted", "prior", "neutral"]
"""Where a number comes from: fitted to history, a stated prior, or neutral (it changes nothing)."""

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Channel(Noun):
    """A source of leads and its response to spend: leads a month = `leads` when `spend` is spent every month."""

    key: Key
    """Stable identity used by the draws; the channel's first name if none is written."""
    leads: PerMonth
    """Leads a month at the reference spend, before season and shocks."""
    spend: Money
    """Reference spend, USD (or the plan's currency) a month."""
    volume: FactorSeries = 1.0
    """Factor on the leads at any spend, by date: a surge, or a month without. Before its first date it is 1."""
    base_share: Share = 0.35
    """Share of `leads` that comes with no spend at all. [choice]"""
    carry_over: Annotated[Share, Field(lt=1)] = 0.4
    """th, weekly retention of the normalised adstock; .25 search .45 events .60 syndication .85 content. [choice]"""
    shape: Annotated[Positive, Field(le=10)] = 1.3
    """al of the Hill curve (1.0-1.6); poorly identified on small samples (Jin et al. 2017)."""
    half_spend: Annotated[Positive, Field(le=1e3)] = 1.25
    """K of the Hill curve as a multiple of the reference spend. [choice]"""
    fit_share: Share = 0.3
    """phi, share of leads with good fit."""
    intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """iota, mean latent intent (standard deviation .5)."""
    segments: Mapping[Name, Share]
    """Share of the channel's leads in each segment; sums to one."""
    score: ScoreLaw | None = None
    """Law of the leads' scores, in place of one made of fit and intent; a constant makes the channel a priority class
    of teams that work by score."""
    mql_probability: Share | None = None
    """Share of leads that become MQLs, in place of score and threshold (calibrated funnels know no score)."""
    sql_probability: Share | None = None
    """Share of conversations that sales accepts, in place of fit and intent."""
    value: MoneyLaw | None = None
    """First-year value of orders from this channel, in place of the product's and the segment's law."""


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


class Arrivals(Noun):
    """What moves all channels together: season, growth, shocks, and the hours in which leads come."""

    season: Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)] = (1.0,) * 12
    """S, index by calendar month January..December; its mean is one."""
    growth: Annotated[Positive, Field(ge=0.01, le=100)] = 1.0
    """G, factor a year, counted from the plan's start."""
    in_hours_share: Share | None = 0.8
    """Share of leads that come inside working hours; none = spread evenly over the week. [choice]"""
    frailty_shape: Positive | None = 8.0
    """k of the weekly gamma frailty per channel (counts have Var = mu + mu^2/k); none = Poisson. [choice]"""
    market_sd: Annotated[Factor, Field(le=2)] = 0.1
    """Standard deviation of the monthly log market shock M that all channels share. [choice]"""
    market_persistence: Annotated[Share, Field(lt=1)] = 0.5
    """AR(1) coefficient of the market shock from month to month. [choice]"""


class ScoreModel(Noun):
    """How well marketing's score tells good fit: d'(F)^2 = d0^2 + sum_{j<=F} (gain * decay^(j-1))^2."""

    separation: Annotated[Factor, Field(le=20)] = 1.0
    """d0, separation of good from bad fit with no form field. [choice]"""
    field_gain: Annotated[Factor, Field(le=20)] = 0.6
    """Information of the first form field. [choice]"""
    field_decay: Share = 0.85
    """Factor from one field's information to the next. [choice]"""
    intent_weight: Annotated[Logit, Field(ge=-10, le=10)] = 0.35
    """Weight of intent in the score. [choice]"""
    field_cost: Annotated[Factor, Field(le=10)] = 0.08
    """kap: each form field beyond three multiplies volume by exp(-kap); published range .02-.18."""


class Nurturing(Noun):
    """What becomes of leads that are not sales-ready: competing hazards a month, at the plan's touches."""

    ready_good: PerMonth = 0.045
    """h_g, hazard of readiness a month of a good-fit lead at two touches a month: a third of the vendor rate."""
    ready_bad: PerMonth = 0.008
    """h_b, the same of a bad-fit lead."""
    touch_effect: Annotated[Factor, Field(le=10)] = 0.25
    """Gain in readiness per touch above two a month (at most +50 %). [choice]"""
    unsubscribe: PerMonth = 0.012
    """Hazard of unsubscribing a month with no touches. [choice]"""
    unsubscribe_per_touch: PerMonth = 0.004
    """What each monthly touch adds to that hazard. [choice]"""
    intent_decay: Annotated[Factor, Field(le=10)] = 0.05
    """Intent lost per month in nurture. [choice]"""
    steps: tuple[DaysLaw, ...] = ()
    """Delays that every lead passes, in this order, between capture and the first judgement of its score."""


class Rejections(Noun):
    """Why sales rejects leads that it has talked to: shares of reasons by the lead's fit; each kind sums to one."""

    good: Annotated[Mapping[Name, Share], Field(min_length=1)] = Field(default_factory=lambda: {"poor_fit": 1.0})
    """Of good-fit leads."""
    bad: Annotated[Mapping[Name, Share], Field(min_length=1)] = Field(default_factory=lambda: {"poor_fit": 1.0})
    """Of bad-fit leads."""


class SalesDevelopment(Noun):
    """How SDRs reach and judge a lead that marketing hands off."""

    contact: Annotated[tuple[Share, ...], Field(min_length=1, max_length=100)] = (
        0.20,
        0.14,
        0.14,
        0.14,
        0.12,
        0.10,
        0.08,
        0.06,
    )
    """Probability of contact at attempt 1, 2, ... if the first attempt is immediate."""
    spacing: Hours = 12.0
    """Working hours from the end of one attempt until the next is due. [choice]"""
    attempt_effort: HoursLaw = Field(default={"law": "constant", "value": 0.2}, validate_default=True)
    """Hours an attempt takes. [choice]"""
    conversation_effort: HoursLaw = Field(default={"law": "constant", "value": 0.75}, validate_default=True)
    """Hours a conversation takes on top of its attempt. [choice]"""
    speed_curve: Literal["attenuated", "moderate", "oldroyd"] = "attenuated"
    """The odds of contact are multiplied by m(t), t = civil hours from handoff to the first attempt. attenuated and
    moderate: m(t) = (1 + t/tau)^-exponent, with exponent .35 [choice] and .53 (53 % contacted within the hour, 17 % a
    day later; tag.prooflytics.io); oldroyd: from half an hour on, a seventh after one hour more and a sixtieth after a
    day and a half, as published in an observational study, so an upper bound
    (hbr.org/2011/03/the-short-life-of-online-sales-leads)."""
    speed_exponent: Annotated[Factor, Field(le=10)] | None = None
    """Exponent of m(t) in place of the curve's own; 0 = speed does not matter. Not with the curve oldroyd."""
    speed_scale: Annotated[Hours, Field(gt=0)] = 1.0
    """tau, the unit in which the speed-to-lead curve counts t."""
    accept_good: Share = 0.72
    """Probability that sales accepts a good-fit lead it has talked to (odds x sqrt m(t)). [choice]"""
    accept_bad: Share = 0.14
    """The same of a bad-fit lead. [choice]"""
    accept_intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.3
    """What one unit of intent adds to the log-odds of acceptance. [choice]"""
    rejections: Rejections = Rejections()
    """Why leads that sales has talked to are rejected. They tell marketing why, and change nothing else."""
    patience: DaysLaw = Field(default={"law": "exponential", "mean": 20.0}, validate_default=True)
    """Civil time until a lead that nobody has tried yet goes cold. [choice]"""


class Loss(Noun):
    """One way in which a stage ends without advancing."""

    share: Share
    """Share among the stage's losses; the shares sum to one."""
    time: DaysLaw | None = None
    """Law of the time until this loss; the stage's own `time` if none (the chain form)."""


def _loss(value: Any) -> Any:
    return value if value is None or isinstance(value, (Mapping, Noun)) else {"share": value}


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
    losses: Mapping[Name, Annotated[Loss, BeforeValidator(_loss)]] = Field(default_factory=dict)
    """Causes of loss; a share, or {share, time}. Needed unless `advance` is one."""
    delay_penalty: Annotated[Factor, Field(le=50)] = 0.5
    """Log-odds lost per 30 days by which the rep's work makes the buyer wait: beyond his own time where the stage is
    resolved at entry, from entry until the work is done otherwise. The rest end `stalled`; 0 = none. [choice]"""


class Reps(Noun):
    """A team's reps: how working hours become selling hours, how long a rep stays, and how reps differ."""

    selling_share: Annotated[Share, Field(gt=0)]
    """Share of working hours spent on leads and opportunities."""
    ramp: Months = 0
    """R, months of linear ramp to full speed after hire: Q(b) = b^2/(2R) for b < R."""
    tenure: Annotated[Days, Field(ge=1)] | None = None
    """Mean stay of a rep, exponential; none = nobody leaves of his own. Published means are 14-16 months for SDRs
    (business2community.com/lifecycle-of-an-sdr) and about 26 for AEs [choice]."""
    backfill: Days = 0.0
    """From a rep's leaving to his successor's first day; 1.5 months for SDRs and 2.5 for AEs are usual. [choice]"""
    skill_sd: Annotated[Logit, Field(ge=0, le=10)] = 0.0
    """Standard deviation of the reps' skill, normal with mean 0, on the log-odds: of contact for an SDR (an opener), of
    advancing for an AE (a closer). .3 where reps differ. [choice]"""
    learning: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """What a rep learns by doing: times ln(1 + n), n the pieces of work he has finished, added to his skill."""
    leave_days: Annotated[Factor, Field(le=260)] = 0.0
    """Working days a year on leave, taken as whole civil weeks of five: one in each 5/leave_days of a year. 20 is
    usual. [choice]"""
    coding: Hours = 0.0
    """Hours to code an outcome in the CRM, on top of every conversation (SDRs) or every stage's work (AEs); 3 minutes
    are usual. [choice]"""


class AeReps(Reps):
    """Account executives, Reps who own opportunities."""

    handover: Days = 0.0
    """How long the opportunities of an AE who leaves lie before others take them over; 5 days is usual. [choice]"""
    handover_logit: Logit = 0.0
    """What having changed hands because the AE left adds to an opportunity's log-odds of advancing, at stages entered
    afterwards; -.3 is usual. [choice]"""


class Effort(Noun):
    """How an AE's effort answers to his pay. By default it does not."""

    elasticity: Annotated[Factor, Field(le=2)] = 0.0
    """His working speed is multiplied by (rate / reference)^elasticity within [.5, 1.5]; rate = commission on the next
    dollar, reference = the same under the root plan for a rep about to make quota. .15 [choice], within 0-.3;
    bounded above by elasticities of personal selling of .34 (Albers, Mantrala & Sridhar 2010)."""
    give_up: Annotated[Factor, Field(gt=0, le=2)] = 1.0
    """Factor in the last third of a quota period for an AE below 60 % of pace; .85 [choice], as reps give up far from
    quota (Chung, Steenburgh & Sudhir 2014)."""
    near_quota: Annotated[Factor, Field(gt=0, le=2)] = 1.0
    """Factor in the last third of a quota period for an AE between 80 % and 100 % of quota; 1.1 [choice]."""
    pull_forward: Share = 0.0
    """Probability that a close due within 30 days after a quota period's end comes in the last 10 days before it; only
    where AEs have a quota. [choice]"""


class Prospecting(Noun):
    """How AEs who have nothing else to do find opportunities of their own (self-sourced)."""

    channel: Name
    """The channel that says what an AE finds: its fit, segments and values. It may bring leads as well, or none."""
    effort: HoursLaw = Field(default={"law": "constant", "value": 12.0}, validate_default=True)
    """H, hours of prospecting that one opportunity takes. [choice]"""


class Pursuit(Noun):
    """Whether an AE pursues a lead that is assigned to him, by what an hour of it earns him (a logit).

    Many do not: the sales lead black hole (Sabnis et al. 2013, doi.org/10.1509/jm.10.0047).
    """

    sensitivity: Annotated[Factor, Field(le=100)] = 0.05
    """beta, log-odds per unit of money an hour by which a lead pays him more than prospecting does: with .05, equal
    rates and ordinary leads he pursues nine of ten. [choice]"""
    belief: Share = 0.85
    """phat, share of a channel's accepted leads with good fit that an AE expects when he begins. [choice]"""
    learning: Annotated[Share, Field(lt=1)] = 0.02
    """Weight of one opportunity in that belief once it leaves its first stage; the belief is kept by person and
    channel, so a channel's poor leads spoil its good ones. [choice]"""
    experience: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of pursuing a lead for each year with the company, as far back as the run goes. [choice]"""


class Customers(Noun):
    """What happens after the first order."""

    renewal: Share = 0.9
    """Probability that a bad-fit customer renews a term; logo churn 7-10 % a year (eaglerockcfo.com)."""
    renewal_fit: Logit = 0.4
    """What good fit adds to the log-odds of renewal. [choice]"""
    term: Annotated[Days, Field(gt=0)] = 365.0
    """Length of a contract."""


class Funnel(Noun):
    """What the world is: everything that a plan meets and does not choose."""

    name: Name
    channels: Annotated[Mapping[Name, Channel], keyed, Field(min_length=1)]
    segments: Annotated[Mapping[Name, Segment], keyed, Field(min_length=1)]
    products: Annotated[Mapping[Name, Product], keyed, Field(min_length=1)]
    stages: Annotated[Mapping[Name, Stage], keyed, Field(min_length=1, max_length=100)]
    """The stages of an opportunity, in the order in which they are passed; advancing from the last one is a win."""
    arrivals: Arrivals = Arrivals()
    score: ScoreModel = ScoreModel()
    nurture: Nurturing = Nurturing()
    sales_development: SalesDevelopment = Field(default_factory=SalesDevelopment)
    sdr: Reps = Reps(selling_share=0.65, ramp=3)
    """Selling share .65 [choice]; ramp 3 months."""
    ae: AeReps = AeReps(selling_share=0.44, ramp=5)
    """Selling share .44: Beta(20,25) over published 22-41 %; ramp 5.0 months, the median of the Bridge Group survey."""
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
    customers: Customers = Customers()
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
