"""Unit costs: what a result costs, with costs taken from when they caused it, and a dollar of old and new business."""

import datetime as dt
from calendar import monthrange

import numpy as np

from results.facts import COSTS, Facts
from results.metrics.metric import SOURCES, metric
from results.metrics.money import bookings, of_new_business
from results.metrics.volume import mqls, new_customers, sqls
from results.spans import Counted, Floats, Spans, mean_of, ratio, sums
from sim.log import NOBODY, Account, EntityType, Kind
from sim.units import DAYS_PER_MONTH

__all__ = [
    "cost_per_sql_programme",
    "cost_per_opportunity",
    "cost_per_mql_lagged",
    "cac_lagged",
    "cost_per_new_dollar",
    "cost_per_existing_dollar",
]

_LIFECYCLE = "Lifecycle metrics, convert stage (article 000)"
_METRICS = "25 metrics over four funnels (article 002)"
_MARKETING = (Account.PROGRAMME, Account.NURTURE)
_SALARIES = (Account.BASE_PAY, Account.VARIABLE_PAY)


@metric(
    "cost_per_sql_programme",
    "Programme cost per SQL",
    unit="money",
    better="lower",
    formula="programme / sqls",
    denominator="leads that sales accepted in the window",
    source=f"{_LIFECYCLE}, 8: the least that an SQL costs",
    requires=(Kind.ACCEPTED, Account.PROGRAMME),
    cuts=SOURCES,
)
def cost_per_sql_programme(facts: Facts, spans: Spans) -> Counted:
    """Programme cost accrued in the window per lead that sales accepted in it: the least that an SQL costs. What
    nurture and qualification add is in `cost_per_sql`."""
    return mean_of(facts.money((Account.PROGRAMME,), spans), sqls.compute(facts, spans))


@metric(
    "cost_per_opportunity",
    "Cost per opportunity",
    unit="money",
    better="lower",
    formula="(programme + nurture + SDR pay + external fees) / n(opportunities opened of leads)",
    denominator="opportunities opened of leads in the window",
    source=f"{_LIFECYCLE}, 5 and 8",
    requires=(Kind.OPENED, Account.PROGRAMME, Account.BASE_PAY),
    teams=("sdr",),
)
def cost_per_opportunity(facts: Facts, spans: Spans) -> Counted:
    """Programme, nurture and qualification cost accrued in the window, as in `cost_per_sql`, per opportunity opened of
    a lead in it. What AEs find themselves is not in it, nor the time that they spend on finding it."""
    cost = facts.money((*_MARKETING, Account.EXTERNAL), spans)
    cost += facts.money((*_SALARIES, Account.SLA_BONUS), spans, team="sdr")
    opened = facts.sales(Kind.OPENED)
    return mean_of(cost, spans.inside(opened.time[facts.log.entities.parent[opened.entity] != NOBODY]))


@metric(
    "cost_per_mql_lagged",
    "Cost per MQL, lagged",
    unit="money",
    better="lower",
    formula="(programme + nurture) so many months earlier / mqls, months = median time to MQL in the log, rounded",
    denominator="leads that became MQLs in the window, and costs observed so long before",
    source=f"{_METRICS}, 3: lag-matched",
    requires=(Kind.CAPTURED, Kind.MQL, Account.PROGRAMME),
    cuts=SOURCES,
)
def cost_per_mql_lagged(facts: Facts, spans: Spans) -> Counted:
    """As `cost_per_mql`, but with the cost of a time that lies as many whole months before the window as leads of the
    log took from capture to MQL in the median. Not defined if that time begins before what was observed."""
    return mean_of(_earlier(facts, spans, _MARKETING, facts.first(Kind.MQL)), mqls.compute(facts, spans))


@metric(
    "cac_lagged",
    "Cost per new customer, lagged",
    unit="money",
    better="lower",
    formula="all costs so many months earlier / new customers, months = median time to close in the log, rounded",
    denominator="customers whose first order was won in the window, and costs observed so long before",
    source=f"{_LIFECYCLE}, 9: lag-matched",
    requires=(Kind.CAPTURED, Kind.WON, Account.PROGRAMME, Account.BASE_PAY),
)
def cac_lagged(facts: Facts, spans: Spans) -> Counted:
    """As `cac`, but with the cost of a time that lies as many whole months before the window as leads of the log took
    from capture to their first order in the median: while a company grows, `cac` sets the customers of small budgets
    against the larger ones of today. Not defined if that time begins before what was observed."""
    return mean_of(_earlier(facts, spans, COSTS, facts.lead_won), new_customers.compute(facts, spans))


