"""Thresholds at which a lead is just worth the SDR hours that it takes, by channel.

A lead that passes is worth, against one that goes to nurture and is ready there with probability r,

    sum over fit x of P(x | score) { (1 - r_x) [A q_x V_x - value of an hour x h] + cost of a stay in nurture }

with A the share reached, q accepted, V the margin of an accepted lead less what its AE's hours would bring otherwise,
and h the hours of a whole cadence. P(good | score) rises with the score, so that leads above a threshold pass.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_per_month
from sim.funnel import Funnel
from sim.laws.means import mean
from sim.laws.nurture import touch_factor
from sim.laws.outcomes import logit
from sim.laws.quality import INTENT_SD
from sim.laws.threshold import normal_above
from sim.plan import Plan
from sim.reps import Reps
from sim.tables.worth import Development, deals, development
from sim.units import DAYS_PER_MONTH, DAYS_PER_YEAR

__all__ = ["optimal_thresholds"]

Floats = NDArray[np.float64]

_STEPS = 200


def optimal_thresholds(funnel: Funnel, plan: Plan, leads: Floats, separation: float) -> Floats:
    """(C,) scores above which a lead is worth an SDR's hours; infinite where none or all of a channel's are.

    leads: (C,) a day; separation: d'.
    """
    rule = _Rule(funnel, plan, leads, separation)
    value = plan.scoring.hour_value
    return rule.thresholds(rule.hour_value() if value is None else value)


class _Rule:
    """What the rule knows of a funnel and a plan; rows by bad and good fit, columns by channel."""

    def __init__(self, funnel: Funnel, plan: Plan, leads: Floats, separation: float):
        self.funnel, self.plan, self.leads, self.separation = funnel, plan, leads, separation
        self.work: Development = development(funnel, plan)
        self.arrives = 1.0 - plan.handoff.transit_loss
        sale = deals(funnel, plan, plan.pay.commission.marketing_sourced)
        self.value = sale.margin - sale.hours * _ae_hour(funnel, plan)
        self.ready, stay = np.array([_stay(funnel, plan, fit) for fit in (False, True)]).T
        self.saved = stay * plan.nurture.touches_per_month * plan.nurture.cost_per_touch

    def thresholds(self, hour_value: float) -> Floats:
        """(C,) thresholds at a value of an SDR's hour."""
        gain = self.work.reached * self.work.accepted * self.value - hour_value * self.work.hours
        gain = (1.0 - self.ready[:, np.newaxis]) * self.arrives * gain + self.saved[:, np.newaxis]
        return np.array([self._threshold(c, *gain[:, c].tolist()) for c in range(len(self.leads))])

    def _threshold(self, c: int, bad: float, good: float) -> float:
        """The score above which P(good) good + (1 - P(good)) bad is above 0."""
        channel = list(self.funnel.channels.values())[c]
        share, weight = channel.fit_share, self.funnel.score.intent_weight
        told = channel.score is None and self.separation > 0.0 and 0.0 < share < 1.0
        if not (told and bad < 0.0 < good):
            return -math.inf if share * good + (1.0 - share) * bad > 0.0 else math.inf
        least = -bad / (good - bad)
        spread = 1.0 + (weight * INTENT_SD) ** 2
        centre = weight * channel.intent + self.separation / 2.0
        return centre + (logit(least) - logit(share)) * spread / self.separation

    def hour_value(self) -> float:
        """The wage of an SDR's hour, or the least value above it at which the expected work is little enough."""
        plan, sdr = self.plan, self.plan.teams.sdr
        each = self.funnel.sdr.selling_share * hours_per_month(plan.calendar) * _productive(self.funnel.sdr)
        heads = plan.heads(sdr)
        capacity = plan.scoring.utilisation * each * sum(heads) / len(heads) / DAYS_PER_MONTH
        low = (sdr.base + sdr.variable) * sdr.overhead / 12.0 / each if each > 0.0 else 0.0
        if self._hours(low) <= capacity:
            return low
        high = max(low, 1.0)
        while self._hours(high) > capacity and high < 1e12:
            high *= 2.0
        for _ in range(_STEPS):
            middle = 0.5 * (low + high)
            if self._hours(middle) > capacity:
                low = middle
            else:
                high = middle
        return high

    def _hours(self, hour_value: float) -> float:
        """Expected SDR hours a day, of MQLs at capture, of those that nurture makes ready, and of those that return."""
        funnel, total = self.funnel, 0.0
        sd = math.sqrt(1.0 + (funnel.score.intent_weight * INTENT_SD) ** 2)
        cuts = self.thresholds(hour_value).tolist()
        for c, channel in enumerate(funnel.channels.values()):
            for good, share in enumerate((1.0 - channel.fit_share, channel.fit_share)):
                centre = good * self.separation + funnel.score.intent_weight * channel.intent
                passes = normal_above(cuts[c], centre, sd)
                if channel.score is not None:
                    passes = 1.0 if cuts[c] < 0.0 else 0.0
                if channel.mql_probability is not None:
                    passes = channel.mql_probability
                ready = float(self.ready[good])
                often = (passes + (1.0 - passes) * ready) * self._rounds(c, good, ready)
                total += float(self.leads[c]) * share * often * self.arrives * self.work.hours
        return total

    def _rounds(self, c: int, good: int, ready: float) -> float:
        """How often a lead comes to sales development that has come once."""
        rules = self.plan.handoff
        given_back = 1.0 - self.work.reached * float(self.work.accepted[good, c])
        again = self.arrives * given_back * rules.recycle_share * ready
        if isinstance(rules.recycles, str):
            return 1.0 / (1.0 - again) if again < 1.0 else math.inf
        return math.fsum(again**k for k in range(rules.recycles + 1))


def _productive(reps: Reps) -> float:
    """Share of a seat's hours that are worked at full speed in the long run: between its holders it is empty, each of
    them ramps, and takes leave. Who never leaves has ramped."""
    there = 1.0 - reps.leave_days / (DAYS_PER_YEAR * 5.0 / 7.0)
    if reps.tenure is None:
        return there
    ramp = reps.ramp * DAYS_PER_MONTH / reps.tenure
    ramped = -math.expm1(-ramp) / ramp if ramp > 0.0 else 1.0
    return there * ramped * reps.tenure / (reps.tenure + reps.backfill)


def _ae_hour(funnel: Funnel, plan: Plan) -> float:
    """What an AE's hour brings who finds opportunities for himself; nothing where AEs do not prospect."""
    if funnel.prospecting is None:
        return 0.0
    channel = list(funnel.channels).index(funnel.prospecting.channel)
    share = funnel.channels[funnel.prospecting.channel].fit_share
    mix = np.array([1.0 - share, share])
    own = deals(funnel, plan, plan.pay.commission.self_sourced)
    hours = mean(funnel.prospecting.effort) + float(mix @ own.hours[:, channel])
    return float(mix @ own.margin[:, channel]) / hours if hours > 0.0 else 0.0


def _stay(funnel: Funnel, plan: Plan, fit: bool) -> tuple[float, float]:
    """Of a stay in nurture: P(it ends with readiness), and its mean length in months."""
    nurture, touches = funnel.nurture, plan.nurture.touches_per_month
    care = touch_factor(touches, nurture.touch_effect, nurture.touch_scale)
    ready = (nurture.ready_good if fit else nurture.ready_bad) * care
    total = ready + nurture.unsubscribe + nurture.unsubscribe_per_touch * touches + nurture.decay
    longest = float(plan.nurture.release_after)
    if total <= 0.0:
        return 0.0, longest
    months = -math.expm1(-total * longest) / total
    return ready * months, months
