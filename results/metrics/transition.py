"""Transition: what went into leads that sales rejects, has no room for, or lets lie."""

import numpy as np

from results.facts import Facts, Rows
from results.handoffs import before, of_reason, verdicts_against
from results.metrics.metric import SOURCES, metric
from results.metrics.money import cost_per_mql
from results.spans import Bools, Floats, Spans, ratio, sums
from sim.log import Account, Kind

__all__ = ["mismatch_cost", "waste_of_poor_quality", "waste_of_capacity", "waste_of_neglect"]

_TRANSITION = "Lead transition and funnel tracking (article 004)"
_PAY = (Account.BASE_PAY, Account.VARIABLE_PAY, Account.SLA_BONUS)
_FULL = "queue_full"


@metric(
    "mismatch_cost",
    "Cost of leads that sales rejects",
    unit="money",
    better="lower",
    formula="n(leads first rejected on judgement) x (programme + nurture) / mqls + SDR hours on them x SDR pay / SDR "
    "selling hours",
    denominator="leads that became MQLs in the window, and selling hours of the SDRs in it",
    source="Lifecycle metrics, convert stage (article 000), 16",
    requires=(Kind.REJECTED, Kind.MQL, Kind.TASK_END, Account.PROGRAMME, Account.BASE_PAY),
    teams=("sdr",),
    extensive=True,
)
def mismatch_cost(facts: Facts, spans: Spans) -> Floats:
    """What went into the leads that sales rejected on judgement for the first time in the window: for each the
    window's programme and nurture cost per MQL, and for the hours that SDRs had spent on them until then the SDRs' pay
    per selling hour. Part of it is the price of finding out; what it is above that, a shared definition saves."""
    rejected, ends = verdicts_against(facts), facts.rows(Kind.TASK_END)
    _, first = np.unique(rejected.entity, return_index=True)
    rejected = rejected.take(np.sort(first))
    day = np.full(len(facts.log.entities) + 1, np.nan)
    day[rejected.entity] = rejected.time
    counts = facts.in_team(ends.actor, "sdr") & (ends.time <= day[ends.entity])
    hours = np.bincount(ends.entity[counts], ends.amount[counts], len(day)).astype(np.float64)
    hourly = ratio(facts.money(_PAY, spans, team="sdr"), facts.available("sdr", spans))
    spent = sums(rejected.time, hours[rejected.entity], spans) * hourly
    return _waste(facts, spans, rejected.time) + spent


@metric(
    "waste_of_poor_quality",
    "Marketing spent on leads lost as poor",
    unit="money",
    better="lower",
    formula="n(leads withdrawn on rejection) x (programme + nurture) / mqls",
    denominator="leads that became MQLs in the window",
    source=f"{_TRANSITION}, 12: reason A",
    requires=(Kind.MQL, Kind.REJECTED, Kind.WITHDRAWN, Account.PROGRAMME),
    cuts=SOURCES,
    extensive=True,
)
def waste_of_poor_quality(facts: Facts, spans: Spans) -> Floats:
    """Programme and nurture cost of the leads that left the funnel in the window because sales had judged and rejected
    them, at the window's cost per MQL. Leads that go back to nurture are not lost yet."""
    gone = facts.rows(Kind.WITHDRAWN)
    return _waste(facts, spans, gone.time[_by(facts, gone, verdicts_against(facts))])


@metric(
    "waste_of_capacity",
    "Marketing spent on leads lost for want of capacity",
    unit="money",
    better="lower",
    formula="n(leads withdrawn as cold or refused by a full queue) x (programme + nurture) / mqls",
    denominator="leads that became MQLs in the window",
    source=f"{_TRANSITION}, 12: reason B",
    requires=(Kind.MQL, Kind.WENT_COLD, Kind.WITHDRAWN, Account.PROGRAMME),
    cuts=SOURCES,
    extensive=True,
)
def waste_of_capacity(facts: Facts, spans: Spans) -> Floats:
    """Programme and nurture cost of the leads that left the funnel in the window because they had gone cold while they
    waited for an SDR or an AE, or because the queue had no room for them, at the window's cost per MQL."""
    gone = facts.rows(Kind.WITHDRAWN)
    refused = of_reason(gone, facts.log.names.reasons, _FULL)
    return _waste(facts, spans, gone.time[refused | _by(facts, gone, facts.rows(Kind.WENT_COLD))])


@metric(
    "waste_of_neglect",
    "Marketing spent on leads that AEs let lie",
    unit="money",
    better="lower",
    formula="n(leads withdrawn as neglected) x (programme + nurture) / mqls",
    denominator="leads that became MQLs in the window",
    source=f"{_TRANSITION}, 12: reason C",
    requires=(Kind.MQL, Kind.NEGLECTED, Kind.WITHDRAWN, Account.PROGRAMME),
    cuts=SOURCES,
    extensive=True,
)
def waste_of_neglect(facts: Facts, spans: Spans) -> Floats:
    """Programme and nurture cost of the leads that left the funnel in the window because an AE did not pursue them, at
    the window's cost per MQL."""
    gone = facts.rows(Kind.WITHDRAWN)
    return _waste(facts, spans, gone.time[_by(facts, gone, facts.rows(Kind.NEGLECTED))])


def _waste(facts: Facts, spans: Spans, lost: Floats) -> Floats:
    """(spans,) marketing's cost of leads lost on some days, in order."""
    return np.asarray(spans.inside(lost) * cost_per_mql.compute(facts, spans), dtype=np.float64)


def _by(facts: Facts, gone: Rows, cause: Rows) -> Bools:
    """(rows,) whether a cause came before each withdrawal in the same visit, and did not lead back to nurture."""
    came, back = before(gone, cause), before(gone, facts.rows(Kind.RECYCLED))
    return ~np.isnan(came) & ~(back >= came)
