"""Cohorts: which share of the same leads, all at the same age, has come how far, and where the others stopped."""

import numpy as np

from results.facts import Facts
from results.metrics.conversion import lead_to_customer_rate, matured
from results.metrics.metric import ANYHOW, Metric, metric
from results.metrics.volume import sqls
from results.spans import Counted, Floats, Ints, Spans, mean_of, share_known, share_of, sums
from sim.log import Kind

__all__ = [
    "mql_events",
    "lead_to_mql_rate_cohort",
    "mql_to_sql_rate_cohort",
    "sql_to_opportunity_rate_cohort",
    "opportunity_to_customer_rate_cohort",
    "sql_to_opportunity_rate",
    "mql_to_customer_rate",
    "sql_to_customer_rate",
    "lead_to_customer_rate_to_date",
    "drop_off_rate",
    "drop_off_before_mql",
    "drop_off_before_sql",
    "drop_off_before_opportunity",
    "drop_off_before_customer",
]

_SOURCE = "Lead-to-customer performance (article 001)"
_STEPS = ("lead", "mql", "sql", "opportunity", "customer")
_WORDS = {"lead": "lead", "mql": "MQL", "sql": "SQL", "opportunity": "opportunity", "customer": "customer"}
_PLURAL = {"mql": "MQLs", "sql": "SQLs", "opportunity": "opportunities", "customer": "customers"}
_KINDS = (Kind.CAPTURED, Kind.MQL, Kind.ACCEPTED, Kind.OPENED, Kind.WON)
_RIPE = "leads captured in the window and at least 365 days before the log ends"


@metric(
    "mql_events",
    "MQL events",
    unit="leads",
    better="neither",
    formula="n(mql)",
    source="Seven smarketing metrics (article 003), 3; lifecycle of a lead that comes back (article 000), 1",
    requires=(Kind.MQL,),
    cuts=ANYHOW,
)
def mql_events(facts: Facts, spans: Spans) -> Ints:
    """How often a lead met marketing's definition of qualified in the window. A lead that sales gives back and that
    nurture makes ready again counts again; in `mqls` it counts once."""
    return facts.count(Kind.MQL, spans)


def _stage_rate(step: int) -> Metric:
    """The rate from one step to the next."""
    before, after = _STEPS[step], _STEPS[step + 1]

    def compute(facts: Facts, spans: Spans) -> Counted:
        came = _came(facts, spans)
        return share_of(came[step + 1], came[step])

    among = "leads" if step == 0 else f"leads that came as far as {_PLURAL[before]}, or beyond, within 365 days"
    here = f"at {_PLURAL[after]} or beyond within 365 days"
    there = "captured" if step == 0 else f"at {_PLURAL[before]} or beyond within 365 days"
    come = "became customers" if after == "customer" else f"came as far as {_PLURAL[after]}, or beyond,"
    words = (
        f"Of the window's {among} of their capture, the share that {come} within 365 days of it too."
        if step
        else f"Share of the window's leads that {come} within 365 days of their capture."
    )
    compute.__doc__ = (
        f"{words} Who skips a step counts as having come to it on going beyond it, so the four `_cohort` rates, all of "
        "the same leads at the same age, multiply to `lead_to_customer_rate` exactly. Leads captured less than 365 "
        "days before the end of what was observed are left out."
    )
    return metric(
        f"{before}_to_{after}_rate_cohort",
        f"{_WORDS[before][0].upper()}{_WORDS[before][1:]}-to-{_WORDS[after]} rate of the cohort",
        unit="share",
        better="higher",
        formula=f"n({here}) / n({there}), both of the same leads captured in the window, matured",
        denominator=_RIPE if step == 0 else f"{_RIPE}, that came as far as {_PLURAL[before]} within 365 days",
        source=f"{_SOURCE}, 1 and 5",
        requires=tuple(dict.fromkeys((Kind.CAPTURED, *_KINDS[step : step + 2]))),
        cohort=Kind.CAPTURED,
        cuts=ANYHOW,
    )(compute)


lead_to_mql_rate_cohort = _stage_rate(0)
mql_to_sql_rate_cohort = _stage_rate(1)
sql_to_opportunity_rate_cohort = _stage_rate(2)
opportunity_to_customer_rate_cohort = _stage_rate(3)


@metric(
    "sql_to_opportunity_rate",
    "SQL-to-opportunity rate",
    unit="share",
    better="higher",
    formula="n(first opened of a lead) / sqls",
    denominator="leads that sales accepted in the window",
    source="Lifecycle metrics, convert stage (article 000), 4-5",
    requires=(Kind.ACCEPTED, Kind.OPENED),
    cuts=ANYHOW,
)
def sql_to_opportunity_rate(facts: Facts, spans: Spans) -> Counted:
    """Leads whose first opportunity was opened in the window per SQL of the window (a rate of the period: they may have
    been accepted earlier). What AEs find themselves is not in it, nor further opportunities of the same lead."""
    opened = facts.progress.opened
    return mean_of(spans.inside(np.sort(opened[~np.isnan(opened)])), sqls.compute(facts, spans))


