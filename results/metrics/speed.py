"""Speed: how long leads wait for a rep and opportunities for a signature."""

import numpy as np

from results.facts import Facts, Span
from results.metrics.metric import metric, ratio
from sim.log import Kind

__all__ = ["time_to_first_contact", "handoff_wait", "never_contacted_share", "sales_cycle"]


@metric(
    "time_to_first_contact",
    "Time to first contact",
    unit="hours",
    better="lower",
    formula="mean(first attempt - handoff) x 24",
    denominator="leads handed off for the first time in the window and attempted",
    source="Lead transition and funnel tracking (article 004), 1",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    by_channel=True,
)
def time_to_first_contact(facts: Facts, span: Span) -> float:
    """Civil hours from a lead's first handoff to the first attempt to reach it, mean over the leads first handed off
    in the window and attempted. Leads that nobody attempted have no such time: see the share never contacted."""
    handed_off, attempted = facts.first(Kind.HANDED_OFF), facts.first(Kind.ATTEMPT)
    counted = (handed_off >= span.begin) & (handed_off < span.end) & ~np.isnan(attempted)
    return ratio(24.0 * float((attempted - handed_off)[counted].sum()), int(counted.sum()))


@metric(
    "handoff_wait",
    "Wait after handoff",
    unit="days",
    better="lower",
    formula="mean(min(first attempt, going cold) - handoff)",
    denominator="handoffs in the window whose wait ended",
    source="Queueing theory: E[W] of Erlang C, and of Erlang A where leads go cold (Mandelbaum and Zeltyn 2005)",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    by_channel=True,
)
def handoff_wait(facts: Facts, span: Span) -> float:
    """Civil days that a handoff waits for sales development until the first attempt or until the lead goes cold,
    whichever comes first; mean over the window's handoffs whose wait ended. A lead handed off twice counts twice."""
    waits = facts.waits
    begin, end = np.searchsorted(waits.handed_off, span)
    wait = (waits.ended - waits.handed_off)[begin:end]
    return ratio(float(np.nansum(wait)), int((~np.isnan(wait)).sum()))


@metric(
    "never_contacted_share",
    "Share never contacted",
    unit="share",
    better="lower",
    formula="n(handed off, left without an attempt) / (n(handed off) - n(still waiting))",
    denominator="leads handed off for the first time in the window and not still waiting when the log ends",
    source="Lead transition and funnel tracking (article 004), 1",
    requires=(Kind.HANDED_OFF, Kind.ATTEMPT),
    by_channel=True,
)
def never_contacted_share(facts: Facts, span: Span) -> float:
    """Of the leads first handed off in the window, the share that nobody ever tried to reach. Leads still waiting when
    the log ends count neither way; a history that records no leads going cold or withdrawn cannot tell who still
    waits, and there every lead without an attempt counts as never contacted."""
    handed_off = facts.first(Kind.HANDED_OFF)
    counted = (handed_off >= span.begin) & (handed_off < span.end)
    attempted = ~np.isnan(facts.first(Kind.ATTEMPT)[counted])
    if {Kind.WENT_COLD, Kind.WITHDRAWN} & facts.recorded:
        gone = np.fmin(facts.first(Kind.WENT_COLD), facts.first(Kind.WITHDRAWN))[counted]
        missed = ~attempted & ~np.isnan(gone)
    else:
        missed = ~attempted
    return ratio(int(missed.sum()), int((attempted | missed).sum()))


@metric(
    "sales_cycle",
    "Sales cycle",
    unit="days",
    better="lower",
    formula="median(won - opened)",
    denominator="opportunities won in the window",
    source="25 metrics over four funnels (article 002), 16",
    requires=(Kind.WON,),
    by_channel=True,
)
def sales_cycle(facts: Facts, span: Span) -> float:
    """Civil days from opening an opportunity to winning it, median over those won in the window. A history that does
    not say when one of them was opened leaves it undefined."""
    won = facts.rows(Kind.WON).within(span)
    return float(np.median(won.time - facts.opened[won.entity])) if len(won) else float("nan")
