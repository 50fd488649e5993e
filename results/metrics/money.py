"""Money: what was won, what it cost, and what remained."""

import numpy as np

from results.facts import COSTS, Facts
from results.metrics.metric import ANYHOW, SOURCES, YEAR, metric
from results.metrics.volume import leads, mqls, new_customers, sqls
from results.spans import Counted, Floats, Span, Spans, mean_of, ratio, sums
from sim.log import Account, Kind

__all__ = [
    "bookings",
    "new_bookings",
    "order_value",
    "profit",
    "cac",
    "payback_months",
    "cost_per_lead",
    "cost_per_mql",
    "cost_per_sql",
    "support_per_win",
    "program_roi",
]

_LIFECYCLE = "Lifecycle metrics, convert stage (article 000)"
_MARKETING = (Account.PROGRAMME, Account.NURTURE)
_PAY = (Account.BASE_PAY, Account.VARIABLE_PAY, Account.SLA_BONUS)


@metric(
    "bookings",
    "Bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over orders won",
    source=f"{_LIFECYCLE}, 7 and 14",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def bookings(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the new and expansion orders won in the window. Renewals are not in it. Not defined if the
    value of one of them is not recorded."""
    wins = facts.rows(Kind.WON)
    return sums(wins.time, wins.amount, spans)


@metric(
    "new_bookings",
    "New-customer bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over first orders won",
    source=f"{_LIFECYCLE}, 14",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def new_bookings(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the first orders of the customers won in the window."""
    wins = facts.new_customer
    return sums(wins.time, wins.amount, spans)


@metric(
    "order_value",
    "Mean order value",
    unit="money",
    better="higher",
    formula="sum of first-year value over orders won / n(orders won)",
    denominator="orders won in the window",
    source="25 metrics over four funnels (article 002), 19",
    requires=(Kind.WON,),
    cuts=ANYHOW,
)
def order_value(facts: Facts, spans: Spans) -> Counted:
    """Mean first-year value of the orders of new business won in the window. Not defined if the value of one of them is
    not known."""
    return mean_of(of_new_business(facts, spans), spans.inside(facts.sales(Kind.WON).time))


def of_new_business(facts: Facts, spans: Spans) -> Floats:
    """(spans,) bookings without those of customers who buy more."""
    wins = facts.sales(Kind.WON)
    return sums(wins.time, wins.amount, spans)


@metric(
    "profit",
    "Profit",
    unit="money",
    better="higher",
    formula="gross margin on bookings - all costs",
    source="Lead transition and funnel tracking (article 004), 23-24",
    requires=(Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY),
)
def profit(facts: Facts, spans: Spans) -> Floats:
    """Gross margin on the bookings of the window minus every cost accrued in it: programmes, nurture, pay, commission
    and the plan's other costs. Margin of renewals is not in it."""
    return facts.money((Account.MARGIN,), spans) - facts.money(COSTS, spans)


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
def cac(facts: Facts, spans: Spans) -> Counted:
    """Every cost accrued in the window (programmes, nurture, sales pay, commission, tools and overhead) per customer
    won in it. Cost and customers are those of the same months, though the cost of a customer comes earlier."""
    return mean_of(facts.money(COSTS, spans), new_customers.compute(facts, spans))


@metric(
    "payback_months",
    "CAC payback",
    unit="months",
    better="lower",
    formula="all costs / (gross margin on first orders / 12)",
    denominator="gross margin on the first orders of the customers won in the window",
    source="Seven smarketing metrics (article 003), 9, over gross margin; unit economics of subscription businesses",
    requires=(Kind.WON, Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY),
)
def payback_months(facts: Facts, spans: Spans) -> Floats:
    """Months until the gross margin of the window's new customers has paid what they cost: the cost per new customer
    over a twelfth of the gross margin on a new customer's first year. Nobody churns in this arithmetic and no future
    margin is discounted."""
    lines, wins = facts.lines(Account.MARGIN), facts.new_customer
    # The last place is for margins that belong to nobody.
    is_new = np.zeros(len(facts.log.entities) + 1, dtype=bool)
    is_new[wins.entity] = True
    margin = sums(lines.time, np.where(is_new[lines.entity], lines.amount, 0.0), spans)
    return ratio(facts.money(COSTS, spans), margin / 12.0)


@metric(
    "cost_per_lead",
    "Cost per lead",
    unit="money",
    better="lower",
    formula="(programme + nurture) / leads",
    denominator="leads captured in the window",
    source="Seven smarketing metrics (article 003), 1",
    requires=(Kind.CAPTURED, Account.PROGRAMME),
    cuts=SOURCES,
)
def cost_per_lead(facts: Facts, spans: Spans) -> Counted:
    """Programme and nurture cost accrued in the window per lead captured in it. It says nothing of a lead's worth:
    read it beside the programme ROI."""
    return mean_of(facts.money(_MARKETING, spans), leads.compute(facts, spans))


@metric(
    "cost_per_mql",
    "Cost per MQL",
    unit="money",
    better="lower",
    formula="(programme + nurture) / mqls",
    denominator="leads that became MQLs in the window",
    source="25 metrics over four funnels (article 002), 3",
    requires=(Kind.MQL, Account.PROGRAMME),
    cuts=SOURCES,
)
def cost_per_mql(facts: Facts, spans: Spans) -> Counted:
    """Programme and nurture cost accrued in the window per lead that became an MQL in it."""
    return mean_of(facts.money(_MARKETING, spans), mqls.compute(facts, spans))


@metric(
    "cost_per_sql",
    "Cost per SQL",
    unit="money",
    better="lower",
    formula="(programme + nurture + SDR pay + external fees) / sqls",
    denominator="leads that sales accepted in the window",
    source=f"{_LIFECYCLE}, 8",
    requires=(Kind.ACCEPTED, Account.PROGRAMME, Account.BASE_PAY),
    teams=("sdr",),
)
def cost_per_sql(facts: Facts, spans: Spans) -> Counted:
    """Programme, nurture and qualification cost accrued in the window per lead that sales accepted in it; the cost of
    qualification is base pay, variable pay and bonuses of SDRs with their overhead, and an external provider's fees."""
    cost = facts.money((*_MARKETING, Account.EXTERNAL), spans) + facts.money(_PAY, spans, team="sdr")
    return mean_of(cost, sqls.compute(facts, spans))


@metric(
    "support_per_win",
    "Support per win",
    unit="money",
    better="lower",
    formula="cost of programmes beside the sale / n(orders won)",
    denominator="orders won in the window",
    source="25 metrics over four funnels (article 002), 20",
    requires=(Kind.WON, Account.SUPPORT),
)
def support_per_win(facts: Facts, spans: Spans) -> Counted:
    """Cost of the programmes beside the sale that accrued in the window per order of new business won in it. Cost and
    orders are those of the same months, and what was spent on opportunities that were lost is in it."""
    return mean_of(facts.money((Account.SUPPORT,), spans), spans.inside(facts.sales(Kind.WON).time))


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
    cuts=SOURCES,
)
def program_roi(facts: Facts, spans: Spans) -> Floats:
    """B12 = first-year value won within 365 days of capture by the leads captured in the window; M = programme cost of
    the window. Bookings, not profit, and all leads, not only those that the programmes caused. Months less than 365
    days before the end of what was observed are left out of both; if that is all of them, it is not defined."""
    spans = matured_months(facts, spans)
    wins = facts.won_by_lead
    captured = facts.first(Kind.CAPTURED)[wins.entity]
    ripe = wins.time - captured <= YEAR
    born = (captured >= spans.begin[:, np.newaxis]) & (captured < spans.end[:, np.newaxis])
    won = np.where(born & ripe, wins.amount, 0.0).sum(axis=1)
    spent = facts.money((Account.PROGRAMME,), spans)
    return ratio(won - spent, spent)


def matured_months(facts: Facts, spans: Spans) -> Spans:
    """The part of each span up to the last whole month that ended at least 365 days before the log ends.

    Programme cost is booked by the month, so a cut inside a month would set part of its leads against none or all of
    its cost.
    """
    ripe = facts.log.window.ends - YEAR

    def part(span: Span) -> Span:
        if span.end <= ripe:
            return span
        ends = [month.end for month in facts.months if span.begin < month.end <= ripe]
        return Span(span.begin, max(ends, default=span.begin))

    return Spans.of(*(part(Span(begin, end)) for begin, end in spans.edges.T.tolist()))
