"""Handoff: how leads are tried and judged after marketing has passed them on, and what becomes of the others."""

import numpy as np

from results.facts import Facts
from results.handoffs import before, until, verdicts_against, waits_for_ae
from results.metrics.conversion import matured
from results.metrics.metric import ANYHOW, metric
from results.metrics.speed import never_contacted
from results.nearest import followed
from results.spans import Counted, Floats, Ints, Spans, mean_of, ratio, share_known, share_of
from sim.log import NOBODY, Kind

__all__ = [
    "handoff_queue",
    "never_contacted_cold_share",
    "never_contacted_dropped_share",
    "attempts_per_lead",
    "connect_rate",
    "contact_rate",
    "rejection_rate",
    "unreached_share",
    "neglected_share",
    "no_ae_share",
    "held_leads",
    "external_leads",
    "recycled_leads",
]

_TRANSITION = "Lead transition and funnel tracking (article 004)"
_CONVERT = "Lifecycle metrics, convert stage (article 000)"
CONTACT = 30.0
"""Days within which a lead that is tried must be talked with."""
_LEAVES = (Kind.ATTEMPT, Kind.WENT_COLD, Kind.RECYCLED, Kind.WITHDRAWN)
"""What ends a lead's wait for sales development, besides another handoff."""


@metric(
    "handoff_queue",
    "Leads waiting after handoff",
    unit="leads",
    better="lower",
    formula="sum of days that leads waited in the window / days of the window",
    denominator="days of the window",
    source=f"{_TRANSITION}, 1 and 5; Little 1961, doi:10.1287/opre.9.3.383",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    cuts=ANYHOW,
    extensive=True,
)
def handoff_queue(facts: Facts, spans: Spans) -> Floats:
    """Mean number of leads that waited for sales development at a moment of the window: handed off, not yet tried, not
    cold, not given back and not gone. Those that still wait when the log ends count until then."""
    handed = facts.rows(Kind.HANDED_OFF)
    begins, ends = handed.time, until(facts, handed, *_LEAVES)
    ends = np.where(np.isnan(ends), facts.log.window.ends, ends)
    waited = [
        np.maximum(np.minimum(ends, end) - np.maximum(begins, begin), 0.0).sum()
        for begin, end in spans.edges.T.tolist()
    ]
    return ratio(np.array(waited), spans.end - spans.begin)


@metric(
    "never_contacted_cold_share",
    "Share that went cold uncontacted",
    unit="share",
    better="lower",
    formula="n(handed off, cold without an attempt) / (n(handed off) - n(still waiting))",
    denominator="leads handed off for the first time in the window and not still waiting when the log ends",
    source=f"{_TRANSITION}, 1, 3 and 5",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD),
    cuts=ANYHOW,
)
def never_contacted_cold_share(facts: Facts, spans: Spans) -> Counted:
    """Of the leads first handed off in the window, the share that nobody ever tried and that went cold: sales had no
    room for them in time. With those dropped uncontacted it is the share never contacted."""
    return _missed(facts, spans, cold=True)


@metric(
    "never_contacted_dropped_share",
    "Share dropped uncontacted",
    unit="share",
    better="lower",
    formula="n(handed off, gone without an attempt and not cold) / (n(handed off) - n(still waiting))",
    denominator="leads handed off for the first time in the window and not still waiting when the log ends",
    source=f"{_TRANSITION}, 1; {_CONVERT}, 19",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT, Kind.WENT_COLD, Kind.WITHDRAWN),
    cuts=ANYHOW,
)
def never_contacted_dropped_share(facts: Facts, spans: Spans) -> Counted:
    """Of the leads first handed off in the window, the share that nobody ever tried and that left the funnel without
    having gone cold: lost on the way to sales, refused by a full queue, or given back and gone from nurture."""
    return _missed(facts, spans, cold=False)


