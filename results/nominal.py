"""Nominal rates: what a funnel converts and what its orders are worth when nothing is late and nobody waits.

They are what the funnel's own numbers say before age, delay and queues: every first attempt is immediate, every stage
is worked without delay, and a lead keeps in nurture the intent with which it was captured.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.capture import Channel
from sim.distributions import Never
from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.nurture import touch_factor
from sim.laws.outcomes import sigmoid
from sim.laws.quality import INTENT_SD
from sim.plan import Plan
from sim.selling import Segment, Stage
from sim.stages import first_stages
from sim.tables import make_tables
from sim.tables.chain import entries, has_rework, passages
from sim.tables.knowledge import contact_chances, stage_logits
from sim.tables.prices import make_prices
from sim.tables.scoring import separation
from sim.tables.worth import accepted as acceptance_of

__all__ = ["ByFit", "Fate", "fates", "opportunity_rate", "order_value"]

Floats = NDArray[np.float64]

_PARTS = 4000
_NODES = 40
"""Points of the quadrature over intent; the integrands are smooth, so 40 are exact to about 1e-12."""


class ByFit(NamedTuple):
    """A rate of good-fit and of bad-fit leads."""

    good: float
    bad: float

    def of(self, share: float) -> float:
        """The rate of a mix with this share of good fit."""
        return share * self.good + (1.0 - share) * self.bad


class Fate(NamedTuple):
    """How opportunities that enter a stage end; the rest never close."""

    won: float
    lost: float


def order_value(funnel: Funnel, plan: Plan, segment: str, product: str | None = None) -> float:
    """Mean first-year value of a segment's orders, discounts off, over the products' mix if none is named."""
    own = mean(funnel.segments[segment].value)
    prices: list[float] = make_prices(funnel, plan).price.tolist()
    values = {
        name: price * (own if each.value is None else mean(each.value))
        for price, (name, each) in zip(prices, funnel.products.items(), strict=True)
    }
    if product is not None:
        return values[product]
    return math.fsum(each.mix * values[name] for name, each in funnel.products.items())


def opportunity_rate(funnel: Funnel, plan: Plan, channel: Channel, root: Plan | None = None) -> ByFit:
    """Share of a channel's leads that become opportunities, sooner or later.

    With p = P(MQL at capture), r = P(ready before unsubscribing and release), a = P(contact in some attempt) x
    P(acceptance), K recycles of a share c of the leads that come back, and a share l lost on the way, a lead of given
    fit and intent becomes one with probability (p + (1 - p) r) (1 - l) a sum_{k=0..K} ((1 - l) (1 - a) c r)^k, averaged
    over intent N(iota, .5^2). Characteristics and uses of assets that an MQL needs are taken for granted. Where the
    score decides, p = P(d' g + w i + N(0, 1) > threshold); where the funnel gives `mql_probability` or
    `sql_probability`, they do. root: the plan from which spend carries over (the plan itself if
    none), which counts where the threshold is set by a rule.
    """
    points, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    intents = channel.intent + INTENT_SD * points
    weights = weights / weights.sum()
    threshold = plan.scoring.threshold
    if plan.scoring.rule != "fixed" and channel.mql_probability is None:
        tables = make_tables(funnel, plan, root)
        threshold = tables.score_threshold + float(tables.scoring.shifts[list(funnel.channels.values()).index(channel)])
    if plan.handoff.accept == "readiness":
        # Readiness jumps with intent, so that many equal parts are better than few points.
        intents = channel.intent + INTENT_SD * np.array(
            [NormalDist().inv_cdf((k + 0.5) / _PARTS) for k in range(_PARTS)]
        )
        weights = np.full(_PARTS, 1.0 / _PARTS)
    rates = [
        math.fsum(
            weight * _chance(funnel, plan, channel, fit, float(intent), threshold)
            for weight, intent in zip(weights, intents, strict=True)
        )
        for fit in (True, False)
    ]
    return ByFit(*rates)


def _chance(funnel: Funnel, plan: Plan, channel: Channel, fit: bool, intent: float, threshold: float) -> float:
    mql = channel.mql_probability
    if mql is None:
        centre = (separation(funnel, plan) if fit else 0.0) + funnel.score.intent_weight * intent
        mql = 0.5 * math.erfc((threshold - centre) / math.sqrt(2.0))
    chances: list[float] = contact_chances(funnel, plan).tolist()
    contact = 1.0 - math.prod(1.0 - p for p in chances)
    accepted = acceptance_of(funnel, plan, channel, fit, intent)
    ready = _readiness(funnel, plan, fit)
    passed = contact * accepted
    arrives = 1.0 - plan.handoff.transit_loss
    again = arrives * (1.0 - passed) * plan.handoff.recycle_share * ready
    if isinstance(plan.handoff.recycles, str):
        passes = 1.0 / (1.0 - again) if again < 1.0 else 0.0
    else:
        passes = math.fsum(again**k for k in range(plan.handoff.recycles + 1))
    return (mql + (1.0 - mql) * ready) * arrives * passed * passes


def _readiness(funnel: Funnel, plan: Plan, fit: bool) -> float:
    """P(ready) of a stay in nurture: h/(h + u) (1 - e^{-(h + u) release}), u being all that leaves without it.

    Who is let go sooner because he is not worth his touches is not counted out.
    """
    nurture, touches = funnel.nurture, plan.nurture.touches_per_month
    care = touch_factor(touches, nurture.touch_effect, nurture.touch_scale)
    ready = (nurture.ready_good if fit else nurture.ready_bad) * care
    total = ready + nurture.unsubscribe + nurture.unsubscribe_per_touch * touches + nurture.decay
    return ready / total * -math.expm1(-total * plan.nurture.release_after) if total > 0 else 0.0


def fates(funnel: Funnel, plan: Plan, segment: Segment, fit: bool) -> tuple[tuple[float, Fate], ...]:
    """For each stage: how often an opportunity enters it, and how those that do end.

    Where buyers send opportunities back, a stage is entered more than once (`sim.tables.chain`). A cause whose law is
    `never` does not close a deal: what falls to it is neither won nor lost.
    """
    logits = stage_logits(funnel, plan).tolist()
    chances = [
        _leave(eta, stage, segment, funnel.bad_fit_logit, fit)
        for eta, stage in zip(logits, first_stages(funnel).values(), strict=True)
    ]
    if has_rework(funnel):
        return _fates_with_rework(funnel, np.array(logits), segment, fit, chances)
    entered, shares = 1.0, []
    for advance, _ in chances:
        shares.append(entered)
        entered *= advance
    fate = Fate(1.0, 0.0)
    ends = []
    for advance, lost in reversed(chances):
        fate = Fate(advance * fate.won, lost + advance * fate.lost)
        ends.append(fate)
    return tuple(zip(shares, reversed(ends), strict=True))


def _fates_with_rework(
    funnel: Funnel, logits: Floats, segment: Segment, fit: bool, chances: list[tuple[float, float]]
) -> tuple[tuple[float, Fate], ...]:
    moves = passages(funnel, logits + segment.advance_logit + (0.0 if fit else funnel.bad_fit_logit))
    for number, stage in enumerate(first_stages(funnel).values()):
        # Who goes back, or advances, by a law that never ends stays.
        for back, name in enumerate(funnel.stages):
            if name in stage.rework and isinstance(stage.rework[name].time or stage.time, Never):
                moves[number, back] = 0.0
        moves[number, number + 1] = chances[number][0]
    often = entries(moves)
    won, lost = often @ moves[:, -1], often @ np.array([lost for _, lost in chances])
    fates = (Fate(*pair) for pair in zip(won.tolist(), lost.tolist(), strict=True))
    return tuple(zip(often[0].tolist(), fates, strict=True))


def _leave(eta: float, stage: Stage, segment: Segment, bad_fit_logit: float, fit: bool) -> tuple[float, float]:
    """Probability that an opportunity advances from a stage, and that it is lost there."""
    eta += segment.advance_logit + (0.0 if fit else bad_fit_logit)
    advance = float(sigmoid(eta))
    closing = math.fsum(loss.share for loss in stage.losses.values() if not isinstance(loss.time or stage.time, Never))
    lost = (1.0 - advance) * min(closing, 1.0)
    return (0.0 if isinstance(stage.time, Never) else advance), lost
