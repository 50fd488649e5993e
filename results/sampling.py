"""Sampling: how far a metric of one history would lie from itself in another year like it, by luck alone.

A history is one draw of what might have happened. Its leads and opportunities are taken for independent families (a
lead with all that came of it), the months' spend and the prices for given. What one customer or one rep does to many
of them at once is not in the interval, nor whether next year is like last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

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

GROUPS = 50
"""Groups of families of which each is left out in turn [choice]."""

_COUNTED = ("leads", "opportunities", "customers", "wins", "proposals", "presentations", "meetings", "orders")
_SPREAD = 0xD1342543DE82EF95
"""An odd number that spreads keys over groups."""


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
    """One history's facts, with what is left of them when each group of families is left out."""

    facts: Facts
    whole: Facts
    """The history of which these facts are a part, which says what is recorded."""

    def of(self, metric: Metric, spans: Spans) -> Sampled:
        """(spans,) a metric with its 95 % sampling interval.

        A share of cases: Wilson's score interval (1927, doi:10.1080/01621459.1927.10502953; recommended by Brown, Cai
        and DasGupta 2001, doi:10.1214/ss/1009213286). A count: the exact interval of a Poisson mean (Garwood 1936,
        doi:10.1093/biomet/28.3-4.437). Anything else: the delete-a-group jackknife over fifty groups of families, with
        Student's t (Kott 2001, Journal of Official Statistics 17(4)).
        """
        count = len(spans.begin)
        if metric.lacks(self.whole):
            return _unknown(count)
        found = metric.counted(self.facts, spans)
        if found.proportion:
            return _wilson(found)
        if not metric.denominator and metric.unit in _COUNTED:
            return Sampled(found.value, *garwood(found.value), np.sqrt(found.value), found.cases, False)
        return self._jackknife(metric, found, spans)

    def interval(self, of: Callable[[Facts], Floats], value: float) -> tuple[float, float]:
        """The jackknife's 95 % interval of any mean, share or difference of these; NaN where it cannot be had."""
        se = float(self._error(of, a_mean=True)[0])
        return value - t_quantile(GROUPS - 1) * se, value + t_quantile(GROUPS - 1) * se

    def _error(self, of: Callable[[Facts], Floats], *, a_mean: bool) -> Floats:
        """(spans,) the jackknife's standard error."""
        values = np.array([of(rest) for rest in self._without], dtype=np.float64)
        with np.errstate(invalid="ignore"):
            off = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
        # A mean of what is left is a mean; a sum of it is smaller by what was left out.
        se: Floats = np.sqrt(off * (GROUPS - 1) / GROUPS if a_mean else off * GROUPS / (GROUPS - 1))
        return se

    def _jackknife(self, metric: Metric, found: Counted, spans: Spans) -> Sampled:
        se = self._error(lambda rest: metric.compute(rest, spans), a_mean=bool(metric.denominator))
        reach = t_quantile(GROUPS - 1) * se
        low, high = found.value - reach, found.value + reach
        if metric.unit in ("share", "days", "hours"):
            low = np.maximum(low, np.minimum(0.0, found.value))
        return Sampled(found.value, low, high, se, found.cases, False)

    @kept
    def _without(self) -> tuple[Facts, ...]:
        """The facts without each group of families in turn."""
        log = self.facts.log
        entities = log.entities
        root = np.where(self.whole.lead_of == NOBODY, np.arange(len(entities)), self.whole.lead_of)
        spread = entities.key[root].astype(np.uint64) * np.uint64(_SPREAD)
        group = ((spread >> np.uint64(32)) % np.uint64(GROUPS)).astype(np.int64)
        of_event, of_line = (np.append(group, NOBODY)[table.entity] for table in (log.events, log.ledger))
        rests = []
        for one in range(GROUPS):
            touched = None if log.touched is None else partial(_touches, log, group, one)
            rests.append(portion(log, group != one, of_event != one, of_line != one, touched))
        return tuple(rests)


def _touches(log: Log, group: Ints, one: int) -> Touches:
    columns = {} if log.touches is None else log.touches.columns()
    stay = group[columns["entity"]] != one
    return Touches(**{name: column[stay] for name, column in columns.items()})


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