@metric(
    "mql_to_customer_rate",
    "MQL-to-customer rate",
    unit="share",
    better="higher",
    formula="n(first MQL in the window and won within 365 days) / n(first MQL in the window), both matured",
    denominator="leads that became MQLs in the window and at least 365 days before the log ends",
    source=f"{_SOURCE}, 2: the example counts from MQLs; 25 metrics over four funnels (article 002), 17",
    requires=(Kind.MQL, Kind.WON),
    cohort=Kind.MQL,
    cuts=ANYHOW,
)
def mql_to_customer_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads that became MQLs for the first time in the window whose first order was won within 365 days of
    it. Those that became so less than 365 days before the end of what was observed are left out of both counts."""
    return _won_since(facts, spans, Kind.MQL)


@metric(
    "sql_to_customer_rate",
    "SQL-to-customer rate",
    unit="share",
    better="higher",
    formula="n(first accepted in the window and won within 365 days) / n(first accepted in the window), both matured",
    denominator="leads that sales accepted in the window and at least 365 days before the log ends",
    source="25 metrics over four funnels (article 002), 17; worked example of article 001, 8",
    requires=(Kind.ACCEPTED, Kind.WON),
    cohort=Kind.ACCEPTED,
    cuts=ANYHOW,
)
def sql_to_customer_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads that sales accepted for the first time in the window whose first order was won within 365 days
    of it. Those accepted less than 365 days before the end of what was observed are left out of both counts."""
    return _won_since(facts, spans, Kind.ACCEPTED)


@metric(
    "lead_to_customer_rate_to_date",
    "Lead-to-customer rate to date",
    unit="share",
    better="neither",
    formula="n(captured in the window and won before its end) / n(captured in the window)",
    denominator="leads captured in the window",
    source=f"{_SOURCE}, 9: by the end of the quarter",
    requires=(Kind.CAPTURED, Kind.WON),
    cuts=ANYHOW,
)
def lead_to_customer_rate_to_date(facts: Facts, spans: Spans) -> Counted:
    """Share of the window's leads whose first order was won before the window's end. Leads that are still open then
    count as if they were lost, so it is low where sales take long, and lowest for the latest leads: beside
    `lead_to_customer_rate` it shows how much is still to come."""
    captured = facts.rows(Kind.CAPTURED)
    won = facts.lead_won[captured.entity]
    cuts = zip(spans.cut(captured.time).T.tolist(), spans.end.tolist(), strict=True)
    having = [float(np.sum(won[begin:after] < end)) for (begin, after), end in cuts]
    return share_of(np.array(having), spans.inside(captured.time))


@metric(
    "drop_off_rate",
    "Drop-off",
    unit="share",
    better="lower",
    formula="1 - n(captured in the window and won within 365 days) / n(captured in the window), both matured",
    denominator=_RIPE,
    source=f"{_SOURCE}, 6 and 8",
    requires=(Kind.CAPTURED, Kind.WON),
    cohort=Kind.CAPTURED,
    cuts=ANYHOW,
)
def drop_off_rate(facts: Facts, spans: Spans) -> Counted:
    """Share of the window's leads that did not become customers within 365 days of their capture, whether they are lost
    or still open: what `lead_to_customer_rate` leaves. It is the sum of the four drop-offs before each step."""
    return lead_to_customer_rate.counted(facts, spans).rest()


def _drop_off(step: int) -> Metric:
    """The share of all leads that stop before a step."""
    before, after = _STEPS[step], _STEPS[step + 1]

    def compute(facts: Facts, spans: Spans) -> Counted:
        came = _came(facts, spans)
        return share_of(came[step] - came[step + 1], came[0])

    came = "did not come" if step == 0 else f"came as far as {_PLURAL[before]}, or beyond, and not"
    compute.__doc__ = (
        f"Share of all leads of the window that {came} as far as {_PLURAL[after]} within 365 days of their capture. "
        "The four drop-offs, each a share of the same leads, sum to `drop_off_rate`."
    )
    return metric(
        f"drop_off_before_{after}",
        f"Drop-off before {_WORDS[after]}",
        unit="share",
        better="lower",
        formula=f"n(as far as {before} and not as far as {after} within 365 days) / n(captured in the window), matured",
        denominator=_RIPE,
        source=f"{_SOURCE}, 6 and 8",
        requires=tuple(dict.fromkeys((Kind.CAPTURED, *_KINDS[step : step + 2]))),
        cohort=Kind.CAPTURED,
        cuts=ANYHOW,
    )(compute)


drop_off_before_mql = _drop_off(0)
drop_off_before_sql = _drop_off(1)
drop_off_before_opportunity = _drop_off(2)
drop_off_before_customer = _drop_off(3)


def _came(facts: Facts, spans: Spans) -> Floats:
    """(steps, spans) how many of the leads captured in each span, and matured, came as far as each step."""
    captured, ripe, steps = facts.rows(Kind.CAPTURED), matured(facts, spans), facts.progress
    found = [ripe.inside(captured.time).astype(np.float64)]
    for day in (steps.mql, steps.sql, steps.opportunity, steps.customer):
        come = day[captured.entity] - captured.time <= facts.maturity
        found.append(sums(captured.time, come.astype(np.float64), ripe))
    return np.array(found)


def _won_since(facts: Facts, spans: Spans, kind: Kind) -> Counted:
    """(spans,) share won within 365 days of the leads to which a kind happened for the first time."""
    since = facts.first_rows(kind)
    won = facts.lead_won[since.entity] - since.time <= facts.maturity
    return share_known(since.time, won.astype(np.float64), matured(facts, spans))