def _missed(facts: Facts, spans: Spans, *, cold: bool) -> Counted:
    """(spans,) share never contacted of those that went cold, or of the others."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    missed = never_contacted(facts, handed)
    went = ~np.isnan(facts.first(Kind.WENT_COLD)[handed.entity])
    return share_known(handed.time, np.where(np.isnan(missed), np.nan, (missed == 1.0) & (went == cold)), spans)


@metric(
    "attempts_per_lead",
    "Attempts per handoff",
    unit="times",
    better="neither",
    formula="n(attempt) / n(handed off)",
    denominator="handoffs in the window",
    source=f"{_CONVERT}, 15: so many attempts",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    cuts=ANYHOW,
)
def attempts_per_lead(facts: Facts, spans: Spans) -> Counted:
    """Attempts to reach leads that SDRs began in the window per handoff of the window (a rate of the period: an attempt
    may be of a lead handed off earlier). A lead handed off twice counts twice."""
    return mean_of(facts.count(Kind.ATTEMPT, spans), facts.count(Kind.HANDED_OFF, spans))


@metric(
    "connect_rate",
    "Connect rate",
    unit="share",
    better="higher",
    formula="n(conversations that came of an attempt) / n(attempt)",
    denominator="attempts in the window",
    source=f"{_TRANSITION}, 1 and 3; practice of sales development",
    requires=(Kind.ATTEMPT, Kind.CONVERSATION),
    cuts=ANYHOW,
)
def connect_rate(facts: Facts, spans: Spans) -> Counted:
    """Conversations of the window per attempt of the window. What an external provider talks is not in it, as its
    attempts are not in the log."""
    talks = facts.rows(Kind.CONVERSATION)
    own = talks.time[~np.isnan(before(talks, facts.rows(Kind.ATTEMPT)))]
    return share_of(spans.inside(own), facts.count(Kind.ATTEMPT, spans))


@metric(
    "contact_rate",
    "Contact rate",
    unit="share",
    better="higher",
    formula="n(first tried in the window, talked with within 30 days) / n(first tried in the window), both matured",
    denominator="leads tried for the first time in the window and at least 30 days before the log ends",
    source=f"{_TRANSITION}, 1 and 3; the 30 days are a choice",
    requires=(Kind.ATTEMPT, Kind.CONVERSATION),
    cohort=Kind.ATTEMPT,
    matures=CONTACT,
    cuts=ANYHOW,
)
def contact_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads that SDRs tried to reach for the first time in the window with which sales talked within 30
    days of it. Leads first tried less than 30 days before the end of what was observed are left out of both counts."""
    tried, talks = facts.first_rows(Kind.ATTEMPT), facts.rows(Kind.CONVERSATION)
    reached = followed(tried.entity, tried.time, talks.entity, talks.time, CONTACT)
    return share_known(tried.time, reached, matured(facts, spans, CONTACT))


