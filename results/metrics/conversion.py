"""Conversion: which share goes on, as a rate of the period or of a matured cohort."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.metrics.volume import leads, mqls, sqls
from results.spans import Counted, Spans, mean_of, share_known, share_of
from sim.log import NOBODY, Kind

__all__ = [
    "lead_to_mql_rate",
    "mql_to_sql_rate",
    "pursuit_rate",
    "opportunity_to_win_rate",
    "win_rate",
    "lead_to_customer_rate",
    "retention_rate",
]


@metric(
    "win_rate",
    "Win rate",
    unit="share",
    better="higher",
    formula="n(won) / (n(won) + n(lost))",
    denominator="opportunities closed in the window",
    source="25 metrics over four funnels (article 002), 17",
    requires=(Kind.WON, Kind.LOST),
    cuts=ANYHOW,
)
def win_rate(facts: Facts, spans: Spans) -> Counted:
    """Share won of the opportunities of new business that closed in the window, whenever they were opened. Open ones do
    not count."""
    won, lost = (spans.inside(facts.sales(kind).time) for kind in (Kind.WON, Kind.LOST))
    return share_of(won, won + lost)


@metric(
    "opportunity_to_win_rate",
    "Opportunity-to-win rate",
    unit="share",
    better="higher",
    formula="n(opened in the window and won within 365 days) / n(opened in the window), both matured",
    denominator="opportunities opened in the window and at least 365 days before the log ends",
    source="Seven smarketing metrics (article 003), 13",
    requires=(Kind.OPENED, Kind.WON),
    cohort=Kind.OPENED,
    cuts=ANYHOW,
)
def opportunity_to_win_rate(facts: Facts, spans: Spans) -> Counted:
    """Share won within 365 days of being opened, of the opportunities of new business opened in the window. Those
    opened less than 365 days before the end of what was observed are left out of both counts; if that is all of them,
    it is not defined."""
    opened = facts.sales(Kind.OPENED)
    won = facts.first(Kind.WON)[opened.entity] - opened.time <= facts.maturity
    return share_known(opened.time, won.astype(np.float64), matured(facts, spans))


@metric(
    "lead_to_customer_rate",
    "Lead-to-customer rate",
    unit="share",
    better="higher",
    formula="n(captured in the window and won within 365 days) / n(captured in the window), both matured",
    denominator="leads captured in the window and at least 365 days before the log ends",
    source="Lead-to-customer performance (article 001), 1-2 and 9",
    requires=(Kind.CAPTURED, Kind.WON),
    cohort=Kind.CAPTURED,
    cuts=ANYHOW,
)
def lead_to_customer_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the window's leads whose first order was won within 365 days of their capture. Leads captured less than
    365 days before the end of what was observed are left out of both counts; if that is all, it is not defined."""
    captured = facts.rows(Kind.CAPTURED)
    won = facts.lead_won[captured.entity] - captured.time <= facts.maturity
    return share_known(captured.time, won.astype(np.float64), matured(facts, spans))


@metric(
    "lead_to_mql_rate",
    "Lead-to-MQL rate",
    unit="share",
    better="higher",
    formula="mqls / leads",
    denominator="leads captured in the window",
    source="Seven smarketing metrics (article 003), 3",
    requires=(Kind.CAPTURED, Kind.MQL),
    cuts=ANYHOW,
)
def lead_to_mql_rate(facts: Facts, spans: Spans) -> Counted:
    """MQLs of the window per lead of the window (a rate of the period: the MQLs may be leads captured earlier)."""
    return mean_of(mqls.compute(facts, spans), leads.compute(facts, spans))


@metric(
    "mql_to_sql_rate",
    "MQL-to-SQL rate",
    unit="share",
    better="higher",
    formula="sqls / mqls",
    denominator="leads that became MQLs in the window",
    source="Seven smarketing metrics (article 003), 5",
    requires=(Kind.MQL, Kind.ACCEPTED),
    cuts=ANYHOW,
)
def mql_to_sql_rate(facts: Facts, spans: Spans) -> Counted:
    """SQLs of the window per MQL of the window (a rate of the period: the SQLs may have become MQLs earlier)."""
    return mean_of(sqls.compute(facts, spans), mqls.compute(facts, spans))


@metric(
    "pursuit_rate",
    "Pursuit rate",
    unit="share",
    better="higher",
    formula="n(opportunities opened of leads) / (n(opportunities opened of leads) + n(neglected))",
    denominator="accepted leads that AEs took or let lie in the window",
    source="The sales lead black hole (Sabnis et al. 2013, doi:10.1509/jm.10.0047)",
    requires=(Kind.OPENED, Kind.NEGLECTED),
    cuts=ANYHOW,
)
def pursuit_rate(facts: Facts, spans: Spans) -> Counted:
    """Share that AEs pursued of the accepted leads that were assigned to them in the window. What they found themselves
    is not in it, nor what went cold before an AE had room."""
    opened = facts.sales(Kind.OPENED)
    of_leads = opened.time[facts.log.entities.parent[opened.entity] != NOBODY]
    pursued, neglected = spans.inside(of_leads), facts.count(Kind.NEGLECTED, spans)
    return share_of(pursued, pursued + neglected)


@metric(
    "retention_rate",
    "Retention rate",
    unit="share",
    better="higher",
    formula="n(renewed) / (n(renewed) + n(churned))",
    denominator="renewals due in the window",
    source="Seven smarketing metrics (article 003), 7",
    requires=(Kind.RENEWED, Kind.CHURNED),
    cuts=ANYHOW,
)
def retention_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the renewals due in the window in which the customer stayed. Customers count, not revenue, and only
    those whose term ended in the window; a customer whose term is short may count more than once."""
    renewed, churned = facts.count(Kind.RENEWED, spans), facts.count(Kind.CHURNED, spans)
    return share_of(renewed, renewed + churned)


def matured(facts: Facts, spans: Spans, days: float | None = None) -> Spans:
    """The part of each span that lies at least so many days (the cohort's maturity, if none are said) before the end of
    what was observed."""
    ripe = facts.log.window.ends - (facts.maturity if days is None else days)
    return Spans(np.stack((spans.begin, np.maximum(spans.begin, np.minimum(spans.end, ripe)))))
