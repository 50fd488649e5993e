"""Sampling: how far a metric of one history would lie from itself in another year like it, by luck alone.

A history is one draw of what might have happened. Its leads and opportunities are taken for independent families (a
lead with all that came of it), the months' spend and the prices for given. What one customer or one rep does to many
of them at once is not in the interval, nor whether next year is like last.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.kept import kept
from results.luck import wilson
from results.metrics.metric import Metric
from results.portion import portion
from results.spans import Bools, Counted, Floats, Ints, Spans
from results.uncertainty import t_quantile
from sim.log import NOBODY, Log, Touches

__all__ = ["FEW", "Sample", "Sampled", "garwood"]

FEW = 30
"""Cases below which a share or a mean is marked as of few [choice]."""

HALVES = 63
"""Half-samples: all the balanced ones of 64 groups of families."""

_COUNTED = ("leads", "opportunities", "customers", "wins", "proposals", "presentations", "meetings", "orders")


@dataclass(frozen=True, eq=False)
class Sampled:
    """(spans,) a metric of one history with its sampling error."""

    value: Floats
    lo95: Floats
    hi95: Floats
    se: Floats
    cases: Ints
    """Of how many it is a share or a mean; 0 where that is not said."""
    proportion: bool
    """Whether it is the share of its cases that have something."""

    @property
    def few(self) -> Bools:
        """Whether it is of too few to be read as more than a hint: fewer than 30 cases, or an interval that reaches
        from nothing to twice the value."""
        wide = (self.hi95 - self.lo95) >= 2.0 * np.abs(self.value)
        return np.asarray(np.where(self.cases > 0, self.cases < FEW, wide) & np.isfinite(self.value))


@dataclass(frozen=True, eq=False)
class Sample:
    """One history's facts, with balanced halves of them, from which sampling errors follow."""

    facts: Facts
    whole: Facts
    """The history of which these facts are a part, which says what is recorded."""

    def of(self, metric: Metric, spans: Spans) -> Sampled:
        """(spans,) a metric with its 95 % sampling interval.

        A share of cases: Wilson's score interval (1927, doi:10.1080/01621459.1927.10502953; recommended by Brown, Cai
        and DasGupta 2001, doi:10.1214/ss/1009213286). A count: the exact interval of a Poisson mean (Garwood 1936,
        doi:10.1093/biomet/28.3-4.437). Anything else: balanced half-samples of 64 groups of families, with Student's t
        (McCarthy 1969, doi:10.2307/1402116); unlike leaving out one at a time they hold for medians and percentiles too
        (Shao and Wu 1989, doi:10.1214/aos/1176347263).
        """
        count = len(spans.begin)
        if metric.lacks(self.whole):
            return _unknown(count)
        found = metric.counted(self.facts, spans)
        if found.proportion:
            return _wilson(found)
        if not metric.denominator and metric.unit in _COUNTED:
            return Sampled(found.value, *garwood(found.value), np.sqrt(found.value), found.cases, False)
        return self._by_halves(metric, found, spans)

    def interval(self, of: Callable[[Facts], Floats], value: float) -> tuple[float, float]:
        """The 95 % interval of any mean, share or difference of these; NaN where it cannot be had."""
        reach = t_quantile(HALVES) * float(self._error(of, np.array([value]), a_sum=False)[0])
        return value - reach, value + reach

    def _error(self, of: Callable[[Facts], Floats], value: Floats, *, a_sum: bool) -> Floats:
        """(spans,) standard error: how far half-samples lie from the whole; NaN where fewer than half of them say."""
        found = np.array([of(half) for half in self._halves], dtype=np.float64)
        known = np.isfinite(found)
        off = np.where(known, (2.0 if a_sum else 1.0) * found - value, 0.0)
        often = known.sum(axis=0)
        se: Floats = np.sqrt((off**2).sum(axis=0) / np.maximum(often, 1))
        return np.where(2 * often > HALVES, se, np.nan)

    def _by_halves(self, metric: Metric, found: Counted, spans: Spans) -> Sampled:
        se = self._error(lambda half: metric.compute(half, spans), found.value, a_sum=metric.extensive)
        reach = t_quantile(HALVES) * se
        low, high = found.value - reach, found.value + reach
        if metric.unit in ("share", "days", "hours"):
            low = np.maximum(low, np.minimum(0.0, found.value))
        return Sampled(found.value, low, high, se, found.cases, False)

    @kept
    def _halves(self) -> tuple[Facts, ...]:
        """The facts of each balanced half of the families."""
        from scipy.linalg import hadamard

        log = self.facts.log
        entities = log.entities
        root = np.where(self.whole.lead_of == NOBODY, np.arange(len(entities)), self.whole.lead_of)
        group = _mixed(entities.key[root])
        # A half of the leads gets a half of what is spent on nobody in particular, of the reps' time, and of what
        # they do without a lead.
        by_row = _mixed(np.arange(len(log.events)))
        of_nobody = np.where(log.ledger.entity == NOBODY, 0.5, 1.0)
        ledger, terms = replace(log.ledger, amount=of_nobody * log.ledger.amount), replace(log.terms, share=0.5)
        halved = replace(log, ledger=ledger, terms=terms)
        facts = []
        for signs in hadamard(HALVES + 1)[1:]:
            stays = np.append(signs[group] > 0, True)
            happens = np.where(log.events.entity == NOBODY, signs[by_row] > 0, stays[log.events.entity])
            touched = None if log.touched is None else partial(_touches, log, stays)
            facts.append(portion(halved, stays[:-1], happens, stays[log.ledger.entity], touched))
        return tuple(facts)


def _mixed(keys: NDArray[Any]) -> Ints:
    """(keys,) the group of each: the finalizer of SplitMix64 (Steele, Lea and Flood 2014,
    doi:10.1145/2660193.2660195), so that keys which follow one another fall anywhere."""
    x = keys.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return ((x ^ (x >> np.uint64(31))) % np.uint64(HALVES + 1)).astype(np.int64)


def _touches(log: Log, stays: Bools) -> Touches:
    columns = {} if log.touches is None else log.touches.columns()
    its = stays[columns["entity"]]
    return Touches(**{name: column[its] for name, column in columns.items()})


def _unknown(count: int) -> Sampled:
    nothing = np.full(count, np.nan)
    return Sampled(nothing, nothing, nothing, nothing, np.zeros(count, dtype=np.int64), False)


def _wilson(found: Counted) -> Sampled:
    """The score interval of shares."""
    low, high = wilson(found.value * found.cases, found.cases.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(found.value * (1 - found.value) / found.cases)
    return Sampled(found.value, low, high, se, found.cases, True)


def garwood(count: Floats) -> tuple[Floats, Floats]:
    """The exact 95 % interval of Poisson means of which so many were counted."""
    from scipy.special import gammaincinv

    low = np.where(count > 0, gammaincinv(np.maximum(count, 1.0), 0.025), 0.0)
    return low, np.asarray(gammaincinv(count + 1.0, 0.975), dtype=np.float64)