@metric(
    "rejection_rate",
    "Rejection rate",
    unit="share",
    better="lower",
    formula="n(rejected on judgement) / (n(accepted) + n(rejected on judgement))",
    denominator="verdicts of sales on leads in the window",
    source=f"{_CONVERT}, 16",
    requires=(Kind.ACCEPTED, Kind.REJECTED),
    cuts=ANYHOW,
)
def rejection_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of sales' verdicts of the window that were against the lead: how far marketing and sales differ about what
    a qualified lead is. Leads that sales gave back because it did not reach them were not judged and are not in it."""
    rejected, accepted = spans.inside(verdicts_against(facts).time), facts.count(Kind.ACCEPTED, spans)
    return share_of(rejected, rejected + accepted)


@metric(
    "unreached_share",
    "Share given back unreached",
    unit="share",
    better="lower",
    formula="n(rejected as unreached) / (n(accepted) + n(rejected))",
    denominator="leads that sales accepted or gave back in the window",
    source=f"{_TRANSITION}, 1 and 3",
    requires=(Kind.ACCEPTED, Kind.REJECTED),
    cuts=ANYHOW,
)
def unreached_share(facts: Facts, spans: Spans) -> Counted:
    """Of the leads that sales accepted or gave back in the window, the share that it gave back because it did not reach
    them in all its attempts (a rejection for the reason `unreached`)."""
    all_of_them = facts.count(Kind.REJECTED, spans)
    judged = spans.inside(verdicts_against(facts).time)
    return share_of(all_of_them - judged, all_of_them + facts.count(Kind.ACCEPTED, spans))


@metric(
    "neglected_share",
    "Share let lie by AEs",
    unit="share",
    better="lower",
    formula="n(neglected) / (n(opportunities opened of leads) + n(neglected) + n(cold while waiting for an AE))",
    denominator="accepted leads whose wait for an AE ended in the window",
    source=f"{_TRANSITION}, 4 and 8; the sales lead black hole (Sabnis et al. 2013, doi:10.1509/jm.10.0047)",
    requires=(Kind.OPENED, Kind.NEGLECTED),
    cuts=ANYHOW,
)
def neglected_share(facts: Facts, spans: Spans) -> Counted:
    """Of the accepted leads whose wait for an AE ended in the window, the share that an AE was given and did not
    pursue: for want of belief in their source, or of pay for them."""
    neglected, cold, opened = _fates(facts, spans)
    return share_of(neglected, neglected + cold + opened)


@metric(
    "no_ae_share",
    "Share gone cold for want of an AE",
    unit="share",
    better="lower",
    formula="n(cold while waiting for an AE) / (n(opportunities opened of leads) + n(neglected) + n(cold while waiting "
    "for an AE))",
    denominator="accepted leads whose wait for an AE ended in the window",
    source=f"{_TRANSITION}, 3 and 5",
    requires=(Kind.OPENED, Kind.WENT_COLD),
    cuts=ANYHOW,
)
def no_ae_share(facts: Facts, spans: Spans) -> Counted:
    """Of the accepted leads whose wait for an AE ended in the window, the share that went cold before an AE had room
    for them."""
    neglected, cold, opened = _fates(facts, spans)
    return share_of(cold, neglected + cold + opened)


def _fates(facts: Facts, spans: Spans) -> tuple[Ints, Ints, Ints]:
    """(spans,) accepted leads that AEs let lie, that went cold before, that were taken on."""
    cold, opened = facts.rows(Kind.WENT_COLD), facts.sales(Kind.OPENED)
    of_leads = opened.time[facts.log.entities.parent[opened.entity] != NOBODY]
    for_ae = cold.time[waits_for_ae(facts, cold)]
    return facts.count(Kind.NEGLECTED, spans), spans.inside(for_ae), spans.inside(of_leads)


@metric(
    "held_leads",
    "Leads held back",
    unit="leads",
    better="neither",
    formula="n(held)",
    source=f"{_TRANSITION}, 6",
    requires=(Kind.HELD,),
    cuts=ANYHOW,
)
def held_leads(facts: Facts, spans: Spans) -> Ints:
    """How often marketing held a qualified lead back in the window until sales had room for it."""
    return facts.count(Kind.HELD, spans)


@metric(
    "external_leads",
    "Leads passed to an external provider",
    unit="leads",
    better="neither",
    formula="n(overflowed)",
    source=f"{_TRANSITION}, 7",
    requires=(Kind.OVERFLOWED,),
    cuts=ANYHOW,
)
def external_leads(facts: Facts, spans: Spans) -> Ints:
    """How often marketing passed a lead to an external provider of sales development in the window."""
    return facts.count(Kind.OVERFLOWED, spans)


@metric(
    "recycled_leads",
    "Recycled leads",
    unit="leads",
    better="neither",
    formula="n(recycled)",
    source=f"{_CONVERT}, 15; nurture of leads that sales gives back",
    requires=(Kind.RECYCLED,),
    cuts=ANYHOW,
)
def recycled_leads(facts: Facts, spans: Spans) -> Ints:
    """How often a lead went back to nurture in the window because sales rejected it, did not reach it in time, or lost
    its opportunity. A lead may do so several times."""
    return facts.count(Kind.RECYCLED, spans)
