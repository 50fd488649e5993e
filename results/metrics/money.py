"""Money: what was won, what it cost, and what remained."""

import numpy as np

from results.facts import COSTS, Facts, Span
from results.metrics.metric import MATURITY, metric, ratio
from results.metrics.volume import leads, mqls, new_customers, sqls
from sim.log import NOBODY, Account, Kind

__all__ = ["bookings", "new_bookings", "profit", "cac", "cost_per_lead", "cost_per_mql", "cost_per_sql", "program_roi"]

_LIFECYCLE = "Lifecycle metrics, convert stage (article 000)"
_MARKETING = (Account.PROGRAMME, Account.NURTURE)
_PAY = (Account.BASE_PAY, Account.VARIABLE_PAY)


@metric(
    "bookings",
    "Bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over orders won",
    source=f"{_LIFECYCLE}, 7 and 14",
    requires=(Kind.WON,),
    by_channel=True,
)
def bookings(facts: Facts, span: Span) -> float:
    """First-year value of the new and expansion orders won in the window. Renewals are not in it. Not defined if the
    value of one of them is not recorded."""
    return float(facts.rows(Kind.WON).within(span).amount.sum())


@metric(
    "new_bookings",
    "New-customer bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over first orders won",
    source=f"{_LIFECYCLE}, 14",
    requires=(Kind.WON,),
    by_channel=True,
)
def new_bookings(facts: Facts, span: Span) -> float:
    """First-year value of the first orders of the customers won in the window."""
    return float(facts.new_customer.within(span).amount.sum())


@metric(
    "profit",
    "Profit",
    unit="money",
    better="higher",
    formula="gross margin on bookings - all costs",
    source="Lead transition and funnel tracking (article 004), 23-24",
    requires=(Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY),
)
def profit(facts: Facts, span: Span) -> float:
    """Gross margin on the bookings of the window minus every cost accrued in it: programmes, nurture, pay, commission
    and the plan's other costs. Margin of renewals is not in it."""
    return facts.money((Account.MARGIN,), span) - facts.money(COSTS, span)


@metric(
    "cac",
    "Cost per new customer",
    unit="money",
    better="lower",
    formula="all costs / new customers",
    denominator="customers whose first order was won in the window",
    source="Seven smarketing metrics (article 003), 9",
    requires=(Kind.WON, Account.PROGRAMME, Account.BASE_PAY),
)
def cac(facts: Facts, span: Span) -> float:
    """Every cost accrued in the window (programmes, nurture, sales pay, commission, tools and overhead) per customer
    won in it. Cost and customers are those of the same months, though the cost of a customer comes earlier."""
    return ratio(facts.money(COSTS, span), new_customers.compute(facts, span))


@metric(
    "cost_per_lead",
    "Cost per lead",
    unit="money",
    better="lower",
    formula="(programme + nurture) / leads",
    denominator="leads captured in the window",
    source="Seven smarketing metrics (article 003), 1",
    requires=(Kind.CAPTURED, Account.PROGRAMME),
    by_channel=True,
)
def cost_per_lead(facts: Facts, span: Span) -> float:
    """Programme and nurture cost accrued in the window per lead captured in it. It says nothing of a lead's worth:
    read it beside the programme ROI."""
    return ratio(facts.money(_MARKETING, span), leads.compute(facts, span))


@metric(
    "cost_per_mql",
    "Cost per MQL",
    unit="money",
    better="lower",
    formula="(programme + nurture) / mqls",
    denominator="leads that became MQLs in the window",
    source="25 metrics over four funnels (article 002), 3",
    requires=(Kind.MQL, Account.PROGRAMME),
    by_channel=True,
)
def cost_per_mql(facts: Facts, span: Span) -> float:
    """Programme and nurture cost accrued in the window per lead that became an MQL in it."""
    return ratio(facts.money(_MARKETING, span), mqls.compute(facts, span))


@metric(
    "cost_per_sql",
    "Cost per SQL",
    unit="money",
    better="lower",
    formula="(programme + nurture + SDR pay) / sqls",
    denominator="leads that sales accepted in the window",
    source=f"{_LIFECYCLE}, 8",
    requires=(Kind.ACCEPTED, Account.PROGRAMME, Account.BASE_PAY),
    teams=("sdr",),
)
def cost_per_sql(facts: Facts, span: Span) -> float:
    """Programme, nurture and qualification cost accrued in the window per lead that sales accepted in it; the cost of
    qualification is the base and variable pay of the SDRs with their overhead."""
    cost = facts.money(_MARKETING, span) + facts.money(_PAY, span, team="sdr")
    return ratio(cost, sqls.compute(facts, span))


@metric(
    "program_roi",
    "Programme ROI",
    unit="share",
    better="higher",
    formula="(B12 - M) / M",
    denominator="programme cost of the window's months that are at least 365 days old when the log ends",
    source=f"{_LIFECYCLE}, 10",
    requires=(Kind.CAPTURED, Kind.WON, Account.PROGRAMME),
    cohort=Kind.CAPTURED,
    by_channel=True,
)
def program_roi(facts: Facts, span: Span) -> float:
    """B12 = first-year value won within 365 days of capture by the leads captured in the window; M = programme cost of
    the window. Bookings, not profit, and all leads, not only those that the programmes caused. Months less than 365
    days before the end of what was observed are left out of both; if that is all of them, it is not defined."""
    span = _matured_months(facts, span)
    wins = facts.rows(Kind.WON)
    lead = facts.lead_of[wins.entity]
    captured = np.where(lead == NOBODY, np.nan, facts.first(Kind.CAPTURED)[lead])
    counted = (captured >= span.begin) & (captured < span.end) & (wins.time - captured <= MATURITY)
    spent = facts.money((Account.PROGRAMME,), span)
    return ratio(float(wins.amount[counted].sum()) - spent, spent)


def _matured_months(facts: Facts, span: Span) -> Span:
    """The part of a span up to the last whole month that ended at least 365 days before the log ends.

    Programme cost is booked by the month, so a cut inside a month would set part of its leads against none or all of
    its cost.
    """
    ripe = facts.log.window.ends - MATURITY
    if span.end <= ripe:
        return span
    ends = [month.end for month in facts.months if span.begin < month.end <= ripe]
    return Span(span.begin, max(ends, default=span.begin))
