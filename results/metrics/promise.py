"""Promise: the other side of the service level, the MQLs that marketing owes sales each month."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import metric
from results.periods import month_shares
from results.spans import Counted, Floats, Ints, Spans, share_of
from sim.log import Kind

__all__ = ["mql_promise_kept", "mql_shortfall"]

_SOURCE = "Lifecycle metrics, convert stage (article 000), 15"


@metric(
    "mql_promise_kept",
    "Share of months with the promised MQLs",
    unit="share",
    better="higher",
    formula="n(months with at least the promised MQLs) / n(months)",
    denominator="calendar months that lie in the window",
    source=_SOURCE,
    requires=(Kind.MQL,),
    terms=("promise",),
)
def mql_promise_kept(facts: Facts, spans: Spans) -> Counted:
    """Share of the window's months in which as many leads met marketing's definition of qualified for the first time as
    marketing had promised sales (targets.mqls): its side of the service level, of which sales' side is
    `sla_compliance`. The grade is the definition itself (scoring)."""
    months, inside = _months(facts, spans)
    return share_of(inside @ (months >= _promised(facts)), inside.sum(axis=1))


@metric(
    "mql_shortfall",
    "MQLs short of the promise",
    unit="leads",
    better="lower",
    formula="sum over months of max(0, promised - n(first mql))",
    source=_SOURCE,
    requires=(Kind.MQL,),
    terms=("promise",),
)
def mql_shortfall(facts: Facts, spans: Spans) -> Floats:
    """By how many leads marketing stayed behind what it had promised sales (targets.mqls), added up over the window's
    months. A month above the promise makes up for none below it: reps cannot work leads that have not come."""
    months, inside = _months(facts, spans)
    return np.asarray(inside @ np.maximum(_promised(facts) - months, 0.0), dtype=np.float64)


def _promised(facts: Facts) -> Floats:
    """(months,) MQLs promised for each counted month; of one that is counted in part, in proportion to its days."""
    return np.asarray((facts.log.terms.promised or 0.0) * month_shares(facts), dtype=np.float64)


def _months(facts: Facts, spans: Spans) -> tuple[Ints, Ints]:
    """(months,) MQLs of each counted month, and (spans, months) 1 where the month lies in the span."""
    each = Spans.of(*facts.months)
    inside = (each.begin >= spans.begin[:, np.newaxis]) & (each.end <= spans.end[:, np.newaxis])
    return facts.count_first(Kind.MQL, each), inside.astype(np.int64)
