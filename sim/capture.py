"""What brings leads: channels with their response to spend, and what moves all of them together."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.distributions import MoneyLaw, ScoreLaw
from sim.noun import Key, Name, Noun
from sim.series import FactorSeries
from sim.signing import Drift
from sim.units import Days, Factor, Logit, Money, PerMonth, Positive, Share

__all__ = ["Arrivals", "Channel", "Cycle", "Journey", "Touches"]


class Touches(Noun):
    """How a channel touches prospects, from some time before their capture until their close, whoever captures them.

    Channels that capture demand (search) bring many leads and touch seldom; channels that create it (content, events)
    touch often, and their touches add to the intent of leads that other channels bring.
    """

    per_month: Annotated[PerMonth, Field(le=1000)] = 0.0
    """rho, touches of a prospect a month while the reference spend is spent; they go with adstocked spend. Content .8,
    events .3, syndication .5, search .4, partners .1. [choice]"""
    effect: Annotated[Logit, Field(ge=-5, le=5)] = 0.0
    """delta, what a touch adds to intent at first; it fades by `journey.half_life`. Content .15, events .20,
    syndication .05, search .03, partners .05. [choice]"""
    opened: Share | None = None
    """Share of the touches that are opened, and count only then: e-mail; none = touches that cannot be."""
    clicked: Share = 0.2
    """Share of these, or of all where touches cannot be opened, that are clicked. [choice]"""
    action: Share = 0.0
    """Share of the clicked touches in which the prospect uses an asset (a demo, a webinar, an e-book), as an MQL may
    have to (`scoring.actions`)."""
    asset: Name | None = None
    """The asset, by name."""


class Journey(Noun):
    """What touches do to a prospect."""

    before: Annotated[Days, Field(le=3650)] = 60.0
    """Days before its capture from which on a prospect is touched. [choice]"""
    half_life: Annotated[Days, Field(gt=0, le=3650)] = 30.0
    """Days after which half of what a touch has added to intent is left; after twelve of them nothing is. [choice]"""
    air_cover: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """Log-odds of advancing from each stage, for each unit of intent that touches have added above what the root plan's
    usual spend would; .1 where marketing goes on in the sale. [choice]"""


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
    response: Literal["hill", "power"] = "hill"
    """How leads answer to spend: along a Hill curve, or as a power of it, the fallback with less than a year of data.
    """
    elasticity: Share = 0.4
    """e of the power response: paid leads go with spend to the power of e (.3-.5). A Hill curve has its own. [choice]
    """
    half_spend: Annotated[Positive, Field(le=1e3)] = 1.25
    """K of the Hill curve as a multiple of the reference spend. [choice]"""
    fit_share: Share = 0.3
    """phi, share of leads with good fit."""
    intent: Annotated[Logit, Field(ge=-10, le=10)] = 0.0
    """iota, mean latent intent (standard deviation .5)."""
    segments: Mapping[Name, Share]
    """Share of the channel's leads in each segment; sums to one."""
    touches: Touches = Touches()
    score: ScoreLaw | None = None
    """Law of the leads' scores, in place of one made of fit and intent; a constant makes the channel a priority class
    of teams that work by score."""
    mql_probability: Share | None = None
    """Share of leads that become MQLs, in place of score and threshold (calibrated funnels know no score)."""
    sql_probability: Share | None = None
    """Share of conversations that sales accepts, in place of fit and intent."""
    value: MoneyLaw | None = None
    """First-year value of orders from this channel, in place of the product's and the segment's law."""


class Cycle(Noun):
    """A smooth season of one or two waves: u(t) = sum_j s_j sin(2 pi j t / P) + c_j cos(2 pi j t / P)."""

    form: Literal["log", "linear"] = "log"
    """Whether rates go with e^u, divided by its mean, or with 1 + u."""
    period: Annotated[Days, Field(ge=1)] = 365.25
    """P; t is counted from the first of January of the plan's year."""
    sine: Annotated[tuple[Logit, ...], Field(max_length=2)] = (0.0,)
    """s_1 and s_2."""
    cosine: Annotated[tuple[Logit, ...], Field(max_length=2)] = (0.0,)
    """c_1 and c_2."""


class Arrivals(Noun):
    """What moves all channels together: season, growth, shocks, and the hours in which leads come."""

    season: Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)] = (1.0,) * 12
    """S, index by calendar month January..December; its mean is one."""
    cycle: Cycle | None = None
    """A smooth season, on top of the twelve indices; none = there is none."""
    growth: Annotated[Positive, Field(ge=0.01, le=100)] = 1.0
    """G, factor a year, counted from the plan's start."""
    in_hours_share: Share | None = 0.8
    """Share of leads that come inside working hours; none = spread evenly over the week. [choice]"""
    weekdays: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)] | None = None
    """Factor on the leads of each day, Monday..Sunday; their mean is one. In place of `in_hours_share`; none = even."""
    hours: Annotated[tuple[Share, ...], Field(min_length=24, max_length=24)] | None = None
    """Share of a day's leads in each hour from midnight; they sum to one. In place of `in_hours_share`; none = even."""
    frailty_shape: Positive | None = 8.0
    """k of the weekly gamma frailty per channel (counts have Var = mu + mu^2/k); none = Poisson. [choice]"""
    market_sd: Annotated[Factor, Field(le=2)] = 0.1
    """Standard deviation of the monthly log market shock M that all channels share. [choice]"""
    market_persistence: Annotated[Share, Field(lt=1)] = 0.5
    """AR(1) coefficient of the market shock from month to month. [choice]"""
    drift: Drift = Drift()
    """How the level of all channels moves from the plan's start on; as fitted to history, else not at all."""
