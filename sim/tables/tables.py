"""Funnel and plan as dense arrays: what engines and rules read. Days, hours, money; every shape is stated."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.horizon import Horizon
from sim.rates import Spending
from sim.seats import Seats
from sim.tables.accounts import AccountTable
from sim.tables.buyers import BuyersTable
from sim.tables.campaigns import CampaignTable
from sim.tables.climate import Climate
from sim.tables.handoff import Handoff
from sim.tables.market import MarketTable
from sim.tables.nurture import NurtureTable
from sim.tables.overflow import OverflowTable
from sim.tables.pay import PayTerms
from sim.tables.people import People
from sim.tables.prices import Prices
from sim.tables.prospecting import Prospecting
from sim.tables.pursuit import PursuitTable
from sim.tables.sale import SaleTable
from sim.tables.scoring import ScoringTable
from sim.tables.shocks import ShockTable
from sim.tables.signing import SigningTable
from sim.tables.touches import TouchTable

__all__ = ["Tables"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Tables(NamedTuple):
    """One world as arrays. C channels, G segments, P products, S stages, K causes, L laws, D days, W rows of seats:
    the plan's, or in a replication the persons who hold them (`sim.people`)."""

    horizon: Horizon
    clock: Clock
    seats: Seats
    people: People
    reasons: tuple[str, ...]
    laws: Floats
    """(L, 5) rows of `sim.laws.delays`."""
    knots: Floats
    """(2, n) values and cumulative probabilities of table laws."""
    channel_key: Ints
    """(C,)"""
    rates: Floats
    """(C, D) leads a day from the first simulated day, before this replication's shocks."""
    spending: Spending
    touch: TouchTable
    campaign: CampaignTable
    in_hours: Floats
    """(D,) share of a day's leads that come inside opening hours."""
    day_profiles: Floats
    """(n, 25) cumulative shares of a day's leads by the end of each hour."""
    day_profile: Ints
    """(D,) row of `day_profiles` that holds on a day in place of `in_hours`, -1 for none."""
    channel_fit: Floats
    channel_intent: Floats
    channel_segments: Floats
    """(C, G) cumulative shares."""
    channel_mql: Floats
    """(C,) probability in place of the score, NaN where the score decides."""
    channel_sql: Floats
    """(C,) probability in place of fit and intent, NaN where they decide."""
    channel_score: Ints
    """(C,) laws of the score, -1 where fit and intent make it."""
    channel_value: Ints
    """(C,) laws, -1 where the product's or the segment's law holds."""
    score_separation: float
    score_intent: float
    score_threshold: float
    scoring: ScoringTable
    steps: Ints
    """(steps,) laws of the delays before the first judgement."""
    ready_good: float
    """Hazard a day."""
    ready_bad: float
    unsubscribe: float
    nurture: NurtureTable
    intent_decay: float
    """Intent lost a day."""
    release_after: float
    """Days."""
    contact: Floats
    """(attempts,) probability of contact at each attempt if the first is immediate."""
    spacing: float
    """Working hours."""
    attempt_law: int
    conversation_law: int
    accept_good: float
    accept_bad: float
    accept_intent: float
    buyers: BuyersTable
    sdr_patience: int
    sdr_discipline: int
    handoff: Handoff
    ae_patience: int
    max_open: int
    ae_discipline: int
    pooled: bool
    """Whether opportunities belong to no AE and their work to whoever is free."""
    managed: bool
    """Whether account managers work what is opened for customers."""
    am_discipline: int
    bad_fit_logit: float
    segment_time: Floats
    segment_effort: Floats
    segment_logit: Floats
    segment_value: Ints
    """(G,) laws."""
    product_mix: Floats
    """(P,) cumulative shares."""
    prices: Prices
    product_margin: Floats
    product_value: Ints
    """(P,) laws, -1 where the segment's law holds."""
    stage_names: tuple[str, ...]
    sold: int
    """How many of them a first sale passes; those of sales to customers follow."""
    stage_logit: Floats
    """(S,) log-odds that a good-fit opportunity advances."""
    stage_penalty: Floats
    """(S,) log-odds lost per 30 days of delay."""
    stage_effort: Ints
    """(S,) laws."""
    stage_late: Ints
    """(S,) 1 where the way out is drawn when the work is done, 0 where at entry."""
    stage_first: Ints
    """(S + 1,) where each stage's causes begin in the cause columns; the first cause of a stage is to advance."""
    cause_law: Ints
    """(K,) laws."""
    cause_share: Floats
    """(K,) share among the stage's losses; 0 for advancing."""
    cause_reason: Ints
    """(K,) reason of a loss; `sim.laws.selling.ADVANCES`, or `BACK` less the stage to which the buyer goes back."""
    renewal_logit: float
    renewal_fit: float
    term: float
    seat_share: Floats
    """(W,) selling share."""
    seat_ramp: Floats
    """(W,) ramp in working hours, 0 for the established."""
    seat_hired: Floats
    """(W,) B(hire) in working hours."""
    seat_skill: Floats
    """(W,) log-odds: of contact for an SDR, of advancing for an AE."""
    pay: PayTerms
    prospecting: Prospecting
    pursuit: PursuitTable
    frailty_shape: float
    """k of the weekly gamma factor, 0 for none."""
    market_sd: float
    market_persistence: float
    overflow: OverflowTable
    climate: Climate
    signing: SigningTable
    sale: SaleTable
    accounts: AccountTable
    market: MarketTable
    shocks: ShockTable
    """The same before and after time 0."""
    run_in: "Tables | None"
    """What holds before time 0, where that is something else."""
