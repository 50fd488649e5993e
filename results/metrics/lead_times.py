"""Lead times: how many days a lead takes from its capture to each step, those that are still open included."""

import numpy as np

from results.facts import Facts, Rows
from results.metrics.metric import ANYHOW, Metric, metric
from results.progress import Progress
from results.spans import Floats, Spans
from sim.log import Kind

__all__ = [
    "time_to_mql",
    "time_to_mql_p90",
    "time_to_sql",
    "time_to_sql_p90",
    "time_to_opportunity",
    "time_to_opportunity_p90",
    "time_to_close",
    "time_to_close_p90",
    "time_to_close_from_touch",
]

_TIE = 1e-9
"""What shares may differ by and be the same."""


def conversion_quantile(days: Floats, observed: Floats, q: float, within: float) -> float:
    """The age by which a share q had converted, of all that convert within so many days; NaN = none, or none observed
    so long.

    days: (leads,) age at conversion, NaN = not yet; observed: (leads,) age when the log ends. F is the product-limit
    estimate of the share converted by an age (Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452): a lead that
    has not converted counts among those who may until the age at which it was last observed. The quantile is the
    smallest age t with F(t) >= q F(within).
    """
    if not len(observed) or observed.max() < within:
        return np.nan
    days = np.maximum(days, 0.0)
    converts = days <= within
    left = np.sort(np.where(converts, days, np.minimum(observed, within)))
    ages, count = np.unique(days[converts], return_counts=True)
    if not len(ages):
        return np.nan
    at_risk = len(left) - np.searchsorted(left, ages)
    converted = 1.0 - np.cumprod(1.0 - count / at_risk)
    return float(ages[np.searchsorted(converted, q * converted[-1] - _TIE)])


def _time_to(step: str, words: str, kind: Kind, q: float) -> Metric:
    """A quantile of the days from capture to a step."""
    name = {0.5: "median", 0.9: "90th percentile"}[q]

    def compute(facts: Facts, spans: Spans) -> Floats:
        captured = facts.rows(Kind.CAPTURED)
        return _quantiles(facts, spans, captured, captured.time, _day(facts, facts.progress, step), q)

    compute.__doc__ = (
        f"{name.capitalize()} of the civil days from capture to {words}, of the window's leads that come so far within "
        "365 days. Leads that are still open when the log ends count, up to their age then, among those that may still "
        "come so far, and leads that have left the funnel as never coming (product-limit estimate); without that the "
        "quick ones alone would be seen. Not defined if no lead of the window was observed for 365 days."
    )
    return metric(
        f"time_to_{step}" + ("_p90" if q > 0.5 else ""),
        f"Time to {'MQL' if step == 'mql' else 'SQL' if step == 'sql' else step}" + (", p90" if q > 0.5 else ""),
        unit="days",
        better="lower",
        formula=f"smallest age t with F(t) >= {q} F(365), F = share of leads that came so far by an age",
        denominator="leads captured in the window that come so far within 365 days, one of all observed for so long",
        source="Lifecycle metrics, convert stage (article 000), 13; 25 metrics over four funnels (article 002), 16; "
        "Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452",
        requires=(Kind.CAPTURED, kind),
        cuts=ANYHOW,
    )(compute)


def _quantiles(facts: Facts, spans: Spans, leads: Rows, since: Floats, until: Floats, q: float) -> Floats:
    """(spans,) quantile of the days that leads, captured in each, took.

    since: (leads,) when their time began; until: (entities,) when they came so far."""
    days, observed = until[leads.entity] - since, facts.log.window.ends - since
    cuts = spans.cut(leads.time).T.tolist()
    return np.array([conversion_quantile(days[a:b], observed[a:b], q, facts.maturity) for a, b in cuts])


def _day(facts: Facts, progress: Progress, step: str) -> Floats:
    """(entities,) day of the step itself, for those that did not skip it."""
    if step == "mql":
        return facts.first(Kind.MQL)
    if step == "sql":
        return facts.first(Kind.ACCEPTED)
    return progress.opened if step == "opportunity" else progress.customer


_MQL = ("mql", "the first MQL event", Kind.MQL)
_SQL = ("sql", "acceptance by sales", Kind.ACCEPTED)
_OPPORTUNITY = ("opportunity", "opening the lead's first opportunity", Kind.OPENED)
_CLOSE = ("close", "winning the lead's first order", Kind.WON)

time_to_mql, time_to_mql_p90 = (_time_to(*_MQL, q) for q in (0.5, 0.9))
time_to_sql, time_to_sql_p90 = (_time_to(*_SQL, q) for q in (0.5, 0.9))
time_to_opportunity, time_to_opportunity_p90 = (_time_to(*_OPPORTUNITY, q) for q in (0.5, 0.9))
time_to_close, time_to_close_p90 = (_time_to(*_CLOSE, q) for q in (0.5, 0.9))


@metric(
    "time_to_close_from_touch",
    "Time to close from the first touch",
    unit="days",
    better="lower",
    formula="smallest age t with F(t) >= 0.5 F(365), F = share of leads won by an age since their first touch",
    denominator="leads captured in the window and won within 365 days of their first touch, one of all observed for so "
    "long",
    source="25 metrics over four funnels (article 002), 16: from the first contact",
    needs="touches",
    requires=(Kind.CAPTURED, Kind.WON),
)
def time_to_close_from_touch(facts: Facts, spans: Spans) -> Floats:
    """As `time_to_close`, but from the first touch of marketing that was recorded, where one came before the capture:
    what a buyer's way takes, and not only the part of it on which we know the buyer's name."""
    captured, touches = facts.rows(Kind.CAPTURED), facts.log.touches
    since = facts.first(Kind.CAPTURED).copy()
    if touches is not None:
        np.fmin.at(since, touches.entity, touches.time)
    return _quantiles(facts, spans, captured, since[captured.entity], facts.lead_won, 0.5)
