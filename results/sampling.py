"""Sampling: how far a metric of one history would lie from itself in another year like it, by luck alone.

A history is one draw of what might have happened. Its leads and opportunities are taken for independent families (a
lead with all that came of it), the months' spend and the prices for given. What one customer or one rep does to many
of them at once is not in the interval, nor whether next year is like last.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts
from results.luck import wilson
from results.metrics.metric import Metric
from results.portion import portion
from results.spans import Bools, Counted, Floats, Ints, Spans
from results.uncertainty import t_quantile
from sim.log import NOBODY, Log, Touches

__all__ = ["FEW", "Sampled", "errors", "garwood", "reach_of", "sampled"]

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
    """NaN where it cannot be had."""
    cases: Ints
    """Of how many it is a share or a mean; 0 where that is not said."""
    law: Literal["share", "count", "other"]
    """A share of its very cases, a count of independent happenings, or anything else."""

    @property
    def few(self) -> Bools:
        """Whether it is of too few to be read as more than a hint: fewer than 30 cases, or an interval that reaches
        from nothing to twice the value."""
        wide = (self.hi95 - self.lo95) >= 2.0 * np.abs(self.value)
        return np.asarray(np.where(self.cases > 0, self.cases < FEW, wide) & np.isfinite(self.value))


def sampled(facts: Facts, whole: Facts, metrics: Sequence[Metric], spans: Spans) -> dict[str, Sampled]:
    """(spans,) each metric of a part of a history, by id, with its 95 % sampling interval; `whole` is the history and
    says what is recorded.

    A share of cases: Wilson's score interval (1927, doi:10.1080/01621459.1927.10502953; recommended by Brown, Cai and
    DasGupta 2001, doi:10.1214/ss/1009213286). A count: the exact interval of a Poisson mean (Garwood 1936,
    doi:10.1093/biomet/28.3-4.437). Anything else: balanced half-samples of 64 groups of families, with Student's t
    (McCarthy 1969, doi:10.2307/1402116); unlike leaving out one at a time they hold for percentiles too (Shao and Wu
    1992, doi:10.1214/aos/1176348785).
    """
    found: dict[str, Sampled] = {}
    open_ones: list[tuple[Metric, Counted]] = []
    for metric in metrics:
        if metric.lacks(whole):
            found[metric.id] = _unknown(len(spans.begin))
            continue
        counted = metric.counted(facts, spans)
        if counted.proportion:
            found[metric.id] = _wilson(counted)
        elif not metric.denominator and metric.unit in _COUNTED:
            low, high = garwood(counted.value)
            found[metric.id] = Sampled(counted.value, low, high, np.sqrt(counted.value), counted.cases, "count")
        else:
            open_ones.append((metric, counted))
    spread = errors(
        facts,
        whole,
        [partial(metric.compute, spans=spans) for metric, _ in open_ones],
        [counted.value for _, counted in open_ones],
        [metric.extensive for metric, _ in open_ones],
    )
    for (metric, counted), se in zip(open_ones, spread, strict=True):
        low, high = counted.value - reach_of(se), counted.value + reach_of(se)
        if metric.unit in ("share", "days", "hours"):
            low = np.maximum(low, np.minimum(0.0, counted.value))
        found[metric.id] = Sampled(counted.value, low, high, se, counted.cases, "other")
    return {metric.id: found[metric.id] for metric in metrics}


def errors(
    facts: Facts,
    whole: Facts,
    functions: Sequence[Callable[[Facts], NDArray[Any]]],
    values: Sequence[Floats],
    sums: Sequence[bool],
) -> list[Floats]:
    """(functions,) of (spans,): the standard error of each function of the facts, of which `values` is what it says of
    them all: how far the halves lie from it, those of a sum doubled; NaN where fewer than half of the halves say."""
    if not functions:
        return []
    found: list[list[NDArray[Any]]] = [[] for _ in functions]
    for half in _halves(facts, whole):
        for kept, of in zip(found, functions, strict=True):
            kept.append(np.asarray(of(half), dtype=np.float64))
    out = []
    for halves, value, doubled in zip(found, values, sums, strict=True):
        own = (2.0 if doubled else 1.0) * np.array(halves)
        known = np.isfinite(own)
        often = known.sum(axis=0)
        se = np.sqrt((np.where(known, own - value, 0.0) ** 2).sum(axis=0) / np.maximum(often, 1))
        out.append(np.where(2 * often > HALVES, se, np.nan))
    return out


def reach_of(se: Floats) -> Floats:
    """Half of the 95 % interval that a standard error by halves gives."""
    return t_quantile(HALVES) * se


def _halves(facts: Facts, whole: Facts) -> Iterator[Facts]:
    """The facts of each balanced half of the families, one after another, as each may be large."""
    from scipy.linalg import hadamard

    log = facts.log
    entities = log.entities
    root = np.where(whole.lead_of == NOBODY, np.arange(len(entities)), whole.lead_of)
    group = _mixed(entities.key[root])
    # A half of the leads gets a half of what is spent on nobody in particular, of the reps' time, and of what they do
    # without a lead.
    by_row = _mixed(np.arange(len(log.events)))
    of_nobody = np.where(log.ledger.entity == NOBODY, 0.5, 1.0)
    ledger, terms = replace(log.ledger, amount=of_nobody * log.ledger.amount), replace(log.terms, share=0.5)
    halved = replace(log, ledger=ledger, terms=terms)
    for signs in hadamard(HALVES + 1)[1:]:
        stays = np.append(signs[group] > 0, True)
        happens = np.where(log.events.entity == NOBODY, signs[by_row] > 0, stays[log.events.entity])
        touched = None if log.touched is None else partial(_touches, log, stays)
        yield portion(halved, stays[:-1], happens, stays[log.ledger.entity], touched)


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
    return Sampled(nothing, nothing, nothing, nothing, np.zeros(count, dtype=np.int64), "other")


def _wilson(found: Counted) -> Sampled:
    """The score interval of shares."""
    low, high = wilson(found.value * found.cases, found.cases.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(found.value * (1 - found.value) / found.cases)
    return Sampled(found.value, low, high, se, found.cases, "share")


def garwood(count: Floats) -> tuple[Floats, Floats]:
    """The exact 95 % interval of Poisson means of which so many were counted."""
    from scipy.special import gammaincinv

    low = np.where(count > 0, gammaincinv(np.maximum(count, 1.0), 0.025), 0.0)
    return low, np.asarray(gammaincinv(count + 1.0, 0.975), dtype=np.float64)
