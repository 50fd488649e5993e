"""The handoff in numbers: how it decays, what gets lost, why leads are rejected and how many come back."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.capture import Channel
from sim.distributions import Constant
from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.outcomes import OLDROYD, POWER, sigmoid
from sim.laws.routing import ROUTINGS
from sim.plan import Plan
from sim.selling import Product, Segment
from sim.tables.chain import entries, has_rework, passages
from sim.tables.knowledge import mean_hours, stage_logits
from sim.tables.laws import Laws
from sim.tables.prices import make_prices

__all__ = ["ESCALATE", "NOTHING", "NO_LIMIT", "REASSIGN", "RECYCLE", "Handoff", "make_handoff"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_LIMIT = 1 << 62

NOTHING, REASSIGN, RECYCLE, ESCALATE = range(4)
"""What follows when a lead is past its service level."""

_BREACH = {None: NOTHING, "reassign": REASSIGN, "recycle": RECYCLE, "escalate": ESCALATE}
_CURVES = {"attenuated": (POWER, 0.35), "moderate": (POWER, 0.53), "oldroyd": (OLDROYD, 0.0)}


class Handoff(NamedTuple):
    """C channels, G segments, P products, R reasons of rejection."""

    speed_curve: int
    speed_exponent: float
    speed_scale: float
    """Hours."""
    sdr_routing: int
    """A constant of `sim.laws.routing`."""
    ae_routing: int
    sla: float
    """Working hours."""
    breach: int
    """0 for nothing."""
    transit_loss: float
    recycles: int
    recycle_share: float
    delay_law: int
    """Days from the MQL to the handoff."""
    delays: bool
    """Whether there may be any."""
    attempt_hours: float
    """Mean hours of an attempt."""
    conversation_hours: float
    """Mean hours of a conversation, the coding of its outcome included."""
    order: Floats
    """(C, G, P) mean first-year value of a good-fit lead that sales has accepted: mean value x P(win)."""
    rejections: Floats
    """(2, R) cumulative shares, of bad-fit leads and of good-fit leads."""
    rejection_reason: Ints
    """(R,)"""


def make_handoff(funnel: Funnel, plan: Plan, reasons: tuple[str, ...], laws: Laws) -> Handoff:
    """The handoff of a funnel and a plan; `reasons`: all names of reasons by number. Its delay is added to `laws`."""
    development, rules = funnel.sales_development, plan.handoff
    curve, exponent = _CURVES[development.speed_curve]
    rejections = development.rejections
    names = list(dict.fromkeys((*rejections.good, *rejections.bad)))
    shares = np.array([[kind.get(name, 0.0) for name in names] for kind in (rejections.bad, rejections.good)])
    shares = np.cumsum(shares, axis=1)
    # A reason after the last of a kind must not come by rounding.
    shares[shares >= shares[:, -1:]] = 1.0
    attempt_hours, conversation_hours = mean_hours(funnel, plan)
    return Handoff(
        speed_curve=curve,
        speed_exponent=exponent if development.speed_exponent is None else development.speed_exponent,
        speed_scale=development.speed_scale,
        sdr_routing=ROUTINGS[plan.teams.sdr.routing],
        ae_routing=ROUTINGS[plan.teams.ae.routing],
        sla=math.inf if rules.sla is None else rules.sla,
        breach=NOTHING if rules.sla is None else _BREACH[rules.breach],
        transit_loss=rules.transit_loss,
        recycles=NO_LIMIT if isinstance(rules.recycles, str) else rules.recycles,
        recycle_share=rules.recycle_share,
        delay_law=laws.add(rules.delay),
        delays=not (isinstance(rules.delay, Constant) and rules.delay.value == 0.0),
        attempt_hours=attempt_hours,
        conversation_hours=conversation_hours,
        order=_orders(funnel, plan),
        rejections=shares,
        rejection_reason=np.array([reasons.index(name) for name in names], dtype=np.int64),
    )


def _orders(funnel: Funnel, plan: Plan) -> Floats:
    """(C, G, P) mean value x P(win) of a good-fit opportunity that nobody delays, by channel, segment and product."""
    logits, prices = stage_logits(funnel, plan), make_prices(funnel, plan)

    def order(channel: Channel, segment: Segment, number: int, product: Product) -> float:
        law = next(law for law in (channel.value, product.value, segment.value) if law is not None)
        etas = logits + segment.advance_logit
        etas[-1] += prices.closing[number]
        return float(prices.price[number]) * mean(law) * _win_chance(funnel, etas)

    return np.array(
        [
            [
                [order(channel, segment, number, each) for number, each in enumerate(funnel.products.values())]
                for segment in funnel.segments.values()
            ]
            for channel in funnel.channels.values()
        ]
    )


def _win_chance(funnel: Funnel, logits: Floats) -> float:
    """P(win) of an opportunity that nobody delays; logits: (S,) log-odds of advancing."""
    if has_rework(funnel):
        moves = passages(funnel, logits)
        return float(entries(moves)[0] @ moves[:, -1])
    return math.prod(sigmoid(eta) for eta in logits.tolist())
