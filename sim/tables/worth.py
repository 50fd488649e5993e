"""What a lead is worth once sales works on it, and how many hours it takes: expectations without queues and delays."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.capture import Channel
from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.outcomes import acceptance
from sim.laws.quality import INTENT_SD
from sim.laws.threshold import normal_above
from sim.plan import Plan
from sim.tables.buyers import make_buyers
from sim.tables.chain import entries, passages
from sim.tables.knowledge import contact_chances, mean_hours, stage_logits
from sim.tables.prices import make_prices, net_margin

__all__ = ["Deals", "Development", "accepted", "deals", "development"]

Floats = NDArray[np.float64]


class Deals(NamedTuple):
    """Of accepted leads: (2, C) by bad and good fit, and by channel."""

    margin: Floats
    """Mean gross margin of first-year value, commission paid."""
    hours: Floats
    """Mean hours of AEs."""


class Development(NamedTuple):
    """Of leads that come to sales development at once."""

    reached: float
    """Share that is talked to."""
    hours: float
    """Mean hours of SDRs."""
    accepted: Floats
    """(2, C) share accepted of those talked to, by bad and good fit and by channel."""


def deals(funnel: Funnel, plan: Plan, commission: float) -> Deals:
    """What becomes of accepted leads, at a rate of commission."""
    logits, prices = stage_logits(funnel, plan), make_prices(funnel, plan)
    kept = net_margin(np.array([product.margin for product in funnel.products.values()]), prices.discount)
    efforts = np.array([mean(stage.effort) for stage in funnel.stages.values()])
    margin, hours = np.zeros((2, 2, len(funnel.channels)))
    for good in (0, 1):
        shift = 0.0 if good else funnel.bad_fit_logit
        for name, segment in funnel.segments.items():
            for number, (label, product) in enumerate(funnel.products.items()):
                etas = logits + segment.advance_logit + shift
                etas[-1] += prices.closing[number]
                moves = passages(funnel, etas)
                often = entries(moves)[0]
                won, work = float(often @ moves[:, -1]), float(often @ (efforts * segment.effort + funnel.ae.coding))
                left = float(kept[number]) - commission * plan.pay.commission.products.get(label, 1.0)
                for c, channel in enumerate(funnel.channels.values()):
                    share = channel.segments.get(name, 0.0) * product.mix
                    law = next(law for law in (channel.value, product.value, segment.value) if law is not None)
                    hours[good, c] += share * work
                    margin[good, c] += share * won * float(prices.price[number]) * mean(law) * left
    return Deals(margin, hours)


def development(funnel: Funnel, plan: Plan) -> Development:
    """What sales development makes of leads that it tries at once."""
    contact = contact_chances(funnel, plan).tolist()
    attempt, conversation = mean_hours(funnel, plan)
    missed, hours = 1.0, 0.0
    for chance in contact:
        hours += missed * (attempt + chance * conversation)
        missed *= 1.0 - chance
    taken = [[_mean_accepted(funnel, plan, channel, good) for channel in funnel.channels.values()] for good in (0, 1)]
    return Development(1.0 - missed, hours, np.array(taken))


def _mean_accepted(funnel: Funnel, plan: Plan, channel: Channel, good: int) -> float:
    """Share accepted of a channel's leads, those of mean intent standing for all."""
    if plan.handoff.accept == "readiness":
        buyers = make_buyers(funnel, plan)
        eager = normal_above(buyers.ready_intent, channel.intent, INTENT_SD)
        return float(buyers.has_budget[good] * buyers.has_authority[good] * eager)
    return accepted(funnel, plan, channel, bool(good), channel.intent)


def accepted(funnel: Funnel, plan: Plan, channel: Channel, good: bool, intent: float) -> float:
    """P(sales accepts a lead that it talks to at once), of given fit and intent."""
    terms = funnel.sales_development
    if plan.handoff.accept == "readiness":
        buyers = make_buyers(funnel, plan)
        able = float(buyers.has_budget[int(good)] * buyers.has_authority[int(good)])
        return able if intent > buyers.ready_intent else 0.0
    if channel.sql_probability is not None:
        return channel.sql_probability
    by_view = [float(acceptance(q, 1.0, terms.accept_intent, intent)) for q in (terms.accept_bad, terms.accept_good)]
    shared, share = plan.handoff.profile_agreement, channel.fit_share
    return shared * by_view[int(good)] + (1.0 - shared) * math.fsum((share * by_view[1], (1.0 - share) * by_view[0]))
