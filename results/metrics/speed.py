"""Speed: how long leads wait for a rep and opportunities for a signature."""

import numpy as np

from results.facts import Facts, Rows
from results.metrics.metric import ANYHOW, metric
from results.spans import Bools, Counted, Floats, Spans, mean_known, share_known
from sim.log import Kind

__all__ = [
    "time_to_first_contact",
    "time_to_first_contact_working",
    "time_to_first_conversation",
    "handoff_wait",
    "never_contacted_share",
    "sla_compliance",
    "sales_cycle",
]

_SECOND = 1.0 / 3600.0
"""Hours; what clocks may differ by when a time falls exactly on the limit."""


@metric(
    "time_to_first_contact",
    "Time to first contact",
    unit="hours",
    better="lower",
    formula="mean(first attempt - handoff) x 24",
    denominator="leads handed off for the first time in the window and attempted",
    source="Lead transition and funnel tracking (article 004), 1",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    cuts=ANYHOW,
)
def time_to_first_contact(facts: Facts, spans: Spans) -> Counted:
    """Civil hours from a lead's first handoff to the first attempt to reach it, mean over the leads first handed off
    in the window and attempted. Leads that nobody attempted have no such time: see the share never contacted."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    wait = facts.first(Kind.ATTEMPT)[handed.entity] - handed.time
    return mean_known(handed.time, wait, spans).times(24.0)


@metric(
    "time_to_first_contact_working",
    "Time to first contact, working hours",
    unit="hours",
    better="lower",
    formula="mean(working hours from handoff to first attempt)",
    denominator="leads handed off for the first time in the window and attempted",
    source="Lead transition and funnel tracking (article 004), 1; lifecycle metrics, convert stage (article 000), 15",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    terms=("calendar",),
    cuts=ANYHOW,
)
def time_to_first_contact_working(facts: Facts, spans: Spans) -> Counted:
    """Hours of the plan's working time from a lead's first handoff to the first attempt to reach it, mean over the
    leads first handed off in the window and attempted: what sales can answer for, where `time_to_first_contact` counts
    nights and weekends too."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    attempt = facts.first(Kind.ATTEMPT)[handed.entity]
    waited = facts.worked(np.fmin(attempt, facts.log.window.ends)) - facts.worked(handed.time)
    return mean_known(handed.time, np.where(np.isnan(attempt), np.nan, waited), spans)


@metric(
    "time_to_first_conversation",
    "Time to first conversation",
    unit="hours",
    better="lower",
    formula="mean(first conversation - handoff) x 24",
    denominator="leads handed off for the first time in the window and talked with",
    source="Lead transition and funnel tracking (article 004), 1",
    requires=(Kind.HANDED_OFF, Kind.CONVERSATION),
    cuts=ANYHOW,
)
def time_to_first_conversation(facts: Facts, spans: Spans) -> Counted:
    """Civil hours from a lead's first handoff to the first conversation with it, mean over the leads first handed off
    in the window with which sales has talked. Those that it has not reached have no such time: see `contact_rate`."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    return mean_known(handed.time, facts.first(Kind.CONVERSATION)[handed.entity] - handed.time, spans).times(24.0)


@metric(
    "handoff_wait",
    "Wait after handoff",
    unit="days",
    better="lower",
    formula="mean(min(first attempt, going cold) - handoff)",
    denominator="handoffs in the window whose wait ended",
    source="Queueing theory: E[W] of Erlang C, and of Erlang A where leads go cold (Mandelbaum and Zeltyn 2005)",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    cuts=ANYHOW,
)
def handoff_wait(facts: Facts, spans: Spans) -> Counted:
    """Civil days that a handoff waits for sales development until the first attempt or until the lead goes cold,
    whichever comes first; mean over the window's handoffs whose wait ended. A lead handed off twice counts twice."""
    waits = facts.waits
    return mean_known(waits.handed_off, waits.ended - waits.handed_off, spans)


@metric(
    "never_contacted_share",
    "Share never contacted",
    unit="share",
    better="lower",
    formula="n(handed off, left without an attempt) / (n(handed off) - n(still waiting))",
    denominator="leads handed off for the first time in the window and not still waiting when the log ends",
    source="Lead transition and funnel tracking (article 004), 1",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    cuts=ANYHOW,
)
def never_contacted_share(facts: Facts, spans: Spans) -> Counted:
    """Of the leads first handed off in the window, the share that nobody ever tried to reach. Leads still waiting when
    the log ends count neither way; a history that records no leads going cold or withdrawn cannot tell who still
    waits, and there every lead without an attempt counts as never contacted."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    return share_known(handed.time, never_contacted(facts, handed), spans)


def never_contacted(facts: Facts, handed: Rows) -> Floats:
    """(rows,) 1 for a lead that nobody ever tried to reach, 0 for one that was tried; NaN = it still waits."""
    attempted = ~np.isnan(facts.first(Kind.ATTEMPT)[handed.entity])
    missed = ~attempted
    if facts.records(Kind.WENT_COLD) or facts.records(Kind.WITHDRAWN):
        missed &= _gone(facts, handed)
    return np.where(attempted | missed, missed, np.nan)


@metric(
    "sla_compliance",
    "SLA compliance",
    unit="share",
    better="higher",
    formula="n(first attempt within the SLA's working hours of the handoff) / n(handed off, not still in time)",
    denominator="leads handed off for the first time in the window and not still waiting within the SLA",
    source="Lifecycle metrics, convert stage (article 000), 15",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    terms=("sla",),
    cuts=ANYHOW,
)
def sla_compliance(facts: Facts, spans: Spans) -> Counted:
    """Of the leads first handed off in the window, the share whose first attempt came within the plan's service level
    (handoff.sla), counted in the working hours of the plan's calendar, to the second. A lead that nobody attempted is a
    breach once the hours are over or the lead is gone; one that still waits within them when the log ends counts
    neither way."""
    handed = facts.first_rows(Kind.HANDED_OFF)
    attempt = facts.first(Kind.ATTEMPT)[handed.entity]
    attempted = ~np.isnan(attempt)
    waited = facts.worked(np.fmin(attempt, facts.log.window.ends)) - facts.worked(handed.time)
    in_time = waited <= (facts.log.terms.sla or 0.0) + _SECOND
    judged = attempted | ~in_time | _gone(facts, handed)
    return share_known(handed.time, np.where(judged, attempted & in_time, np.nan), spans)


def _gone(facts: Facts, handed: Rows) -> Bools:
    """(rows,) whether each lead went cold or was withdrawn."""
    cold, withdrawn = (facts.first(kind)[handed.entity] for kind in (Kind.WENT_COLD, Kind.WITHDRAWN))
    return ~(np.isnan(cold) & np.isnan(withdrawn))


@metric(
    "sales_cycle",
    "Sales cycle",
    unit="days",
    better="lower",
    formula="median(won - opened)",
    denominator="opportunities won in the window",
    source="25 metrics over four funnels (article 002), 16",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def sales_cycle(facts: Facts, spans: Spans) -> Floats:
    """Civil days from opening an opportunity of new business to winning it, median over those won in the window. A
    history that does not say when one of them was opened leaves it undefined."""
    won = facts.sales(Kind.WON)
    days = won.time - facts.opened[won.entity]
    cuts = spans.cut(won.time).T.tolist()
    return np.array([np.median(days[begin:end]) if begin < end else np.nan for begin, end in cuts])