def _earlier(facts: Facts, spans: Spans, accounts: tuple[Account, ...], reached: Floats) -> Floats:
    """(spans,) what some accounts took as many months before each as leads took in the median to what they reached;
    NaN where that is not known, or was not observed."""
    took = reached - facts.first(Kind.CAPTURED)
    took = took[~np.isnan(took)]
    if not len(took):
        return np.full(len(spans.begin), np.nan)
    months = int(np.median(took) / DAYS_PER_MONTH + 0.5)
    start, begins = facts.log.window.start, facts.log.window.begins
    edges = np.array([[_months_before(start, day, months) for day in row] for row in spans.edges.tolist()])
    return np.where(edges[0] < begins, np.nan, facts.money(accounts, Spans(edges)))


def _months_before(start: dt.date, day: float, months: int) -> float:
    """The same day of the month so many months before, or the month's last."""
    whole = int(np.floor(day))
    date = start + dt.timedelta(days=whole)
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    then = dt.date(year, month + 1, min(date.day, monthrange(year, month + 1)[1]))
    return (then - start).days + (day - whole)


@metric(
    "cost_per_new_dollar",
    "Cost of a dollar of new business",
    unit="money",
    better="lower",
    formula="(all costs - costs of existing customers) / bookings of new business",
    denominator="first-year value of the orders of new business won in the window",
    source=f"{_METRICS}, 30",
    requires=(Kind.WON, Account.PROGRAMME, Account.BASE_PAY),
    teams=("ae",),
)
def cost_per_new_dollar(facts: Facts, spans: Spans) -> Floats:
    """Every cost accrued in the window that is not one of existing customers, as `cost_per_existing_dollar` counts
    these, for a dollar of new business won in it. Together the two costs are all costs."""
    return ratio(facts.money(COSTS, spans) - _existing(facts, spans), of_new_business(facts, spans))


@metric(
    "cost_per_existing_dollar",
    "Cost of a dollar from existing customers",
    unit="money",
    better="lower",
    formula="costs of existing customers / (bookings of customers after their first order + renewal bookings)",
    denominator="value of renewals and of orders of customers after their first in the window",
    source=f"{_METRICS}, 30: is it cheaper?",
    requires=(Kind.WON, Kind.RENEWED, Account.BASE_PAY),
    teams=("ae",),
)
def cost_per_existing_dollar(facts: Facts, spans: Spans) -> Floats:
    """What existing and past customers cost in the window for a dollar that they ordered more, came back for or
    renewed in it: programmes for customers, surveys and attempts to win them back; commission, nurture and support of
    opportunities with them; the pay of account managers, and of that of AEs the share of their hours of stage work that
    opportunities with customers took."""
    renewed = facts.rows(Kind.RENEWED)
    brought = bookings.compute(facts, spans) - of_new_business(facts, spans)
    return ratio(_existing(facts, spans), brought + sums(renewed.time, renewed.amount, spans))


def _existing(facts: Facts, spans: Spans) -> Floats:
    """(spans,) costs of existing and past customers."""
    total = facts.money((Account.CARE, Account.SURVEYS, Account.WINBACK), spans)
    # The last place is for what belongs to nobody.
    theirs = np.append(facts.to_customers | (facts.log.entities.type == EntityType.CUSTOMER), False)
    for account in (Account.COMMISSION, Account.NURTURE, Account.SUPPORT):
        lines = facts.lines(account)
        total += sums(lines.time, np.where(theirs[lines.entity], lines.amount, 0.0), spans)
    ends = facts.rows(Kind.TASK_END)
    own = facts.in_team(ends.actor, "ae")
    hours, on_them = (
        sums(ends.time, np.where(which, ends.amount, 0.0), spans) for which in (own, own & theirs[ends.entity])
    )
    share = np.where(hours > 0.0, on_them / np.where(hours > 0.0, hours, 1.0), 0.0)
    pay, of_managers = (facts.money((*_SALARIES, Account.DRAW), spans, team=team) for team in ("ae", "am"))
    return total + pay * share + of_managers
